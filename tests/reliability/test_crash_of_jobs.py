"""SIGKILL during a job of twenty scenes: the job continues, and no vendor call is paid twice.

`RELIABILITY_ROUNDS=50 pytest tests/reliability/test_crash_of_jobs.py` kills 50 times instead of 5.
"""

import os
import random
import time
from collections import Counter
from collections.abc import Iterator
from copy import copy
from typing import Any

import pytest

from tests.jobs.helpers import until
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
    """The fake vendors, in a separate process, with slow answers."""
    with Vendors.spawned() as vendors:
        vendors.rule(kind="image", slow=0.2, times=None)
        vendors.rule(kind="submit", slow=0.1, times=None)
        vendors.rule(kind="poll", times=None, takes=0.6)
        yield vendors


class JobRun:
    """A job that generates all scenes of a work, and the client that resumes it."""

    def __init__(self, client: Client, vendors: Vendors, headers: dict[str, str]) -> None:
        self.client, self.vendors, self.headers = client, vendors, headers
        self.work = client.new_work(client.new_project())
        self.resent: Counter[str] = Counter()  # how often each call was sent again by `resume`
        saved = client.put(self.work, {"scenes": [scene(index) for index in range(SCENES)]})
        assert saved.status == 200, saved.body
        self.job = self._start()

    def start_another(self) -> "JobRun":
        """Start another job for the same scenes, which counts as one with this job."""
        other = copy(self)
        other.job = self._start()
        return other

    def _start(self) -> str:
        body = {"kind": "scenes"}
        started = self.client.request("POST", f"{self.work}/jobs", body, **self.headers)
        assert started.status == 202, started.body
        return started.headers["Location"]

    def show(self) -> Job:
        """Return the job as it is now."""
        job: Job = self.client.get(self.job).json
        return job

    def resume(self, job: Job) -> None:
        """Resume an interrupted job, which sends interrupted calls again."""
        interrupted = [call for call in job["calls"] if call["state"] == "interrupted"]
        sent = [call for call in interrupted if call["attempts"] and call["taskId"] is None]
        self.resent.update(call["id"] for call in sent)
        answer = self.client.request("POST", f"{self.job}/resume", **self.headers)
        assert answer.status == 202, answer.body

    def wait(self) -> Job:
        """Wait until the job is finished, and return it."""
        return until(lambda: job if (job := self.show())["state"] in FINISHED else None, 90)

    def assert_not_paid_twice(self) -> None:
        """Assert that vendors got each call once, and once more for each time it was resent."""
        for call_id, times in submissions(self.vendors).items():
            assert times <= 1 + self.resent[call_id], (call_id, times, self.resent)

    def assert_work_is_complete(self) -> None:
        """Assert that every scene is done and has a complete image and video."""
        work = self.client.get(self.work).json
        assert [each["status"] for each in work["generatedScenes"]] == ["done"] * SCENES
        for each in work["generatedScenes"]:
            assert self.client.get(each["imageUrl"]).body.endswith(b"IEND\xaeB`\x82")
            assert b"moov" in self.client.get(each["videoUrl"]).body


def scene(index: int) -> Job:
    """Return a scene with its number in its prompts."""
    prompt = f"number {index:02d} of all"
    return {"scene_index": index, "image_prompt": prompt, "video_prompt": prompt}


def submissions(vendors: Vendors) -> Counter[str]:
    """Return how often the vendors got each call of the job."""
    paid = [(each["role"], each["prompt"]) for each in vendors.counts()]
    return Counter(
        f"{role}-{index}"
        for role, prompt in paid
        for index in range(SCENES)
        if f"number {index:02d} of all" in prompt
    )


def submitted_calls(job: Job) -> set[str]:
    """Return the ids of the calls that have a task at a vendor or are done."""
    return {call["id"] for call in job["calls"] if call["taskId"] or call["state"] == "done"}


def kill_repeatedly(service: Service, *runs: JobRun) -> None:
    """Kill and restart the service during the jobs, and resume those that are interrupted."""
    delays = random.Random(ROUNDS)  # the same in every run
    for _ in range(ROUNDS):
        time.sleep(delays.uniform(0.1, 1.5))
        service.kill()
        service.start()
        for run in runs:
            job = run.show()
            assert len(job["calls"]) == 2 * SCENES
            if job["state"] == "interrupted":
                run.resume(job)


def test_job_of_twenty_scenes_survives_sigkill_and_pays_each_call_once(
    run: Run, vendors: Vendors
) -> None:
    service = run(PROVIDER_POLL=0.1, **vendors.environ())
    job_run = JobRun(service.client(service.register()), vendors, {})

    kill_repeatedly(service, job_run)
    while (job := job_run.wait())["state"] == "interrupted":
        interrupted = [call for call in job["calls"] if call["state"] == "interrupted"]
        assert all("may have been paid" in call["error"] for call in interrupted)
        job_run.resume(job)

    assert job["state"] == "succeeded", job["reason"]
    job_run.assert_not_paid_twice()
    job_run.assert_work_is_complete()
    assert set(submissions(vendors)) == {call["id"] for call in job["calls"]}


@pytest.mark.thorough
def test_two_jobs_for_the_same_scenes_survive_sigkill_and_pay_each_call_once(
    run: Run, vendors: Vendors
) -> None:
    service = run(PROVIDER_POLL=0.1, **vendors.environ())
    first = JobRun(service.client(service.register()), vendors, {})
    second = first.start_another()

    kill_repeatedly(service, first, second)
    while interrupted := [r for r in (first, second) if r.wait()["state"] == "interrupted"]:
        for each in interrupted:
            each.resume(each.show())

    assert [each.show()["state"] for each in (first, second)] == ["succeeded", "succeeded"]
    first.assert_not_paid_twice()
    first.assert_work_is_complete()


@pytest.mark.thorough  # tests/jobs/test_restart.py has the same with one kill
def test_job_with_a_key_from_the_request_is_interrupted_by_sigkill_and_resumes_with_the_key(
    run: Run, vendors: Vendors
) -> None:
    service = run(PROVIDER_POLL=0.1, **vendors.environ(keys=False))
    job_run = JobRun(service.client(service.register()), vendors, KEY)
    until(lambda: len(submitted_calls(job_run.show())) >= 5)

    service.kill()
    service.start()
    job = job_run.wait()

    assert job["state"] == "interrupted"
    assert "Resume the job with the key" in job["reason"]
    before = submissions(vendors)
    submitted = submitted_calls(job)
    assert submitted
    job_run.resume(job)
    while (job := job_run.wait())["state"] == "interrupted":
        job_run.resume(job)
    assert job["state"] == "succeeded", job["reason"]
    assert {call_id: submissions(vendors)[call_id] for call_id in submitted} == {
        call_id: before[call_id] for call_id in submitted
    }
    job_run.assert_not_paid_twice()
    job_run.assert_work_is_complete()
    assert KEY["x-api-key"].encode() not in b"".join(
        path.read_bytes() for path in service.data_dir.rglob("*") if path.is_file()
    )
