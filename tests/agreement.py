"""Runs a ruleset through the engine's public door and through the reference, and says where they differ."""

from __future__ import annotations

import math
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

import polars as pl
import yaml

import rulecard

from .reference import scorecards

Rows = list[dict[str, Any]]
FRAME_TYPES: dict[str, Any] = {
    "number": pl.Float64,
    "integer": pl.Int64,
    "text": pl.String,
    "flag": pl.Boolean,
    "date": pl.Date,
    "datetime": pl.Datetime,
}
LEFT_OUT = {"advice": {"title", "text", "actions"}, "metrics": {"id"}, "groups": {"id"}, "capped": {"because"}}


class _Plain(yaml.SafeDumper):
    """Without anchors, which Rulecard refuses."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


def as_yaml(document: dict[str, Any]) -> str:
    """A ruleset as the text of its file."""
    return yaml.dump(document, Dumper=_Plain, allow_unicode=True, sort_keys=False, width=10_000)


def frame(rows: Rows, types: dict[str, Any]) -> pl.DataFrame:
    """Rows as a Polars frame whose columns have declared types, even where every cell is empty."""
    schema = {name: FRAME_TYPES[kind] for name, kind in types.items()}
    return pl.DataFrame([{name: row[name] for name in schema} for row in rows], schema=schema, orient="row")


def agree(
    document: dict[str, Any],
    rows: Rows | dict[str, Rows],
    types: dict[str, Any],
    engines: Iterable[str] = ("polars",),
    shown: dict[str, Any] | None = None,
    **options: Any,
) -> None:
    """Demand that each engine gives the reference's cards.

    `rows` are those of the one source, or of each by name; `types` are their columns. `shown` holds `period` and
    `entity` as the call takes them, and chooses among the cards.
    """
    document = {"ruleset": "property", "version": "1.0.0", **document}
    shown = shown or {}
    expected = [card for card in scorecards(document, rows, **options) if is_shown(card, **shown)]
    data: Any
    if isinstance(rows, dict):
        data = {name: frame(part, dict(types[name])) for name, part in rows.items()}
    else:
        data = frame(rows, types)
    text = as_yaml(document)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "ruleset.yaml"
        path.write_text(text, encoding="utf-8")
        for engine in engines:
            result = rulecard.run(path, data=data, engine=engine, **shown, **options)
            found = [asdict(card) for card in result.scorecards()]
            differences = list(differing_cards(found, expected, document))
            assert not differences, report(engine, differences, document, rows)


def is_shown(card: dict[str, Any], period: str = "", entity: str = "") -> bool:
    """Whether a card is among those that the call asks for; labels of one grain sort as their periods do."""
    first, _, last = period.partition("..")
    within = not period or first <= card["period"] <= last
    return within and (not entity or entity in card["entity"].values())


def report(engine: str, differences: list[str], document: dict[str, Any], rows: Any) -> str:
    """What a person needs to see the difference: where it is, the ruleset without its metrics, the rows."""
    rest = as_yaml({key: part for key, part in document.items() if key != "metrics"})
    if isinstance(rows, dict):
        rows = [{"source": name} | row for name, part in rows.items() for row in part]
    shown = "\n".join(map(str, sorted(rows, key=lambda row: (str(row.get("who")), str(row.get("date"))))))
    return f"{engine} differs from the reference:\n" + "\n".join(differences[:20]) + f"\n\n{rest}\n{shown}"


def differing_cards(found: Rows, expected: Rows, document: dict[str, Any]) -> Iterator[str]:
    """Each difference as a line: where, what the engine says, what the reference says."""
    places = [[(card["entity"], card["period"]) for card in cards] for cards in (found, expected)]
    if places[0] != places[1]:
        yield f"cards: engine {places[0]}, reference {places[1]}"
        return
    for ours, card in zip(found, expected, strict=True):
        where = "/".join([*map(str, card["entity"].values()), card["period"] or "-"])
        for name, metric in card["metrics"].items():
            shown = f"{where} {name} = {document['metrics'][name]}"
            yield from _differing(shown, _without("metrics", ours["metrics"].get(name, {})), metric)
        for name, group in card["groups"].items():
            yield from _differing(f"{where} {name}", _without("groups", ours["groups"].get(name, {})), group)
        for key in ("stage", "score", "level", "status", "coverage"):
            yield from _differing(f"{where} {key}", ours[key], card[key])
        capped = ours["capped"] and _without("capped", ours["capped"])
        yield from _differing(f"{where} capped", capped, card["capped"])
        yield from differing_advice(where, list(ours["advice"]), card["advice"])


def differing_advice(where: str, ours: Rows, advice: Rows) -> Iterator[str]:
    """Advice must be the same and in the same order; only what loses the same points may change places."""
    by_id = {item["id"]: _without("advice", item) for item in ours}
    if set(by_id) != {item["id"] for item in advice}:
        yield f"{where} advice: engine {list(by_id)}, reference {[item['id'] for item in advice]}"
        return
    for item in advice:
        ours_of_it = by_id[item["id"]] | {"metrics": list(by_id[item["id"]]["metrics"])}
        yield from _differing(f"{where} {item['id']}", ours_of_it, item)
    for ours_at, item in zip(by_id.values(), advice, strict=True):
        tied = ours_at["severity"] == item["severity"] and _same(ours_at["points_lost"], item["points_lost"])
        if ours_at["id"] != item["id"] and not tied:
            yield f"{where} order of advice: engine {list(by_id)}, reference {[item['id'] for item in advice]}"
            return


def _without(kind: str, card: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in card.items() if key not in LEFT_OUT[kind]}


def _differing(where: str, ours: Any, theirs: Any) -> Iterator[str]:
    if isinstance(ours, dict) and isinstance(theirs, dict):
        for key in dict.fromkeys((*theirs, *ours)):
            yield from _differing(f"{where} .{key}", ours.get(key, "not there"), theirs.get(key, "not there"))
    elif not _same(ours, theirs):
        yield f"{where}: engine {ours!r}, reference {theirs!r}"


def _same(ours: Any, theirs: Any) -> bool:
    numbers = [isinstance(x, int | float) and not isinstance(x, bool) for x in (ours, theirs)]
    if all(numbers):
        return math.isclose(ours, theirs, rel_tol=1e-9, abs_tol=1e-12)
    return bool(ours == theirs) and numbers[0] == numbers[1]
