"""What to say of a name or a function in a formula that is not known there."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from itertools import islice
from typing import TYPE_CHECKING

from ..formulas.formula import Arithmetic, Call, Name, Node
from ..functions import FUNCTIONS
from ..language.weighting import OVERALL
from ..suggest import Meant, alike, said
from .typed import Typed

if TYPE_CHECKING:
    from .inference import Inference

# Texts know these; conditions have their own way to say the same.
_CARD_HINTS = {
    "stage": "`stages:` of an advice says at which stages it is given",
    "score": "write score(overall)",
    "entity": "only texts know it; a condition is about numbers",
    "period": "only texts know it; a condition is about numbers",
}
_MOST_SHOWN = 12


def with_a_dash(i: Inference, node: Node) -> bool:
    """Reports a name that is written with `-` for `_`, which a formula reads as a difference of two unknown names."""
    if not isinstance(node, Arithmetic) or node.operator != "-":
        return False
    left, right = node.left, node.right
    while isinstance(left, Arithmetic):
        left = left.right
    while isinstance(right, Arithmetic):
        right = right.left
    if not isinstance(left, Name) or not isinstance(right, Name | Call) or right.start != left.end + 1:
        return False
    second = right.id if isinstance(right, Name) else right.function
    meant = f"{left.id}_{second}"
    scopes = (i.names, i.ruleset.metrics, i.ruleset.inputs, i.ruleset.params)
    known = any(meant in names for names in scopes) if isinstance(right, Name) else meant in FUNCTIONS
    if not known or (left.id in i.names and second in i.names):
        return False
    written = Name(left.start, right.start + len(second), f"{left.id}-{second}")
    i.report("RC301", written, f"unknown name `{written.id}`", said(written.id, meant, i.names))
    return True


def explain_name(i: Inference, node: Name, beside: Typed | None) -> tuple[str, str | Meant]:
    """A message and a hint for a name that is not known; `beside` is what it is compared with."""
    name = node.id
    meant = i.guess(name, i.names)
    if meant is not None and alike(name, meant.word):
        return f"unknown name `{name}`", meant
    if name in FUNCTIONS:
        return f"`{name}` is a function", f"write {FUNCTIONS[name].signature}"
    return f"unknown name `{name}`", _elsewhere(i, name, beside) or _near(i, name)


def _elsewhere(i: Inference, name: str, beside: Typed | None) -> str | Meant | None:
    """What the name means in another place of the language, and how to say it here."""
    ruleset = i.ruleset
    over_rows = i.place in ("input", "row")
    if i.place == "card" and name in _CARD_HINTS:
        return _CARD_HINTS[name]
    if beside is not None and beside.type == "text":
        texts = [known for known, found in i.names.items() if found.type == "text"]
        meant = i.guess(name, [*texts, *(id for id in _params(i) if ruleset.params[id].type == "text")])
        if meant is not None:
            # it may as well be a text without its quotes
            return replace(meant, certain=False)
    if beside is not None and (beside.type == "text" or (beside.type == "level" and ruleset.rank(name) >= 0)):
        return f'a {beside.type} stands in quotes: "{name}"'
    owner = next((source for source in ruleset.sources.values() if source.column(name)), None)
    if over_rows:
        kinds = {"params": "a parameter of several dates", "inputs": "an input", "metrics": "a metric"}
        for section, what in kinds.items():
            if name in getattr(ruleset, section) and owner is None:
                return f"`{name}` is {what}; here only columns and parameters of one value are known: {_some(i)}"
        apart = f"`{owner.id}` has that column, but this input comes from another source" if owner else None
        return _not_brought(i, name) or apart
    if i.place in ("cap", "card") and name in (*ruleset.groups, *([OVERALL] if i.place == "card" else [])):
        return f"write score({name}) or level({name})"
    if owner is not None:
        example = f"{{from: {owner.id}, formula: sum({name})}}"
        return f"`{name}` is a column of `{owner.id}`; an input takes it, such as {example}"
    return None


def _not_brought(i: Inference, name: str) -> str | None:
    """How a column of a source that is looked up comes to the rows here."""
    for lookup in i.source.lookups if i.source else ():
        other = i.ruleset.sources.get(lookup.source)
        if other is None or other.column(name) is None:
            continue
        here = next((ours for ours, theirs in lookup.columns if theirs == name), None)
        if here is not None:
            return f"did you mean `{here}`? So the lookup calls `{name}` of `{other.id}`"
        return f"`{other.id}` has it; add it to `columns` of the lookup: {'.'.join(map(str, lookup.path))}"
    return None


def _near(i: Inference, name: str) -> str | Meant:
    params = _params(i)
    known: Collection[str] = [*i.names, *params] if params else i.names
    guess = i.guess(name, known)
    if guess is not None and guess.word in i.used:
        free = i.guess(name, [one for one in known if one not in i.used])
        # of a name that stands in the formula already and another one either may be meant
        guess = guess if free is None else replace(free, certain=False)
    kind = "columns" if i.place in ("input", "row") else "names"
    return guess or f"{kind}: {_some(i)}"


def _params(i: Inference) -> list[str]:
    """The params that formulas over rows may name beside columns."""
    over_rows = i.place in ("input", "row")
    return [id for id, param in i.ruleset.params.items() if not param.values] if over_rows else []


def _some(i: Inference) -> str:
    names = islice(i.names, _MOST_SHOWN)
    return (", ".join(names) or "none") + (" …" if len(i.names) > _MOST_SHOWN else "")


# Names that other languages and spreadsheets give the same thing.
_ALSO_CALLED = {
    "average": "mean", "avg": "mean", "countdistinct": "count_distinct", "n_unique": "count_distinct",
    "counta": "count", "percentile": "quantile", "stdev": "std", "stddev": "std",
    "iferror": "coalesce", "ifnull": "coalesce", "nvl": "coalesce", "isnull": "is_missing", "isna": "is_missing",
    "isblank": "is_missing", "lag": "prev", "previous": "prev", "diff": "change", "ceiling": "ceil", "ln": "log",
    "pow": "**", "power": "**", "rank": "peer_rank", "moving_average": "rolling_mean", "ytd": "to_date",
    "datediff": "days_between", "date_diff": "days_between", "datedif": "days_between", "days": "days_between",
    "timestampdiff": "minutes_between", "timediff": "hours_between", "dayofweek": "weekday", "dow": "weekday",
    "isodow": "weekday", "dayofmonth": "day_of_month", "monthofyear": "month_of_year", "weeknum": "week",
    "trim": "strip", "ltrim": "strip", "rtrim": "strip", "lcase": "lower", "lowercase": "lower", "ucase": "upper",
    "uppercase": "upper", "startswith": "starts_with", "endswith": "ends_with", "instr": "contains",
    "search": "contains", "find": "contains", "like": "contains", "includes": "contains", "left": "starts_with",
    "right": "ends_with", "share": "share_of_total", "ratio_to_report": "share_of_total", "wilson": "wilson_low",
}  # fmt: skip
# Names of what is done otherwise here, or not at all.
_OTHERWISE = {
    **dict.fromkeys(["now", "today", "getdate", "current_date", "current_timestamp", "sysdate"],
                    "the same data must give the same result on any day; a date parameter (`--set`) can hold the day"),
    **dict.fromkeys(["dateadd", "date_add", "adddate", "date_sub", "edate", "eomonth", "interval"],
                    "dates are not added to; compare days_between(a, b) with a number of days"),
    **dict.fromkeys(["date_trunc", "datetrunc", "trunc"], "write day(x), week(x), month(x), quarter(x) or year(x)"),
    **dict.fromkeys(["extract", "datepart", "date_part"],
                    "write year(x), month_of_year(x), day_of_month(x), weekday(x) or hour(x)"),
    **dict.fromkeys(["strftime", "to_char", "date_format", "format"],
                    'dates are compared as they are, such as month(x) == "2025-03"'),
    **dict.fromkeys(["date", "datetime", "to_timestamp", "strptime", "cast", "convert"],
                    'a column\'s type stands in its source; a date stands in quotes, such as "2025-03-01"'),
    **dict.fromkeys(["len", "length", "char_length"], "count() counts rows; texts are not measured"),
    **dict.fromkeys(["mid", "substr", "substring", "split", "replace", "concat", "regexp_matches", "regexp_extract"],
                    "texts are compared, not cut: contains(x, \"…\"), starts_with(x, \"…\") or ends_with(x, \"…\")"),
    **dict.fromkeys(["sumif", "sumifs", "countif", "countifs", "averageif", "averageifs"],
                    "`where:` of an input chooses the rows"),
}  # fmt: skip


def explain_function(i: Inference, node: Call, families: Collection[str]) -> None:
    """Report a function that there is none of; `families` may stand here."""
    name, plain = node.function, node.function.lower()
    if name in i.names:
        i.report("RC302", node, f"`{name}` is a name, not a function", "write `*` to multiply")
        return
    known = [name for name, entry in FUNCTIONS.items() if entry.family in families]
    hint: str | Meant | None = _OTHERWISE.get(plain)
    if hint is None and plain in _ALSO_CALLED:
        hint = f"did you mean `{_ALSO_CALLED[plain]}`?"
    hint = hint or i.guess(name, known) or i.guess(name, FUNCTIONS) or f"functions: {', '.join(sorted(known))}"
    i.report("RC302", Name(node.start, node.start + len(name), name), f"unknown function `{name}`", hint)
