"""`rulecard validate` over many files, schema and semantics, beside check-jsonschema (schema only), in one run.

`python tests/benchmarks/validate_files.py [CHECK_JSONSCHEMA]` prints the time for 10 to 1,000 files of about 500
lines. CHECK_JSONSCHEMA is that program's path, in an environment of its own; left out, only Rulecard is timed.
"""

from __future__ import annotations

import platform
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from long_rulesets import write

import rulecard

RULECARD = str(Path(sys.executable).parent / "rulecard")
SIZES = (10, 50, 100, 200, 500, 1000)
COMPARED = 200
ROUNDS = 3


def seconds(command: list[str]) -> float:
    """The time of a command, which must find nothing wrong."""
    start = time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - start


def show(name: str, files: int, lines: float, took: float) -> None:
    each = 1000 * took / files
    print(f"{name:16}  {files:5} files of {lines:.0f} lines {took:8.2f} s  {each:6.1f} ms a file", flush=True)


def main() -> None:
    other = sys.argv[1] if len(sys.argv) > 1 else None
    print(f"rulecard {rulecard.__version__}, Python {platform.python_version()}, median of {ROUNDS} rounds")
    medians: dict[int, float] = {}
    for size in SIZES:
        with tempfile.TemporaryDirectory() as folder:
            files = write(Path(folder), size)
            lines = sum(len(file.read_text(encoding="utf-8").splitlines()) for file in files) / size
            medians[size] = statistics.median(seconds([RULECARD, "validate", folder]) for _ in range(ROUNDS))
            show("rulecard", size, lines, medians[size])
            if other and size == COMPARED:
                schema = Path(folder, "schema.json")
                schema.write_text(rulecard.schema_text("ruleset"), encoding="utf-8")
                took = seconds([other, "--schemafile", str(schema), *map(str, files)])
                show("check-jsonschema", size, lines, took)
    slope = (medians[SIZES[-1]] - medians[SIZES[0]]) / (SIZES[-1] - SIZES[0])
    print(f"from {SIZES[0]} to {SIZES[-1]} files: {1000 * slope:.1f} ms for each more")


if __name__ == "__main__":
    main()
