"""Conversions and retentions: how many first events there are for each card, and how many of them were followed.

Both come down to first events, rows that may follow them, and a range between the two on a scale of whole numbers, so
that a few joins and groupings serve all windows that look at the same events.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import Any

import narwhals as nw

from .. import calendars
from ..engines import Engine
from ..formulas.formula import show
from ..language.model import Formula, Input, Ruleset
from ..reasons import MISSING_INPUT, WINDOW_OPEN
from ..scoring.values import Context, Value
from .cohort_windows import Reach, place, window_of
from .grouping import Grouping, Table, joined

Frame = nw.LazyFrame[Any]
Keyed = tuple[Frame, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class _Followed:
    """One window over the first events of a group: `h`, `n` and `o` with its number are columns of how many ids were
    followed, how many count at all, and how many have a window that is still open."""

    number: int
    input: Input
    reach: Reach

    @property
    def scale(self) -> str:
        return self.reach.window.scale

    @property
    def skips(self) -> bool:
        """Whether first events with an open window are left out."""
        return self.input.cohort is not None and self.input.cohort.skip

    def is_open(self, at: nw.Expr) -> nw.Expr:
        return at + self.reach.window.most >= self.reach.limit

    def counts(self, at: nw.Expr) -> dict[str, nw.Expr]:
        """For a first event at a place on the scale: whether it counts, and whether its window is open."""
        left_out = self.is_open(at) if self.skips else nw.lit(False)
        return {f"n{self.number}": _one(~left_out), f"o{self.number}": _one(self.is_open(at))}


class Cohorts:
    """All conversions and retentions of a ruleset, over its sources: each a table, its frame with keys, and those."""

    def __init__(
        self, ruleset: Ruleset, sources: Mapping[str, tuple[Table, Frame, tuple[str, ...]]], engine: Engine
    ) -> None:
        self.ruleset, self.sources, self.engine = ruleset, sources, engine
        self.ends: dict[str, Any] = {}
        self.followed: dict[str, _Followed] = {}
        inputs = [input for input in ruleset.inputs.values() if input.cohort is not None and not input.size]
        groups: dict[tuple[str, ...], list[_Followed]] = {}
        for number, input in enumerate(inputs):
            one = _Followed(number, input, self._reach(input))
            self.followed[input.id] = self.followed[f"cohort_size({input.id})"] = one
            groups.setdefault(_same_events(input), []).append(one)
        self.parts = [part for group in groups.values() for part in self._parts(group)]

    # -- beside the cards ------------------------------------------------------------------------------------

    def beside(self, cards: Frame) -> Frame:
        """The cards with the counts that `value` speaks of."""
        for frame, keys in self.parts:
            cards = joined(cards, frame, keys)
        return cards

    def value(self, input: Input, grouping: Grouping, cards: Context) -> Value:
        """The input's value at a card: a count, as `grouping` of the first events' source knows it."""
        one = self.followed[input.id]
        counted, waiting = nw.col(f"n{one.number}"), nw.col(f"o{one.number}")
        found = counted if input.size else nw.col(f"h{one.number}")
        there = nw.lit(True) if grouping.there is None else ~counted.is_null() | ~nw.col(grouping.there).is_null()
        is_open = self._is_open(one, _zero(counted), _zero(waiting))
        reasons = (
            (cards.new_name(), cards.when(~there, cards.code(MISSING_INPUT))),
            (cards.new_name(), cards.when(is_open, cards.code(WINDOW_OPEN))),
        )
        return Value(cards.when(there & ~is_open, _zero(found).cast(nw.Float64)), "number", reasons, size=4)

    def _is_open(self, one: _Followed, counted: nw.Expr, waiting: nw.Expr) -> nw.Expr:
        if one.skips:
            none_over = (counted == 0) & (waiting > 0)
            if self.ruleset.period is None:
                return none_over
            return none_over | (nw.col("p") > one.reach.last_period(whole=False))
        return waiting > 0 if self.ruleset.period is None else nw.col("p") > one.reach.last_period(whole=True)

    # -- events ----------------------------------------------------------------------------------------------

    def _moments(self, source: str) -> bool:
        declared = self.sources[source][0].source
        column = declared.column(declared.time)
        return column is not None and column.type == "datetime"

    def _reach(self, input: Input) -> Reach:
        assert input.cohort is not None
        then = input.cohort.then
        if then not in self.ends:
            table = self.sources[then][0]
            last = table.frame.select(last=nw.col(table.column(table.source.time)).max())
            self.ends[then] = self.engine.measure(last).item()
        end: dt.date | None = self.ends[then]
        window = window_of(input.cohort, self._moments(input.source) and self._moments(then))
        return Reach(self.ruleset.period, window, end)

    def _rows(self, source: str, by: str, scales: Sequence[str], marks: Mapping[str, Formula | None]) -> Keyed:
        """Rows of a source with their keys, `id`, their places on the scales, and 1 or 0 for each of the conditions;
        only rows that have a time and an id and meet some condition."""
        table, frame, keys = self.sources[source]
        grouping = Grouping(table, 0, True, Context(period_kind=self.ruleset.period))
        held: dict[str, nw.Expr] = {}
        for name, where in marks.items():
            value = None if where is None else grouping.rows.settle(grouping.compiler.compile(where.node))
            held[name] = nw.lit(1) if value is None else _one(value.expr)
        for layer in grouping.rows.layers:
            frame = frame.with_columns(**layer)
        time, id = nw.col(table.column(table.source.time)), nw.col(table.column(by))
        places = {scale: self._place(time, scale) for scale in scales}
        frame = frame.filter(~time.is_null(), ~id.is_null()).select(*keys, id=id, **held, **places)
        return frame.filter(reduce(or_, (nw.col(name) > 0 for name in held))), keys

    def _place(self, time: nw.Expr, scale: str) -> nw.Expr:
        if scale == "moment":
            return (time - nw.lit(calendars.EPOCH)).dt.total_microseconds()
        year, month = time.dt.year().cast(nw.Int64), time.dt.month().cast(nw.Int64)
        ordinal = calendars.day_number(year, time.dt.ordinal_day().cast(nw.Int64))
        found: nw.Expr = place(self.ruleset.period, scale, year, month, time.dt.day().cast(nw.Int64), ordinal)
        return found

    # -- first events and what follows -----------------------------------------------------------------------

    def _parts(self, group: Sequence[_Followed]) -> Iterator[Keyed]:
        """Counts for all windows over the same events, as frames with the keys that they are counted by."""
        cohort = group[0].input.cohort
        assert cohort is not None
        return self._retained(group) if cohort.kind == "retention" else self._converted(group)

    def _retained(self, group: Sequence[_Followed]) -> Iterator[Keyed]:
        input, cohort = group[0].input, group[0].input.cohort
        assert cohort is not None
        scales = sorted({one.scale for one in group})
        rows, keys = self._rows(input.source, cohort.by, scales, {"held": input.where})
        entity = _without_period(keys)
        firsts = rows.group_by(*entity, "id").agg(*[nw.col(name).min() for name in (*keys[len(entity) :], *scales)])
        firsts = self.engine.persist(firsts)
        counts = [part for one in group for part in one.counts(nw.col(one.scale)).items()]
        yield _summed(firsts.with_columns(**dict(counts)), keys, [name for name, _ in counts]), keys

        later, later_keys = self._rows(cohort.then, cohort.by, scales, {"held": cohort.then_where})
        theirs = _without_period(later_keys)
        later = later.select(*theirs, "id", **{f"later {scale}": nw.col(scale) for scale in scales})
        both = later.join(firsts, on=[*(key for key in theirs if key in entity), "id"], how="inner")
        hits = {f"h{one.number}": self._is_followed(one) for one in group}
        every = tuple(dict.fromkeys((*entity, *theirs, *keys)))
        met = both.filter(reduce(or_, hits.values())).with_columns(**{name: _one(hit) for name, hit in hits.items()})
        met = met.group_by(*every, "id").agg(*[nw.col(name).max() for name in hits])
        yield _summed(met, every, list(hits)), every

    def _is_followed(self, one: _Followed) -> nw.Expr:
        at, window = nw.col(one.scale), one.reach.window
        between = nw.col(f"later {one.scale}") - at
        met = (between >= window.least) & (between <= window.most)
        return met & ~one.is_open(at) if one.skips else met

    def _converted(self, group: Sequence[_Followed]) -> Iterator[Keyed]:
        input, cohort = group[0].input, group[0].input.cohort
        assert cohort is not None
        exact = "moment" if self._moments(input.source) and self._moments(cohort.then) else "day"
        scales = sorted({exact, *(one.scale for one in group)})
        if input.source == cohort.then:
            firsts, later, keys = self._of_one_source(group[0].input, exact, scales)
            theirs = _without_period(keys)
        else:
            firsts, keys = self._rows(input.source, cohort.by, scales, {"first": input.where})
            later, later_keys = self._rows(cohort.then, cohort.by, scales, {"then": cohort.then_where})
            theirs = _without_period(later_keys)
            firsts = firsts.with_columns(now=nw.lit(0))
        counts = [part for one in group for part in one.counts(nw.col(one.scale)).items()]
        hits = [f"h{one.number}" for one in group]
        entity = _without_period(keys)
        wider = [key for key in theirs if key not in entity]
        if wider:
            # a first event without the entity is one of each entity that has later rows of its id
            alone = firsts.with_columns(**dict(counts))
            yield _summed(_by_id(alone, keys, [name for name, _ in counts]), keys, [name for name, _ in counts]), keys
            common = [key for key in theirs if key in entity]
            firsts = firsts.join(later.select(*theirs, "id").unique(), on=[*common, "id"], how="inner")
            keys = (*wider, *keys)
            counts = []
        link = [*theirs, "id"]
        for one in group:
            firsts = self._matched(one, firsts, later, link, exact, input.source == cohort.then)
        members = firsts.with_columns(**dict(counts)) if counts else firsts
        columns = [*hits, *(name for name, _ in counts)]
        yield _summed(_by_id(members, keys, columns), keys, columns), keys

    def _of_one_source(self, input: Input, exact: str, scales: Sequence[str]) -> tuple[Frame, Frame, tuple[str, ...]]:
        """First and later events that are rows of one source, where no row follows itself."""
        cohort = input.cohort
        assert cohort is not None
        rows, keys = self._rows(input.source, cohort.by, scales, {"first": input.where, "then": cohort.then_where})
        rows = rows.with_columns(both=nw.col("first") * nw.col("then"))
        others = [name for name in scales if name != exact]
        each = rows.group_by(*keys, "id", exact).agg(
            *[nw.col(name).min() for name in others], *[nw.col(name).sum() for name in ("first", "then", "both")]
        )
        alone = (nw.col("first") == 1) & (nw.col("then") == 1) & (nw.col("both") == 1)
        each = each.with_columns(now=_one((nw.col("then") > 0) & ~alone))
        return each.filter(nw.col("first") > 0), each.filter(nw.col("then") > 0), keys

    def _matched(
        self, one: _Followed, firsts: Frame, later: Frame, link: Sequence[str], exact: str, strict: bool
    ) -> Frame:
        """The first events with 1 or 0 for whether a later one lies in the window.

        Places are cut into stretches as long as the window: a later event lies in it if the last of its own stretch
        comes no earlier, or the first of the next stretch no later than the window's end.
        """
        known = firsts.collect_schema().names()
        scale, width, at = one.scale, one.reach.window.most, nw.col(one.scale)
        met = nw.col("now") > 0
        if scale != exact:
            # the same day of the scale holds earlier moments too
            days = later.group_by(*link, scale).agg(latest=nw.col(exact).max())
            firsts = firsts.join(days, on=[*link, scale], how="left")
            latest = nw.col("latest")
            met = met | _sure(latest > nw.col(exact) if strict else latest >= nw.col(exact))
        if scale != exact or strict:
            at, width = at + 1, width - 1
        if width >= 0:
            stretches = later.with_columns(here=nw.col(scale) // (width + 1)).group_by(*link, "here")
            found = stretches.agg(last=nw.col(scale).max(), first_one=nw.col(scale).min())
            firsts = firsts.with_columns(here=at // (width + 1), next=at // (width + 1) + 1)
            firsts = firsts.join(found.select(*link, "here", "last"), on=[*link, "here"], how="left")
            following = found.select(*link, "first_one", next=nw.col("here"))
            firsts = firsts.join(following, on=[*link, "next"], how="left")
            met = met | _sure(nw.col("last") >= at) | _sure(nw.col("first_one") <= at + width)
        if one.skips:
            met = met & ~one.is_open(nw.col(scale))
        return firsts.select(*known, **{f"h{one.number}": _one(met)})


def _same_events(input: Input) -> tuple[str, ...]:
    """What inputs have in common that look at the same first and later events."""
    cohort = input.cohort
    assert cohort is not None
    wheres = [show(where.node) if where else "" for where in (input.where, cohort.then_where)]
    return (cohort.kind, input.source, cohort.then, cohort.by, *wheres)


def _without_period(keys: Sequence[str]) -> list[str]:
    return [key for key in keys if key != "p"]


def _by_id(frame: Frame, keys: Sequence[str], columns: Sequence[str]) -> Frame:
    """One row for each id and card, with 1 where one of its events has it."""
    return frame.group_by(*keys, "id").agg(*[nw.col(name).max() for name in columns])


def _summed(frame: Frame, keys: Sequence[str], columns: Sequence[str]) -> Frame:
    sums = [nw.col(name).sum() for name in columns]
    return frame.group_by(*keys).agg(*sums) if keys else frame.select(*sums)


def _one(condition: nw.Expr) -> nw.Expr:
    return nw.when(condition).then(nw.lit(1)).otherwise(nw.lit(0))


def _sure(condition: nw.Expr) -> nw.Expr:
    """False where there is nothing to compare."""
    return nw.when(condition).then(nw.lit(True)).otherwise(nw.lit(False))


def _zero(count: nw.Expr) -> nw.Expr:
    return nw.coalesce(count, nw.lit(0))
