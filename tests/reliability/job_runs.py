"""Jobs of many scenes whose service is killed or cut off, and what vendors were paid for."""

import re
from collections import Counter
from collections.abc import Collection
from copy import copy
from typing import Any

from tests.jobs.helpers import until
from tests.jobs.voices import NARRATOR
from tests.service import Client
from tests.vendors import Vendors

SCENES = 20
FINISHED = {"succeeded", "failed", "interrupted", "cancelled"}

Job = dict[str, Any]


class JobRun:
    """A job that generates all scenes of a work, and the client that resumes it."""

    kind, roles = "scenes", ["image", "video"]

    def __init__(
        self, client: Client, vendors: Vendors, headers: dict[str, str], scenes: int = SCENES
    ) -> None:
        self.client, self.vendors, self.headers = client, vendors, headers
        self.scenes = scenes
        self.work = client.new_work(client.new_project())
        self.resent: Counter[str] = Counter()  # how often each call was sent again by `resume`
        body = {"scenes": [scene(index) for index in range(scenes)]}
        client.save(self.work, body | {"sound": {"narrator": NARRATOR}})
        self.job = self._start()

    def start_another(self) -> "JobRun":
        """Start another job for the same scenes, which counts as one with this job."""
        other = copy(self)
        other.job = self._start()
        return other

    def narrate(self, lines: int) -> "NarrationRun":
        """Start a job that speaks the first lines of the same scenes."""
        narration = NarrationRun.__new__(NarrationRun)
        narration.__dict__.update(vars(self), scenes=lines, resent=Counter())
        narration.job = narration._start(scenes=list(range(lines)))
        return narration

    def _start(self, **fields: Any) -> str:
        body = {"kind": self.kind, **fields}
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
        return until(lambda: job if (job := self.show())["state"] in FINISHED else None, 300)

    def wait_for_calls(self, count: int) -> None:
        """Wait until so many calls are submitted or done, or the job is finished."""

        def reached() -> bool:
            job = self.show()
            return job["state"] in FINISHED or len(submitted_calls(job)) >= count

        until(reached, 300)

    def assert_not_paid_twice(self) -> None:
        """Assert that vendors got each call once, and once more for each time it was resent."""
        for call_id, times in submissions(self.vendors, self.roles).items():
            assert times <= 1 + self.resent[call_id], (call_id, times, self.resent)

    def assert_work_is_complete(self) -> None:
        """Assert that every scene is done and has a complete image and video."""
        work = self.client.get(self.work).json
        assert [each["status"] for each in work["generatedScenes"]] == ["done"] * self.scenes
        for each in work["generatedScenes"]:
            assert self.client.get(each["imageUrl"]).body.endswith(b"IEND\xaeB`\x82")
            assert b"moov" in self.client.get(each["videoUrl"]).body


class NarrationRun(JobRun):
    """A job that speaks the lines of all scenes of a work."""

    kind, roles = "narration", ["speech"]

    def assert_work_is_complete(self) -> None:
        """Assert that every scene has a voice that says its line."""
        told = self.client.get(f"{self.work}/narration").json["scenes"][: self.scenes]
        assert [each["isCurrent"] for each in told] == [True] * self.scenes
        for each in told:
            assert each["source"] == "vendor"
            assert self.client.get(each["voiceUrl"]).headers["Content-Type"] == "audio/mpeg"


def scene(index: int) -> Job:
    """Return a scene with its number in its prompts and its line."""
    prompt = f"number {index:02d} of all"
    prompts = {"image_prompt": prompt, "video_prompt": prompt, "narration": {"text": prompt}}
    return {"scene_index": index, **prompts}


def submissions(
    vendors: Vendors, roles: Collection[str] = ("image", "video", "speech")
) -> Counter[str]:
    """Return how often the vendors got each call of the jobs, of these roles."""
    return Counter(
        f"{each['role']}-{int(number)}"
        for each in vendors.counts()
        if each["role"] in roles
        for number in re.findall(r"number (\d+) of all", each["prompt"])[:1]
    )


def submitted_calls(job: Job) -> set[str]:
    """Return the ids of the calls that have a task at a vendor or are done."""
    return {call["id"] for call in job["calls"] if call["taskId"] or call["state"] == "done"}
