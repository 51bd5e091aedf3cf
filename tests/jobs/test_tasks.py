"""Clips are tasks of vendors: failures, timeouts and downloads."""

from typing import Any

import pytest
from flask.testing import FlaskClient

from config import Settings
from tests.jobs.conftest import UserWith
from tests.jobs.helpers import (
    CLIP_REQUEST,
    call_states,
    count_paid,
    new_work_with_scenes,
    resume_job,
    start_scene_job,
    wait_until_finished,
)
from tests.people import Person
from tests.vendors import Vendors


class TestTasks:
    def test_failed_task_reports_its_reason(
        self, ana: Person, work_with_scenes: str, vendors: Vendors
    ) -> None:
        vendors.rule(**CLIP_REQUEST, fail="The lamp broke.")

        job = wait_until_finished(ana, start_scene_job(ana, work_with_scenes))

        assert (job["state"], call_states(job)["video-0"]) == ("failed", "failed")
        assert job["reason"] == "The clip of scene 0: The lamp broke. (INTERNAL.BAD_OUTPUT.CODE01)"

    def test_task_cancelled_by_the_vendor_fails_the_job(
        self, ana: Person, work_with_scenes: str, vendors: Vendors
    ) -> None:
        vendors.rule(**CLIP_REQUEST, stop=True)

        job = wait_until_finished(ana, start_scene_job(ana, work_with_scenes))

        assert (job["state"], call_states(job)["video-0"]) == ("failed", "cancelled")
        assert job["reason"] == "The clip of scene 0: runway reports the task as cancelled"

    def test_resuming_after_a_failed_task_submits_a_new_one(
        self, ana: Person, work_with_scenes: str, vendors: Vendors
    ) -> None:
        vendors.rule(**CLIP_REQUEST, fail="The lamp broke.")
        job = start_scene_job(ana, work_with_scenes)
        first = wait_until_finished(ana, job)["calls"][1]["taskId"]

        resume_job(ana, job)

        resumed = wait_until_finished(ana, job)
        assert resumed["state"] == "succeeded"
        assert resumed["calls"][1]["taskId"] != first
        assert count_paid(vendors, CLIP_REQUEST) == 2

    @pytest.mark.parametrize(
        "failure",
        [{"status": 500}, {"status": 429, "retry_after": 1}, {"garbage": True}],
        ids=["500", "429", "not JSON"],
    )
    def test_failed_poll_is_retried(
        self, ana: Person, work_with_scenes: str, vendors: Vendors, failure: dict[str, Any]
    ) -> None:
        vendors.rule(vendor="runway", kind="poll", times=4, **failure)

        job = wait_until_finished(ana, start_scene_job(ana, work_with_scenes))

        assert job["state"] == "succeeded"
        assert count_paid(vendors, CLIP_REQUEST) == 1

    def test_task_unknown_to_the_vendor_fails_the_job(
        self, ana: Person, work_with_scenes: str, vendors: Vendors
    ) -> None:
        vendors.rule(vendor="runway", kind="poll", status=404)

        job = wait_until_finished(ana, start_scene_job(ana, work_with_scenes))

        assert job["state"] == "failed"
        assert "The provider does not know the task" in job["reason"]

    def test_revoked_key_interrupts_the_job_until_resumed_with_another_key(
        self, ana: Person, work_with_scenes: str, vendors: Vendors
    ) -> None:
        vendors.rule(vendor="runway", kind="poll", status=401)
        job = start_scene_job(ana, work_with_scenes)
        assert wait_until_finished(ana, job)["state"] == "interrupted"

        resume_job(ana, job, x_api_key="another-key")

        assert wait_until_finished(ana, job)["state"] == "succeeded"
        assert count_paid(vendors, CLIP_REQUEST) == 1

    def test_task_that_exceeds_generation_timeout_is_polled_again_when_resumed(
        self, user_with: UserWith, client: FlaskClient, vendors: Vendors
    ) -> None:
        eve = user_with(generation_timeout=1)
        work = new_work_with_scenes(eve, eve.new_project(), 1)
        vendors.rule(**CLIP_REQUEST, takes=2)
        job = start_scene_job(eve, work)
        timed_out = wait_until_finished(eve, job)
        assert (timed_out["state"], call_states(timed_out)["video-0"]) == ("interrupted",) * 2
        assert "resume the job to continue waiting" in timed_out["reason"]

        eve_with_longer_timeout = Person(client, eve.token, eve.user)
        resume_job(eve_with_longer_timeout, job)

        assert wait_until_finished(eve, job)["state"] == "succeeded"
        assert count_paid(vendors, CLIP_REQUEST) == 1


class TestDownloads:
    def test_interrupted_download_is_retried(
        self, ana: Person, work_with_scenes: str, vendors: Vendors
    ) -> None:
        vendors.rule(vendor="runway", kind="download", cut="body", times=2)

        job = wait_until_finished(ana, start_scene_job(ana, work_with_scenes))

        assert job["state"] == "succeeded"
        clip = ana.get(f"{work_with_scenes}/media/scene/0/video").data
        assert job["calls"][1]["taskId"].encode() in clip

    def test_failed_download_interrupts_the_job_and_is_not_paid_again(
        self, ana: Person, work_with_scenes: str, vendors: Vendors, settings: Settings
    ) -> None:
        vendors.rule(vendor="runway", kind="download", cut="body", times=3)
        job = start_scene_job(ana, work_with_scenes)
        interrupted = wait_until_finished(ana, job)
        assert interrupted["state"] == "interrupted"
        assert "It is finished, but could not be downloaded" in interrupted["reason"]
        assert ana.get(f"{work_with_scenes}/media/scene/0/video").status_code == 404
        assert not list(settings.data_dir.rglob(".tmp*"))

        resume_job(ana, job)

        assert wait_until_finished(ana, job)["state"] == "succeeded"
        assert ana.get(f"{work_with_scenes}/media/scene/0/video").status_code == 200
        assert count_paid(vendors, CLIP_REQUEST) == 1
