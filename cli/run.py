"""`run` and `demo`: a ruleset over data, shown in one of the formats."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import rulecard
from rulecard.words import word

from .arguments import data_files, settings
from .installed import find_pack
from .refuse import refusing
from .show import View, show
from .watching import watching


@dataclass(frozen=True, slots=True)
class Call:
    """What is computed, as written on the command line."""

    stage: str | None
    set: Sequence[str]
    overlays: Sequence[str]
    period: str | None
    entity: Sequence[str]
    engine: str
    language: str | None

    def options(self) -> dict[str, Any]:
        return {
            "stage": self.stage,
            "params": settings(self.set),
            "overlays": tuple(self.overlays),
            "period": self.period,
            "entity": tuple(self.entity),
            "engine": self.engine,
            "language": self.language,
        }


def run_data(ruleset: str, data: Sequence[str], dataset: str | None, call: Call, view: View) -> int:
    """Runs a ruleset over files and gives back the exit status."""
    with refusing(call.language) as outcome:
        with watching(call.language, quiet=view.quiet) as progress:
            result = rulecard.run(ruleset, data_files(data), dataset=dataset, progress=progress, **call.options())
            _ = result.wide
        outcome.status = show(result, view)
    return outcome.status


def run_demo(pack: str, call: Call, view: View) -> int:
    """Runs a ruleset of a pack, the first where the pack itself is named, on the pack's sample."""
    with refusing(call.language) as outcome:
        found = find_pack(pack)
        sample = rulecard.sample_dataset(found)
        name = pack if pack != found.id and pack in found.rulesets else found.rulesets[0]
        with watching(call.language, quiet=view.quiet) as progress:
            ruleset = found.folder / f"{name}.yaml"
            result = rulecard.run(ruleset, dataset=sample, progress=progress, **call.options())
            _ = result.wide
        # gaps of a sample are meant to be there, and nobody who looks at a demo can mend them
        command = f"rulecard validate {name} --dataset {sample}"
        told = word("demo.warnings", result.language, count=len(result.problems), command=command)
        outcome.status = show(result, view, told)
    return outcome.status
