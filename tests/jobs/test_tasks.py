"""Clips are made in tasks: these fail, take long, and are downloaded when they are finished."""

from dataclasses import replace
from typing import Any

import pytest

from config import Settings
from tests.applications import create_app
from tests.jobs.following import ended, resume, states
from tests.jobs.scene import CLIP, new_film, paid, scene
from tests.people import Person
from tests.vendors import Vendors


class TestTasks:
    def test_a_task_that_failed_says_why(self, ana: Person, film: str, vendors: Vendors) -> None:
        vendors.rule(**CLIP, fail="The lamp broke.")

        job = ended(ana, scene(ana, film))

        assert (job["state"], states(job)["video-0"]) == ("failed", "failed")
        assert job["reason"] == "The clip of scene 1: The lamp broke. (INTERNAL.BAD_OUTPUT.CODE01)"

    def test_a_task_that_the_vendor_cancelled_has_failed(
        self, ana: Person, film: str, vendors: Vendors
    ) -> None:
        vendors.rule(**CLIP, stop=True)

        job = ended(ana, scene(ana, film))

        assert (job["state"], states(job)["video-0"]) == ("failed", "cancelled")
        assert job["reason"] == "The clip of scene 1: runway reports the task as cancelled"

    def test_after_a_failed_task_a_new_one_is_submitted(
        self, ana: Person, film: str, vendors: Vendors
    ) -> None:
        vendors.rule(**CLIP, fail="The lamp broke.")
        job = scene(ana, film)
        first = ended(ana, job)["calls"][1]["taskId"]

        resume(ana, job)

        again = ended(ana, job)
        assert again["state"] == "succeeded"
        assert again["calls"][1]["taskId"] != first
        assert paid(vendors, CLIP) == 2

    @pytest.mark.parametrize(
        "broken",
        [{"status": 500}, {"status": 429, "retry_after": 1}, {"garbage": True}],
        ids=str,
    )
    def test_questions_that_are_not_answered_are_asked_again(
        self, ana: Person, film: str, vendors: Vendors, broken: dict[str, Any]
    ) -> None:
        vendors.rule(vendor="runway", kind="poll", times=4, **broken)

        job = ended(ana, scene(ana, film))

        assert job["state"] == "succeeded"
        assert paid(vendors, CLIP) == 1

    def test_a_task_that_the_vendor_does_not_know_has_failed(
        self, ana: Person, film: str, vendors: Vendors
    ) -> None:
        vendors.rule(vendor="runway", kind="poll", status=404)

        job = ended(ana, scene(ana, film))

        assert job["state"] == "failed"
        assert "The task is unknown there" in job["reason"]

    def test_a_key_that_no_longer_counts_interrupts_and_another_one_goes_on(
        self, ana: Person, film: str, vendors: Vendors
    ) -> None:
        vendors.rule(vendor="runway", kind="poll", status=401)
        job = scene(ana, film)
        assert ended(ana, job)["state"] == "interrupted"

        resume(ana, job, x_api_key="another-key")

        assert ended(ana, job)["state"] == "succeeded"
        assert paid(vendors, CLIP) == 1

    def test_a_task_that_takes_too_long_is_asked_about_when_someone_resumes(
        self, settings: Settings, vendors: Vendors
    ) -> None:
        app = create_app(replace(settings, generation_timeout=1))
        eve = Person.register(app.test_client(), "eve@example.com")
        work = new_film(eve)
        vendors.rule(**CLIP, takes=1.3)
        job = scene(eve, work)
        late = ended(eve, job)
        assert (late["state"], states(late)["video-0"]) == ("interrupted", "interrupted")
        assert "resume the job to continue waiting" in late["reason"]

        resume(eve, job)

        assert ended(eve, job)["state"] == "succeeded"
        assert paid(vendors, CLIP) == 1


class TestDownloads:
    def test_a_download_that_breaks_off_is_begun_again(
        self, ana: Person, film: str, vendors: Vendors
    ) -> None:
        vendors.rule(vendor="runway", kind="download", cut="body", times=2)

        job = ended(ana, scene(ana, film))

        assert job["state"] == "succeeded"
        clip = ana.get(f"{film}/media/scene/0/video").data
        assert job["calls"][1]["taskId"].encode() in clip

    def test_a_download_that_never_succeeds_is_interrupted_and_not_paid_again(
        self, ana: Person, film: str, vendors: Vendors, settings: Settings
    ) -> None:
        vendors.rule(vendor="runway", kind="download", cut="body", times=3)
        job = scene(ana, film)
        broken = ended(ana, job)
        assert broken["state"] == "interrupted"
        assert "It is finished, but could not be downloaded" in broken["reason"]
        assert ana.get(f"{film}/media/scene/0/video").status_code == 404
        assert not list(settings.data_dir.rglob(".tmp*"))

        resume(ana, job)

        assert ended(ana, job)["state"] == "succeeded"
        assert ana.get(f"{film}/media/scene/0/video").status_code == 200
        assert paid(vendors, CLIP) == 1
