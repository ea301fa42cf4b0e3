"""The run: data and a checked ruleset to a result."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import narwhals as nw

from . import calendars
from .data.datasets import Loaded, load_data
from .engines import Engine
from .engines.polars import PolarsEngine
from .gathering.gather import entity_columns, gather, keyed, periods
from .gathering.grouping import Table
from .gathering.matching import here, periods_left_out, unmatched, zones_apart
from .gathering.strangers import ids_apart
from .language.model import Param, Ruleset
from .language.order import lookback
from .options import Options, understand
from .problems import Problem, Problems
from .progress import Progress, untold
from .reasons import OUT_OF_RANGE
from .results.result import Result
from .results.selection import Selection
from .scoring.compile import Cards
from .scoring.timeline import baseline, constants, with_params, with_periods
from .scoring.values import Context

_LAYERS_AT_ONCE = 50


def run_ruleset(ruleset: Ruleset, data: Mapping[str, Any], options: Options) -> Result:
    """The scorecards of a checked ruleset over data.

    Raises Problems when an option or the data cannot be used; warnings about data are in the result.
    """
    engine, params, shown = understand(ruleset, options)
    loaded, problems = checked_data(ruleset, data, options.allow_empty, options.progress)
    _stop_at_errors(problems)
    options.progress("compute", 0, 0)
    engine = engine.for_rows(_rows(loaded))
    cards, unlike = _gathered(ruleset, loaded, params, engine, options.allow_empty)
    problems += unlike
    _stop_at_errors(_absent(ruleset, cards, shown, engine))
    context = Context(entity_columns(ruleset), ruleset.period)
    compiled, frame, bounds = score_cards(ruleset, cards, params, options.stage, context, engine)
    return Result(
        ruleset=ruleset,
        compiled=compiled,
        frame=frame,
        engine=engine,
        run_params=params,
        sources=tuple(file for one in loaded.values() for file in one.files),
        problems=(*problems, *_out_of_range(ruleset, bounds), *_unknown_stages(ruleset, cards, options.stage, engine)),
        shown=shown,
        language=options.language or ruleset.language,
    )


def _gathered(
    ruleset: Ruleset, loaded: Mapping[str, Loaded], params: Mapping[str, Param], engine: Engine, allow_empty: bool
) -> tuple[nw.LazyFrame[Any], list[Problem]]:
    """The cards with their inputs, and in what the sources do not go together."""
    known = constants(params)
    tables = [
        Table(one.source, engine.enter(one.frame), known, engine.repeatable, one.unknown, one.there)
        for one in _counted(ruleset, loaded)
    ]
    cards, grouped = gather(ruleset, tables, engine)
    # plain columns of a frame in memory are read where they are needed; what costs something is done once
    kept = grouped or any(file["path"] is not None for one in loaded.values() for file in one.files)
    if kept:
        cards = engine.persist(cards.sort(*entity_columns(ruleset), "p") if engine.repeatable else cards)
    # a case has the rows that it needs, and no more
    problems: list[Problem] = []
    if ruleset.period is not None and not allow_empty:
        seen = cards if kept else periods(ruleset.period, tables[0])
        problems += periods_left_out(ruleset.period, seen, engine)
    if len(tables) == 1:
        return cards, problems
    if not allow_empty:
        problems += unmatched(ruleset, [one.source if one.there else None for one in tables], cards, engine)
        problems += ids_apart(ruleset, tables, cards, engine)
    return cards.drop(*(here(place) for place in range(len(tables)))), problems


def _rows(loaded: Mapping[str, Loaded]) -> int:
    return sum(file["rows"] for one in loaded.values() for file in one.files)


def data_problems(
    ruleset: Ruleset, data: Mapping[str, Any], settings: Mapping[str, Any], progress: Progress = untold
) -> tuple[dict[str, Loaded], list[Problem]]:
    """Every source of the ruleset out of `data`, with params set, and all that can be said of it without scoring."""
    engine, params, _ = understand(ruleset, Options(params=settings))
    loaded, problems = checked_data(ruleset, data, progress=progress)
    if any(problem.severity == "error" for problem in problems):
        return loaded, problems
    engine = engine.for_rows(_rows(loaded))
    cards, unlike = _gathered(ruleset, loaded, params, engine, allow_empty=False)
    bounds = _bounds(ruleset, cards, engine)
    others = (*_out_of_range(ruleset, bounds), *_unknown_stages(ruleset, cards, None, engine))
    return loaded, [*problems, *unlike, *others]


def checked_data(
    ruleset: Ruleset, data: Mapping[str, Any], allow_empty: bool = False, progress: Progress = untold
) -> tuple[dict[str, Loaded], list[Problem]]:
    """Every source of the ruleset out of `data`, and all that can be said of it before anything is computed."""
    loaded, problems = load_data(ruleset, data, allow_empty, progress)
    if not any(problem.severity == "error" for problem in problems):
        # where the data was read, so that another engine takes over none that is refused
        reader = PolarsEngine()
        tables = [(one, Table(one.source, reader.enter(one.frame))) for one in _counted(ruleset, loaded)]
        problems += _duplicates(ruleset, tables, reader)
        zones = [(one.source.id, one.zones.get(one.source.time)) for one, _ in tables]
        problems += zones_apart([(id, zone) for id, zone in zones if zone is not None])
    return loaded, problems


def _counted(ruleset: Ruleset, loaded: Mapping[str, Loaded]) -> list[Loaded]:
    """The sources that inputs take rows from."""
    return [one for id, one in loaded.items() if id not in ruleset.looked_up_only]


def score_cards(
    ruleset: Ruleset,
    cards: nw.LazyFrame[Any],
    params: Mapping[str, Param],
    stage: str | None,
    context: Context,
    engine: Engine,
) -> tuple[Cards, nw.LazyFrame[Any], dict[str, int]]:
    """The frame of cards with all that is computed of them, what its columns are, and what was counted of it."""
    bounds = _bounds(ruleset, cards, engine)
    context.baseline = baseline(ruleset, params)
    frame = with_periods(ruleset, cards, bounds, context, engine)
    frame, values = with_params(ruleset, params, frame, bounds, engine)
    compiled = Cards(ruleset, context, values, stage)
    for depth, layer in enumerate(context.layers, start=1):
        frame = frame.with_columns(**layer)
        # a chain of hundreds of metrics would need memory by the square of its length if it were one query
        if depth % _LAYERS_AT_ONCE == 0:
            frame = engine.persist(frame)
    return compiled, frame.filter(nw.col("here")) if context.gaps else frame, bounds


def _stop_at_errors(problems: Sequence[Problem]) -> None:
    if any(problem.severity == "error" for problem in problems):
        raise Problems(problems)


def _duplicates(ruleset: Ruleset, tables: Sequence[tuple[Loaded, Table]], engine: Engine) -> list[Problem]:
    """Sources with more than one row for a card, where an input is a plain column and needs just one."""
    problems = []
    for loaded, table in tables:
        plain = [i.id for i in ruleset.inputs.values() if i.source == table.source.id and i.is_column]
        if not plain:
            continue
        frame, keys = keyed(ruleset, table)
        if not engine.measure(_repeats(frame, keys)).item():
            continue
        counted = frame.group_by(*keys).agg(n=nw.len(), first=nw.col("row").min(), last=nw.col("row").max())
        several = counted.filter(nw.col("n") > 1)
        cards = engine.measure(several.select(nw.len())).item()
        first = engine.collect(several.sort("first").head(5))
        names = "; ".join(_twice(ruleset, loaded, row) for row in first.iter_rows(named=True))
        where = loaded.files[0]["path"] if len(loaded.files) == 1 else None
        needs = "one row" if not ruleset.entity and ruleset.period is None else "one row for each entity and period"
        have = "1 card has" if cards == 1 else f"{cards} cards have"
        problems.append(
            Problem(
                "RC505",
                f"{where or f'the data of `{table.source.id}`'} needs {needs}, but {have} more: {names}",
                hint=f"take repeated rows out, or give `{plain[0]}` a formula such as sum({plain[0]})",
            )
        )
    return problems


def _repeats(frame: nw.LazyFrame[Any], keys: tuple[str, ...]) -> nw.LazyFrame[Any]:
    """How many rows stand for a card that another row stands for already."""
    entity = [key for key in keys if key != "p"]
    if not entity or "p" not in keys:
        counted = frame.group_by(*keys).agg(n=nw.len() - 1) if keys else frame.select(n=nw.len() - 1)
    else:
        # fewer groups than cards, each with few periods: quicker than a group for every card
        counted = frame.group_by(*entity).agg(rows=nw.len(), periods=nw.col("p").n_unique())
        counted = counted.select(n=nw.col("rows") - nw.col("periods"))
    return counted.select(nw.col("n").sum())


def _twice(ruleset: Ruleset, loaded: Loaded, row: Mapping[str, Any]) -> str:
    parts = [str(row[f"e{place}"]) for place in range(len(ruleset.entity)) if f"e{place}" in row]
    if ruleset.period is not None and "p" in row:
        parts.append(calendars.label(ruleset.period, row["p"]))
    first, last = loaded.place(row["first"]), loaded.place(row["last"])
    rows = f"{first} and {last}" if row["n"] == 2 else f"{row['n']} rows, {first} to {last}"
    return f"{', '.join(parts)} ({rows})" if parts else rows


def _absent(ruleset: Ruleset, cards: nw.LazyFrame[Any], shown: Selection, engine: Engine) -> list[Problem]:
    """Entities and periods that were asked for and are not there: an answer of nothing must not pass for all well."""
    if shown.filter() is None:
        return []
    keys = dict.fromkeys([*entity_columns(ruleset), "p"])
    return shown.missing(ruleset, engine.collect(cards.select(*keys).unique()))


def _bounds(ruleset: Ruleset, cards: nw.LazyFrame[Any], engine: Engine) -> dict[str, int]:
    """How many cards there are, their first and last period, and how many inputs lie out of range, as far as asked."""
    wanted = {
        f"i{place}_r": (nw.col(f"i{place}_r") == OUT_OF_RANGE).sum()
        for place, input in enumerate(ruleset.inputs.values())
        if input.min is not None or input.max is not None
    }
    if lookback(ruleset) is not None or any(param.values for param in ruleset.params.values()):
        wanted |= {"cards": nw.len(), "first": nw.col("p").min(), "last": nw.col("p").max()}
    return engine.measure(cards.select(**wanted)).row(0, named=True) if wanted else {}


def _out_of_range(ruleset: Ruleset, bounds: Mapping[str, int]) -> list[Problem]:
    problems = []
    for place, input in enumerate(ruleset.inputs.values()):
        count = bounds.get(f"i{place}_r")
        if count:
            low = "" if input.min is None else f"from {input.min:.15g} "
            high = "" if input.max is None else f"to {input.max:.15g} "
            cards = "1 card" if count == 1 else f"{count:,} cards"
            problems.append(
                Problem("RC508", f"`{input.id}` lies outside its range ({(low + high).strip()}) in {cards}",
                        severity="warning", hint="no value stands there for it")
            )  # fmt: skip
    return problems


def _unknown_stages(ruleset: Ruleset, cards: nw.LazyFrame[Any], forced: str | None, engine: Engine) -> list[Problem]:
    """Stages that the data names and the ruleset does not have."""
    stages = ruleset.stages
    if stages is None or stages.choose_from is None or forced is not None:
        return []
    named = nw.col(f"i{list(ruleset.inputs).index(stages.choose_from)}")
    unknown = cards.filter(~named.is_null() & ~named.is_in(list(stages.profiles)))
    counted = unknown.select(stage=named).group_by("stage").agg(n=nw.len())
    found = engine.collect(counted.sort("n", "stage", descending=[True, False]))
    if found.is_empty():
        return []
    shown = ", ".join(f"{row['stage']!r} ({row['n']})" for row in found.head(5).iter_rows(named=True))
    more = ", …" if found.height > 5 else ""
    count = found["n"].sum()
    instead = f"the default stage `{stages.default}`" if stages.default else "no stage"
    return [
        Problem("RC511", f"`{stages.choose_from}` names stages that the ruleset does not have: {shown}{more}",
                severity="warning", hint=f"{count} {'card counts' if count == 1 else 'cards count'} by {instead}")
    ]  # fmt: skip
