"""How an input comes about from rows, in words: what is counted, for each of what, in which window, of which rows."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from ..display import format_value, text_in
from ..formulas.formula import Comparison, Logic, Not, OneOf
from ..language.durations import Duration
from ..language.model import Cohort, Formula, Input, Ruleset
from ..words import word
from .formula_words import FormulaWords


def declared_titles(ruleset: Ruleset, language: str) -> dict[str, str]:
    """By id, what inputs, params, metrics and who is scored are called; those without a title are left out."""
    columns = (column for source in ruleset.sources.values() for column in source.known)
    titles = {one.name: text_in(one.title, language) for one in columns if one.title and one.name in ruleset.entity}
    for table in (ruleset.metrics, ruleset.params, ruleset.inputs):
        titles |= {id: text_in(one.title, language) for id, one in table.items()}
    return {id: title for id, title in titles.items() if title}


class CountingWords:
    def __init__(self, ruleset: Ruleset, language: str, titles: Mapping[str, str], level: Callable[[str], str]) -> None:
        self.ruleset, self.language, self.titles, self.level = ruleset, language, titles, level

    def __call__(self, input: Input) -> str:
        """What is counted, in one sentence."""
        if input.cohort is not None:
            return self._cohort(input, input.cohort)
        said = self._said(input.formula, input.source) if input.formula else input.id
        if input.per:
            holds = input.formula and isinstance(input.formula.node, Comparison | Logic | Not | OneOf)
            then = "count_true" if holds and input.then == "sum" else input.then
            by = self._word("list").join(self._said(one, input.source) for one in input.per)
            said = self._word("for_each", by=by, value=said) + self._word(f"then.{then}")
        if input.trailing:
            said = self._word("trailing", said=said, window=self._long(input.trailing))
        return said + (self._word("of_rows", when=self._said(input.where, input.source)) if input.where else "")

    def sources_of(self, input: Input) -> str:
        """What the tables are called that it is counted from."""
        return " / ".join(map(self._table, dict.fromkeys(input.sources)))

    def _cohort(self, input: Input, cohort: Cohort) -> str:
        first = self._table(input.source)
        if input.where:
            first = self._word("of_which", table=first, when=self._said(input.where, input.source))
        then = self._table(cohort.then)
        if cohort.then_where:
            then = self._word("of_which", table=then, when=self._said(cohort.then_where, cohort.then))
        column = self.ruleset.sources[input.source].column(cohort.by) if input.source in self.ruleset.sources else None
        who = f"[{(text_in(column.title, self.language) if column else '') or cohort.by}]"
        when = ""
        if cohort.after and cohort.within:
            when = self._word("between", first=self._long(cohort.after), last=self._long(cohort.within))
        elif cohort.after:
            when = self._word("after", window=self._long(cohort.after))
        elif cohort.within:
            when = self._word("within", window=self._long(cohort.within))
        return self._word(cohort.kind, who=who, first=first, then=then, when=when)

    def _table(self, id: str) -> str:
        source = self.ruleset.sources.get(id)
        return (text_in(source.title, self.language) if source else "") or id

    def _long(self, window: Duration) -> str:
        if window.unit == "quarter":
            return self._word("quarters", count=window.count)
        return format_value(window.count, window.unit, language=self.language)

    def _said(self, formula: Formula, source: str) -> str:
        """A formula over the columns of a source; a param stands where there is no such column."""
        known = self.ruleset.sources[source].known if source in self.ruleset.sources else ()
        columns = {column.name: text_in(column.title, self.language) or None for column in known}

        def title(name: str) -> str | None:
            return columns[name] if name in columns else self.titles.get(name) if name in self.ruleset.params else None

        return FormulaWords(self.language, title, self.level)(formula.node)

    def _word(self, key: str, **parts: object) -> str:
        return word(f"counting.{key}", self.language, **parts)
