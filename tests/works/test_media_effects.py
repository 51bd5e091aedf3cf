"""What uploads and removals of media do to the work."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from storage import clock
from tests.people import Person
from tests.simultaneous import at_once
from tests.works.conftest import Files
from tests.works.media import HTML, IMAGE, SLOTS, Kind


@pytest.fixture
def upload(ana: Person, work: str, samples: Path) -> Callable[[str, str], Any]:
    """Uploads a sample to a slot of ana's work; returns the work as it is then."""

    def send(path: str, sample: str) -> Any:
        answer = ana.put(f"{work}/media/{path}", data=(samples / sample).read_bytes())
        assert answer.status_code == 200, answer.text
        return ana.show(work)

    return send


@pytest.fixture
def remove(ana: Person, work: str) -> Callable[[str], Any]:
    """Removes the file of a slot of ana's work; returns the work as it is then."""

    def send(path: str) -> Any:
        assert ana.delete(f"{work}/media/{path}").status_code == 204
        return ana.show(work)

    return send


Upload = Callable[[str, str], Any]
Remove = Callable[[str], Any]


def test_a_reference_video(ana: Person, work: str, upload: Upload, remove: Remove) -> None:
    before = ana.show(work)

    after = upload("reference", "video.mp4")

    later = after["updatedAt"]
    assert after == {**before, "hasReferenceVideo": True, "updatedAt": later}

    later = (removed := remove("reference"))["updatedAt"]
    assert removed == {**before, "updatedAt": later}


def test_audio(ana: Person, work: str, upload: Upload, remove: Remove) -> None:
    before = ana.show(work)

    after = upload("audio", "audio.mp3")

    editor = {**before["editorState"], "audioUrl": f"{work}/media/audio"}
    later = after["updatedAt"]
    assert after == {**before, "editorState": editor, "updatedAt": later}

    later = (removed := remove("audio"))["updatedAt"]
    assert removed == {**before, "updatedAt": later}


def test_audio_that_the_editor_took_off_can_be_removed(
    ana: Person, work: str, upload: Upload, remove: Remove
) -> None:
    upload("audio", "audio.mp3")
    ana.put(work, json={"editorState": {"audioUrl": None}})

    assert "audioUrl" not in remove("audio")["editorState"]


def test_the_image_and_the_video_of_a_scene(work: str, upload: Upload, remove: Remove) -> None:
    image = {"imageUrl": f"{work}/media/scene/3/image"}
    video = {"videoUrl": f"{work}/media/scene/3/video"}

    after = upload("scene/3/image", "image.png")
    assert after["generatedScenes"] == [{"sceneIndex": 3, **image, "status": "image_ready"}]

    after = upload("scene/3/video", "video.mp4")
    assert after["generatedScenes"] == [{"sceneIndex": 3, **image, **video, "status": "done"}]

    after = remove("scene/3/image")
    assert after["generatedScenes"] == [{"sceneIndex": 3, **video, "status": "done"}]

    after = remove("scene/3/video")
    assert after["generatedScenes"] == [{"sceneIndex": 3, "status": "pending"}]


def test_without_its_video_a_scene_is_back_at_its_image(upload: Upload, remove: Remove) -> None:
    upload("scene/0/image", "image.png")
    upload("scene/0/video", "video.mp4")

    (scene,) = remove("scene/0/video")["generatedScenes"]

    assert scene["status"] == "image_ready"
    assert "videoUrl" not in scene


def test_a_new_image_makes_a_scene_ready_for_a_new_video(upload: Upload) -> None:
    upload("scene/0/video", "video.mp4")

    (scene,) = upload("scene/0/image", "image.png")["generatedScenes"]

    assert scene["status"] == "image_ready"
    assert scene["videoUrl"]


def test_an_upload_ends_an_error(ana: Person, work: str, upload: Upload) -> None:
    failed = {"sceneIndex": 1, "status": "error", "error": "Out of credit"}
    ana.put(work, json={"generatedScenes": [failed, {**failed, "sceneIndex": 2}]})

    after = upload("scene/1/image", "image.png")

    first, second = after["generatedScenes"]
    assert first == {
        "sceneIndex": 1,
        "imageUrl": f"{work}/media/scene/1/image",
        "status": "image_ready",
    }
    assert second["error"] == "Out of credit"


def test_scenes_stay_sorted(upload: Upload) -> None:
    for index in (5, 0, 12):
        after = upload(f"scene/{index}/image", "image.png")

    assert [scene["sceneIndex"] for scene in after["generatedScenes"]] == [0, 5, 12]


@pytest.mark.parametrize("slot", SLOTS)
def test_updated_at_increases_though_the_clock_stands_still(
    ana: Person, work: str, samples: Path, slot: Kind, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = ana.show(work)["updatedAt"]
    monkeypatch.setattr(clock, "now_ms", lambda: now - 1000)

    ana.upload(f"{work}/{slot.path}", samples / slot.sample, slot.part)
    assert ana.show(work)["updatedAt"] == now + 1

    ana.delete(f"{work}/{slot.path}")
    assert ana.show(work)["updatedAt"] == now + 2


def test_shows_in_the_list(ana: Person, project: str, work: str, samples: Path) -> None:
    (before,) = ana.show(f"{project}/works")

    ana.upload(f"{work}/media/reference", samples / "video.mp4")

    (after,) = ana.show(f"{project}/works")
    assert (before["hasReferenceVideo"], after["hasReferenceVideo"]) == (False, True)
    assert after["updatedAt"] > before["updatedAt"]


def test_what_is_refused_has_none(ana: Person, work: str, project: str) -> None:
    before = ana.get(work).data, ana.get(f"{project}/works").data

    assert ana.put(f"{work}/{IMAGE.path}", data=HTML).status_code == 415
    assert ana.put(f"{work}/{IMAGE.path}", data=b"").status_code == 400
    assert ana.delete(f"{work}/{IMAGE.path}").status_code == 404

    assert (ana.get(work).data, ana.get(f"{project}/works").data) == before


def test_with_a_new_upload_an_old_version_of_the_work_is_stale(
    ana: Person, work: str, samples: Path
) -> None:
    old = ana.get(work).headers["ETag"]
    ana.upload(f"{work}/media/reference", samples / "video.mp4")

    assert ana.put(work, json={}, headers={"If-Match": old}).status_code == 412


def test_twelve_scenes_at_once_give_twelve_entries(
    ana: Person, work: str, samples: Path, files: Files
) -> None:
    data = (samples / "video.mp4").read_bytes()

    def uploading(index: int) -> Callable[[], Any]:
        return lambda: ana.put(f"{work}/media/scene/{index}/video", data=data)

    answers = at_once([uploading(index) for index in range(12)])

    assert [answer.status_code for answer in answers] == [200] * 12
    scenes = ana.show(work)["generatedScenes"]
    assert [scene["sceneIndex"] for scene in scenes] == list(range(12))
    assert all(scene["videoUrl"] and scene["status"] == "done" for scene in scenes)
    assert len(files()) == 12


def test_of_uploads_to_one_slot_at_once_one_is_left_whole(
    ana: Person, work: str, samples: Path, files: Files
) -> None:
    names = ["video.mp4", "video.webm", "video.mov", "video.avi"] * 3
    contents = [(samples / name).read_bytes() for name in names]

    def uploading(data: bytes) -> Callable[[], Any]:
        return lambda: ana.put(f"{work}/media/reference", data=data)

    answers = at_once([uploading(data) for data in contents])

    assert [answer.status_code for answer in answers] == [200] * 12
    assert len(files()) == 1
    assert ana.get(f"{work}/media/reference").data in contents
