"""`make bench`: every benchmark, each in a process of its own. `--short` runs their short forms."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

_NOT_BENCHMARKS = {"__init__", "__main__", "agreement"}


def main() -> int:
    """Runs the modules of this folder one after the other; fails when one of them does."""
    status = 0
    for module in sorted(Path(__file__).parent.glob("*.py")):
        if module.stem in _NOT_BENCHMARKS:
            continue
        print(f"\n== {module.stem}", flush=True)  # noqa: T201
        status |= subprocess.run([sys.executable, "-m", f"tests.bench.{module.stem}", *sys.argv[1:]]).returncode
    return status


if __name__ == "__main__":
    sys.exit(main())
