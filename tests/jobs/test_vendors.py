"""Jobs whose vendor is busy, rejects a call, or may have been paid without a response."""

from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import pytest

from jobs import failures
from jobs.model import JobRef
from jobs.worker import JobWorker
from storage.clock import now_ms
from tests.cases import cases
from tests.jobs.helpers import (
    CLIP_REQUEST,
    IMAGE_REQUEST,
    MODEL_HEADERS,
    call_states,
    count_paid,
    find_requests,
    new_work_with_scenes,
    resume_job,
    run_job,
    start_scene_job,
    until,
    wait_for_call_state,
    wait_for_state,
    wait_until_finished,
)


def in_two_hours() -> str:
    return format_datetime(datetime.now(UTC) + timedelta(hours=2), usegmt=True)


CALLS = cases("call", {"image": IMAGE_REQUEST, "clip": CLIP_REQUEST})
CALL_IDS = {"openai": "image-0", "runway": "video-0"}

KEY = "sk-secret-key-of-ana"


class TestBusyVendor:
    @CALLS
    @pytest.mark.parametrize("status", [429, 503])
    def test_call_to_a_busy_vendor_is_retried_after_its_retry_after(
        self, ana, work_with_scenes, vendors, call, status
    ):
        vendors.rule(**call, status=status, retry_after=0.3)

        job = wait_until_finished(ana, start_scene_job(ana, work_with_scenes))

        assert (job["state"], job["reason"]) == ("succeeded", None)
        attempts = {each["id"]: each["attempts"] for each in job["calls"]}
        assert attempts == {"image-0": 1, "video-0": 1, CALL_IDS[call["vendor"]]: 2}
        first, second = (r["started"] for r in find_requests(vendors, **call))
        assert second - first >= 0.3
        assert count_paid(vendors, call) == 1

    def test_job_reports_how_long_it_waits_for_a_busy_vendor(self, ana, work_with_scenes, vendors):
        vendors.rule(**IMAGE_REQUEST, status=429, retry_after=40)

        job = wait_for_state(ana, start_scene_job(ana, work_with_scenes), "waiting")

        assert job["progress"]["message"] == "dalle is busy; trying again in 40 seconds"
        assert call_states(job)["image-0"] == "waiting"
        assert job["calls"][0]["error"] == "Rate limit reached"

    def test_busy_vendor_without_retry_after_is_retried_after_30_seconds(
        self, ana, work_with_scenes, vendors
    ):
        vendors.rule(**CLIP_REQUEST, status=503)

        path = start_scene_job(ana, work_with_scenes)
        job = wait_for_call_state(ana, path, "video-0", "waiting")

        assert job["progress"]["message"] == "runway is busy; trying again in 30 seconds"

    def test_retry_after_beyond_generation_timeout_fails_the_job(
        self, ana, work_with_scenes, vendors
    ):
        vendors.rule(**IMAGE_REQUEST, status=429, retry_after=3600)

        answer = ana.post(f"{work_with_scenes}/generate/scene/0", headers=MODEL_HEADERS)

        assert answer.status_code == 429
        assert answer.headers["Retry-After"] == "3600"
        message = "The image of scene 1: Rate limit reached. Try again in 1 hour."
        assert answer.json["details"]["message"] == message
        assert ana.show(f"{work_with_scenes}/jobs")[0]["state"] == "failed"

    @cases(
        ("path", "retry_after", "least", "most"),
        {
            "seconds": ("/api/generate/image", 7200, 7200, 7200),
            "date": ("/api/style-guide/extract", in_two_hours, 7000, 7200),
            "far in the future": ("{work}/generate/scene/0", "100000000", 86_400, 86_400),
        },
    )
    def test_blocking_request_passes_on_how_long_to_wait(
        self, ana, work_with_scenes, vendors, path, retry_after, least, most
    ):
        value = retry_after() if callable(retry_after) else retry_after
        vendors.rule(status=429, retry_after=value)
        body = {"prompt": "A lamp"} if "image" in path else {"text": "Calm."}

        answer = ana.post(path.format(work=work_with_scenes), json=body, headers=MODEL_HEADERS)

        assert answer.status_code == 429
        # A busy machine may take some time between the vendor's answer and ours.
        assert least - 60 <= int(answer.headers["Retry-After"]) <= most

    def test_stored_failure_says_how_long_is_left(
        self, ana, work_with_scenes, vendors, monkeypatch
    ):
        vendors.rule(**IMAGE_REQUEST, status=429, retry_after=7200)
        headers = {**MODEL_HEADERS, "Idempotency-Key": "key-1"}
        waits = []

        for hours in (0, 1, 3):
            later = 3_600_000 * hours
            monkeypatch.setattr(failures, "now_ms", lambda later=later: now_ms() + later)
            answer = ana.post(f"{work_with_scenes}/generate/scene/0", headers=headers)
            waits.append(int(answer.headers["Retry-After"]))

        assert 7100 <= waits[0] <= 7200
        assert 3500 <= waits[1] <= 3600
        assert waits[2] == 1
        assert len(find_requests(vendors, **IMAGE_REQUEST)) == 1

    def test_failure_stored_by_version_0_2_0_is_readable(self):
        failure = {"status": 429, "provider": "dalle", "said": 429}
        job = {"state": "failed", "reason": "Busy", "failure": failure}

        error = failures.error_of(job, JobRef("users/u1/jobs", "j1"))

        assert error.retry_after == 30
        assert error.details["status"] == 429


class TestRejectedCalls:
    @CALLS
    @pytest.mark.parametrize("status", [400, 500])
    def test_rejected_call_fails_the_job_with_the_vendors_message(
        self, ana, work_with_scenes, vendors, call, status
    ):
        vendors.rule(**call, status=status)

        job = wait_until_finished(ana, start_scene_job(ana, work_with_scenes))

        assert (job["state"], call_states(job)[CALL_IDS[call["vendor"]]]) == ("failed", "failed")
        assert job["reason"].endswith(" of scene 1: Server error")
        assert count_paid(vendors, call) == 0

    def test_blocking_request_returns_502_with_the_vendors_message(
        self, ana, work_with_scenes, vendors
    ):
        vendors.rule(**IMAGE_REQUEST, status=500)

        answer = ana.post(f"{work_with_scenes}/generate/scene/0", headers=MODEL_HEADERS)

        assert answer.status_code == 502
        assert answer.json["details"]["message"] == "The image of scene 1: Server error"
        assert ana.get(answer.json["details"]["job"]).json["state"] == "failed"

    def test_wrong_key_fails_the_job_and_is_not_shown(self, ana, work_with_scenes):
        job = wait_until_finished(
            ana, start_scene_job(ana, work_with_scenes, **{"x-api-key": "wrong-key"})
        )

        assert job["state"] == "failed"
        assert "Incorrect API key provided" in job["reason"]
        assert "wrong-key" not in str(job)

    def test_job_with_a_wrong_key_succeeds_when_resumed_with_another(
        self, ana, work_with_scenes, vendors
    ):
        job = start_scene_job(
            ana, work_with_scenes, **{"x-image-api-key": KEY, "x-video-api-key": "wrong-key"}
        )
        assert wait_until_finished(ana, job)["state"] == "failed"

        resume_job(ana, job, x_video_api_key="another-key")

        assert wait_until_finished(ana, job)["state"] == "succeeded"
        assert [submission["key"] for submission in vendors.counts()] == [KEY[-4:], "-key"]

    @pytest.mark.parametrize(
        "response",
        ["I would rather not.", '{"scenes": "later"}', "{}", ""],
        ids=["text", "invalid scenes", "no scenes", "empty"],
    )
    def test_response_that_is_no_scenario_fails_the_job(
        self, ana, work_with_scenes, vendors, response
    ):
        scenes = ana.show(work_with_scenes)["scenes"]
        vendors.rule(vendor="claude", answer=response)

        job = run_job(ana, work_with_scenes, "scenario")

        assert job["state"] == "failed"
        assert job["reason"].startswith("The text: ")
        assert ana.show(work_with_scenes)["scenes"] == scenes

    def test_unreachable_vendor_fails_the_job(self, user_with, unreachable):
        eve = user_with(claude_base_url=unreachable)

        job = run_job(eve, eve.new_work(eve.new_project()), "scenario")

        assert (job["state"], job["reason"]) == (
            "failed",
            "The text: The provider could not be reached",
        )


class TestUncertainCalls:
    UNCERTAIN_RESPONSES = cases(
        "failure",
        {
            "no response": {"cut": "after"},
            "half a response": {"cut": "body"},
            "not JSON": {"garbage": True},
            "half of the JSON": {"half": True},
            "502": {"status": 502},
            "504": {"status": 504},
            "503 of a gateway": {"gateway": 503},
        },
    )

    @CALLS
    @UNCERTAIN_RESPONSES
    def test_call_that_may_have_been_paid_is_interrupted_and_not_sent_again(
        self, ana, work_with_scenes, vendors, call, failure
    ):
        vendors.rule(**call, **failure)

        job = wait_until_finished(ana, start_scene_job(ana, work_with_scenes))

        assert (job["state"], call_states(job)[CALL_IDS[call["vendor"]]]) == ("interrupted",) * 2
        assert "It may have been started and paid; resume the job" in job["reason"]
        assert ana.show(work_with_scenes)["generatedScenes"][0]["status"] == "error"
        assert len(find_requests(vendors, **call)) == 1

    def test_interrupted_job_is_not_continued_by_the_worker(
        self, app, ana, work_with_scenes, vendors, monkeypatch
    ):
        polls, orphans = [], JobWorker._jobs_to_continue

        def count_and_find(worker: JobWorker) -> set[JobRef]:
            polls.append(worker)
            return orphans(worker)

        monkeypatch.setattr(JobWorker, "_jobs_to_continue", count_and_find)
        app.extensions["services"].jobs.worker.start()
        vendors.rule(**IMAGE_REQUEST, cut="after")
        job = start_scene_job(ana, work_with_scenes)
        interrupted = wait_until_finished(ana, job)

        finished_at = len(polls)
        until(lambda: len(polls) > finished_at + 3)

        assert ana.show(job) == interrupted
        assert len(find_requests(vendors, **IMAGE_REQUEST)) == 1

    @CALLS
    def test_resuming_sends_an_uncertain_call_again(self, ana, work_with_scenes, vendors, call):
        vendors.rule(**call, cut="after")
        job = start_scene_job(ana, work_with_scenes)
        assert wait_until_finished(ana, job)["state"] == "interrupted"

        resume_job(ana, job)

        assert wait_until_finished(ana, job)["state"] == "succeeded"
        assert count_paid(vendors, call) == 2
        assert len(vendors.counts()) == 3

    def test_scenario_that_may_have_been_paid_is_interrupted(self, ana, work_with_scenes, vendors):
        vendors.rule(vendor="claude", cut="after")

        answer = ana.post(f"{work_with_scenes}/scenario", headers=MODEL_HEADERS)

        assert answer.status_code == 502
        assert "It may have been started and paid" in answer.json["details"]["message"]
        assert ana.show(f"{work_with_scenes}/jobs")[0]["state"] == "interrupted"

    @CALLS
    def test_hanging_vendor_returns_504_after_provider_timeout(self, user_with, vendors, call):
        eve = user_with(provider_timeout=1)
        work = new_work_with_scenes(eve, eve.new_project(), 1)
        vendors.rule(**call, hang=True)

        answer = eve.post(f"{work}/generate/scene/0", headers=MODEL_HEADERS)

        assert answer.status_code == 504
        assert "The provider did not answer within 1 second" in answer.json["details"]["message"]
        assert eve.show(f"{work}/jobs")[0]["state"] == "interrupted"


@cases(
    "failure",
    {
        "success": {},
        "rejected": {"status": 400},
        "key in an error": {"status": 400, "error": f"Bad key {KEY}"},
        "key in a task": {"fail": f"Bad key {KEY}"},
        "no response": {"cut": "after"},
        "not JSON": {"garbage": True},
    },
)
def test_key_from_a_request_is_neither_stored_nor_logged(
    user_with, settings, vendors, capfd, failure
):
    eve = user_with(log_level="DEBUG")
    vendors.rule(**CLIP_REQUEST, **failure)

    work = new_work_with_scenes(eve, eve.new_project(), 1)
    job = wait_until_finished(eve, start_scene_job(eve, work, **{"x-api-key": KEY}))

    assert vendors.counts()[0]["key"] == KEY[-4:]
    assert KEY not in str(job)
    assert not any(KEY in text for text in capfd.readouterr())
    assert not any(KEY.encode() in contents for contents in stored(settings.data_dir))


def stored(directory: Path) -> Iterator[bytes]:
    """Yield what is in all files in a directory and below; the queue forgets jobs meanwhile."""
    for path in directory.rglob("*"):
        with suppress(FileNotFoundError, IsADirectoryError):
            yield path.read_bytes()
