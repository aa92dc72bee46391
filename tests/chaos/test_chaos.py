"""The short form of `make chaos`."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.chaos.story import a_day


@pytest.mark.service
def test_workers_that_die_lose_nothing_and_decide_nothing_twice(tmp_path: Path) -> None:
    with a_day(tmp_path / "home", seed=7) as day:
        day.die_at("take", "after")
        day.die_at("decide", "after")
        day.die_at("open form", "after")
        day.die_at("outbox", "after")
        day.die_some_time()
        day.finish()
        counts = day.verify()
    assert counts["kills"] == 5
    assert counts["drops"] == 30
