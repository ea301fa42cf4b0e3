"""Scorecards as code: rulesets in YAML, run over data.

The whole of a run, in order: `load` reads documents and lays overlays on them, `check` finds what is wrong
without data, `run_ruleset` turns data into cards. Everything a user can get wrong is a `Problem`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .problems import Location, Problem, Problems
from .version import VERSION as __version__

if TYPE_CHECKING:
    from .pack_files import Pack
    from .result import Result
    from .testing import TestReport
    from .validation import Validation

__all__ = [
    "Location",
    "Problem",
    "Problems",
    "__version__",
    "packs",
    "run",
    "sample_data",
    "schema_text",
    "test",
    "validate",
]


def run(
    ruleset: str | Path,
    data: Any = None,
    *,
    stage: str | None = None,
    params: Mapping[str, Any] | None = None,
    overlays: Sequence[str | Path] = (),
    period: str | None = None,
    entity: str | Sequence[str] = (),
    engine: str = "polars",
    language: str | None = None,
) -> Result:
    """Run a ruleset over data.

    `ruleset` and `overlays` are ids in packs, or paths. `data` is a path, a list of paths, or any frame that
    Narwhals reads (Polars, pandas, Arrow); for a ruleset of several sources, a map from source to one of these.
    `period` ("2025-01..2025-06") and `entity` choose the cards shown; all data counts for windows and peers.
    Raises Problems when a file, an option or the data cannot be used.
    """
    from .checks import check
    from .loading import load

    loaded, problems = load(ruleset, overlays)
    if loaded is not None and not problems:
        problems = check(loaded)
    if loaded is None or any(problem.severity == "error" for problem in problems):
        raise Problems(problems)
    # only now, since a wrong ruleset needs no frame library
    from .evaluate import run_ruleset
    from .options import Options

    sources = data if isinstance(data, Mapping) else {} if data is None else {_only_source(loaded): data}
    options = Options(stage, params, period, (entity,) if isinstance(entity, str) else entity, engine, language)
    return run_ruleset(loaded, sources, options)


def _only_source(ruleset: Any) -> str:
    return next(iter(ruleset.sources), "data")


def validate(paths: str | Path | Sequence[str | Path]) -> Validation:
    """Check files, and every YAML file in folders, without data. Gives `problems`, `files` and `errors`."""
    from .validation import validate_files

    return validate_files([paths] if isinstance(paths, str | Path) else paths)


def test(paths: str | Path | Sequence[str | Path], name: str | None = None) -> TestReport:
    """Run the cases of files and folders; with `name`, those whose name holds it.

    Gives `results`, `problems` of files, `coverage` by ruleset, and `passed`.
    """
    from .testing import run_tests

    return run_tests([paths] if isinstance(paths, str | Path) else paths, name)


def packs() -> tuple[Pack, ...]:
    """The packs that are installed, by id."""
    from .pack_files import packs as installed

    return installed()


def sample_data(pack: Pack) -> dict[str, list[Path]]:
    """The files of a pack's sample, by source. Raises Problems for a pack that has none."""
    from .pack_files import sample_files

    return sample_files(pack)


def schema_text(kind: str) -> str:
    """The JSON Schema of a kind of document (ruleset, overlay, cases, dataset, pack), or of a result."""
    from .schema import schema_text as text

    return text(kind)
