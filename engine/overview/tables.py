"""What a ruleset measures, as tables for readers who do not write rulesets: for `packs show` and READMEs of packs."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from ..data.sources import declared_sources
from ..display import NO_VALUE, format_value, text_in
from ..language.model import Band, Bands, Evidence, Metric, Ruleset, Source, Text
from ..language.reading import text
from ..language.weighting import effective_weights
from ..words import word
from .counting_words import CountingWords, declared_titles
from .formula_words import FormulaWords

_NOTHING = ""
_LIST = {"zh": "、", "en": ", "}


@dataclass(frozen=True, slots=True)
class Section:
    """A table under a heading; `code` are the columns that hold ids, `name` the one that says what a row is about."""

    heading: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    code: frozenset[int] = frozenset()
    name: int = 0


@dataclass(frozen=True, slots=True)
class Overview:
    """Tables, and before them what they leave out, or nothing."""

    note: str
    sections: tuple[Section, ...]


def overview(ruleset: Ruleset, language: str, beside: Collection[Ruleset] = ()) -> Overview:
    """Levels, metrics with formulas and bands, stages and weights, caps, params, and the data that is needed.

    Of a ruleset that extends one of those `beside`, which are shown as well, only what it says itself.
    """
    files = [Path(document.file).resolve() for document in ruleset.origin.documents[:-1]]
    base = next((one for one in beside if Path(one.origin.documents[-1].file).resolve() in files), None)
    reading = _Reading(ruleset, language, base is not None)
    found = (reading.levels(), reading.metrics(), reading.watched(), reading.stages(), reading.weights(),
             reading.caps(), reading.params(), reading.inputs(), *reading.sources())  # fmt: skip
    note = reading.words("as_in", title=reading.named(base.title, base.id), id=base.id) if base else _NOTHING
    return Overview(note, tuple(section for section in found if section.rows))


class _Reading:
    def __init__(self, ruleset: Ruleset, language: str, own_only: bool) -> None:
        self.ruleset, self.language, self.own_only = ruleset, language, own_only
        titles = declared_titles(ruleset, language)
        self.said = FormulaWords(language, {**titles, "target": self.words("target")}.get, self.level)
        self.counted = CountingWords(ruleset, language, titles, self.level)
        self.group_of = {id: group for group in ruleset.groups.values() for id, _ in group.members}

    def words(self, key: str, **parts: object) -> str:
        return word(f"overview.{key}", self.language, **parts)

    def named(self, text: Text, id: str) -> str:
        return text_in(text, self.language) or id

    def level(self, id: str) -> str:
        known = next((level for level in self.ruleset.levels if level.id == id), None)
        own = text_in(known.title, self.language) if known else ""
        return own or word(f"level.{id}", self.language).removeprefix("level.")

    def own(self, *path: str) -> bool:
        """Whether something is to be shown: all, or what the ruleset does not take over from its base."""
        return not self.own_only or self.ruleset.origin.is_touched_by_last(path)

    def section(
        self, heading: str, head: Sequence[str], rows: Iterator[tuple[str, ...]], *code: int, name: int = 0
    ) -> Section:
        titles = tuple(self.words(one) for one in head)
        return Section(self.words(heading), titles, tuple(rows), frozenset(code), name)

    # -- what is judged --------------------------------------------------------------------------------------

    def levels(self) -> Section:
        used = any(metric.judged for metric in self.ruleset.metrics.values()) and self.own("levels")
        rows = ((self.level(level.id), level.id, format_value(level.score)) for level in self.ruleset.levels if used)
        return self.section("levels", ("level", "id", "score"), rows, 1)

    def metrics(self) -> Section:
        """Those that count, with what is good and bad."""
        head = ("group", "metric", "id", "formula", "judged", "evidence")
        rows = [
            (self.grouped(metric), self.named(metric.title, id), id, self.said(metric.formula.node),
             self.judged(metric), self.evidence(metric))
            for id, metric in self.ruleset.metrics.items()
            if self.own("metrics", id) and (metric.judged or metric.scored)
        ]  # fmt: skip
        # a column that says nothing is none
        skipped = 0 if any(row[0] for row in rows) else 1
        cut = (row[skipped:] for row in rows)
        return self.section("metrics", head[skipped:], cut, 2 - skipped, name=1 - skipped)

    def watched(self) -> Section:
        rows = (
            (self.named(metric.title, id), id, self.said(metric.formula.node))
            for id, metric in self.ruleset.metrics.items()
            if self.own("metrics", id) and not (metric.judged or metric.scored)
        )
        return self.section("watched", ("metric", "id", "formula"), rows, 1)

    def grouped(self, metric: Metric) -> str:
        group = self.group_of.get(metric.id)
        return self.named(group.title, group.id) if group else _NOTHING

    def judged(self, metric: Metric) -> str:
        """From which value on a metric has which level, or how it is scored; and its target."""
        if metric.bands is not None and metric.judged:
            text = self.bands(metric, metric.bands)
        elif metric.score.kind == "relative":
            text = self.words("relative")
        else:
            points = (f"{self.said(value.node, metric.unit)} → {format_value(score)}"
                      for value, score in metric.score.points)  # fmt: skip
            text = self.words("points", points=_LIST[self.language].join(points))
        if metric.target is not None:
            text += self.words("with_target", target=self.said(metric.target.node, metric.unit))
        return text

    def bands(self, metric: Metric, bands: Bands) -> str:
        """`critical < 10%, poor < 20%, …, excellent ≥ 60%`, for each category where they go by one."""
        if len(bands.cases) == 1 and bands.cases[0][0] is None:
            return self._chain(metric, bands.cases[0][1])
        parts = []
        for category, own in bands.cases:
            of = self.words("others") if category is None else category
            parts.append(self.words("of", of=of, bands=self._chain(metric, own)))
        return self.words("and").join(parts)

    def _chain(self, metric: Metric, own: Sequence[Band]) -> str:
        steps = []
        last: Band | None = None
        for band in own:
            sign, at = ("≤" if band.inclusive else "<", band) if band.cut else ("≥", last)
            if at is last and last is not None and last.inclusive:
                sign = ">"
            cut = f" {sign} {self.said(at.cut.node, metric.unit)}" if at and at.cut else _NOTHING
            steps.append(self.level(band.level) + cut)
            last = band
        return _LIST[self.language].join(steps)

    def evidence(self, metric: Metric) -> str:
        """Where the numbers come from: the kinds of evidence, each once."""
        own: list[Evidence | None] = [metric.evidence]
        if metric.bands is not None and metric.judged:
            own += [band.evidence or metric.evidence for band in metric.bands.all_bands() if band.cut is not None]
        kinds = dict.fromkeys(one.kind for one in own if one is not None)
        return _LIST[self.language].join(self.words(f"evidence.{kind}") for kind in kinds)

    def stages(self) -> Section:
        """When each stage is the one that counts."""
        stages = self.ruleset.stages
        shown = stages is not None and self.own("stages")
        rows = ((self.named(profile.title, id), id, self.chosen(id)) for id, profile in stages.profiles.items()
                if shown) if stages else iter(())  # fmt: skip
        return self.section("stages", ("stage", "id", "when"), rows, 1)

    def chosen(self, id: str) -> str:
        stages = self.ruleset.stages
        assert stages is not None
        if stages.choose_from is not None:
            title = declared_titles(self.ruleset, self.language).get(stages.choose_from, stages.choose_from)
            said = [self.words("chosen_by", input=f"[{title}]", id=id)]
        else:
            said = [self.said(when.node) for when, stage in stages.choose if stage == id]
        said += [self.words("otherwise")] * (stages.default == id)
        return self.words("and").join(said) or self.words("asked", id=id)

    def weights(self) -> Section:
        """What each metric counts of the whole, in each stage."""
        ruleset, stages = self.ruleset, self.ruleset.stages
        profiles = list(stages.profiles.values()) if stages else [ruleset.overall.profile]
        shares = [effective_weights(ruleset, profile) for profile in profiles]
        names = [self.named(profile.title, profile.id) for profile in profiles] if stages else [self.words("weight")]
        shown = any(map(self.own, ("metrics", "groups", "stages", "overall")))
        rows = (
            (self.named(metric.title, id), *(_percent(share.get(id, 0.0)) for share in shares))
            for id, metric in ruleset.metrics.items()
            if shown and any(share.get(id) for share in shares)
        )
        return Section(self.words("weights"), (self.words("metric"), *names), tuple(rows))

    def caps(self) -> Section:
        rows = ((self.said(cap.when.node), format_value(cap.at_most)) for cap in self.ruleset.overall.caps
                if self.own("overall"))  # fmt: skip
        return self.section("caps", ("when", "at_most"), rows)

    def params(self) -> Section:
        rows = ((self.named(param.title, id), id, self.setting(id)) for id, param in self.ruleset.params.items()
                if self.own("params", id))  # fmt: skip
        return self.section("params", ("param", "id", "value"), rows, 1)

    def setting(self, id: str) -> str:
        param = self.ruleset.params[id]
        if not param.values:
            return format_value(param.value, param.unit, language=self.language)
        dated = (self.words("from_day", day=day, value=format_value(value, param.unit, language=self.language))
                 for day, value in param.values)  # fmt: skip
        return _LIST[self.language].join(dated)

    # -- what is needed --------------------------------------------------------------------------------------

    def inputs(self) -> Section:
        """What is counted from raw rows; plain columns stand among the data."""
        rows = (
            (self.named(input.title, id), id, self.counted.sources_of(input), self.counted(input))
            for id, input in self.ruleset.inputs.items()
            if not input.is_column and not input.size and self.own("inputs", id)
        )
        return self.section("inputs", ("input", "id", "source", "counted"), rows, 1)

    def sources(self) -> Iterator[Section]:
        declared = declared_sources(self.ruleset)
        for id, source in declared.items():
            if self.ruleset.sources and not self.own("sources", id):
                continue
            named = self.named(source.title, id)
            heading = self.words("data_of", title=named) if len(declared) > 1 or named != id else self.words("data")
            heading += f" ({id})" if named != id else _NOTHING
            if id in self.ruleset.looked_up_only:
                heading += self.words("looked_up_only")
            rows = [(column.name, self.meaning(source, column.name), self.words(f"type.{column.type}"))
                    for column in source.columns]  # fmt: skip
            rows += [
                (own, self.words("looked_up", source=self.named(declared[lookup.source].title, lookup.source),
                                 by=_LIST[self.language].join(here for here, _ in lookup.on)), _NOTHING)
                for lookup in source.lookups for own, _ in lookup.columns
            ]  # fmt: skip
            head = tuple(self.words(one) for one in ("column", "meaning", "type"))
            yield Section(heading, head, tuple(rows), frozenset({0}))

    def meaning(self, source: Source, name: str) -> str:
        column = source.column(name)
        own = text_in(column.title, self.language) if column else ""
        input = self.ruleset.inputs.get(name)
        own = own or (text_in(input.title, self.language) if input and input.source == source.id else _NOTHING)
        if not own and name in self.ruleset.entity:
            return self.words("entity")
        return self.words("time") if not own and name == source.time else own


def _percent(share: float) -> str:
    return format_value(round(share, 4), "percent") if share else NO_VALUE


def overlays(laid: Iterable[Ruleset], language: str) -> Section:
    """A row for each ruleset under an overlay: what the overlay is called, what it is for, and what it changes."""

    def row(ruleset: Ruleset) -> tuple[str, ...]:
        own = ruleset.origin.documents[-1]
        titles = declared_titles(ruleset, language)
        groups = {id: text_in(group.title, language) or id for id, group in ruleset.groups.items()}
        paths = [str(path).split(".") for key in ("set", "add") for path in own.data.get(key) or {}]
        paths += [str(path).split(".") for path in own.data.get("remove") or ()]
        changed = dict.fromkeys(_changed(path, {**groups, **titles}, language) for path in paths)
        title = text_in(text(own.data.get("title")), language) or own.id
        return title, own.id, str(own.data["extends"]), _LIST[language].join(changed)

    head = tuple(word(f"overview.{one}", language) for one in ("overlay", "id", "for", "changes"))
    return Section(word("overview.overlays", language), head, tuple(map(row, laid)), frozenset({1, 2}))


def _changed(path: list[str], titles: Mapping[str, str], language: str) -> str:
    """What a path of an overlay is about: an entry by its title, else a part of the ruleset."""
    if len(path) > 1 and path[0] in ("metrics", "params", "inputs", "groups"):
        return titles.get(path[1], path[1])
    return word(f"overview.part.{path[0]}", language).removeprefix("overview.part.")
