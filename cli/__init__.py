"""The command line. `main` is its one entry; it gives back the exit status and never lets a fault through."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

ALL_WELL, FINDINGS, UNUSABLE, FAULT = 0, 1, 2, 3
# what shells expect of a command that Ctrl-C stopped; it is no outcome of its own
STOPPED = 130
_PACKS = "RULECARD_PACKS"


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs a command line and gives back its exit status.

    0 all well; 1 findings; 2 the call, the data or a file cannot be used; 3 a fault of Rulecard's own.
    Stopped by Ctrl-C, it is 130.
    """
    for stream in (sys.stdout, sys.stderr):
        # a terminal that cannot write a character gets a question mark, not a crash
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="replace")
    before = os.environ.get(_PACKS)
    try:
        return _status(arguments)
    except (KeyboardInterrupt, GeneratorExit):
        return _stopped()
    except BaseException as fault:  # a panic in a compiled library is no Exception
        return _report(fault)
    finally:
        # --packs is for one call
        if before is None:
            os.environ.pop(_PACKS, None)
        else:
            os.environ[_PACKS] = before


def _status(arguments: Sequence[str] | None) -> int:
    from .app import command

    try:
        command()(args=None if arguments is None else list(arguments), prog_name="rulecard")
    except SystemExit as stop:
        if stop.code == STOPPED:  # the library of the command line took the interrupt
            return _stopped()
        return stop.code if isinstance(stop.code, int) else UNUSABLE
    return ALL_WELL


def _stopped() -> int:
    print("rulecard: stopped", file=sys.stderr)
    return STOPPED


def _report(fault: BaseException) -> int:
    if os.environ.get("RULECARD_TRACEBACK"):
        import traceback

        traceback.print_exception(fault, file=sys.stderr)
    kind, message = type(fault).__name__, " ".join(str(fault).split())[:500]
    print(
        f"rulecard: internal error: {kind}: {message}\n"
        "This is a fault of Rulecard's, not yours. Please report it with the ruleset that shows it;\n"
        "RULECARD_TRACEBACK=1 prints the details that help.",
        file=sys.stderr,
    )
    return FAULT
