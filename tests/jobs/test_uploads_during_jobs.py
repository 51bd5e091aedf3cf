"""What a person uploads while a job makes the same scene stays, and is not paid for."""

import hashlib
import shutil
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.jobs.helpers import (
    MODEL_HEADERS,
    Job,
    begin_scene_job,
    call_states,
    new_work_with_scenes,
    run_job,
    start_job,
    start_scene_job,
    until,
    wait_for_call_state,
    wait_for_calls,
    wait_until_finished,
)
from tests.people import Person
from tests.vendors import Vendors

SKIPPED = "It was put there after this job was ordered, and stays. Nothing was paid for this call."
KEPT = "It was not put into the scene: another {} was put there while it was made."


@pytest.fixture
def image(samples):
    return samples / "image.png"


@pytest.fixture
def clip(samples):
    return samples / "video.webm"  # of another type than the generated ones


def find_call(job: Job, call_id: str) -> dict[str, Any]:
    found: dict[str, Any] = next(call for call in job["calls"] if call["id"] == call_id)
    return found


def show_scene(person: Person, work: str, index: int) -> dict[str, Any]:
    """Return a scene's status and which media it has, and check that its media can be read."""
    scenes = person.show(work)["generatedScenes"]
    [scene] = [scene for scene in scenes if scene["sceneIndex"] == index]
    assert all(person.get(url).status_code == 200 for url in media_urls(scene))
    return {"status": scene["status"], "media": len(media_urls(scene))}


def media_urls(scene: dict[str, Any]) -> list[str]:
    return [scene[key] for key in ("imageUrl", "videoUrl") if key in scene]


def first_frames(vendors: Vendors) -> list[str]:
    """Return the SHA-256 of the first frame of each paid clip."""
    return [paid["pictures"][0] for paid in vendors.counts() if paid["role"] == "video"]


def sha256(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()


class TestUploadToAPlannedScene:
    @pytest.fixture
    def settings(self, settings):
        return replace(settings, provider_concurrency=2)

    def test_uploads_to_the_last_two_of_six_scenes_of_which_four_have_begun(
        self, ana, project, vendors, image, clip
    ):
        vendors.rule(vendor="runway", kind="submit", takes=None, times=None)
        work = new_work_with_scenes(ana, project, 6)
        job = start_job(ana, work)
        planned = wait_for_calls(ana, job, "submitted", 2)
        assert call_states(planned)["image-4"] == call_states(planned)["image-5"] == "planned"

        ana.upload(f"{work}/media/scene/4/image", image)
        ana.upload(f"{work}/media/scene/5/video", clip)
        vendors.release()

        finished = wait_until_finished(ana, job)
        assert (finished["state"], finished["progress"]["percent"]) == ("succeeded", 100)
        states = call_states(finished)
        assert {call_id for call_id in states if states[call_id] == "skipped"} == {
            *("image-4", "image-5", "video-5")
        }
        assert {find_call(finished, call_id)["note"] for call_id in ("image-4", "video-5")} == {
            SKIPPED
        }
        assert ana.get(f"{work}/media/scene/4/image").data == image.read_bytes()
        assert ana.get(f"{work}/media/scene/5/video").data == clip.read_bytes()
        assert show_scene(ana, work, 4) == {"status": "done", "media": 2}
        assert show_scene(ana, work, 5) == {"status": "done", "media": 1}
        assert len(vendors.counts()) == 9
        assert sha256(image) in first_frames(vendors)

    def test_clip_uploaded_while_a_busy_vendor_is_waited_for_is_not_paid(
        self, ana, work_with_scenes, vendors, clip
    ):
        vendors.rule(vendor="runway", kind="submit", status=429, retry_after=1, times=None)
        job = begin_scene_job(ana, work_with_scenes, "video-0", "waiting")

        ana.upload(f"{work_with_scenes}/media/scene/0/video", clip)

        finished = wait_until_finished(ana, job)
        assert call_states(finished) == {"image-0": "done", "video-0": "skipped"}
        assert ana.get(f"{work_with_scenes}/media/scene/0/video").data == clip.read_bytes()
        assert len(vendors.counts()) == 1

    def test_image_uploaded_instead_of_a_selected_asset_stays(
        self, ana, project, vendors, image, samples, settings
    ):
        vendors.rule(vendor="runway", kind="submit", takes=None, times=None)
        asset = ana.upload(f"{project}/assets", samples / "image.jpg").json["id"]
        mode = {"assetUsageMode": "direct", "selectedAssetIds": [asset]}
        work = new_work_with_scenes(ana, project, 5, **mode)
        job = start_job(ana, work)
        wait_for_calls(ana, job, "submitted", settings.provider_concurrency)

        ana.upload(f"{work}/media/scene/4/image", image)
        vendors.release()

        assert wait_until_finished(ana, job)["state"] == "succeeded"
        assert ana.get(f"{work}/media/scene/4/image").data == image.read_bytes()
        assert sha256(image) in first_frames(vendors)


class TestUploadWhileItIsMade:
    def test_uploaded_image_stays_and_the_clip_is_made_from_it(
        self, ana, work_with_scenes, vendors, image
    ):
        vendors.rule(vendor="openai", slow=None)
        job = begin_scene_job(ana, work_with_scenes, "image-0", "submitting")

        ana.upload(f"{work_with_scenes}/media/scene/0/image", image)
        vendors.release()

        made = find_call(wait_until_finished(ana, job), "image-0")
        assert (made["state"], made["note"]) == ("done", KEPT.format("image"))
        assert ana.get(made["url"]).content_type == "image/png"
        assert ana.get(made["url"]).data != image.read_bytes()
        assert ana.get(f"{work_with_scenes}/media/scene/0/image").data == image.read_bytes()
        assert first_frames(vendors) == [sha256(image)]

    def test_scene_is_done_if_the_clip_is_uploaded_while_the_image_is_made(
        self, ana, work_with_scenes, vendors, clip
    ):
        vendors.rule(vendor="openai", slow=None)
        job = begin_scene_job(ana, work_with_scenes, "image-0", "submitting")

        ana.upload(f"{work_with_scenes}/media/scene/0/video", clip)
        vendors.release()

        finished = wait_until_finished(ana, job)
        assert call_states(finished) == {"image-0": "done", "video-0": "skipped"}
        assert show_scene(ana, work_with_scenes, 0) == {"status": "done", "media": 2}

    def test_uploaded_clip_stays_and_the_generated_one_is_kept_with_the_job(
        self, ana, work_with_scenes, vendors, clip
    ):
        vendors.rule(vendor="runway", kind="submit", takes=None)
        job = start_scene_job(ana, work_with_scenes)
        task = wait_for_call_state(ana, job, "video-0", "submitted")["calls"][1]["taskId"]

        ana.upload(f"{work_with_scenes}/media/scene/0/video", clip)
        vendors.release()

        finished = wait_until_finished(ana, job)
        made = find_call(finished, "video-0")
        assert (made["state"], made["note"]) == ("done", KEPT.format("clip"))
        assert "warnings" not in finished["result"]
        assert finished["result"]["videoUrl"] == made["url"] == f"{job}/media/video-0"
        assert task.encode() in ana.get(made["url"]).data
        assert ana.get(f"{work_with_scenes}/media/scene/0/video").data == clip.read_bytes()
        assert show_scene(ana, work_with_scenes, 0) == {"status": "done", "media": 2}

    def test_clip_of_an_image_that_was_replaced_is_not_put_beside_the_new_one(
        self, ana, work_with_scenes, vendors, image
    ):
        vendors.rule(vendor="runway", kind="submit", takes=None)
        url = f"{work_with_scenes}/generate/scene/0"
        with ThreadPoolExecutor(1) as threads:
            waiting = threads.submit(ana.post, url, headers=MODEL_HEADERS)
            [job] = until(lambda: ana.show(f"{work_with_scenes}/jobs"))
            path = f"{work_with_scenes}/jobs/{job['id']}"
            wait_for_call_state(ana, path, "video-0", "submitted")
            ana.upload(f"{work_with_scenes}/media/scene/0/image", image)
            vendors.release()

        answer = waiting.result()

        assert answer.status_code == 200
        assert answer.json["videoUrl"] == f"{path}/media/video-0"
        assert ana.get(answer.json["videoUrl"]).content_type == "video/mp4"
        assert find_call(ana.show(path), "video-0")["note"] == KEPT.format("image")
        assert answer.json["warnings"] == [
            "Scene 1 has no clip: its image was replaced while the clip was made."
            f" The clip is at {path}/media/video-0."
        ]
        assert show_scene(ana, work_with_scenes, 0) == {"status": "image_ready", "media": 1}
        run_job(ana, work_with_scenes, sceneIndexes=[0])
        assert first_frames(vendors)[-1] == sha256(image)
        assert show_scene(ana, work_with_scenes, 0) == {"status": "done", "media": 2}

    def test_take_that_is_used_meanwhile_stays(self, ana, work_with_scenes, vendors, image, clip):
        scene = f"{work_with_scenes}/media/scene/0"
        for name in (clip, clip.with_suffix(".mp4")):
            ana.upload(f"{scene}/video", name)
        vendors.rule(vendor="runway", kind="submit", takes=None)
        job = begin_scene_job(ana, work_with_scenes, "video-0", "submitted")

        take = ana.show(f"{scene}/takes")["takes"][-1]
        assert ana.post(f"{take['url']}/use").status_code == 200
        vendors.release()

        finished = wait_until_finished(ana, job)
        assert find_call(finished, "video-0")["note"] == KEPT.format("clip")
        assert ana.get(f"{scene}/video").data == clip.read_bytes()

    def test_job_of_several_scenes_warns_of_one_that_ends_without_a_clip(
        self, ana, work_with_scenes, vendors, image
    ):
        vendors.rule(vendor="runway", kind="submit", takes=None, times=None)
        job = start_job(ana, work_with_scenes)
        wait_for_call_state(ana, job, "video-1", "submitted")

        ana.upload(f"{work_with_scenes}/media/scene/1/image", image)
        vendors.release()

        finished = wait_until_finished(ana, job)
        assert finished["state"] == "succeeded"
        assert finished["result"] == {
            "sceneIndexes": [0, 1, 2],
            "warnings": [
                "Scene 2 has no clip: its image was replaced while the clip was made."
                f" The clip is at {job}/media/video-1."
            ],
        }

    def test_deleted_image_does_not_keep_the_clip_out_of_the_scene(
        self, ana, work_with_scenes, vendors
    ):
        vendors.rule(vendor="runway", kind="submit", takes=None)
        job = begin_scene_job(ana, work_with_scenes, "video-0", "submitted")

        ana.delete(f"{work_with_scenes}/media/scene/0/image")
        vendors.release()

        assert "url" not in find_call(wait_until_finished(ana, job), "video-0")
        assert show_scene(ana, work_with_scenes, 0) == {"status": "done", "media": 1}

    def test_failed_clip_leaves_the_scene_with_an_uploaded_one_done(
        self, ana, work_with_scenes, vendors, clip
    ):
        vendors.rule(vendor="runway", kind="submit", takes=None, fail="The lamp broke.")
        job = begin_scene_job(ana, work_with_scenes, "video-0", "submitted")

        ana.upload(f"{work_with_scenes}/media/scene/0/video", clip)
        vendors.release()

        assert wait_until_finished(ana, job)["state"] == "failed"
        assert show_scene(ana, work_with_scenes, 0) == {"status": "done", "media": 2}


class TestRegeneration:
    def test_replaces_what_was_there_when_it_was_ordered(
        self, ana, work_with_scenes, vendors, image, clip
    ):
        ana.upload(f"{work_with_scenes}/media/scene/0/image", image)
        ana.upload(f"{work_with_scenes}/media/scene/0/video", clip)

        job = wait_until_finished(ana, start_scene_job(ana, work_with_scenes))

        assert call_states(job) == {"image-0": "done", "video-0": "done"}
        assert ana.get(f"{work_with_scenes}/media/scene/0/image").data != image.read_bytes()
        assert ana.get(f"{work_with_scenes}/media/scene/0/video").content_type == "video/mp4"

    def test_keeps_what_was_uploaded_since(self, ana, work_with_scenes, vendors, image, samples):
        ana.upload(f"{work_with_scenes}/media/scene/0/image", image)
        vendors.rule(vendor="openai", status=429, retry_after=1, times=None)
        job = begin_scene_job(ana, work_with_scenes, "image-0", "waiting")

        ana.upload(f"{work_with_scenes}/media/scene/0/image", samples / "image.jpg")

        states = call_states(wait_until_finished(ana, job))
        assert states == {"image-0": "skipped", "video-0": "done"}
        assert first_frames(vendors) == [sha256(samples / "image.jpg")]
        stored = ana.get(f"{work_with_scenes}/media/scene/0/image")
        assert stored.data == (samples / "image.jpg").read_bytes()

    def test_replaces_a_copy_of_what_was_there(
        self, ana, work_with_scenes, vendors, image, settings
    ):
        """A file that was restored from a backup, or copied, has another entity tag."""
        ana.upload(f"{work_with_scenes}/media/scene/0/image", image)
        vendors.rule(vendor="openai", status=429, retry_after=1, times=None)
        job = begin_scene_job(ana, work_with_scenes, "image-0", "waiting")

        [stored] = settings.data_dir.glob("projects/*/works/*/media/scene-0-image.*")
        copy = Path(shutil.copy(stored, stored.with_name(".tmp-copy")))
        copy.replace(stored)
        vendors.reset_rules()

        states = call_states(wait_until_finished(ana, job))
        assert states == {"image-0": "done", "video-0": "done"}
