"""kill -9 in the middle of a work of twenty scenes: it goes on, and no vendor is paid twice.

`RELIABILITY_ROUNDS=50 pytest tests/reliability/test_crash_of_jobs.py` kills 50 times instead of 5.
"""

import os
import random
import time
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest

from tests.reliability.conftest import Run
from tests.service import Client, Service
from tests.vendors import Vendors

pytestmark = pytest.mark.slow

ROUNDS = int(os.environ.get("RELIABILITY_ROUNDS", "5"))
SCENES = 20
KEY = {"x-api-key": "a-key-of-ana"}
FINISHED = {"succeeded", "failed", "interrupted", "cancelled"}

Job = dict[str, Any]


@pytest.fixture
def vendors() -> Iterator[Vendors]:
    """The vendors, in a process of their own: they outlive the service."""
    with Vendors.spawned() as vendors:
        vendors.rule(kind="image", slow=0.2, times=None)
        vendors.rule(kind="submit", slow=0.1, times=None)
        vendors.rule(kind="poll", times=None, takes=0.6)
        yield vendors


class Filmmaker:
    """Someone who has a work made, and goes on with it whenever a job says that she has to."""

    def __init__(self, client: Client, vendors: Vendors, headers: dict[str, str]) -> None:
        self.client, self.vendors, self.headers = client, vendors, headers
        self.work = client.new_work(client.new_project())
        self.resumed: Counter[str] = Counter()  # calls that she had sent again
        saved = client.put(self.work, {"scenes": [scene(index) for index in range(SCENES)]})
        assert saved.status == 200, saved.body
        started = client.request("POST", f"{self.work}/jobs", {"kind": "scenes"}, **headers)
        assert started.status == 202, started.body
        self.job = started.headers["Location"]

    def look(self) -> Job:
        job: Job = self.client.get(self.job).json
        return job

    def resume(self, job: Job) -> None:
        """Go on with a job that was interrupted; what may have been paid is sent again."""
        unsure = [call for call in job["calls"] if call["state"] == "interrupted"]
        self.resumed.update(call["id"] for call in unsure if call["taskId"] is None)
        answer = self.client.request("POST", f"{self.job}/resume", **self.headers)
        assert answer.status == 202, answer.body

    def wait(self) -> Job:
        """The job once it is finished."""
        deadline = time.monotonic() + 90
        while (job := self.look())["state"] not in FINISHED:
            assert time.monotonic() < deadline, job
            time.sleep(0.1)
        return job

    def check_bill(self) -> None:
        """Nothing was submitted more often than she had it submitted."""
        for call_id, times in submissions(self.vendors).items():
            assert times <= 1 + self.resumed[call_id], (call_id, times, self.resumed)

    def check_work(self) -> None:
        """The work is complete, and all of its media are whole."""
        work = self.client.get(self.work).json
        assert [each["status"] for each in work["generatedScenes"]] == ["done"] * SCENES
        for each in work["generatedScenes"]:
            assert self.client.get(each["imageUrl"]).body.endswith(b"IEND\xaeB`\x82")
            assert b"moov" in self.client.get(each["videoUrl"]).body


def scene(index: int) -> Job:
    """A scene whose prompts tell which one it is."""
    about = f"number {index:02d} of all"
    return {"scene_index": index, "image_prompt": about, "video_prompt": about}


def submissions(vendors: Vendors) -> Counter[str]:
    """How often each call of the job reached a vendor."""
    paid = [(each["role"], each["prompt"]) for each in vendors.counts()]
    return Counter(
        f"{role}-{index}"
        for role, prompt in paid
        for index in range(SCENES)
        if f"number {index:02d} of all" in prompt
    )


def kill_again_and_again(service: Service, maker: Filmmaker) -> None:
    """Kill the service in the middle of its work, until that is done."""
    moments = random.Random(ROUNDS)  # the same moments in every run
    for _ in range(ROUNDS):
        time.sleep(moments.uniform(0.1, 1.5))
        service.kill()
        service.start()
        job = maker.look()
        assert len(job["calls"]) == 2 * SCENES
        if job["state"] == "interrupted":
            maker.resume(job)


def test_a_work_of_twenty_scenes_survives_kill_9_and_is_paid_once(
    run: Run, vendors: Vendors
) -> None:
    service = run(PROVIDER_POLL=0.1, **vendors.environ())
    maker = Filmmaker(service.client(service.register()), vendors, {})

    kill_again_and_again(service, maker)
    while (job := maker.wait())["state"] == "interrupted":
        unsure = [call for call in job["calls"] if call["state"] == "interrupted"]
        assert all("may have been paid" in call["error"] for call in unsure)
        maker.resume(job)

    assert job["state"] == "succeeded", job["reason"]
    maker.check_bill()
    maker.check_work()
    assert set(submissions(vendors)) == {call["id"] for call in job["calls"]}


def test_with_a_key_that_came_with_the_request_it_goes_on_once_the_key_comes_again(
    run: Run, vendors: Vendors
) -> None:
    service = run(PROVIDER_POLL=0.1, **vendors.environ(keys=False))
    maker = Filmmaker(service.client(service.register()), vendors, KEY)
    time.sleep(1.0)

    service.kill()
    service.start()
    job = maker.wait()

    assert job["state"] == "interrupted"
    assert "Resume the job with the key" in job["reason"]
    before = submissions(vendors)
    submitted = {call["id"] for call in job["calls"] if call["taskId"] or call["state"] == "done"}
    assert submitted
    maker.resume(job)
    while (job := maker.wait())["state"] == "interrupted":
        maker.resume(job)
    assert job["state"] == "succeeded", job["reason"]
    assert {call_id: submissions(vendors)[call_id] for call_id in submitted} == {
        call_id: before[call_id] for call_id in submitted
    }
    maker.check_bill()
    maker.check_work()
    assert KEY["x-api-key"].encode() not in b"".join(
        path.read_bytes() for path in service.data_dir.rglob("*") if path.is_file()
    )
