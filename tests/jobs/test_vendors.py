"""What becomes of a job when its vendor is busy, fails, or breaks off."""

import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from config import Settings
from tests.applications import create_app
from tests.jobs.following import MODELS, ended, made, once, resume, states
from tests.jobs.scene import CLIP, IMAGE, asked, new_film, paid, scene
from tests.people import Person
from tests.service import free_port
from tests.vendors import Vendors

CALLS = pytest.mark.parametrize("call", [IMAGE, CLIP], ids=["image", "clip"])
CALL_IDS = {"openai": "image-0", "runway": "video-0"}

KEY = "sk-of-ana-that-nobody-else-may-see"


class TestBusy:
    @CALLS
    @pytest.mark.parametrize("status", [429, 503])
    def test_a_vendor_that_is_busy_is_asked_again_when_it_says(
        self, ana: Person, film: str, vendors: Vendors, call: dict[str, str], status: int
    ) -> None:
        vendors.rule(**call, status=status, retry_after=0.3)

        job = ended(ana, scene(ana, film))

        assert (job["state"], job["reason"]) == ("succeeded", None)
        attempts = {each["id"]: each["attempts"] for each in job["calls"]}
        assert attempts == {"image-0": 1, "video-0": 1, CALL_IDS[call["vendor"]]: 2}
        first, second = (r["started"] for r in asked(vendors, **call))
        assert second - first >= 0.3
        assert paid(vendors, call) == 1

    def test_a_job_that_waits_for_a_busy_vendor_says_for_how_long(
        self, ana: Person, film: str, vendors: Vendors
    ) -> None:
        vendors.rule(**IMAGE, status=429, retry_after=7)

        job = once(ana, scene(ana, film), lambda job: job["state"] == "waiting")

        assert job["progress"]["message"] == "dalle is busy; trying again in 7 s"
        assert states(job)["image-0"] == "waiting"
        assert job["calls"][0]["error"] == "Rate limit reached"

    def test_a_vendor_that_does_not_say_when_is_asked_again_later(
        self, ana: Person, film: str, vendors: Vendors
    ) -> None:
        vendors.rule(**CLIP, status=503)

        job = once(ana, scene(ana, film), lambda job: states(job)["video-0"] == "waiting")

        assert job["progress"]["message"] == "runway is busy; trying again in 30 s"

    def test_a_vendor_that_is_busy_for_too_long_is_not_waited_for(
        self, ana: Person, film: str, vendors: Vendors
    ) -> None:
        vendors.rule(**IMAGE, status=429, retry_after=3600)  # longer than GENERATION_TIMEOUT

        answer = ana.post(f"{film}/generate/scene/0", headers=MODELS)

        assert answer.status_code == 429
        assert answer.headers["Retry-After"]
        assert "Rate limit reached" in answer.json["details"]["message"]
        assert ana.show(f"{film}/jobs")[0]["state"] == "failed"


class TestRefusals:
    @CALLS
    @pytest.mark.parametrize("status", [400, 500])
    def test_what_a_vendor_refused_has_failed_in_its_own_words(
        self, ana: Person, film: str, vendors: Vendors, call: dict[str, str], status: int
    ) -> None:
        vendors.rule(**call, status=status)

        job = ended(ana, scene(ana, film))

        assert (job["state"], states(job)[CALL_IDS[call["vendor"]]]) == ("failed", "failed")
        assert job["reason"].endswith(" of scene 1: Server error")
        assert paid(vendors, call) == 0

    def test_who_waits_for_what_is_refused_gets_502_with_the_vendors_words(
        self, ana: Person, film: str, vendors: Vendors
    ) -> None:
        vendors.rule(**IMAGE, status=500)

        answer = ana.post(f"{film}/generate/scene/0", headers=MODELS)

        assert answer.status_code == 502
        assert answer.json["details"]["message"] == "The image of scene 1: Server error"
        assert ana.get(answer.json["details"]["job"]).json["state"] == "failed"

    def test_a_wrong_key_has_failed(self, ana: Person, film: str) -> None:
        job = ended(ana, scene(ana, film, **{"x-api-key": "wrong-key"}))

        assert job["state"] == "failed"
        assert "Incorrect API key provided" in job["reason"]
        assert "wrong-key" not in str(job)

    def test_another_key_makes_a_job_go_on(self, ana: Person, film: str, vendors: Vendors) -> None:
        job = scene(ana, film, **{"x-image-api-key": KEY, "x-video-api-key": "wrong-key"})
        assert ended(ana, job)["state"] == "failed"

        resume(ana, job, x_video_api_key="another-key")

        assert ended(ana, job)["state"] == "succeeded"
        assert [submission["key"] for submission in vendors.counts()] == [KEY[-4:], "-key"]

    @pytest.mark.parametrize("given", ["I would rather not.", '{"scenes": "later"}', "{}", ""])
    def test_an_answer_that_is_no_scenario_has_failed(
        self, ana: Person, film: str, vendors: Vendors, given: str
    ) -> None:
        scenes = ana.show(film)["scenes"]
        vendors.rule(vendor="claude", answer=given)

        job = made(ana, film, "scenario")

        assert job["state"] == "failed"
        assert job["reason"].startswith("The text: ")
        assert ana.show(film)["scenes"] == scenes

    def test_a_vendor_that_cannot_be_reached_was_not_paid(
        self, settings: Settings, vendors: Vendors
    ) -> None:
        away = f"http://127.0.0.1:{free_port()}"
        app = create_app(replace(settings, claude_base_url=away))
        eve = Person.register(app.test_client(), "eve@example.com")

        job = made(eve, eve.new_work(eve.new_project()), "scenario")

        assert (job["state"], job["reason"]) == ("failed", "The text: It could not be reached")


class TestUnclear:
    BREAKS = pytest.mark.parametrize(
        "broken",
        [
            {"cut": "after"},
            {"cut": "body"},
            {"garbage": True},
            {"half": True},
            {"status": 502},
            {"status": 504},
            {"gateway": 503},
        ],
        ids=str,
    )

    @CALLS
    @BREAKS
    def test_what_may_have_been_paid_is_interrupted_and_not_sent_again(
        self, ana: Person, film: str, vendors: Vendors, call: dict[str, str], broken: dict[str, Any]
    ) -> None:
        vendors.rule(**call, **broken)

        job = ended(ana, scene(ana, film))

        assert (job["state"], states(job)[CALL_IDS[call["vendor"]]]) == ("interrupted",) * 2
        assert "It may have been started and paid; resume the job" in job["reason"]
        assert ana.show(film)["generatedScenes"][0]["status"] == "error"
        assert len(asked(vendors, **call)) == 1

    def test_nothing_takes_it_up_by_itself(
        self, app: Flask, ana: Person, film: str, vendors: Vendors
    ) -> None:
        app.extensions["services"].jobs.worker.start()
        vendors.rule(**IMAGE, cut="after")
        job = scene(ana, film)
        interrupted = ended(ana, job)

        time.sleep(0.5)  # in which jobs that were left are looked for a few times

        assert ana.show(job) == interrupted
        assert len(asked(vendors, **IMAGE)) == 1

    @CALLS
    def test_a_person_may_have_it_sent_again(
        self, ana: Person, film: str, vendors: Vendors, call: dict[str, str]
    ) -> None:
        vendors.rule(**call, cut="after")
        job = scene(ana, film)
        assert ended(ana, job)["state"] == "interrupted"

        resume(ana, job)

        assert ended(ana, job)["state"] == "succeeded"
        assert paid(vendors, call) == 2
        assert len(vendors.counts()) == 3

    def test_a_scenario_that_may_have_been_paid_is_interrupted(
        self, ana: Person, film: str, vendors: Vendors
    ) -> None:
        vendors.rule(vendor="claude", cut="after")

        answer = ana.post(f"{film}/scenario", headers=MODELS)

        assert answer.status_code == 502
        assert "It may have been started and paid" in answer.json["details"]["message"]
        assert ana.show(f"{film}/jobs")[0]["state"] == "interrupted"

    @CALLS
    def test_a_vendor_that_hangs_is_waited_for_as_long_as_the_setting_says(
        self, settings: Settings, vendors: Vendors, call: dict[str, str]
    ) -> None:
        app = create_app(replace(settings, provider_timeout=1))
        eve = Person.register(app.test_client(), "eve@example.com")
        work = new_film(eve)
        vendors.rule(**call, hang=True)

        answer = eve.post(f"{work}/generate/scene/0", headers=MODELS)

        assert answer.status_code == 504
        assert "It did not answer within 1 seconds" in answer.json["details"]["message"]
        assert eve.show(f"{work}/jobs")[0]["state"] == "interrupted"


@pytest.mark.parametrize("fails", [{}, {"status": 400}, {"cut": "after"}, {"garbage": True}])
def test_a_key_that_came_with_a_request_is_nowhere(
    settings: Settings, vendors: Vendors, capfd: pytest.CaptureFixture[str], fails: dict[str, Any]
) -> None:
    app = create_app(replace(settings, log_level="DEBUG"))
    eve = Person.register(app.test_client(), "eve@example.com")
    vendors.rule(**CLIP, **fails)

    job = ended(eve, scene(eve, new_film(eve), **{"x-api-key": KEY}))

    assert vendors.counts()[0]["key"] == KEY[-4:]
    assert KEY not in str(job)
    assert not any(KEY in text for text in capfd.readouterr())
    assert not any(KEY.encode() in file.read_bytes() for file in files(settings.data_dir))


def files(directory: Path) -> list[Path]:
    return [path for path in directory.rglob("*") if path.is_file()]
