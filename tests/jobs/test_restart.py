"""Stopping the service in the middle of jobs: after the next start they go on where they were."""

import signal
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from tests.jobs.following import MODELS, Job, states, until
from tests.jobs.test_two_processes import ended, once, start
from tests.service import Client, Service
from tests.vendors import Vendors
from tests.works.shapes import scene

pytestmark = pytest.mark.slow

Run = Callable[..., Service]

KEY = {"x-api-key": "key-of-ana"}
SCENES = 3


@pytest.fixture
def run(tmp_path: Path, vendors: Vendors) -> Iterator[Run]:
    """Starts the service."""
    services: list[Service] = []

    def begin(*, keys: bool = True) -> Service:
        settings = {"WORKERS": 1, "PROVIDER_POLL": 0.05, "FSYNC": 0}
        service = Service(tmp_path / "data", **settings, **vendors.environ(keys=keys))
        service.start()
        services.append(service)
        return service

    yield begin
    for service in services:
        service.stop()
        assert "Traceback" not in service.log.read_text()


def ana_at(service: Service) -> tuple[Client, str]:
    """A user, and the path of a work of hers."""
    ana = service.client(service.register())
    work = ana.new_work(ana.new_project())
    assert ana.put(work, {"scenes": [scene(index) for index in range(SCENES)]}).status == 200
    return ana, work


def restart(service: Service, how: signal.Signals = signal.SIGINT) -> float:
    """Stop as Ctrl-C or a service manager does, and start again; returns how long stopping took."""
    process = service._process
    assert process is not None
    begin = time.monotonic()
    process.send_signal(how)
    process.wait(20)
    took = time.monotonic() - begin
    service.start()
    return took


def paid_once(vendors: Vendors) -> bool:
    """Whether every image and every clip was paid exactly once."""
    paid = [(each["role"], each["prompt"] + str(each["pictures"])) for each in vendors.counts()]
    return len(paid) == len(set(paid)) == 2 * SCENES


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_a_job_goes_on_and_pays_nothing_twice_and_nobody_who_waits_holds_up_the_end(
    run: Run, vendors: Vendors, how: signal.Signals
) -> None:
    vendors.rule(vendor="runway", kind="submit", takes=0.6, times=None)
    vendors.rule(vendor="openai", match="step 2", slow=0.5)  # paid for, and answered meanwhile
    service = run()
    ana, work = ana_at(service)
    clients = [service.client(ana.token) for _ in range(3)]
    job = start(ana, work, {"kind": "scenes", "sceneIndexes": [0, 1]})
    with ThreadPoolExecutor(3) as threads:
        waiting = [
            threads.submit(clients[0].get, f"{job}?wait=60"),
            threads.submit(clients[1].get, f"{job}/events"),
            threads.submit(clients[2].post, f"{work}/generate/scene/2", **MODELS),
        ]
        until(lambda: len(ana.get(f"{work}/jobs").json) == 2)
        tasks = {call["taskId"] for call in once(ana, job, "submitted")["calls"]} - {None}

        assert restart(service, how) < 5

    assert {answered(each.result) for each in waiting} <= {200, 504, None}
    found = ended(ana, job)
    assert (found["state"], found["attempts"]) == ("succeeded", 2)
    assert tasks <= {call["taskId"] for call in found["calls"]}
    for each in ana.get(f"{work}/jobs").json:
        ended(ana, f"{work}/jobs/{each['id']}")
    assert [each["status"] for each in ana.get(work).json["generatedScenes"]] == ["done"] * SCENES
    assert paid_once(vendors)


def answered(result: Callable[[], Any]) -> int | None:
    """The status of an answer; None if the connection broke off."""
    try:
        return int(result().status)
    except OSError:
        return None


def test_a_job_with_a_key_of_its_own_waits_for_someone_to_resume_it(
    run: Run, vendors: Vendors
) -> None:
    vendors.rule(vendor="runway", kind="submit", takes=0.6, times=None)
    service = run(keys=False)
    ana, work = ana_at(service)
    job = start(ana, work, **KEY)
    until(lambda: list(states(ana.get(job).json).values()).count("submitted") == SCENES)

    restart(service)

    interrupted: Job = ended(ana, job)
    assert interrupted["state"] == "interrupted"
    assert "the key that came with the request is gone" in interrupted["reason"]
    assert ana.post(f"{job}/resume").status == 400
    assert ana.post(f"{job}/resume", **KEY).status == 202
    assert ended(ana, job)["state"] == "succeeded"
    assert paid_once(vendors)
