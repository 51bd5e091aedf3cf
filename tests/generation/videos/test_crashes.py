"""SIGKILL during the steps of a video: nothing is paid or made twice, and its links stay valid.

`RELIABILITY_ROUNDS=10` kills ten times at each step instead of once.
"""

import base64
import os
import random
import time
from collections import Counter
from typing import Any

import pytest

from tests.generation.videos.test_videos import DRAFT, SMALL, states, work_of
from tests.jobs.helpers import until, wait_until, wait_until_finished
from tests.service import Client, Service
from tests.vendors import Vendors

pytestmark = [pytest.mark.slow, pytest.mark.thorough]

ROUNDS = int(os.environ.get("RELIABILITY_ROUNDS", "1"))
STEPS = ("work", "assets", "scenario", "scenes", "narration", "music", "template", "export")
STEPS_OF_WORKS = ["scenario", "scenes", "narration", "music", "export"]
HEADERS = {
    "x-llm-provider": "claude",
    "x-image-provider": "dalle",
    "x-video-provider": "runway",
    "x-speech-provider": "elevenlabs",
    "x-music-provider": "elevenlabs",
}
BILLS = {"llm": 1, "image": 2, "video": 2, "speech": 2, "music": 1}


@pytest.fixture(scope="module")
def vendors():
    with Vendors.spawned() as spawned:
        yield spawned


@pytest.fixture(scope="module")
def service(vendors, tmp_path_factory):
    data = tmp_path_factory.mktemp("videos") / "data"
    settings = {**vendors.environ(), "INTRANET_HOSTS": "127.0.0.1", "FSYNC": 0}
    with Service.running(data, WORKERS=1, PROVIDER_POLL=0.1, **settings) as running:
        yield running


@pytest.fixture(scope="module")
def ana(service):
    return service.client(service.register())


@pytest.fixture(scope="module")
def order(ana, samples):
    """The order of a video that has every step."""
    project = ana.new_project()
    content = {"textOverlays": [], "imageOverlays": []}
    template = ana.post(f"{project}/templates", {"name": "x", "content": content}).json["id"]
    picture = base64.b64encode((samples / "image.png").read_bytes()).decode()
    return {
        "prompt": "A lamp",
        "sceneCount": 2,
        "videoDuration": 4,
        "resolution": SMALL,
        "assets": [f"data:image/png;base64,{picture}"],
        "assetUsageMode": "reference",
        "sound": True,
        "template": template,
        "project": project.rpartition("/")[2],
        "export": DRAFT,
    }


@pytest.fixture(scope="module")
def seconds(ana, order):
    """How long each step of an undisturbed video takes."""
    video, started = ana.order("/api/videos", order, HEADERS), time.monotonic()
    begun: dict[str, float] = {}
    ended: dict[str, float] = {}

    def finished() -> bool:
        job, now = ana.show(video), time.monotonic() - started
        for name, state in states(job).items():
            if state != "planned":
                begun.setdefault(name, now)
            if state == "succeeded":
                ended.setdefault(name, now)
        return bool(job["finishedAt"])

    until(finished, 60)
    assert len(ended) == len(STEPS), ana.show(video)
    return {name: ended[name] - begun[name] for name in STEPS}


@pytest.mark.parametrize("step", STEPS)
def test_video_survives_sigkill_at_each_step(service, ana, vendors, order, seconds, step):
    for _ in range(ROUNDS):
        vendors.reset()
        video = ana.order("/api/videos", order, HEADERS)
        wait_until(ana, video, lambda job: states(job)[step] != "planned")
        time.sleep(random.uniform(0, seconds[step]))

        service.kill()
        service.start()

        job, may_be_paid = finished_after_resumptions(ana, video)
        assert job["state"] == "succeeded", job
        bills = Counter(call["role"] for call in vendors.counts())
        assert bills - may_be_paid <= Counter(BILLS) <= bills, (step, bills, may_be_paid)
        check_result(service, ana, job)


@pytest.mark.parametrize("step", ["scenario", "scenes", "narration", "music", "export"])
def test_pipeline_of_a_work_survives_sigkill_at_each_step(service, ana, vendors, seconds, step):
    brief = {"productDescription": "A lamp", "sceneCount": 2, "videoDuration": 4}
    steps = {"kind": "pipeline", "steps": STEPS_OF_WORKS, "options": DRAFT}
    for _ in range(ROUNDS):
        vendors.reset()
        work = ana.new_work(ana.new_project(), resolution=SMALL, **brief)
        path = ana.order(f"{work}/jobs", steps, HEADERS)
        wait_until(ana, path, lambda job: states(job)[step] != "planned")
        time.sleep(random.uniform(0, seconds[step]))

        service.kill()
        service.start()

        job, may_be_paid = finished_after_resumptions(ana, path)
        assert job["state"] == "succeeded", job
        bills = Counter(call["role"] for call in vendors.counts())
        assert bills - may_be_paid <= Counter(BILLS) <= bills, (step, bills, may_be_paid)
        kinds = sorted(each["kind"] for each in ana.show(f"{work}/jobs"))
        assert kinds == sorted((*STEPS_OF_WORKS, "pipeline"))
        assert len(ana.show(f"{work}/exports")["exports"]) == 1


def finished_after_resumptions(ana: Client, path: str) -> tuple[Any, Counter[str]]:
    """Resume a job until it is not interrupted; return it with the calls that may be paid again."""
    job, may_be_paid = wait_until_finished(ana, path), Counter[str]()
    while job["state"] == "interrupted":
        may_be_paid += interrupted_calls(ana, job)
        assert ana.post(f"{path}/resume", **HEADERS).status == 202
        job = wait_until_finished(ana, path)
    return job, may_be_paid


def interrupted_calls(ana: Client, job: Any) -> Counter[str]:
    """Return the calls of which the service says that they may have been paid."""
    work = f"/api/projects/{job['projectId']}/works/{job['workId']}"
    return Counter(
        call["role"]
        for each in ana.show(f"{work}/jobs")
        for call in each["calls"]
        if call["state"] == "interrupted" and "may have been paid" in call["error"]
    )


def check_result(service: Service, ana: Client, job: Any) -> None:
    """Check that there is one export with a valid link, and a job for each step."""
    work = work_of(job)
    [export] = ana.show(f"{work}/exports")["exports"]
    assert export["id"] == job["result"]["exportId"]
    kinds = sorted(each["kind"] for each in ana.show(f"{work}/jobs"))
    assert kinds == sorted(("scenario", "scenes", "narration", "music", "export"))
    assert len(ana.show(f"/api/projects/{job['projectId']}/works/{job['workId']}")["scenes"]) == 2
    link = job["result"]["videoUrl"].partition(f":{service.port}")[2]
    service.kill()
    service.start()
    opened = service.request("GET", link)
    assert (opened.status, opened.headers["Content-Type"]) == (200, "video/mp4")
