"""USER_QUOTA_MB and RESERVE_MB: nothing is paid for whose result could not be stored."""

from typing import Any

import pytest

from jobs.run import JobRun
from storage.errors import DiskFullError, ReserveError
from tests.jobs.helpers import (
    MODEL_HEADERS,
    new_work_with_scenes,
    resume_job,
    start_scene_job,
    until,
    wait_until_finished,
)
from tests.people import Person

MB = 1 << 20
QUOTA = 10 * MB

pytestmark = pytest.mark.settings(user_quota_mb=QUOTA // MB)


@pytest.fixture
def work(ana, project):
    return new_work_with_scenes(ana, project, 3)


def upload(ana: Person, work: str, size: int) -> None:
    video = b"RIFF\0\0\0\0AVI LIST" + bytes(size)
    url = f"{work}/media/reference"
    answer = ana.put(url, data=video, content_type="video/x-msvideo")
    assert answer.status_code == 200, answer.text


def test_job_over_the_quota_is_refused_before_anything_is_paid(ana, work, vendors):
    upload(ana, work, QUOTA - 60_000)
    request = {"kind": "scenes", "unknown": "x" * 60_000}

    answer = ana.post(f"{work}/jobs", json=request, headers=MODEL_HEADERS)

    assert answer.status_code == 507
    assert answer.json["error"] == "Storage quota used up"
    assert vendors.requests() == []


def test_result_that_is_being_paid_for_is_stored_and_no_further_call_is_paid(
    ana, work, vendors, settings
):
    vendors.rule(vendor="openai", kind="image", slow=None)
    job = start_scene_job(ana, work)
    until(lambda: vendors.counts() or None)
    other = settings.data_dir / work.removeprefix("/api/") / "media" / "audio.mp3"
    other.parent.mkdir()
    other.write_bytes(bytes(QUOTA))  # meanwhile the quota is used up
    vendors.release()

    image, clip = wait_until_finished(ana, job)["calls"]

    assert image["state"] == "done"
    assert ana.get(f"{work}/media/scene/0/image").status_code == 200
    assert (clip["state"], clip["attempts"]) == ("failed", 0)
    assert clip["error"].startswith("You store 10.")
    assert clip["error"].endswith("Then resume the job.")
    assert [call["role"] for call in vendors.counts()] == ["image"]

    other.unlink()
    resume_job(ana, job)
    assert wait_until_finished(ana, job)["state"] == "succeeded"
    assert [call["role"] for call in vendors.counts()] == ["image", "video"]


def test_request_that_waits_for_a_job_answers_507(ana, work, vendors, monkeypatch):
    def refuse(_run: JobRun) -> None:
        raise ReserveError("0.0 MB are free.")

    monkeypatch.setattr(JobRun, "check_storage", refuse)

    answer = ana.post(f"{work}/scenario", headers=MODEL_HEADERS)

    assert answer.status_code == 507
    assert answer.json["error"] == "There is no room for the result"
    assert answer.json["details"]["message"] == ("The text: 0.0 MB are free. Then resume the job.")
    assert vendors.counts() == []


@pytest.mark.tuning(disk_pause=0.05)
@pytest.mark.parametrize("method", ["spend", "give_back", "update_call"])
def test_call_that_was_not_started_is_sent_again_after_the_disk_was_full(
    ana, work, vendors, monkeypatch, method
):
    """Whether it was full before the call was sent, or after the provider refused it as busy."""
    vendors.rule(vendor="openai", kind="image", status=429, retry_after=0)
    change, failures = getattr(JobRun, method), iter([DiskFullError("full")])

    def change_on_a_full_disk(*args: Any, **fields: Any) -> None:
        if failure := next(failures, None):
            raise failure
        change(*args, **fields)

    monkeypatch.setattr(JobRun, method, change_on_a_full_disk)

    finished = wait_until_finished(ana, start_scene_job(ana, work))

    assert (finished["state"], finished["reason"]) == ("succeeded", None)
    assert len(vendors.counts()) == 2
