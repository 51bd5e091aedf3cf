"""What happens when a node, its mount or the store of the metadata fails."""

import logging
import os
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

import pytest

from tests.export.sources import Sources
from tests.jobs.helpers import until, wait_until_finished
from tests.nodes import proxy
from tests.nodes.conftest import Nodes
from tests.nodes.node import Node
from tests.nodes.shared_exports import parts, start_with_help, working
from tests.nodes.volume import LOCK_SECONDS, Mount
from tests.programs import needs
from tests.reliability.job_runs import JobRun
from tests.reliability.test_crash_of_exports import new_work, start
from tests.service import Client
from tests.simultaneous import at_once

pytestmark = [pytest.mark.slow, pytest.mark.thorough]

SCENES = 12
ROUNDS = int(os.environ.get("RELIABILITY_ROUNDS", "2"))
SAVERS = 4

_log = logging.getLogger("tests")


@pytest.fixture
def slow_vendors(vendors):
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
    """Saves a work again and again; the last one that was acknowledged is in `saved`."""

    def __init__(self, client: Client, work: str) -> None:
        self.work = work
        self.sent = self.saved = self.refused = 0
        self.stopping = False
        self._client = client

    def run(self) -> None:
        while not self.stopping:
            self.sent += 1
            answer = self._client.put(self.work, {"productName": str(self.sent)})
            assert answer.status in {200, 502, 503}, answer.body
            if answer.status == 200:
                self.saved = self.sent
            else:
                self.refused += 1
        self._client.close()

    def assert_not_lost(self, client: Client) -> None:
        """Assert that the work has what was saved last, or what was sent since then."""
        assert int(client.get(self.work).json["productName"]) >= self.saved > 0


def new_savers(nodes: Nodes, *clients: Client) -> list[Saver]:
    """Return savers with these clients, each of a work of its own."""
    project = nodes.ana_at_b.new_project()
    return [Saver(client, nodes.ana_at_b.new_work(project)) for client in clients]


@contextmanager
def stopping(savers: Sequence[Saver]) -> Iterator[None]:
    """Let savers stop at the end, whatever happens."""
    try:
        yield
    finally:
        for saver in savers:
            saver.stopping = True


@contextmanager
def frozen(mount: Mount) -> Iterator[None]:
    mount.freeze()
    try:
        yield
    finally:
        mount.thaw()


def is_ready(node: Node) -> bool:
    return node.request("GET", "/api/health/ready").status == 200


@pytest.mark.parametrize("_round", range(ROUNDS))
def test_node_that_was_cut_off_pays_nothing_twice_and_overwrites_nothing(
    nodes, slow_vendors, _round
):
    savers = new_savers(nodes, *(nodes.a.client(nodes.ana.token) for _ in range(SAVERS)))
    run = JobRun(nodes.ana, slow_vendors, {}, SCENES)
    run.client = nodes.ana_at_b

    def cut_off() -> None:
        time.sleep(1 + _round / 7)
        with stopping(savers), frozen(nodes.a.mount):
            taken_over = seconds_until(lambda: run.show()["attempts"] == 2)
            for saver in savers:
                answer = nodes.ana_at_b.put(saver.work, {"name": "Newer"})
                assert answer.status == 200, answer.body
            _log.info("the job was taken over after %s s", taken_over)

    at_once([cut_off, *(saver.run for saver in savers)])
    resume_until_done(run)

    _log.info("late saves that were refused: %d", sum(saver.refused for saver in savers))
    _log.info("calls that may have been paid, and were resent: %s", dict(run.resent))
    run.assert_not_paid_twice()
    run.assert_work_is_complete()
    for saver in savers:
        work = nodes.ana_at_b.get(saver.work).json
        assert (work["name"], work["productName"]) == ("Newer", str(saver.saved))


def test_job_of_a_killed_node_is_taken_over(nodes, slow_vendors):
    run = JobRun(nodes.ana, slow_vendors, {}, SCENES)
    run.client = nodes.ana_at_b
    until(lambda: any(call["taskId"] for call in run.show()["calls"]))

    nodes.a.kill()
    try:
        taken_over = seconds_until(lambda: run.show()["attempts"] == 2)
        _log.info("the job was taken over after %s s", taken_over)
        resume_until_done(run)
    finally:
        nodes.a.start()

    run.assert_not_paid_twice()
    run.assert_work_is_complete()


def test_export_of_a_killed_node_is_finished_from_its_segments(nodes, tmp_path):
    work = new_work(nodes.ana, Sources(tmp_path), 24)
    job = start(nodes.ana, work)
    segments = nodes.b.data_dir / "cache" / "segments"
    until(lambda: nodes.ana_at_b.get(job).json["progress"]["percent"] >= 30)

    nodes.a.kill()
    try:
        rendered = {path.name: path.stat().st_mtime_ns for path in segments.glob("*.mp4")}
        taken_over = seconds_until(lambda: nodes.ana_at_b.get(job).json["attempts"] == 2)
        _log.info("%d segments; taken over after %s s", len(rendered), taken_over)
        finished = wait_until_finished(nodes.ana_at_b, job)
    finally:
        nodes.a.start()

    assert finished["state"] == "succeeded", finished["reason"]
    assert nodes.ana.get(finished["result"]["url"]).body[4:8] == b"ftyp"
    assert rendered
    used = {path.name: path.stat().st_mtime_ns for path in segments.glob("*.mp4")}
    assert all(used[name] > before for name, before in rendered.items())


def test_export_whose_helper_is_killed_is_finished_by_its_own_node(nodes, ffmpeg, tmp_path):
    job = start_with_help(nodes, ffmpeg, tmp_path, SCENES)

    nodes.b.kill()
    try:
        ffmpeg.speed_up()
        finished = wait_until_finished(nodes.ana, job)
    finally:
        nodes.b.start()

    assert (finished["state"], finished["attempts"]) == ("succeeded", 1), finished["reason"]
    assert working(nodes) == []


def test_export_whose_helper_is_frozen_is_finished_by_its_own_node(nodes, ffmpeg, tmp_path):
    job = start_with_help(nodes, ffmpeg, tmp_path, SCENES)
    begin = time.monotonic()

    with frozen(nodes.b.mount):
        finished = wait_until_finished(nodes.ana, job)

    _log.info("the export ended %.1f s after its helper was frozen", time.monotonic() - begin)
    assert (finished["state"], finished["attempts"]) == ("succeeded", 1), finished["reason"]
    until(lambda: not ffmpeg.running() and not working(nodes))
    until(lambda: is_ready(nodes.b))


def test_node_that_is_stopped_while_it_helps_leaves_nothing(nodes, ffmpeg, tmp_path):
    job = start_with_help(nodes, ffmpeg, tmp_path, SCENES)

    nodes.b.stop()
    try:
        helped = parts(ffmpeg, job)["node-b/"]
        assert not list((nodes.a.data_dir / "cache" / "working").glob("*/node-b"))
        assert wait_until_finished(nodes.ana, job)["state"] == "succeeded"
    finally:
        nodes.b.start()

    assert parts(ffmpeg, job)["node-b/"] == helped


def test_nothing_acknowledged_is_lost_while_the_metadata_are_not_available(nodes):
    clients = [node.client(nodes.ana.token) for node in (nodes.a, nodes.b, nodes.a, nodes.b)]
    savers = new_savers(nodes, *clients)

    def fail() -> None:
        with stopping(savers):
            time.sleep(2)
            nodes.volume.kill_redis()
            time.sleep(6)
            nodes.volume.start_redis()
            back = seconds_until(lambda: is_ready(nodes.a) and is_ready(nodes.b))
            time.sleep(2)
        _log.info("both nodes are ready after %s s", back)

    at_once([fail, *(saver.run for saver in savers)])

    _log.info("sent and refused: %s", [(saver.sent, saver.refused) for saver in savers])
    for saver in savers:
        saver.assert_not_lost(nodes.ana)


@needs("nginx")
def test_mount_that_dies_costs_a_handful_of_requests(nodes, tmp_path):
    with proxy.running(tmp_path, (nodes.a.port, nodes.b.port)) as port:
        savers = new_savers(nodes, *(Client(port, nodes.ana.token) for _ in range(SAVERS)))

        def die() -> None:
            with stopping(savers):
                time.sleep(3)
                nodes.a.mount.kill()
                assert nodes.a.request("GET", "/api/health/ready").status == 503
                answer = nodes.a.request("GET", savers[0].work, token=nodes.ana.token)
                assert (answer.status, answer.headers["Retry-After"]) == (503, "5")
                time.sleep(5)

        at_once([die, *(saver.run for saver in savers)])
    nodes.a.mount.unmount()
    nodes.a.mount.start()

    back = seconds_until(lambda: is_ready(nodes.a))
    refused, sent = sum(saver.refused for saver in savers), sum(saver.sent for saver in savers)
    _log.info("%d of %d requests failed; mounted again, ready after %s s", refused, sent, back)
    assert refused <= 5
    for saver in savers:
        saver.assert_not_lost(nodes.ana_at_b)
        assert nodes.ana.get(saver.work).json == nodes.ana_at_b.get(saver.work).json
