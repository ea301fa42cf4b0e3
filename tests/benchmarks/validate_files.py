"""`rulecard validate` over many files, schema and semantics, beside check-jsonschema (schema only), in one run.

`python tests/benchmarks/validate_files.py [CHECK_JSONSCHEMA]` prints the time for 1 to 1,000 files of about 500 lines,
and for one ruleset of 500 metrics. CHECK_JSONSCHEMA is that program's path, in an environment of its own; left out,
only Rulecard is timed.
"""

from __future__ import annotations

import platform
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from long_rulesets import ruleset, write

import rulecard

RULECARD = str(Path(sys.executable).parent / "rulecard")
SIZES = (1, 10, 50, 100, 200, 500, 1000)
COMPARED = (1, 200)
METRICS = 500
ROUNDS = 3


def seconds(command: list[str]) -> float:
    """The time of a command, which must find nothing wrong."""
    start = time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - start


def measure(folder: Path, files: list[Path], other: str | None) -> float:
    """The least time of Rulecard for files that lie in a folder; both times are printed."""
    lines = sum(len(file.read_text(encoding="utf-8").splitlines()) for file in files) / len(files)
    took = min(seconds([RULECARD, "validate", str(folder)]) for _ in range(ROUNDS))
    show("rulecard", len(files), lines, took)
    if other:
        schema = folder / "schema.json"
        schema.write_text(rulecard.schema_text("ruleset"), encoding="utf-8")
        command = [other, "--schemafile", str(schema), *map(str, files)]
        show("check-jsonschema", len(files), lines, min(seconds(command) for _ in range(ROUNDS)))
    return took


def show(name: str, files: int, lines: float, took: float) -> None:
    each = 1000 * took / files
    print(f"{name:16}  {files:5} files of {lines:.0f} lines {took:8.2f} s  {each:6.1f} ms a file", flush=True)


def main() -> None:
    other = sys.argv[1] if len(sys.argv) > 1 else None
    print(f"rulecard {rulecard.__version__}, Python {platform.python_version()}, least of {ROUNDS} rounds")
    times: dict[int, float] = {}
    for size in SIZES:
        with tempfile.TemporaryDirectory() as folder:
            times[size] = measure(Path(folder), write(Path(folder), size), other if size in COMPARED else None)
    with tempfile.TemporaryDirectory() as folder:
        large = Path(folder, "large.yaml")
        large.write_text("\n".join(ruleset(0, METRICS)) + "\n", encoding="utf-8")
        print(f"one ruleset of {METRICS} metrics:")
        measure(Path(folder), [large], other)
    slope = (times[SIZES[-1]] - times[SIZES[1]]) / (SIZES[-1] - SIZES[1])
    print(f"from {SIZES[1]} to {SIZES[-1]} files: {1000 * slope:.1f} ms for each more")


if __name__ == "__main__":
    main()
