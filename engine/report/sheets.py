"""What stands in each sheet of a workbook: columns of values, and how they are shown."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import polars as pl

from ..display import number_format
from ..reasons import REASONS
from ..wording import column_title, level_title, stage_title, words
from ..words import word

if TYPE_CHECKING:
    from ..results.result import Result

SCORE, SHARE, DATE, WHOLE = "0.0", "0.0%", "yyyy-mm-dd", "0"


@dataclass(frozen=True, slots=True)
class Column:
    """One column. `form` is a spreadsheet's number format; None is plain text or whatever number.

    `ranks` give cells the colour of a level; a text without one says why there is no value.
    `wide` is a text of several lines.
    """

    heading: str
    values: pl.Series
    form: str | None = None
    ranks: pl.Series | None = None
    wide: bool = False

    @property
    def indent(self) -> int:
        """A text stands a little away from the number before it."""
        return 1 if self.ranks is not None or self.values.dtype == pl.String else 0

    def part(self, start: int, length: int) -> Column:
        """Some rows of the column."""
        ranks = None if self.ranks is None else self.ranks.slice(start, length)
        return replace(self, values=self.values.slice(start, length), ranks=ranks)


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table of columns of one length; `keys` columns stay in sight."""

    name: str
    columns: Sequence[Column]
    keys: int = 0


class Sheets:
    """The sheets of a result, in the language of the run; `results` and `advice` are the same in every language."""

    def __init__(self, result: Result) -> None:
        self.result = result
        self.ruleset = result.ruleset
        self.language = result.language
        self.levels = [level_title(self.ruleset, level.id, self.language) for level in self.ruleset.levels]
        self.reasons = {code: word(reason, self.language) for code, reason in REASONS.items()}

    def overview(self) -> Sheet:
        """A row for each card: how it stands, how it moved, and what costs it most."""
        wide = self.result.wide
        keys = self._keys(wide)
        columns = [
            *keys,
            Column(self._word("score"), wide["score"], SCORE),
            self._level(self._word("level"), wide, "level", "o_r"),
            Column(self._word("coverage"), wide["o_c"], SHARE),
        ]
        if self.ruleset.period is not None:
            columns.append(Column(self._word("change"), self._changes(wide), "+0.0;-0.0;0.0"))
        columns += self._costliest(wide)
        if wide["cap"].is_not_null().any():
            columns.append(Column(self._word("sheet.cap"), self._caps(wide), wide=True))
        return Sheet(self._word("sheet.overview"), columns, len(keys))

    def metrics(self) -> Sheet:
        """A row for each card, with each group's score and each metric's value, beside it its level or why not."""
        wide = self.result.wide
        keys = self._keys(wide)
        columns = list(keys)
        for id, name in ((id, self.result.compiled.columns.groups[id]) for id in self.ruleset.groups):
            title = words(self.ruleset, self.ruleset.groups[id].title, self.language) or id
            columns += [Column(title, wide[name], SCORE), self._level(title, wide, f"{name}_l", f"{name}_r", id)]
        for id, name in ((id, self.result.compiled.columns.metrics[id]) for id in self.ruleset.metrics):
            metric = self.ruleset.metrics[id]
            title = self._metric_title(id)
            columns.append(Column(title, wide[name], self._form(wide[name], metric.unit, metric.decimals)))
            if metric.judged:
                columns.append(self._level(title, wide, f"{name}_l", f"{name}_q", id))
            elif wide[f"{name}_q"].is_not_null().any():
                columns.append(self._reasons(f"{title} · {self._word('sheet.reason')}", wide[f"{name}_q"]))
        return Sheet(self._word("sheet.metrics"), columns, len(keys))

    def about(self) -> list[tuple[str, Any, str | None]]:
        """What the run was and how to read its sheets, as lines: a name, a value, its number format.

        A line without a value is a heading.
        """
        result, ruleset = self.result, self.ruleset
        header = result.header()
        lines: list[tuple[str, Any, str | None]] = [
            (words(ruleset, ruleset.title, self.language) or ruleset.id, None, None),
            (self._word("sheet.ruleset"), ruleset.id, None),
            (self._word("version"), ruleset.version, None),
            ("SHA-256", header["ruleset"]["sha256"], None),
            ("Rulecard", header["rulecard"], None),
        ]
        lines += [(self._word("overlays"), overlay, None) for overlay in header["ruleset"]["overlays"]]
        description = words(ruleset, ruleset.description, self.language)
        lines += [(self._word("sheet.description"), description, None)] if description else []
        lines += self._params()
        lines.append((self._word("sheet.sources"), None, None))
        for source in result.sources:
            rows = self._word("sheet.rows", rows=f"{source['rows']:,}")
            lines.append((source["name"], f"{source['path']}\n{rows}" if source["path"] else rows, None))
        lines.append((self._word("sheet.problems"), None, None))
        lines += [
            (problem.code, "\n".join(filter(None, (problem.message, problem.hint))), None)
            for problem in result.problems
        ]
        if not result.problems:
            lines.append((self._word("sheet.no_problems"), "", None))
        lines.append((self._word("sheet.reading"), None, None))
        return lines + [("", self._word(f"sheet.note_{note}"), None) for note in self._notes()]

    def _params(self) -> list[tuple[str, Any, str | None]]:
        lines: list[tuple[str, Any, str | None]] = []
        for id, param in self.result.run_params.items():
            title = words(self.ruleset, param.title, self.language)
            name = f"{title} ({id})" if title else id
            dated = param.values or ((None, param.value),)
            for day, value in dated:
                form = DATE if param.type == "date" else None
                if isinstance(value, int | float) and not isinstance(value, bool):
                    form = self._form(pl.Series([float(value)]), param.unit, None)
                if param.type == "date" and isinstance(value, str):
                    lines.append((name, dt.date.fromisoformat(value), form))
                else:
                    lines.append((f"{name}, {self._word('sheet.from_day', day=day)}" if day else name, value, form))
        return [(self._word("sheet.params"), None, None), *lines] if lines else []

    def _notes(self) -> list[str]:
        notes = ["empty", "weights"]
        notes += ["uncertain"] if self.result.compiled.columns.sampled else []
        relative = any(metric.score.kind == "relative" for metric in self.ruleset.metrics.values())
        return [*notes, *(["relative"] if relative else []), "tidy"]

    def recommendations(self) -> Sheet:
        """A row for each piece of advice, in words."""
        advice = self.result.advice
        entity = advice.columns[: advice.columns.index("period")]
        ids = {id: self._metric_title(id) for id in self.ruleset.metrics}
        titles = advice["metrics"].str.split(", ").list.eval(pl.element().replace(ids)).list.join("\n")
        severities = {name: word(f"severity.{name}", self.language) for name in advice["severity"].unique().to_list()}
        columns = [
            *(Column(title, advice[name], WHOLE) for title, name in zip(self._entity(), entity, strict=True)),
            Column(self._word("period"), _dated(advice["period"]), DATE),
            Column(self._word("stage"), self._stages(advice["stage"])),
            Column(self._word("sheet.severity"), advice["severity"].replace_strict(severities, return_dtype=pl.String)),
            Column(self._word("sheet.title"), advice["title"], wide=True),
            Column(self._word("sheet.text"), advice["text"], wide=True),
            Column(self._word("sheet.actions"), advice["actions"], wide=True),
            Column(self._word("metric"), titles, wide=True),
            Column(self._word("lost"), advice["points_lost"], SCORE),
        ]
        return Sheet(self._word("sheet.advice"), _with_values(columns, len(entity)), len(entity))

    def tidy(self, name: str, frame: pl.DataFrame) -> Sheet:
        """A table of the result as it is."""
        forms = {"score": SCORE, "points_lost": SCORE, "weight": SHARE, "position": WHOLE}
        keys = frame.columns.index("period")
        columns = []
        for place, column in enumerate(frame.columns):
            values = _dated(frame[column]) if place == keys else frame[column]
            form = WHOLE if place < keys else DATE if place == keys else forms.get(column)
            columns.append(Column(column, values, form, wide=column in ("text", "actions")))
        return Sheet(name, columns, keys)

    # -- columns -----------------------------------------------------------------------------------------------

    def _word(self, key: str, **parts: object) -> str:
        return word(key, self.language, **parts)

    def _metric_title(self, id: str) -> str:
        return words(self.ruleset, self.ruleset.metrics[id].title, self.language) or id

    def _entity(self) -> list[str]:
        return [column_title(self.ruleset, name, self.language) for name in self.ruleset.entity]

    def _keys(self, wide: pl.DataFrame) -> list[Column]:
        keys = wide.select(self.result.labels.keys(wide))
        columns = [Column(title, wide[f"e{place}"], WHOLE) for place, title in enumerate(self._entity())]
        if self.ruleset.period is not None:
            columns.append(Column(self._word("period"), _dated(keys["period"]), DATE))
        if self.ruleset.stages is not None:
            columns.append(Column(self._word("stage"), self._stages(keys["stage"])))
        return columns

    def _form(self, values: pl.Series, unit: str | None, decimals: int | None) -> str:
        known = values.drop_nulls().cast(pl.Float64)
        largest = known.abs().max()
        size = largest if isinstance(largest, float) else 0.0
        return number_format(size, (known == known.round()).all(), unit, decimals, self.language)

    def _stages(self, ids: pl.Series) -> pl.Series:
        titles = {id: stage_title(self.ruleset, id, self.language) for id in ids.drop_nulls().unique().to_list()}
        return ids.replace_strict(titles, default=None, return_dtype=pl.String)

    def _level(self, title: str, wide: pl.DataFrame, level: str, reason: str, of: str | None = None) -> Column:
        """The level in words; where there is none, why."""
        titles = dict(enumerate(self.levels))
        found = pl.col(level).replace_strict(titles, default=None, return_dtype=pl.String)
        certain = f"{level.removesuffix('_l')}_c"
        if of in self.result.compiled.columns.sampled:
            found = pl.when(~pl.col(certain)).then(found + " ?").otherwise(found)
        why = pl.col(reason).replace_strict(self.reasons, default=None, return_dtype=pl.String)
        if not any(metric.scored for metric in self.ruleset.metrics.values()):
            why = pl.lit(self._word("not_scored"))
        heading = title if of is None else f"{title} · {self._word('level')}"
        return Column(heading, wide.select(pl.coalesce(found, why).alias("level")).to_series(), ranks=wide[level])

    def _reasons(self, heading: str, codes: pl.Series) -> Column:
        found = codes.replace_strict(self.reasons, default=None, return_dtype=pl.String)
        return Column(heading, found, ranks=pl.repeat(None, codes.len(), dtype=pl.Int8, eager=True))

    def _changes(self, wide: pl.DataFrame) -> pl.Series:
        """How far scores moved since the period before by the calendar, whether that is shown or not."""
        keys = [*self.result.compiled.context.entity, "p"]
        before = self.result.unchosen().wide.select(*keys, pl.col("score").alias("before"))
        before = before.with_columns(pl.col("p") + 1)
        found = wide.select(*keys, "score").join(before, on=keys, how="left", maintain_order="left", nulls_equal=True)
        return found.select(pl.col("score") - pl.col("before")).to_series()

    def _costliest(self, wide: pl.DataFrame) -> list[Column]:
        """The metric that costs a card most, and how many points."""
        lost = {
            id: f"{name}_p" for id, name in self.result.compiled.columns.metrics.items() if f"{name}_p" in wide.columns
        }
        if not lost:
            return []
        titles = {place: self._metric_title(id) for place, id in enumerate(lost)}
        costs = wide.select(pl.concat_list([pl.col(name).fill_null(0.0) for name in lost.values()]).alias("lost"))
        worst = costs.select(points=pl.col("lost").list.max(), place=pl.col("lost").list.arg_max().cast(pl.Int64))
        named = worst.select(
            pl.when(pl.col("points") > 0)
            .then(pl.col("place").replace_strict(titles, return_dtype=pl.String))
            .alias("name"),
            pl.when(pl.col("points") > 0).then("points").alias("points"),
        )
        return [Column(self._word("worst"), named["name"]), Column(self._word("lost"), named["points"], SCORE)]

    def _caps(self, wide: pl.DataFrame) -> pl.Series:
        rows = wide["cap"].is_not_null().arg_true()
        said: list[str | None] = [None] * wide.height
        for row, (cap, _) in zip(rows, self.result.texts(wide[rows]), strict=True):
            if cap is not None:
                key = "capped_because" if cap.because else "capped"
                said[row] = self._word(key, at_most=f"{cap.at_most:g}", score=f"{cap.score:.1f}", because=cap.because)
        return pl.Series(said, dtype=pl.String)


def _dated(labels: pl.Series) -> pl.Series:
    """Days as dates; labels of longer periods are texts."""
    if labels.is_null().all() or not labels.str.contains(r"^\d{4}-\d\d-\d\d$").all():
        return labels
    return labels.str.to_date()


def _with_values(columns: list[Column], keys: int) -> list[Column]:
    """Without columns in which nothing stands, such as the stage of a ruleset that has none."""
    return [
        column
        for place, column in enumerate(columns)
        if place < keys or column.values.null_count() < column.values.len()
    ]
