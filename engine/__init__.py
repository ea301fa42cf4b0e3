"""Scorecards as code: rulesets in YAML, run over data.

The whole of a run, in order: `load` reads documents and lays overlays on them, `check` finds what is wrong
without data, `run_ruleset` turns data into cards. Everything a user can get wrong is a `Problem`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .problems import Location, Problem, Problems
from .progress import Progress, untold
from .version import VERSION as __version__

if TYPE_CHECKING:
    from .differences.difference import Difference
    from .differences.reviewing import Review
    from .fixing.fixing import Fixing
    from .language.pack_files import Pack
    from .results.result import Result
    from .testing import TestReport
    from .validation import Validation

__all__ = [
    "Location",
    "Problem",
    "Problems",
    "__version__",
    "diff",
    "fix",
    "new_dataset",
    "packs",
    "review",
    "run",
    "sample_dataset",
    "schema_text",
    "test",
    "validate",
]


def run(
    ruleset: str | Path,
    data: Any = None,
    *,
    dataset: str | Path | None = None,
    stage: str | None = None,
    params: Mapping[str, Any] | None = None,
    overlays: Sequence[str | Path] = (),
    period: str | None = None,
    entity: str | Sequence[str] = (),
    engine: str = "polars",
    language: str | None = None,
    progress: Progress = untold,
) -> Result:
    """Run a ruleset over data.

    `ruleset` and `overlays` are ids in packs, or paths. `data` is a path, a list of paths, or any frame that
    Narwhals reads (Polars, pandas, Arrow, DuckDB); for a ruleset of several sources, a map from source to one of these.
    `dataset` is the path of a dataset document; what `data` names takes the place of its entries. `period`
    ("2025-01..2025-06") and `entity` choose the cards shown; all data counts for windows and peers.
    Raises Problems when a file, an option or the data cannot be used.
    """
    from .checks import check
    from .data.dataset_files import data_of
    from .language.loading import load

    loaded, problems = load(ruleset, overlays)
    if loaded is not None and not problems:
        problems = check(loaded)
    if loaded is None or any(problem.severity == "error" for problem in problems):
        raise Problems(problems)
    sources, settings = data_of(loaded, data, dataset)
    # only now, since a wrong ruleset needs no frame library
    from .evaluate import run_ruleset
    from .options import Options

    entities = (entity,) if isinstance(entity, str) else entity
    options = Options(stage, {**settings, **(params or {})}, period, entities, engine, language, progress=progress)
    return run_ruleset(loaded, sources, options)


def diff(
    old: str | Path,
    new: str | Path | None = None,
    *,
    overlays: Sequence[str | Path] = (),
    data: Any = None,
    dataset: str | Path | None = None,
    language: str | None = None,
    **options: Any,
) -> Difference:
    """Compare two rulesets in meaning: paths or ids, where an overlay stands for its ruleset with it.

    `overlays` lie on both; without `new`, the ruleset is compared with itself under them. With `data` or `dataset`
    both run over it, with the `options` of `run` (stage, params, period, entity, engine), and `impact` says what that
    does to the scorecards. Raises Problems when a ruleset or the data cannot be used.
    """
    from dataclasses import replace

    from .differences.difference import difference, load_side

    under = overlays if new is not None else ()
    new = old if new is None else new
    found = difference(load_side(old, under), load_side(new, overlays), language, (len(under), len(overlays)))
    if data is None and dataset is None:
        return found
    from .differences.impact import impact

    given = {"data": data, "dataset": dataset, **options}
    before = run(old, overlays=under, **given)
    after = run(new, overlays=overlays, **given)
    return replace(found, impact=impact(before, after, found.changes, found.language))


def review(
    path: str | Path = ".",
    since: str = "HEAD",
    *,
    overlays: Sequence[str | Path] = (),
    data: Any = None,
    dataset: str | Path | None = None,
    language: str | None = None,
    **options: Any,
) -> Review:
    """Compare a ruleset file, or all rulesets and overlays of a folder, with those at a revision of its git repository.

    Gives `reviewed`, a difference for each that changed, and those `added` and `removed`. With `data` or `dataset` both
    versions run over it, as in `diff`. Raises Problems when there is nothing to compare.
    """
    from .differences.reviewing import Measure
    from .differences.reviewing import review as work

    measure: Measure | None = None
    if data is not None or dataset is not None:
        from .differences.impact import impact

        def measure(before: Path, after: Path, found: Difference) -> Any:
            given = {"data": data, "dataset": dataset, "overlays": overlays, **options}
            return impact(run(before, **given), run(after, **given), found.changes, found.language)

    return work(Path(path), since, overlays, language, measure)


def validate(
    paths: str | Path | Sequence[str | Path],
    data: Any = None,
    *,
    dataset: str | Path | None = None,
    overlays: Sequence[str | Path] = (),
    changed_since: str | None = None,
    baseline: str | Path | None = None,
    style: bool = False,
    progress: Progress = untold,
) -> Validation:
    """Check files, and every YAML file in folders. Gives `problems`, `files`, `errors`, and what is `suppressed`.

    With `data` or `dataset`, as in `run`, the path is a single ruleset, or its id; the data is read and checked against
    it with the `overlays` on it, without scoring, and `sources` says how many rows each file has.

    `changed_since` is a git revision: only files that changed since then and those that build on them are reported on.
    `baseline` is a file of problems that are known, which `rulecard validate --update-baseline` writes.
    With `style`, matters of style (RC9xx) are warned of too.
    """
    given = [paths] if isinstance(paths, str | Path) else list(paths)
    found = _validated(given, data, dataset, overlays, changed_since, progress, style)
    if baseline is None:
        return found
    from .baseline import compared

    return compared(found, baseline, style)


def fix(paths: str | Path | Sequence[str | Path], *, progress: Progress = untold) -> Fixing:
    """Mend what is certain in files, and in every YAML file of folders; nothing is written until `.write()` is called.

    Gives the `files` that change, each with its text `before` and `after`, a `diff()` and the `problems` that are
    mended, and what is `left`, as `validate` would give it.
    """
    from .fixing.fixing import fix_files

    return fix_files([paths] if isinstance(paths, str | Path) else list(paths), progress)


def _validated(
    paths: Sequence[str | Path], data: Any, dataset: str | Path | None, overlays: Sequence[str | Path],
    changed_since: str | None, progress: Progress, style: bool,
) -> Validation:  # fmt: skip
    with_data = data is not None or dataset is not None
    if with_data and changed_since is not None:
        hint = "leave one of them out"
        raise Problems([Problem("RC509", "data is checked whole, not by what changed in git", hint=hint)])
    if with_data:
        from .data_validation import validate_data

        return validate_data(paths, data, dataset, overlays, progress, style)
    if overlays:
        hint = f"without data, check the file of the overlay itself: {overlays[0]}"
        raise Problems([Problem("RC509", "overlays are laid on a ruleset that data is checked against", hint=hint)])
    if changed_since is not None:
        from .changed_files import validate_changed

        return validate_changed(paths, changed_since, progress, style)
    from .validation import validate_files

    return validate_files(paths, progress, style=style)


def test(
    paths: str | Path | Sequence[str | Path],
    name: str | None = None,
    progress: Progress = untold,
    language: str = "en",
) -> TestReport:
    """Run the cases of files and folders; with `name`, those whose name holds it. Differences are told in `language`.

    Gives `results`, `problems` of files, `coverage` by ruleset, and `passed`.
    """
    from .testing import run_tests

    return run_tests([paths] if isinstance(paths, str | Path) else paths, name, progress, language)


def packs() -> tuple[Pack, ...]:
    """The packs that are installed, by id."""
    from .language.pack_files import packs as installed

    return installed()


def sample_dataset(pack: Pack) -> Path:
    """The dataset document of a pack's sample. Raises Problems for a pack that has none."""
    from .language.pack_files import sample_dataset as dataset

    return dataset(pack)


def new_dataset(
    ruleset: str | Path, files: Sequence[str | Path], near: str | Path = ".", language: str | None = None
) -> str:
    """The text of a dataset document that gives data files to the sources of a ruleset.

    Columns are matched by their names and titles; what nobody can know is left open with a question mark, and comments
    say what to check, in `language` or the ruleset's own. Paths are written as seen from the folder `near`. Raises
    Problems for files that cannot be read.
    """
    from .drafts.dataset_draft import draft_dataset

    return draft_dataset(ruleset, files, near, language)


def schema_text(kind: str) -> str:
    """The JSON Schema of a kind of document (ruleset, overlay, cases, dataset, pack), of a result or a diff."""
    from .documents.schema import schema_text as text

    return text(kind)
