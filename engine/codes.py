"""Every problem code with its title. Codes are stable: one is never given a second meaning.

RC1xx YAML, RC2xx schema, RC3xx formulas and names, RC4xx meaning, RC5xx data and the call,
RC6xx packs and overlays, RC7xx cases, RC9xx style. What a code means is told in `explanations/`, one file for each.
"""

from __future__ import annotations

from pathlib import Path

CODES: dict[str, str] = {
    "RC100": "the file cannot be read",
    "RC101": "not YAML",
    "RC102": "a key that stands twice",
    "RC103": "an anchor, alias or merge key",
    "RC104": "a custom tag",
    "RC105": "too large or too deep",
    "RC106": "not UTF-8",
    "RC107": "empty, or not a map",
    "RC108": "more than one document in a file",
    "RC109": "a number that is not finite",
    "RC200": "no kind of document that Rulecard knows",
    "RC201": "unknown key",
    "RC202": "missing key",
    "RC203": "wrong type",
    "RC204": "a value that is not among the allowed",
    "RC205": "a value of the wrong form",
    "RC206": "too few or too many entries",
    "RC207": "a number out of bounds",
    "RC208": "a value that fits none of the forms",
    "RC300": "a formula that cannot be read",
    "RC301": "unknown name",
    "RC302": "unknown function",
    "RC303": "wrong arguments",
    "RC304": "wrong type in a formula",
    "RC305": "not part of the formula language",
    "RC306": "a formula too long or too deep",
    "RC307": "a function that does not belong here",
    "RC308": "a character from a Chinese keyboard",
    "RC309": "a number that overflows",
    "RC310": "a cycle",
    "RC311": "a text template that cannot be read",
    "RC401": "unknown level",
    "RC402": "bands not ascending",
    "RC403": "levels against `better`",
    "RC404": "a band that no value can reach",
    "RC405": "bands without an open end, or with one in the middle",
    "RC406": "units that do not fit",
    "RC407": "a percent that is no share",
    "RC408": "weights negative or all zero",
    "RC409": "a member that does not exist",
    "RC410": "in two groups",
    "RC411": "stage weights with names missing and no `rest`",
    "RC412": "unknown stage",
    "RC413": "a score that cannot be taken",
    "RC414": "levels out of order",
    "RC415": "unknown action",
    "RC416": "a condition that never holds, or always",
    "RC417": "unknown source or column",
    "RC418": "declared but not used",
    "RC419": "a date or period that cannot be read",
    "RC420": "the same name twice",
    "RC421": "an input that cannot be taken so",
    "RC422": "a suppression out of date or without effect",
    "RC423": "a metric that is declared one way and used another",
    "RC424": "a lookup that cannot be made",
    "RC500": "a data file that cannot be read",
    "RC501": "no rows",
    "RC502": "a column that is not there",
    "RC503": "a value of the wrong type",
    "RC504": "a date that cannot be read",
    "RC505": "more than one row for an entity and period",
    "RC506": "a row that breaks a constraint",
    "RC507": "a row without entity or time",
    "RC508": "a value out of range",
    "RC509": "an unknown option value",
    "RC510": "data for a source that is not there",
    "RC511": "a category that is not declared",
    "RC512": "a file that cannot be written",
    "RC513": "rows with more or fewer cells than the header",
    "RC514": "a key that stands twice in a lookup",
    "RC515": "a key that a lookup does not find",
    "RC516": "sources that do not go together",
    "RC517": "a database that cannot be read",
    "RC600": "a ruleset that cannot be found",
    "RC601": "an overlay path that does not exist",
    "RC602": "an overlay path that exists already",
    "RC603": "`extends` that does not lead to a ruleset",
    "RC604": "a pack that does not hold together",
    "RC605": "an id that stands in two packs",
    "RC606": "a version that does not fit",
    "RC700": "cases for a ruleset that cannot be found",
    "RC701": "a name in a case that the ruleset does not have",
    "RC702": "an expectation that does not hold",
    "RC703": "a case that cannot be run",
    "RC901": "a number without evidence",
    "RC902": "one number that counts twice in a weighting",
}


def page(code: str) -> str:
    """The page of a code as Markdown: what it is, why it is a problem, a wrong example and a right one."""
    return f"# {code}: {CODES[code]}\n\n{_text(code)}"


def summary_of(code: str) -> str:
    """The first paragraph of a code's page: what it is and why."""
    return " ".join(_text(code).partition("\n\n")[0].split())


def _text(code: str) -> str:
    # read when it is asked for: no command that finds nothing needs it
    return (Path(__file__).parent / "explanations" / f"{code}.md").read_text(encoding="utf-8")
