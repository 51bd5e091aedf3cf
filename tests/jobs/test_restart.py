"""Jobs continue where they were when the service is stopped and started again."""

import os
import signal
import socket
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

import pytest

from tests.cases import cases
from tests.jobs.helpers import (
    CLIP_REQUEST,
    IMAGE_REQUEST,
    MODEL_HEADERS,
    Job,
    call_states,
    clip_spans,
    max_concurrent,
    new_work_with_scenes,
    start_job,
    until,
    wait_for_any_call,
    wait_until_finished,
)
from tests.service import Client, CommandService, Service
from tests.vendors import Vendors

pytestmark = pytest.mark.slow

StartService = Callable[..., Service]

KEY = {"x-api-key": "key-of-ana"}
SCENES = 3


@pytest.fixture
def start_service(tmp_path, vendors):
    """A function that starts the service, with or without API keys."""
    services: list[Service] = []

    def start(*, keys: bool = True, kind: type[Service] = Service) -> Service:
        settings = {"WORKERS": 1, "PROVIDER_POLL": 0.05, "FSYNC": 0}
        service = kind(tmp_path / "data", **settings, **vendors.environ(keys=keys))
        service.start()
        services.append(service)
        return service

    yield start
    for service in services:
        service.stop()
        assert "Traceback" not in service.log.read_text()


def register_with_work(service: Service) -> tuple[Client, str]:
    """Register a user with a work; return the user's client and the work's path."""
    ana = service.client(service.register())
    return ana, new_work_with_scenes(ana, ana.new_project(), SCENES)


def restart(service: Service, stop_signal: signal.Signals = signal.SIGINT) -> float:
    """Stop the service with a signal and start it again; return how long stopping took."""
    process = service._process
    assert process is not None
    begin = time.monotonic()
    process.send_signal(stop_signal)
    process.wait(60)
    seconds = time.monotonic() - begin
    service.start()
    return seconds


def is_each_paid_once(vendors: Vendors) -> bool:
    """Return whether every image and every clip was paid exactly once."""
    paid = [(each["role"], each["prompt"] + str(each["pictures"])) for each in vendors.counts()]
    return len(paid) == len(set(paid)) == 2 * SCENES


@cases(
    "stop_signal",
    {"SIGINT": pytest.param(signal.SIGINT, marks=pytest.mark.thorough), "SIGTERM": signal.SIGTERM},
)
def test_job_continues_after_a_restart_without_paying_twice(start_service, vendors, stop_signal):
    vendors.rule(**CLIP_REQUEST, takes=None, times=None)
    vendors.rule(**IMAGE_REQUEST, match="step 2", slow=0.5)  # answers while the service stops
    service = start_service()
    ana, work = register_with_work(service)
    clients = [service.client(ana.token) for _ in range(3)]
    job = start_job(ana, work, sceneIndexes=[0, 1])
    with ThreadPoolExecutor(3) as threads:
        waiting = [
            threads.submit(clients[0].get, f"{job}?wait=60"),
            threads.submit(clients[1].get, f"{job}/events"),
            threads.submit(clients[2].post, f"{work}/generate/scene/2", **MODEL_HEADERS),
        ]
        until(lambda: len(ana.get(f"{work}/jobs").json) == 2)
        submitted = wait_for_any_call(ana, job, "submitted")
        tasks = {call["taskId"] for call in submitted["calls"]} - {None}

        assert restart(service, stop_signal) < 40  # the requests would wait for 60 s
    vendors.release()

    assert {status_of(each) for each in waiting} <= {200, 504, None}
    finished = wait_until_finished(ana, job)
    assert (finished["state"], finished["attempts"]) == ("succeeded", 2)
    assert tasks <= {call["taskId"] for call in finished["calls"]}
    for each in ana.get(f"{work}/jobs").json:
        wait_until_finished(ana, f"{work}/jobs/{each['id']}")
    assert [each["status"] for each in ana.get(work).json["generatedScenes"]] == ["done"] * SCENES
    assert is_each_paid_once(vendors)


def test_repeated_signals_neither_kill_the_service_nor_lose_a_paid_response(start_service, vendors):
    vendors.rule(vendor="openai", slow=1.5, times=None)
    service = start_service(kind=CommandService)
    process = service._process
    assert process is not None
    # Browsers open connections in advance; the worker has accepted it before the requests below.
    with socket.create_connection(("127.0.0.1", service.port)):
        ana, work = register_with_work(service)
        job = start_job(ana, work)
        wait_for_any_call(ana, job, "submitting")
        begin = time.monotonic()
        while process.poll() is None and time.monotonic() < begin + 60:
            os.killpg(process.pid, signal.SIGINT)  # as a terminal does for Ctrl-C
            time.sleep(0.2)

    assert process.poll() == 0
    assert time.monotonic() - begin < 28  # an idle connection is kept for 30 s otherwise
    assert "was sent" not in service.log.read_text()  # that a signal killed a worker
    service.start()
    assert wait_until_finished(ana, job)["state"] == "succeeded"
    assert is_each_paid_once(vendors)


def status_of(response: Future[Any]) -> int | None:
    """Return the status of a response; None if the connection was closed."""
    try:
        return int(response.result().status)
    except OSError:
        return None


def test_job_with_a_key_from_its_request_is_interrupted_until_resumed_with_the_key(
    start_service, vendors
):
    vendors.rule(vendor="runway", kind="submit", takes=None, times=None)
    service = start_service(keys=False)
    ana, work = register_with_work(service)
    job = start_job(ana, work, headers=KEY)
    until(lambda: list(call_states(ana.get(job).json).values()).count("submitted") == SCENES)

    restart(service)

    interrupted: Job = wait_until_finished(ana, job)
    assert interrupted["state"] == "interrupted"
    assert "the key that came with the request is gone" in interrupted["reason"]
    assert ana.post(f"{job}/resume").status == 400
    assert ana.post(f"{job}/resume", **KEY).status == 202
    vendors.release()
    assert wait_until_finished(ana, job)["state"] == "succeeded"
    assert is_each_paid_once(vendors)


def test_job_with_a_kept_key_goes_on_after_a_crash(start_service, vendors):
    vendors.rule(**CLIP_REQUEST, takes=None)
    service = start_service(keys=False)
    ana, work = register_with_work(service)
    for vendor in ("openai", "runway"):
        kept = ana.request("PUT", f"/api/provider-keys/{vendor}", {"key": "key-that-is-kept"})
        assert kept.status == 204
    job = start_job(ana, work, "scene", sceneIndex=0)
    wait_for_any_call(ana, job, "submitted")

    service.kill()
    service.start()
    vendors.release()

    assert wait_until_finished(ana, job)["state"] == "succeeded"
    assert len(vendors.counts()) == 2, "an image and a clip, each paid once"
    assert "key-that-is-kept" not in service.log.read_text()


def test_tasks_from_before_a_crash_hold_their_places_at_the_provider(tmp_path, vendors):
    settings = {"WORKERS": 2, "PROVIDER_POLL": 0.05, "PROVIDER_CONCURRENCY": 2}
    service = Service(tmp_path / "data", **settings, **vendors.environ())
    service.start()
    vendors.rule(**CLIP_REQUEST, takes=None, times=2)
    ana, work = register_with_work(service)
    job = start_job(ana, work, sceneIndexes=[0, 1])
    until(lambda: len(vendors.tasks()) == 2)
    until(lambda: list(call_states(ana.get(job).json).values()).count("submitted") == 2)

    service.kill()
    service.start()
    others = [start_job(ana, work, "scene", sceneIndex=2) for _ in range(3)]
    for each in others:
        wait_for_any_call(ana, each, "waiting")
    vendors.release()

    try:
        for each in (job, *others):
            assert wait_until_finished(ana, each)["state"] == "succeeded"
        assert max_concurrent(clip_spans(vendors)) == 2
    finally:
        service.stop()


def test_call_whose_process_was_killed_when_its_work_was_in_the_trash_may_have_been_paid(
    tmp_path, vendors
):
    with Service.running(tmp_path / "data", WORKERS=1, **vendors.environ()) as service:
        ana, work = register_with_work(service)
        vendors.rule(**IMAGE_REQUEST, slow=None)
        job = start_job(ana, work, "scene", sceneIndex=0)
        until(vendors.requests)
        trash_id = ana.delete(work).headers["X-Deleted"]

        service.kill()
        vendors.release()
        service.start()
        assert ana.post(f"/api/trash/{trash_id}/restore").status == 200

        ended = wait_until_finished(ana, job)
        assert (ended["state"], ended["calls"][0]["state"]) == ("interrupted", "interrupted")
        assert "it may have been paid" in ended["calls"][0]["error"]
        assert len(vendors.counts()) == 1
