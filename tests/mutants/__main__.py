"""`python -m tests.mutants [COUNT [SEED]]`: that many mistakes, one at a time, and how each is told.

`--missed` shows those that are told less than well; `--write` puts the figures into docs/quality.md.
"""

from __future__ import annotations

import argparse
import re
import sys

from . import score

PAGE = score.ROOT / "docs" / "quality.md"
FIGURES = re.compile(r"(?<=<!-- figures -->\n).*(?=\n<!-- end of figures -->)", re.DOTALL)


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.mutants")
    parser.add_argument("count", nargs="?", type=int, default=score.COUNT)
    parser.add_argument("seed", nargs="?", type=int, default=score.SEED)
    parser.add_argument("--missed", action="store_true")
    parser.add_argument("--write", action="store_true")
    given = parser.parse_args()
    tally = score.run(given.count, given.seed)
    figures = f"`python -m tests.mutants {given.count} {given.seed}`:\n\n{tally.table()}"
    if given.write:
        PAGE.write_text(FIGURES.sub(lambda _: figures, PAGE.read_text(encoding="utf-8")), encoding="utf-8")
    print(figures)
    if given.missed:
        print(*tally.missed, sep="\n")
    if tally.mended_otherwise:
        print("fixed otherwise than they were:", *tally.mended_otherwise, sep="\n")
        return 1
    return 0 if all(share >= score.GOALS[measure] for measure, share in tally.summary().items()) else 1


if __name__ == "__main__":
    sys.exit(main())
