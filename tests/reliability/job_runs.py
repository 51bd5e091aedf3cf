"""Jobs of many scenes whose service is killed or cut off, and what vendors were paid for."""

from collections import Counter
from copy import copy
from typing import Any

from tests.jobs.helpers import until
from tests.service import Client
from tests.vendors import Vendors

SCENES = 20
FINISHED = {"succeeded", "failed", "interrupted", "cancelled"}

Job = dict[str, Any]


class JobRun:
    """A job that generates all scenes of a work, and the client that resumes it."""

    def __init__(
        self, client: Client, vendors: Vendors, headers: dict[str, str], scenes: int = SCENES
    ) -> None:
        self.client, self.vendors, self.headers = client, vendors, headers
        self.scenes = scenes
        self.work = client.new_work(client.new_project())
        self.resent: Counter[str] = Counter()  # how often each call was sent again by `resume`
        saved = client.put(self.work, {"scenes": [scene(index) for index in range(scenes)]})
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
        assert [each["status"] for each in work["generatedScenes"]] == ["done"] * self.scenes
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
