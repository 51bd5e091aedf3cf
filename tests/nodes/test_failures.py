"""What happens when a node, its mount or the store of the metadata fails."""

import logging
import os
import time
from collections.abc import Callable

import pytest

from tests.jobs.helpers import until
from tests.nodes.conftest import Nodes
from tests.nodes.volume import LOCK_SECONDS
from tests.reliability.job_runs import JobRun
from tests.service import Client
from tests.simultaneous import at_once
from tests.vendors import Vendors

pytestmark = [pytest.mark.slow, pytest.mark.thorough]

SCENES = 12
ROUNDS = int(os.environ.get("RELIABILITY_ROUNDS", "2"))
SAVERS = 4

_log = logging.getLogger("tests")


@pytest.fixture
def slow_vendors(vendors: Vendors) -> Vendors:
    """The fake vendors, with answers that take long enough to be cut off from."""
    vendors.rule(kind="image", slow=0.2, times=None)
    vendors.rule(kind="submit", slow=0.1, times=None)
    vendors.rule(kind="poll", times=None, takes=2)
    return vendors


def resume_until_done(run: JobRun) -> None:
    """Wait for a job, and resume it as often as it is interrupted."""
    while (job := run.wait())["state"] == "interrupted":
        run.resume(job)
    assert job["state"] == "succeeded", job["reason"]


def seconds_until(condition: Callable[[], object]) -> float:
    started = time.monotonic()
    until(condition, 4 * LOCK_SECONDS)
    return round(time.monotonic() - started, 1)


class Saver:
    """Saves a work at one node, again and again; what the node has acknowledged is in `saved`."""

    def __init__(self, client: Client, work: str) -> None:
        self.work = work
        self.saved = 0
        self.refused = 0
        self.stopping = False
        self._client = client

    def run(self) -> None:
        number = 0
        while not self.stopping:
            number += 1
            status = self._client.put(self.work, {"productName": str(number)}).status
            assert status in {200, 503}
            if status == 200:
                self.saved = number
            else:
                self.refused += 1


@pytest.mark.parametrize("_round", range(ROUNDS))
def test_node_that_was_cut_off_pays_nothing_twice_and_overwrites_nothing(
    nodes: Nodes, slow_vendors: Vendors, _round: int
) -> None:
    works = [nodes.ana.new_work(nodes.ana.new_project()) for _ in range(SAVERS)]
    savers = [Saver(nodes.a.client(nodes.ana.token), work) for work in works]
    run = JobRun(nodes.ana, slow_vendors, {}, SCENES)
    run.client = nodes.ana_at_b

    def cut_off() -> None:
        time.sleep(1 + _round / 7)
        nodes.a.mount.freeze()
        try:
            taken_over = seconds_until(lambda: run.show()["attempts"] == 2)
            for saver in savers:
                saver.stopping = True
                answer = nodes.ana_at_b.put(saver.work, {"name": "Newer"})
                assert answer.status == 200, answer.body
            _log.info("the job was taken over after %s s", taken_over)
        finally:
            nodes.a.mount.thaw()

    at_once([cut_off, *(saver.run for saver in savers)])
    resume_until_done(run)

    _log.info("late saves that were refused: %d", sum(saver.refused for saver in savers))
    _log.info("calls that may have been paid, and were resent: %s", dict(run.resent))
    run.assert_not_paid_twice()
    run.assert_work_is_complete()
    for saver in savers:
        work = nodes.ana_at_b.get(saver.work).json
        assert (work["name"], work["productName"]) == ("Newer", str(saver.saved))
