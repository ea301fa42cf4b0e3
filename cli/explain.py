"""`explain`: the page of a problem code, without a network."""

from __future__ import annotations

import re
import sys

from rulecard import Problem, Problems
from rulecard.codes import CODES, page
from rulecard.suggest import nearest

from . import ALL_WELL
from .output import put, render
from .refuse import refusing


def explain(code: str, language: str | None) -> int:
    """Prints the page: set for a terminal, as Markdown into a file or a pipe."""
    with refusing(language) as outcome:
        text = page(_known(code))
        if sys.stdout.isatty():
            from rich.markdown import Markdown

            text = render(Markdown(text, code_theme="ansi_dark"), sys.stdout)
        put(text)
        outcome.status = ALL_WELL
    return outcome.status


def _known(code: str) -> str:
    written = code.strip().upper()
    # `301` is what is left of `error[RC301]` in the memory
    name = f"RC{written}" if re.fullmatch(r"[0-9]{3}", written) else written
    if name in CODES:
        return name
    near = nearest(name, CODES)
    hint = f"did you mean {near}: {CODES[near]}?" if near else "a code is `RC` and three digits, such as RC301"
    raise Problems([Problem("RC509", f"there is no problem code `{code}`", hint=hint)])
