"""Making many scenes: what is there is not made again, and no vendor gets too much at once."""

import hashlib
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from config import Settings
from tests.jobs import following
from tests.jobs.following import ended, made, once, resume, start, states
from tests.people import Person
from tests.vendors import Vendors

Spans = list[tuple[float, float]]


class TestWhatIsThere:
    def test_a_scene_that_is_done_is_not_made_again(
        self, ana: Person, film: str, vendors: Vendors
    ) -> None:
        made(ana, film, "scene", sceneIndex=1)
        clip = ana.get(f"{film}/media/scene/1/video").data

        job = made(ana, film)

        assert states(job).keys() == {"image-0", "video-0", "image-2", "video-2"}
        assert ana.get(f"{film}/media/scene/1/video").data == clip
        assert len(vendors.counts()) == 6

    def test_of_a_scene_with_an_image_only_the_clip_is_made(
        self, ana: Person, film: str, vendors: Vendors, samples: Path
    ) -> None:
        image = samples / "image.png"
        ana.upload(f"{film}/media/scene/0/image", image)

        job = made(ana, film, sceneIndexes=[0])

        assert states(job) == {"video-0": "done"}
        assert vendors.counts()[0]["pictures"] == [digest(image)]
        assert ana.get(f"{film}/media/scene/0/image").data == image.read_bytes()

    def test_a_work_that_is_done_costs_nothing(
        self, ana: Person, film: str, vendors: Vendors
    ) -> None:
        made(ana, film)
        vendors.reset()

        job = made(ana, film)

        assert (job["state"], job["calls"]) == ("succeeded", [])
        assert job["progress"]["percent"] == 100
        assert vendors.requests() == []

    def test_a_single_scene_is_made_again(self, ana: Person, film: str, vendors: Vendors) -> None:
        made(ana, film, "scene", sceneIndex=0)

        made(ana, film, "scene", sceneIndex=0)

        assert len(vendors.counts()) == 4

    def test_a_scene_that_shows_an_asset_is_not_made_again_either(
        self, ana: Person, project: str, vendors: Vendors, samples: Path
    ) -> None:
        asset = ana.upload(f"{project}/assets", samples / "image.png").json["id"]
        mode = {"assetUsageMode": "direct", "selectedAssetIds": [asset]}
        work = following.film(ana, project, 2, **mode)
        made(ana, work, sceneIndexes=[0])
        scene = ana.show(work)["generatedScenes"][0]

        job = made(ana, work)

        assert states(job) == {"video-1": "done"}
        assert ana.show(work)["generatedScenes"][0] == scene
        assert len(vendors.counts()) == 2

    def test_a_done_scene_stays_done_when_a_job_with_assets_goes_on(
        self, ana: Person, project: str, vendors: Vendors, samples: Path
    ) -> None:
        asset = ana.upload(f"{project}/assets", samples / "image.png").json["id"]
        mode = {"assetUsageMode": "direct", "selectedAssetIds": [asset]}
        work = following.film(ana, project, 2, **mode)
        vendors.rule(vendor="runway", kind="submit", match="step 1", status=400)
        vendors.rule(vendor="runway", kind="submit", skip=1, status=400)
        job = start(ana, work)
        assert ended(ana, job)["state"] == "failed"

        resume(ana, job)

        assert ended(ana, job)["state"] == "succeeded"
        assert [s["status"] for s in ana.show(work)["generatedScenes"]] == ["done", "done"]
        assert len(vendors.counts()) == 2


class TestWhatFails:
    @pytest.fixture
    def failed(self, ana: Person, film: str, vendors: Vendors) -> str:
        """A job whose scene 1 got no image."""
        vendors.rule(vendor="openai", kind="image", match="step 1", refuse=True)
        return start(ana, film)

    def test_one_scene_does_not_stop_the_others(self, ana: Person, film: str, failed: str) -> None:
        job = ended(ana, failed)

        assert job["state"] == "failed"
        assert states(job) == {
            **dict.fromkeys(states(job), "done"),
            "image-1": "failed",
            "video-1": "planned",
        }
        statuses = [scene["status"] for scene in ana.show(film)["generatedScenes"]]
        assert statuses == ["done", "error", "done"]

    def test_the_reason_says_what_failed_in_the_words_of_the_vendor(
        self, ana: Person, film: str, failed: str
    ) -> None:
        refusal = "Your request was rejected by the safety system."

        job = ended(ana, failed)

        assert job["reason"] == f"The image of scene 2: {refusal}"
        assert job["progress"]["message"] == job["reason"]
        assert ana.show(film)["generatedScenes"][1]["error"] == refusal

    def test_the_reason_counts_what_failed_beside_the_first(
        self, ana: Person, film: str, vendors: Vendors
    ) -> None:
        vendors.rule(vendor="openai", kind="image", times=3, refuse=True)

        job = made(ana, film)

        assert job["reason"].startswith("The image of scene 1: ")
        assert job["reason"].endswith(" (and 2 more)")

    def test_going_on_makes_what_is_missing_and_nothing_else(
        self, ana: Person, film: str, vendors: Vendors, failed: str
    ) -> None:
        before = ended(ana, failed)
        vendors.reset()

        resume(ana, failed)

        job = ended(ana, failed)
        assert (job["state"], job["reason"]) == ("succeeded", None)
        assert job["calls"][:2] == before["calls"][:2]
        assert [(paid["role"], "step 1" in paid["prompt"]) for paid in vendors.counts()] == [
            ("image", True),
            ("video", False),
        ]
        assert ana.show(film)["generatedScenes"][1].keys() == {
            *("sceneIndex", "imageUrl", "videoUrl", "status")
        }

    def test_a_scene_whose_clip_failed_keeps_its_image(
        self, ana: Person, film: str, vendors: Vendors
    ) -> None:
        vendors.rule(vendor="runway", kind="submit", fail="Out of luck")
        job = start(ana, film, "scene", sceneIndex=0)

        assert ended(ana, job)["reason"].startswith("The clip of scene 1: Out of luck")
        scene = ana.show(film)["generatedScenes"][0]
        assert (scene["status"], "imageUrl" in scene, "videoUrl" in scene) == ("error", True, False)
        resume(ana, job)
        assert ended(ana, job)["state"] == "succeeded"
        assert [paid["role"] for paid in vendors.counts()] == ["image", "video", "video"]

    def test_a_scene_that_left_the_scenario_meanwhile_fails_alone(
        self, ana: Person, film: str, vendors: Vendors
    ) -> None:
        vendors.rule(vendor="openai", times=None, slow=0.3)
        job = start(ana, film)
        once(ana, job, lambda job: job["calls"][0]["state"] == "submitting")

        scenes = ana.show(film)["scenes"]
        ana.put(film, json={"scenes": scenes[:2]})

        found = ended(ana, job)
        assert found["state"] == "failed"
        assert found["reason"] == "The clip of scene 3: The work has no scene with index 2"
        assert set(list(states(found).values())[:4]) == {"done"}


class TestManyAtOnce:
    @pytest.fixture
    def settings(self, settings: Settings) -> Settings:
        return replace(settings, provider_concurrency=2)

    def test_a_vendor_gets_as_many_images_as_the_setting_says(
        self, ana: Person, project: str, vendors: Vendors
    ) -> None:
        vendors.rule(vendor="openai", times=None, slow=0.1)

        job = made(ana, following.film(ana, project, 6))

        assert job["state"] == "succeeded"
        assert most_at_once(images(vendors)) == 2

    def test_a_vendor_gets_as_many_clips_as_the_setting_says(
        self, ana: Person, project: str, vendors: Vendors
    ) -> None:
        vendors.rule(vendor="runway", kind="submit", times=None, takes=0.2)

        made(ana, following.film(ana, project, 6))

        assert most_at_once(clips(vendors)) == 2

    def test_the_setting_counts_for_all_jobs_together(
        self, ana: Person, ben: Person, vendors: Vendors
    ) -> None:
        vendors.rule(vendor="openai", times=None, slow=0.1)
        vendors.rule(vendor="runway", kind="submit", times=None, takes=0.2)
        works = [(who, following.film(who, who.new_project(), 3)) for who in (ana, ben)]

        jobs = [(who, start(who, work)) for who, work in works]

        assert [ended(*job)["state"] for job in jobs] == ["succeeded"] * 2
        assert most_at_once(images(vendors)) == most_at_once(clips(vendors)) == 2

    def test_images_are_made_while_clips_are_waited_for(
        self, ana: Person, project: str, vendors: Vendors
    ) -> None:
        vendors.rule(vendor="runway", kind="submit", times=None, takes=0.4)

        made(ana, following.film(ana, project, 4))

        first_clip = min(end for _, end in clips(vendors))
        assert max(start for start, _ in images(vendors)) < first_clip

    def test_a_call_that_waits_for_its_turn_says_so(
        self, ana: Person, project: str, vendors: Vendors
    ) -> None:
        vendors.rule(vendor="openai", times=None, slow=0.3)
        first = start(ana, following.film(ana, project, 2))
        once(ana, first, lambda job: list(states(job).values()).count("submitting") == 2)
        job = start(ana, following.film(ana, project, 1))

        seen = once(ana, job, lambda job: "waiting" in states(job).values())

        assert seen["progress"]["message"] == "Waiting: 2 calls to dalle are running"
        assert ended(ana, job)["state"] == "succeeded"


def digest(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()


def images(vendors: Vendors) -> Spans:
    """When which image was being made."""
    return [(r["started"], r["ended"]) for r in vendors.requests() if r["kind"] == "image"]


def clips(vendors: Vendors) -> Spans:
    """When which clip was being made: from its submission to the last question about it."""
    requests: list[dict[str, Any]] = vendors.requests()
    return [
        (paid["time"], max(r["started"] for r in requests if r["path"].endswith(paid["task"])))
        for paid in vendors.counts()
        if paid["task"]
    ]


def most_at_once(spans: Spans) -> int:
    return max(sum(start <= moment < end for start, end in spans) for moment, _ in spans)
