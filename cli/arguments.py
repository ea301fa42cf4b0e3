"""What is written on the command line, taken apart; mistakes come back as problems."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from rulecard import Problem, Problems

_SOURCE = re.compile(r"([^\W\d]\w*)=(.*)", re.DOTALL)


# in the place of a file, for a source of which there is no data; a file of that name is `./none`
_NO_DATA = "none"


def data_files(written: Sequence[str]) -> list[str] | dict[str, list[str] | None] | None:
    """`[SOURCE=]FILE` by source, or the files where none names a source; None for no data. Raises Problems."""
    named: dict[str, list[str]] = {}
    bare: list[str] = []
    for text in written:
        match = _SOURCE.fullmatch(text)
        if match and match[2]:
            named.setdefault(match[1], []).append(match[2])
        else:
            bare.append(text)
    if named and bare:
        message = f"`--data {bare[0]}` names no source, and others do"
        raise Problems([Problem("RC509", message, hint=f"write `--data SOURCE={bare[0]}` for each file")])
    for source, files in named.items():
        if _NO_DATA in files and len(files) > 1:
            message = f"`{source}` has no data by `--data {source}={_NO_DATA}`, and files besides"
            raise Problems([Problem("RC509", message, hint="keep one of them")])
    by_source = {source: None if files == [_NO_DATA] else files for source, files in named.items()}
    return by_source or bare or None


def settings(written: Iterable[str]) -> dict[str, str]:
    """`PARAM=VALUE` by param."""
    values: dict[str, str] = {}
    problems: list[Problem] = []
    for text in written:
        name, sign, value = text.partition("=")
        name, value = name.strip(), value.strip()
        if not sign or not name or not value:
            problems.append(Problem("RC509", f"`--set {text}` sets nothing", hint="write `--set PARAM=VALUE`"))
        elif values.setdefault(name, value) != value:
            problems.append(
                Problem("RC509", f"`--set` gives `{name}` two values, {values[name]} and {value}", hint="keep one")
            )
    if problems:
        raise Problems(problems)
    return values


def share(text: str, option: str) -> float:
    """`90%` or `0.9` as 0.9."""
    number = text.strip().removesuffix("%")
    try:
        value = float(number) / (100 if text.strip().endswith("%") else 1)
    except ValueError:
        value = -1.0
    if not 0 <= value <= 1:
        raise Problems([Problem("RC509", f"`{option} {text}` is not a share", hint="write a share such as `90%`")])
    return value
