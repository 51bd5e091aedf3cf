"""Requests that wait for jobs are answered promptly and limited in number (WAITERS)."""

import os
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

import pytest
from flask import Flask

from storage.documents import snapshots
from storage.files.files import Opener, read_document
from tests.jobs.helpers import (
    MODEL_HEADERS,
    start_job,
    start_scene_job,
    stop_jobs,
    until,
    wait_for_state,
    wait_until,
    wait_until_finished,
)
from tests.people import Person

SendInThread = Callable[[str, str], "Future[Any]"]
FillPermits = Callable[..., list["Future[Any]"]]

PERMITS, STREAM_PERMITS = 8, 4

NO_FREE_PLACE = "Too many requests wait for jobs"

# Eight permits, four of them for event streams; one user gets three quarters of either.
pytestmark = pytest.mark.settings(waiters=PERMITS)


@pytest.fixture
def vendors(vendors):
    """The fake vendors, which do not finish a clip during a test."""
    vendors.rule(vendor="runway", kind="submit", takes=120, times=None)
    return vendors


@pytest.fixture
def long_job(ana, work_with_scenes, vendors):
    """The path of a job that does not finish during a test."""
    job = start_scene_job(ana, work_with_scenes)
    wait_for_state(ana, job, "waiting")
    return job


@pytest.fixture
def send_in_thread(app, ana, long_job):
    """A function that sends a request of ana's in a thread; her jobs are cancelled at the end."""
    with ThreadPoolExecutor(8) as threads:

        def send(method: str, url: str) -> "Future[Any]":
            person = Person(app.test_client(), ana.token, ana.user)
            return threads.submit(lambda: person.request(method, url, headers=MODEL_HEADERS))

        yield send
        jobs = long_job.rpartition("/")[0]
        for job in ana.show(jobs):
            ana.post(f"{jobs}/{job['id']}/cancel")


@pytest.fixture
def fill_permits(app, long_job, send_in_thread):
    """A function that has requests wait for the job, and streams watch it."""

    def fill(waiting: int = 0, streams: int = 0) -> list["Future[Any]"]:
        requests = [send_in_thread("GET", f"{long_job}?wait=60") for _ in range(waiting)]
        requests += [send_in_thread("GET", f"{long_job}/events") for _ in range(streams)]
        until(lambda: free_permits(app) == (PERMITS - waiting - streams, STREAM_PERMITS - streams))
        return requests

    return fill


def free_permits(app: Flask) -> tuple[int, int]:
    """Return how many permits are free: of all, and of those for event streams."""
    limiter = app.extensions["services"].waiters
    taken = len(limiter.all.users), len(limiter.of_streams.users)
    return PERMITS - taken[0], STREAM_PERMITS - taken[1]


def test_waiting_request_is_answered_as_soon_as_the_job_is_finished(ana, long_job, send_in_thread):
    waiting = send_in_thread("GET", f"{long_job}?wait=60")
    ana.post(f"{long_job}/cancel")
    wait_until(ana, long_job, lambda job: job["finishedAt"])
    finished = time.monotonic()

    assert waiting.result().json["state"] == "cancelled"
    assert time.monotonic() - finished < 30  # of the 60 s that it would wait at most


def test_waiting_for_a_finished_job_succeeds_without_a_free_place(ana, long_job, fill_permits):
    finished = start_job(ana, long_job.rpartition("/jobs/")[0], "scenario")
    wait_until_finished(ana, finished)
    fill_permits(waiting=6)

    assert ana.show(f"{finished}?wait=30")["state"] == "succeeded"


def test_waiting_request_without_a_free_place_returns_503(ana, long_job, fill_permits):
    fill_permits(waiting=6)

    answer = ana.get(f"{long_job}?wait=60")

    assert answer.status_code == 503
    assert answer.json["error"] == NO_FREE_PLACE
    assert "POST …/jobs" in answer.json["details"]
    assert int(answer.headers["Retry-After"]) > 0


def test_blocking_request_without_a_free_place_starts_no_job_and_pays_nothing(
    ana, work_with_scenes, vendors, fill_permits
):
    fill_permits(waiting=6)
    before = [job["id"] for job in ana.show(f"{work_with_scenes}/jobs")], vendors.counts()

    for url in (f"{work_with_scenes}/scenario", f"{work_with_scenes}/generate/scene/0"):
        assert ana.post(url, headers=MODEL_HEADERS).status_code == 503

    after = [job["id"] for job in ana.show(f"{work_with_scenes}/jobs")], vendors.counts()
    assert after == before


def test_one_user_cannot_take_all_permits(ben, fill_permits):
    fill_permits(waiting=6)
    work = ben.new_work(ben.new_project())

    assert ben.post(f"{work}/scenario", headers=MODEL_HEADERS).status_code == 200


def test_requests_that_do_not_wait_need_no_place(ana, work_with_scenes, long_job, fill_permits):
    fill_permits(waiting=6)

    for url in (work_with_scenes, long_job, f"{long_job}?wait=0", f"{work_with_scenes}/jobs"):
        assert ana.get(url).status_code == 200
    start_job(ana, work_with_scenes, "scenario")


def test_places_are_released_when_the_job_is_finished(app, ana, long_job, fill_permits):
    requests = fill_permits(waiting=1, streams=2)

    ana.post(f"{long_job}/cancel")

    assert [each.result().status_code for each in requests] == [200] * 3
    until(lambda: free_permits(app) == (PERMITS, STREAM_PERMITS))


def test_one_user_cannot_take_all_places_of_event_streams(ana, ben, long_job, fill_permits):
    fill_permits(streams=3)
    job = start_job(ben, ben.new_work(ben.new_project()), "scenario")

    assert ana.get(f"{long_job}/events").status_code == 503
    assert ben.get(f"{job}/events").status_code == 200


def test_event_streams_take_at_most_half_of_the_places(
    ana, work_with_scenes, long_job, fill_permits
):
    fill_permits(streams=3)

    answer = ana.get(f"{long_job}/events")

    assert (answer.status_code, answer.json["error"]) == (503, NO_FREE_PLACE)
    assert int(answer.headers["Retry-After"]) > 0
    assert ana.post(f"{work_with_scenes}/scenario", headers=MODEL_HEADERS).status_code == 200


def test_waiting_requests_may_take_the_places_of_event_streams(app, ana, long_job, fill_permits):
    fill_permits(waiting=6)

    assert ana.get(f"{long_job}/events").status_code == 503
    assert free_permits(app) == (PERMITS - 6, STREAM_PERMITS)


def test_head_request_for_events_takes_no_place(app, ana, long_job):
    for _ in range(3):
        assert ana.request("HEAD", f"{long_job}/events").status_code == 200

    assert free_permits(app) == (PERMITS, STREAM_PERMITS)


def test_waiting_requests_are_answered_when_the_service_stops(app, fill_permits):
    requests = fill_permits(waiting=1, streams=1)

    stop_jobs(app)

    assert [each.result(40).status_code for each in requests] == [200, 200]
    assert requests[0].result().json["state"] == "waiting"


def test_waiting_scenario_requests_survive_a_job_that_seems_missing_while_it_is_replaced(
    ana, send_in_thread, project, monkeypatch
):
    """As on FUSE and distributed file systems; the second read of a document finds it there."""
    state = threading.local()

    def read_while_replaced(name: str, opener: Opener) -> tuple[bytes, os.stat_result]:
        if name.endswith("/job.json"):
            state.fails = not getattr(state, "fails", False)
            if state.fails:
                raise FileNotFoundError(name)
        return read_document(name, opener)

    works = [ana.new_work(project) for _ in range(2)]
    monkeypatch.setattr(snapshots, "read_document", read_while_replaced)

    requests = [send_in_thread("POST", f"{work}/scenario") for work in works]

    assert [each.result(60).status_code for each in requests] == [200, 200]


def test_request_that_waits_while_the_service_stops_is_told_so(
    app, ana, work_with_scenes, send_in_thread
):
    jobs = f"{work_with_scenes}/jobs"
    before = len(ana.show(jobs))
    waiting = send_in_thread("POST", f"{work_with_scenes}/generate/scene/1")
    until(lambda: len(ana.show(jobs)) > before)

    app.extensions["services"].waiters.stopping.set()

    answer = waiting.result(40)
    assert (answer.status_code, answer.json["error"]) == (504, "The service is stopping")
    message = "Not finished yet. The job continues after the restart."
    assert answer.json["details"]["message"] == message
    assert answer.json["details"]["job"].startswith(jobs)


def test_whoever_waits_is_woken_when_a_job_of_the_process_ends(app, ana, long_job, monkeypatch):
    worker, waits = app.extensions["services"].jobs.worker, threading.Event()

    class NotedCondition(threading.Condition):
        def wait(self, timeout: float | None = None) -> bool:
            waits.set()  # its lock is held: nothing can have been missed
            return super().wait(timeout)

    monkeypatch.setattr(worker, "_ended", NotedCondition())
    begin = time.monotonic()
    waiting = threading.Thread(target=worker.wait_for_end, args=(60,))
    waiting.start()
    assert waits.wait(30)

    ana.post(f"{long_job}/cancel")

    waiting.join()
    assert time.monotonic() - begin < 50
