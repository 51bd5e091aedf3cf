"""Nothing is deleted for good by a clock that is ahead for a moment."""

import time
from types import SimpleNamespace

import pytest

from storage import clock
from storage.clock import DAY_MS, now_ms
from storage.clock_watch import is_trusted, jumps
from tests.jobs.helpers import until
from tests.works.trash.helpers import discard, items


@pytest.mark.tuning(first_pruning=0.05, prune_pause=0.05, clock_doubt=86_400)
def test_clock_that_is_ahead_deletes_nothing_until_it_is_right(
    app, ana, project, store, monkeypatch
):
    kept, expired = (discard(ana, ana.new_work(project)) for _ in range(2))
    store.trash.change(expired, lambda entry: entry.update(expiresAt=now_ms()))
    once = {"Idempotency-Key": "0123456789abcdef"}
    made = ana.post(f"{project}/works", json={}, headers=once).json["id"]
    assert is_trusted(store, doubt=0)
    ahead = [100 * DAY_MS]
    moved = SimpleNamespace(time_ns=lambda: time.time_ns() + 1_000_000 * ahead[0])
    monkeypatch.setattr(clock, "time", moved)

    app.extensions["services"].jobs.worker.start()

    assert until(lambda: list(jumps(store)))
    ahead[0] = 0
    assert {each["id"] for each in items(ana)} >= {kept}
    assert ana.post(f"{project}/works", json={}, headers=once).json["id"] == made
    assert until(lambda: [each["id"] for each in items(ana)] == [kept])
