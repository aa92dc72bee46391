"""`make chaos`: the worker dies before and after every step, then 20 times at random."""

from __future__ import annotations

import argparse
import tempfile
import time
from pathlib import Path

from tests.chaos.story import a_day
from tests.chaos.worker import STEPS


def main() -> None:
    """Runs the chaotic day and prints what was counted; an assertion ends it when a count is wrong."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--random", type=int, default=20, help="kills at random moments")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as folder, a_day(Path(folder) / "home", options.seed) as day:
        for step in STEPS:
            for when in ("before", "after"):
                day.die_at(step, when)
                print(f"died {when} {step}", flush=True)  # noqa: T201
        for number in range(options.random):
            day.die_some_time()
            print(f"died at random, {number + 1} of {options.random}", flush=True)  # noqa: T201
        day.finish()
        counts = day.verify()
    print(", ".join(f"{n} {name}" for name, n in counts.items()), f"in {time.monotonic() - began:.0f} s")  # noqa: T201


if __name__ == "__main__":
    main()
