"""What to say of a name in a formula that is not known there."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

from ..formula import Name
from ..functions import FUNCTIONS
from ..weighting import OVERALL
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


def explain_name(i: Inference, node: Name, beside: Typed | None) -> tuple[str, str]:
    """A message and a hint for a name that is not known; `beside` is what it is compared with."""
    name = node.id
    if name in FUNCTIONS:
        return f"`{name}` is a function", f"write {FUNCTIONS[name].signature}"
    return f"unknown name `{name}`", _elsewhere(i, name, beside) or _near(i, name)


def _elsewhere(i: Inference, name: str, beside: Typed | None) -> str | None:
    """What the name means in another place of the language, and how to say it here."""
    ruleset = i.ruleset
    over_rows = i.place in ("input", "row")
    if i.place == "card" and name in _CARD_HINTS:
        return _CARD_HINTS[name]
    if beside is not None and (beside.type == "text" or (beside.type == "level" and ruleset.rank(name) >= 0)):
        return f'a {beside.type} stands in quotes: "{name}"'
    owner = next((source for source in ruleset.sources.values() if source.column(name)), None)
    if over_rows:
        for section, what in (("params", "a parameter"), ("inputs", "an input"), ("metrics", "a metric")):
            if name in getattr(ruleset, section) and owner is None:
                return f"`{name}` is {what}; here only columns are known: {_some(i)}"
        return f"`{owner.id}` has that column, but this input comes from another source" if owner else None
    if i.place in ("cap", "card") and name in (*ruleset.groups, *([OVERALL] if i.place == "card" else [])):
        return f"write score({name}) or level({name})"
    if owner is not None:
        example = f"{{from: {owner.id}, formula: sum({name})}}"
        return f"`{name}` is a column of `{owner.id}`; an input takes it, such as {example}"
    return None


def _near(i: Inference, name: str) -> str:
    guess = i.guess(name, i.names)
    if guess in i.used:
        guess = i.guess(name, [known for known in i.names if known not in i.used]) or guess
    kind = "columns" if i.place in ("input", "row") else "names"
    return f"did you mean `{guess}`?" if guess else f"{kind}: {_some(i)}"


def _some(i: Inference) -> str:
    names = islice(i.names, _MOST_SHOWN)
    return (", ".join(names) or "none") + (" …" if len(i.names) > _MOST_SHOWN else "")
