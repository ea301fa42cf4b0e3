"""Start-up: what a command costs before it does anything, beside Python itself and `import polars`, in one run.

`python tests/benchmarks/start_up.py [ROUNDS]` prints the median time of each and what `docs/performance.md` allows.
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

RULECARD = str(Path(sys.executable).parent / "rulecard")


def seconds(command: list[str]) -> float:
    """The time of a command, which must end well."""
    start = time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - start


def main() -> None:
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 15
    with tempfile.TemporaryDirectory() as folder:
        (file,) = write(Path(folder), 1)
        lines = len(file.read_text(encoding="utf-8").splitlines())
        # what it is: the command, and the seconds that it may take
        commands: dict[str, tuple[list[str], float | None]] = {
            "python -c pass": ([sys.executable, "-c", "pass"], None),
            "python -c 'import polars'": ([sys.executable, "-c", "import polars"], None),
            "rulecard --version": ([RULECARD, "--version"], 0.15),
            "rulecard --help": ([RULECARD, "--help"], None),
            f"rulecard validate ({lines} lines)": ([RULECARD, "validate", str(file)], 0.25),
        }
        times: dict[str, list[float]] = {name: [] for name in commands}
        for _ in range(rounds + 1):
            # in turn, so that whatever else the machine does falls on all alike
            for name, (command, _budget) in commands.items():
                times[name].append(seconds(command))
    print(f"Python {platform.python_version()}, {rounds} rounds")
    for name, (_, budget) in commands.items():
        # the first round fills the caches of the disk
        median = statistics.median(times[name][1:])
        print(f"{name:36} {median:6.3f} s" + (f"   of {budget:.2f} s" if budget else ""))


if __name__ == "__main__":
    main()
