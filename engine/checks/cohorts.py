"""Checks of conversions and retentions: sources, the column that tells who it was, and durations."""

from __future__ import annotations

from typing import Any

from ..formulas.formula import Name, walk
from ..language.durations import CLOCK, Duration
from ..language.model import Cohort, Formula, Input, Source
from ..problems import Path
from .checking import Checking
from .durations import duration_at
from .typed import type_of_column

_IDS = ("text", "integer")


def cohorts_hold(c: Checking) -> None:
    """Both events of each conversion and retention can be found, and told apart in time."""
    for input in c.ruleset.inputs.values():
        if input.cohort is not None and not input.size:
            _One(c, input, input.cohort).check()


class _One:
    """One input. `keys` says for each of its sources under which key it stands."""

    def __init__(self, c: Checking, input: Input, cohort: Cohort) -> None:
        self.c, self.input, self.cohort = c, input, cohort
        self.path: Path = (*input.path, cohort.kind)
        self.data: dict[str, Any] = c.ruleset.origin.data["inputs"][input.id][cohort.kind]
        if cohort.kind == "conversion":
            self.keys = {"from": input.source, "to": cohort.then}
        elif "cohort" in self.data:
            self.keys = {"from": cohort.then, "cohort": input.source}
        else:
            self.keys = {"from": input.source}

    def check(self) -> None:
        sources = [self._source(key, id) for key, id in self.keys.items()]
        known = [source for source in sources if source is not None]
        self._wheres()
        if self.input.unit in ("percent", "ratio"):
            id = self.input.id
            self.c.at("RC406", (*self.input.path, "unit"), f"`{id}` counts ids, so it is no {self.input.unit}",
                      f"the share is a metric: {id} / cohort_size({id})")  # fmt: skip
        durations = {
            key: duration_at(self.c, (*self.path, key), self.data[key])
            for key in ("after", "within")
            if key in self.data
        }
        if len(known) < len(sources) or not self._ids(known):
            return
        # with one source for both, what is wrong with its time is told once
        timed = all(self._time(key, source) for key, source in zip(self.keys, known, strict=True))
        if timed and None not in durations.values():
            self._windows({key: one for key, one in durations.items() if one is not None}, known)

    def _source(self, key: str, id: str) -> Source | None:
        if id in self.c.ruleset.sources:
            return self.c.sources[id]
        if self.c.ruleset.sources:
            self.c.unknown("RC417", "source", id, self.c.sources, (*self.path, key))
        else:
            self.c.at("RC417", (*self.path, key), f"there is no source `{id}`",
                      f"declare it under `sources:` with its columns, `{self.cohort.by}` and a time")  # fmt: skip
        return None

    def _ids(self, sources: list[Source]) -> bool:
        """Whether both sources have the column, of one type that can name somebody."""
        types: dict[str, str] = {}
        path = (*self.path, "id")
        for source in sources:
            column = source.column(self.cohort.by)
            if column is None:
                names = [column.name for column in source.known]
                self.c.unknown("RC417", f"column of `{source.id}` called", self.cohort.by, names, path)
                return False
            if column.type == "unknown":
                return False
            if column.type not in _IDS:
                self.c.at("RC421", path, f"`{column.name}` of `{source.id}` is a {column.type}, which names nobody",
                          "declare it as text, or as integer")  # fmt: skip
                return False
            types[source.id] = column.type
        if len(set(types.values())) > 1:
            said = " and ".join(f"{type} in `{id}`" for id, type in types.items())
            self.c.at("RC421", path, f"`{self.cohort.by}` is {said}: no id of one is ever found in the other",
                      "declare both alike")  # fmt: skip
            return False
        return True

    def _time(self, key: str, source: Source) -> bool:
        """Whether the source has a time; what is wrong with the type of one is told at the source."""
        time = source.column(source.time)
        if time is None:
            self.c.at("RC421", (*self.path, key), f"`{source.id}` has no time column `{source.time}`",
                      "declare it among its columns, or name another with `time:` there")  # fmt: skip
            return False
        if time.type not in ("date", "datetime", "unknown") and self.c.ruleset.period is None:
            words = f"the time column `{source.time}` of `{source.id}` is a {time.type}"
            self.c.at("RC421", (*self.path, key), words, "declare it as `date` or `datetime`")
        return time.type in ("date", "datetime")

    def _wheres(self) -> None:
        """The condition on rows of `from` stands at the input itself, those on the others beside them."""
        if "cohort_where" in self.data and "cohort" not in self.data:
            self.c.at("RC421", (*self.path, "cohort_where"), "there is no `cohort` whose rows this could choose",
                      "`where:` of the input chooses the rows of `from`", key=True)  # fmt: skip
            return
        for where, source in self.input.conditions.values():
            if source in self.c.sources and not self._of_the_other(where, source):
                columns = {column.name: type_of_column(column) for column in self.c.sources[source].known}
                self.c.condition(where, "row", columns)

    def _of_the_other(self, where: Formula, source: str) -> bool:
        """Whether a condition names a column that only the other source has, which is then told."""
        other = next((self.c.sources.get(id) for id in self.keys.values() if id != source), None)
        for node in walk(where.node):
            if (
                isinstance(node, Name)
                and other
                and other.column(node.id)
                and not self.c.sources[source].column(node.id)
            ):
                key = next(key for key, id in self.keys.items() if id == other.id)
                hint = f"`{'where' if key == 'from' else f'{key}_where'}:` chooses rows of `{other.id}`"
                self.c.inside("RC301", where, node, f"`{node.id}` is a column of `{other.id}`, not of `{source}`", hint)
                return True
        return False

    # -- durations -------------------------------------------------------------------------------------------

    def _windows(self, durations: dict[str, Duration], sources: list[Source]) -> None:
        if self.cohort.kind == "retention":
            self._returning(durations["after"], durations.get("within"))
        else:
            self._following(durations["within"], sources)

    def _returning(self, after: Duration, within: Duration | None) -> None:
        for key, duration in (("after", after), ("within", within)):
            if duration is not None and duration.unit in CLOCK:
                self.c.at("RC421", (*self.path, key), f"a retention counts by the calendar, not in {duration.unit}s",
                          "days, weeks, months, quarters or years; `conversion` counts hours and minutes")  # fmt: skip
                return
        if within is None:
            return
        if within.unit != after.unit:
            self.c.at("RC421", (*self.path, "within"), f"`after` counts {after.unit}s and `within` {within.unit}s",
                      "count both in one unit")  # fmt: skip
        elif within.count < after.count:
            self.c.at("RC421", (*self.path, "within"), f"`within: {within}` ends before `after: {after}` begins",
                      "from `after` to `within`, both included")  # fmt: skip

    def _following(self, within: Duration, sources: list[Source]) -> None:
        days = next((source for source in sources if _has_days(source)), None)
        if within.unit in CLOCK and days is not None:
            self.c.at("RC421", (*self.path, "within"), f"`{days.id}.{days.time}` is a date, which has no time of day",
                      "declare it as datetime, or count in days")  # fmt: skip
        elif within.count == 0 and days is None:
            words = "no time at all: only events of the very same moment would count"
            self.c.at("RC421", (*self.path, "within"), words, "such as 24 hours")


def _has_days(source: Source) -> bool:
    time = source.column(source.time)
    return time is not None and time.type == "date"
