"""Jobs for several scenes: existing media, failures, and limited concurrency."""

import hashlib
from dataclasses import replace
from pathlib import Path

import pytest

from media.clip_measures import MEASURES
from tests.jobs.helpers import (
    CLIP_REQUEST,
    IMAGE_REQUEST,
    Job,
    call_states,
    clip_spans,
    image_spans,
    max_concurrent,
    new_work_with_scenes,
    resume_job,
    run_job,
    start_job,
    start_scene_job,
    until,
    wait_for_call_state,
    wait_for_calls,
    wait_until,
    wait_until_finished,
)


class TestExistingMedia:
    def test_finished_scene_is_not_generated_again(self, ana, work_with_scenes, vendors):
        run_job(ana, work_with_scenes, "scene", sceneIndex=1)
        clip = ana.get(f"{work_with_scenes}/media/scene/1/video").data

        job = run_job(ana, work_with_scenes)

        assert call_states(job).keys() == {"image-0", "video-0", "image-2", "video-2"}
        assert ana.get(f"{work_with_scenes}/media/scene/1/video").data == clip
        assert len(vendors.counts()) == 6

    def test_scene_with_an_image_gets_only_a_clip(self, ana, work_with_scenes, vendors, samples):
        image = samples / "image.png"
        ana.upload(f"{work_with_scenes}/media/scene/0/image", image)

        job = run_job(ana, work_with_scenes, sceneIndexes=[0])

        assert call_states(job) == {"video-0": "done"}
        assert vendors.counts()[0]["pictures"] == [digest(image)]
        assert ana.get(f"{work_with_scenes}/media/scene/0/image").data == image.read_bytes()

    def test_finished_work_takes_no_paid_calls(self, ana, work_with_scenes, vendors):
        run_job(ana, work_with_scenes, sceneIndexes=[0])
        vendors.reset()

        job = run_job(ana, work_with_scenes, sceneIndexes=[0])

        assert (job["state"], job["calls"]) == ("succeeded", [])
        assert job["progress"]["percent"] == 100
        assert vendors.requests() == []

    def test_scene_job_generates_a_finished_scene_again(self, ana, work_with_scenes, vendors):
        run_job(ana, work_with_scenes, "scene", sceneIndex=0)

        run_job(ana, work_with_scenes, "scene", sceneIndex=0)

        assert len(vendors.counts()) == 4

    def test_finished_scene_that_uses_an_asset_is_not_generated_again(
        self, ana, project, vendors, samples
    ):
        asset = ana.upload(f"{project}/assets", samples / "image.png").json["id"]
        mode = {"assetUsageMode": "direct", "selectedAssetIds": [asset]}
        work = new_work_with_scenes(ana, project, 2, **mode)
        run_job(ana, work, sceneIndexes=[0])
        scene = ana.show(work)["generatedScenes"][0]

        job = run_job(ana, work)

        assert call_states(job) == {"video-1": "done"}
        assert ana.show(work)["generatedScenes"][0] == scene
        assert len(vendors.counts()) == 2

    def test_finished_scene_stays_done_when_a_job_with_assets_is_resumed(
        self, ana, project, vendors, samples
    ):
        asset = ana.upload(f"{project}/assets", samples / "image.png").json["id"]
        mode = {"assetUsageMode": "direct", "selectedAssetIds": [asset]}
        work = new_work_with_scenes(ana, project, 2, **mode)
        vendors.rule(vendor="runway", kind="submit", match="step 1", status=400)
        vendors.rule(vendor="runway", kind="submit", skip=1, status=400)
        job = start_job(ana, work)
        assert wait_until_finished(ana, job)["state"] == "failed"

        resume_job(ana, job)

        assert wait_until_finished(ana, job)["state"] == "succeeded"
        assert [s["status"] for s in ana.show(work)["generatedScenes"]] == ["done", "done"]
        assert len(vendors.counts()) == 2


class TestFailures:
    @pytest.fixture
    def failing_job(self, ana, work_with_scenes, vendors):
        """The path of a job whose image of scene 1 is refused."""
        vendors.rule(vendor="openai", kind="image", match="step 1", refuse=True)
        return start_job(ana, work_with_scenes)

    def test_failed_scene_does_not_stop_the_others(self, ana, work_with_scenes, failing_job):
        job = wait_until_finished(ana, failing_job)

        assert job["state"] == "failed"
        assert call_states(job) == {
            **dict.fromkeys(call_states(job), "done"),
            "image-1": "failed",
            "video-1": "planned",
        }
        statuses = [scene["status"] for scene in ana.show(work_with_scenes)["generatedScenes"]]
        assert statuses == ["done", "error", "done"]

    def test_reason_names_the_call_and_quotes_the_vendor(self, ana, work_with_scenes, failing_job):
        refusal = "Your request was rejected by the safety system."

        job = wait_until_finished(ana, failing_job)

        assert job["reason"] == f"The image of scene 2: {refusal}"
        assert job["progress"]["message"] == job["reason"]
        assert ana.show(work_with_scenes)["generatedScenes"][1]["error"] == refusal

    def test_reason_counts_further_failed_calls(self, ana, work_with_scenes, vendors):
        vendors.rule(vendor="openai", kind="image", times=3, refuse=True)

        job = run_job(ana, work_with_scenes)

        assert job["reason"].startswith("The image of scene 1: ")
        assert job["reason"].endswith(" (and 2 more)")

    def test_resuming_makes_only_the_missing_calls(
        self, ana, work_with_scenes, vendors, failing_job
    ):
        before = wait_until_finished(ana, failing_job)
        vendors.reset()

        resume_job(ana, failing_job)

        job = wait_until_finished(ana, failing_job)
        assert (job["state"], job["reason"]) == ("succeeded", None)
        assert job["calls"][:2] == before["calls"][:2]
        assert [(paid["role"], "step 1" in paid["prompt"]) for paid in vendors.counts()] == [
            ("image", True),
            ("video", False),
        ]
        assert ana.show(work_with_scenes)["generatedScenes"][1].keys() == {
            *("sceneIndex", "imageUrl", "videoUrl", *MEASURES, "mediaUpdatedAt", "status")
        }

    def test_scene_whose_clip_failed_keeps_its_image(self, ana, work_with_scenes, vendors):
        vendors.rule(vendor="runway", kind="submit", fail="Out of luck")
        job = start_scene_job(ana, work_with_scenes)

        reason = wait_until_finished(ana, job)["reason"]
        assert reason.startswith("The clip of scene 1: Out of luck")
        scene = ana.show(work_with_scenes)["generatedScenes"][0]
        assert (scene["status"], "imageUrl" in scene, "videoUrl" in scene) == ("error", True, False)
        resume_job(ana, job)
        assert wait_until_finished(ana, job)["state"] == "succeeded"
        assert [paid["role"] for paid in vendors.counts()] == ["image", "video", "video"]

    def test_scene_removed_from_the_scenario_fails_without_the_others(
        self, ana, work_with_scenes, vendors
    ):
        vendors.rule(**IMAGE_REQUEST, times=None, slow=None)
        job = start_job(ana, work_with_scenes)
        wait_for_calls(ana, job, "submitting", 3)

        scenes = ana.show(work_with_scenes)["scenes"]
        ana.put(work_with_scenes, json={"scenes": scenes[:2]})
        vendors.release()

        finished = wait_until_finished(ana, job)
        assert finished["state"] == "failed"
        reason = "The clip of scene 3: The work has no scene with index 2"
        assert finished["reason"] == f"{reason}: There are [0, 1]."
        assert set(list(call_states(finished).values())[:4]) == {"done"}


class TestProviderConcurrency:
    @pytest.fixture
    def settings(self, settings):
        return replace(settings, provider_concurrency=2)

    def test_image_requests_in_parallel_are_limited(self, ana, project, vendors):
        vendors.rule(**IMAGE_REQUEST, times=None, slow=None)
        job = start_job(ana, new_work_with_scenes(ana, project, 4))

        wait_until(ana, job, lambda job: image_states(job) == ["submitting"] * 2 + ["waiting"] * 2)
        until(lambda: len(vendors.counts()) == 2)
        vendors.release()

        assert wait_until_finished(ana, job)["state"] == "succeeded"
        assert max_concurrent(image_spans(vendors)) == 2

    def test_images_are_generated_while_clips_in_parallel_are_limited(self, ana, project, vendors):
        vendors.rule(**CLIP_REQUEST, times=None, takes=None)
        job = start_job(ana, new_work_with_scenes(ana, project, 4))

        wait_until(ana, job, lambda job: clip_states(job) == ["submitted"] * 2 + ["waiting"] * 2)
        assert image_states(ana.show(job)) == ["done"] * 4
        vendors.release()

        assert wait_until_finished(ana, job)["state"] == "succeeded"
        assert max_concurrent(clip_spans(vendors)) == 2

    def test_limit_is_shared_by_all_jobs(self, ana, ben, vendors):
        vendors.rule(**IMAGE_REQUEST, times=None, slow=None)
        anas, bens = (new_work_with_scenes(user, user.new_project(), 2) for user in (ana, ben))

        first = start_job(ana, anas)
        until(lambda: len(vendors.counts()) == 2)
        second = start_job(ben, bens)
        wait_for_calls(ben, second, "waiting", 2)
        vendors.release()

        for user, job in ((ana, first), (ben, second)):
            assert wait_until_finished(user, job)["state"] == "succeeded"
        assert max_concurrent(image_spans(vendors)) == 2
        assert max_concurrent(clip_spans(vendors)) <= 2

    def test_call_that_waits_for_a_slot_reports_it(self, ana, project, vendors):
        vendors.rule(vendor="openai", times=2, status=429, retry_after=60)  # holds both places
        first = start_job(ana, new_work_with_scenes(ana, project, 2))
        wait_for_calls(ana, first, "waiting", 2)
        job = start_job(ana, new_work_with_scenes(ana, project, 1))

        waiting = wait_for_call_state(ana, job, "image-0", "waiting")

        assert waiting["progress"]["message"] == "Waiting: 2 calls to dalle are running"
        ana.post(f"{first}/cancel")
        assert wait_until_finished(ana, job)["state"] == "succeeded"


def image_states(job: Job) -> list[str]:
    """Return the states of a job's images, in their alphabetical order."""
    return sorted(call["state"] for call in job["calls"] if call["role"] == "image")


def clip_states(job: Job) -> list[str]:
    """Return the states of a job's clips, in their alphabetical order."""
    return sorted(call["state"] for call in job["calls"] if call["role"] == "video")


def digest(file: Path) -> str:
    """Return the SHA-256 of a file, as the fake vendors report it."""
    return hashlib.sha256(file.read_bytes()).hexdigest()
