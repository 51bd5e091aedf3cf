"""Failed generation of scenes: the response, and the status in the work."""

import itertools
from dataclasses import replace
from typing import Any

import pytest

from storage.errors import DiskFullError, UnavailableError
from storage.files.files import StoredFileIO
from storage.media import media_files
from storage.media.media_files import IncomingFile, MediaFiles, StoredFile
from storage.store import Store
from tests.applications import create_app
from tests.generation.helpers import generated_scenes, start_job
from tests.jobs.helpers import wait_until_finished
from tests.media.image_files import huge
from tests.people import Person
from tests.storage.failing import UNREADABLE
from tests.works.shapes import scene


@pytest.mark.parametrize(
    ("rule", "message", "urls"),
    [
        ({"kind": "image", "status": 500}, "Server error", []),
        ({"kind": "image", "refuse": True}, "It refused: it does not allow such content", []),
        ({"kind": "submit", "status": 400}, "Server error", ["imageUrl"]),
        ({"kind": "submit", "fail": "The lamp fell over."}, "The lamp fell over.", ["imageUrl"]),
    ],
)
def test_vendor_error_returns_502_and_is_stored_in_the_scene(
    ana, vendors, save_work, rule, message, urls
):
    vendors.rule(**rule)
    work = save_work(1)

    answer = ana.post(f"{work}/generate/scene/0")

    assert answer.status_code == 502
    assert message in answer.json["details"]["message"]
    [entry] = generated_scenes(ana, work)
    assert entry["status"] == "error"
    assert message in entry["error"]
    assert [key for key in entry if key.endswith("Url")] == urls


def test_failed_scene_can_be_generated_again(ana, vendors, save_work):
    vendors.rule(kind="image", status=500)
    work = save_work(1)

    first, second = (ana.post(f"{work}/generate/scene/0") for _ in range(2))

    assert (first.status_code, second.status_code) == (502, 200)
    [entry] = generated_scenes(ana, work)
    assert entry["status"] == "done"
    assert "error" not in entry


@pytest.mark.parametrize(
    ("headers", "rule", "urls"),
    [
        ({"x-video-provider": "runway"}, {"vendor": "runway", "garbage": True}, ["imageUrl"]),
        ({}, {"vendor": "gemini", "garbage": True, "skip": 1}, ["imageUrl"]),
        ({"x-image-model-id": "dall-e-3"}, {"vendor": "openai", "garbage": True}, []),
    ],
)
def test_unusable_media_of_a_vendor_returns_502_and_is_not_stored(
    ana, vendors, save_work, store, headers, rule, urls
):
    vendors.rule(kind="download", times=None, **rule)
    work = save_work(1)

    answer = ana.post(f"{work}/generate/scene/0", headers=headers)

    assert answer.status_code == 502, answer.text
    assert "cannot be used" in answer.json["details"]["message"]
    [entry] = generated_scenes(ana, work)
    assert entry["status"] == "error"
    assert [key for key in entry if key.endswith("Url")] == urls
    work_dir = store.root / work.removeprefix("/api/")
    assert not list(work_dir.glob(".tmp-*"))
    assert not list(work_dir.glob("media/*video*"))


@pytest.mark.parametrize(
    ("index", "error"),
    [
        ("2", "The work has no scene with index 2"),
        ("x", "Invalid scene index"),
        ("1000", "Invalid scene index"),
        ("-1", "Invalid scene index"),
    ],
)
def test_missing_or_invalid_scene_index_is_rejected(ana, vendors, save_work, index, error):
    answer = ana.post(f"{save_work(2)}/generate/scene/{index}")

    assert answer.status_code == 400
    assert answer.json["error"] == error
    assert vendors.counts() == []


@pytest.mark.parametrize("prompt", ["", "  \n"])
@pytest.mark.parametrize("kind", ["scene", "scenes"])
def test_scene_without_image_prompt_is_rejected_without_a_paid_call(
    ana, vendors, save_work, kind, prompt
):
    work = save_work()
    ana.put(work, json={"scenes": [scene(0), scene(1, image_prompt=prompt)]})

    answer = ana.post(f"{work}/jobs", json={"kind": kind, "sceneIndex": 1})

    assert answer.status_code == 400
    assert answer.json["error"] == "Scene 2 has no image_prompt"
    assert vendors.counts() == []


def test_reference_mode_rejects_a_missing_asset_without_a_paid_call(ana, vendors, save_work):
    work = save_work(1, selectedAssetIds=["asset_gone"], assetUsageMode="reference")

    answer = ana.post(f"{work}/generate/scene/0")

    assert answer.status_code == 400
    assert "asset_gone" in answer.json["details"]["selectedAssetIds"]
    assert vendors.counts() == []


def test_scene_image_deleted_during_a_job_fails_only_its_scene(
    ana, before_paid_requests, save_work, settings, samples
):
    one_call_at_a_time = create_app(replace(settings, provider_concurrency=1)).test_client()
    user, work = Person(one_call_at_a_time, ana.token, ana.user), save_work(3)
    for index in range(3):
        user.upload(f"{work}/media/scene/{index}/image", samples / "image.png")
    deleted: list[int] = []

    def delete_image_of_a_waiting_scene() -> None:
        if not deleted:
            [job] = user.show(f"{work}/jobs")
            deleted.append(waiting_scene(job))
            user.delete(f"{work}/media/scene/{deleted[0]}/image")

    before_paid_requests(delete_image_of_a_waiting_scene)

    job = wait_until_finished(user, start_job(user, work))

    assert job["state"] == "failed"
    entries = {entry["sceneIndex"]: entry for entry in generated_scenes(user, work)}
    failed = entries.pop(deleted[0])
    assert [entry["status"] for entry in entries.values()] == ["done", "done"]
    assert failed["status"] == "error"
    hint = "Upload one, or generate it."
    assert failed["error"] == f"Scene {deleted[0] + 1} has no image: {hint}"


def test_scene_image_above_the_size_limit_fails_without_a_paid_call(
    ana, vendors, save_work, samples, store
):
    work = save_work(1)
    ana.upload(f"{work}/media/scene/0/image", samples / "image.png")
    [file] = (store.root / work.removeprefix("/api/") / "media").iterdir()
    with file.open("ab") as stream:
        stream.truncate(65 << 20)

    job = wait_until_finished(ana, start_job(ana, work))

    assert "The image is too large" in job["reason"]
    assert vendors.counts() == []


def test_scene_image_with_too_many_pixels_fails_only_its_scene(
    ana, vendors, save_work, samples, store
):
    """An earlier version stored it."""
    work = save_work(2)
    for index in (0, 1):
        ana.upload(f"{work}/media/scene/{index}/image", samples / "image.png")
    media = store.root / work.removeprefix("/api/") / "media"
    (media / "scene-1-image.png").write_bytes(huge(9_500, 9_500))

    job = wait_until_finished(ana, start_job(ana, work))

    message = "The image is too large: at most 89 million pixels are taken"
    assert (job["state"], job["reason"]) == ("failed", f"The clip of scene 2: {message}")
    assert [entry.get("error") for entry in generated_scenes(ana, work)] == [None, message]
    assert len(vendors.counts()) == 1


def waiting_scene(job: dict[str, Any]) -> int:
    """Return the index of the last scene whose clip has not been requested yet."""
    waiting = [call for call in job["calls"] if call["state"] in {"planned", "waiting"}]
    return int(waiting[-1]["sceneIndex"])


@pytest.mark.tuning(file_attempts=1, disk_pause=0.05)
@pytest.mark.parametrize("failure", [DiskFullError, UnavailableError])
def test_paid_media_are_stored_once_the_disk_has_space_again(
    ana, save_work, vendors, monkeypatch, failure
):
    """Or once its file system answers again, however long that takes."""
    finish = MediaFiles.finish
    attempts = itertools.count(1)

    def finish_every_third_time(files: MediaFiles, incoming: IncomingFile) -> None:
        if next(attempts) % 3:
            raise failure("not now")
        finish(files, incoming)

    def check_writable(_store: Store) -> None:
        raise failure("not now")

    monkeypatch.setattr(MediaFiles, "finish", finish_every_third_time)
    monkeypatch.setattr(Store, "check_writable", check_writable)
    work = save_work(1)

    answer = ana.post(f"{work}/generate/scene/0")

    assert answer.status_code == 200
    assert [call["role"] for call in vendors.counts()] == ["image", "video"]
    [entry] = generated_scenes(ana, work)
    assert entry["status"] == "done"


@pytest.mark.tuning(disk_pause=0.05)
def test_job_fails_if_one_of_its_files_cannot_be_read_on_a_disk_that_works(
    ana, save_work, new_asset, vendors, monkeypatch, caplog
):
    work = save_work(1, selectedAssetIds=[new_asset()], assetUsageMode="direct")
    open_stored = media_files.open_stored

    def open_damaged(path: str, media_type: str) -> StoredFile:
        stored = open_stored(path, media_type)
        if "/assets/" not in path:
            return stored
        stored.file.close()
        return replace(stored, file=StoredFileIO(UNREADABLE))

    monkeypatch.setattr(media_files, "open_stored", open_damaged)

    job = wait_until_finished(ana, start_job(ana, work, "scene", sceneIndex=0))

    assert job["state"] == "failed"
    assert job["reason"].startswith("The server's disk cannot read or write a file that the job")
    assert f"job {job['id']} failed: [Errno 5] Input/output error: '{UNREADABLE}'" in caplog.text
    assert vendors.counts() == []
