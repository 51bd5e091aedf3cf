"""How uploading and deleting media changes the work."""

from collections.abc import Callable
from typing import Any

import pytest

from storage import clock
from tests.simultaneous import at_once
from tests.works.media import HTML, IMAGE, each_slot


@pytest.fixture
def upload(ana, work, samples):
    """Return a function that uploads a sample to a media slot and returns the changed work."""

    def send(path: str, sample: str) -> Any:
        answer = ana.put(f"{work}/media/{path}", data=(samples / sample).read_bytes())
        assert answer.status_code == 200, answer.text
        return ana.show(work)

    return send


@pytest.fixture
def delete(ana, work):
    """Return a function that deletes the media of a slot and returns the changed work."""

    def send(path: str) -> Any:
        assert ana.delete(f"{work}/media/{path}").status_code == 204
        return ana.show(work)

    return send


Upload = Callable[[str, str], Any]
Delete = Callable[[str], Any]


def test_reference_video_sets_and_clears_has_reference_video(ana, work, upload, delete):
    before = ana.show(work)

    after = upload("reference", "video.mp4")

    later = after["updatedAt"]
    assert after == {**before, "hasReferenceVideo": True, "updatedAt": later}

    later = (after := delete("reference"))["updatedAt"]
    assert after == {**before, "updatedAt": later}


def test_audio_sets_and_clears_the_audio_url(ana, work, upload, delete):
    before = ana.show(work)

    after = upload("audio", "audio.mp3")

    editor = {**before["editorState"], "audioUrl": f"{work}/media/audio"}
    later = after["updatedAt"]
    changed = {"audioUpdatedAt": later, "updatedAt": later}
    assert after == {**before, "editorState": editor, **changed}

    later = (after := delete("audio"))["updatedAt"]
    assert after == {**before, "updatedAt": later}


def test_music_from_an_asset_stays_when_audio_is_deleted(ana, work, upload, delete):
    upload("audio", "audio.mp3")
    asset = f"{work.partition('/works/')[0]}/assets/asset_1"
    ana.put(work, json={"editorState": {"audioUrl": asset}})

    assert delete("audio")["editorState"]["audioUrl"] == asset


def test_audio_can_be_deleted_after_its_url_was_removed(ana, work, upload, delete):
    upload("audio", "audio.mp3")
    ana.put(work, json={"editorState": {"audioUrl": None}})

    assert "audioUrl" not in delete("audio")["editorState"]


def test_scene_media_set_the_urls_and_status_of_the_scene(work, upload, delete):
    image = {"imageUrl": f"{work}/media/scene/3/image"}
    video = {
        "videoUrl": f"{work}/media/scene/3/video",
        "videoDuration": 1.0,
        "videoSoundDuration": None,
        "videoFps": 25.0,
    }

    def changed(after: Any) -> dict[str, Any]:
        return {"sceneIndex": 3, "mediaUpdatedAt": after["updatedAt"]}

    after = upload("scene/3/image", "image.png")
    assert after["generatedScenes"] == [{**changed(after), **image, "status": "image_ready"}]

    after = upload("scene/3/video", "video.mp4")
    assert after["generatedScenes"] == [{**changed(after), **image, **video, "status": "done"}]

    after = delete("scene/3/image")
    assert after["generatedScenes"] == [{**changed(after), **video, "status": "done"}]

    after = delete("scene/3/video")
    assert after["generatedScenes"] == [{"sceneIndex": 3, "status": "pending"}]


def test_deleting_the_video_of_a_scene_resets_it_to_image_ready(upload, delete):
    upload("scene/0/image", "image.png")
    upload("scene/0/video", "video.mp4")

    (scene,) = delete("scene/0/video")["generatedScenes"]

    assert scene["status"] == "image_ready"
    assert "videoUrl" not in scene


def test_new_image_resets_a_scene_with_a_video_to_image_ready(upload):
    upload("scene/0/video", "video.mp4")

    (scene,) = upload("scene/0/image", "image.png")["generatedScenes"]

    assert scene["status"] == "image_ready"
    assert scene["videoUrl"]


def test_upload_clears_the_error_of_its_scene_only(ana, work, upload):
    failed = {"sceneIndex": 1, "status": "error", "error": "Out of credit"}
    ana.put(work, json={"generatedScenes": [failed, {**failed, "sceneIndex": 2}]})

    after = upload("scene/1/image", "image.png")

    first, second = after["generatedScenes"]
    assert first == {
        "sceneIndex": 1,
        "imageUrl": f"{work}/media/scene/1/image",
        "mediaUpdatedAt": after["updatedAt"],
        "status": "image_ready",
    }
    assert second["error"] == "Out of credit"


def test_uploaded_scenes_are_sorted_by_index(upload):
    for index in (5, 0, 12):
        after = upload(f"scene/{index}/image", "image.png")

    assert [scene["sceneIndex"] for scene in after["generatedScenes"]] == [0, 5, 12]


@each_slot
def test_media_changes_increase_updated_at_with_a_clock_in_the_past(
    ana, work, samples, slot, monkeypatch
):
    now = ana.show(work)["updatedAt"]
    monkeypatch.setattr(clock, "now_ms", lambda: now - 1000)

    ana.upload(f"{work}/{slot.path}", samples / slot.sample, slot.part)
    assert ana.show(work)["updatedAt"] == now + 1

    ana.delete(f"{work}/{slot.path}")
    assert ana.show(work)["updatedAt"] == now + 2


def test_upload_changes_the_summary_of_the_work_in_the_list(ana, project, work, samples):
    (before,) = ana.show(f"{project}/works")

    ana.upload(f"{work}/media/reference", samples / "video.mp4")

    (after,) = ana.show(f"{project}/works")
    assert (before["hasReferenceVideo"], after["hasReferenceVideo"]) == (False, True)
    assert after["updatedAt"] > before["updatedAt"]


def test_rejected_media_requests_do_not_change_the_work(ana, work, project):
    before = ana.get(work).data, ana.get(f"{project}/works").data

    assert ana.put(f"{work}/{IMAGE.path}", data=HTML).status_code == 415
    assert ana.put(f"{work}/{IMAGE.path}", data=b"").status_code == 400
    assert ana.delete(f"{work}/{IMAGE.path}").status_code == 404

    assert (ana.get(work).data, ana.get(f"{project}/works").data) == before


def test_upload_makes_the_previous_etag_of_the_work_stale(ana, work, samples):
    stale = ana.get(work).headers["ETag"]
    ana.upload(f"{work}/media/reference", samples / "video.mp4")

    assert ana.put(work, json={}, headers={"If-Match": stale}).status_code == 412


def test_simultaneous_uploads_to_twelve_scenes_are_all_kept(ana, work, samples, stored_files):
    data = (samples / "video.mp4").read_bytes()

    def upload_to(index: int) -> Callable[[], Any]:
        return lambda: ana.put(f"{work}/media/scene/{index}/video", data=data)

    answers = at_once([upload_to(index) for index in range(12)])

    assert [answer.status_code for answer in answers] == [200] * 12
    scenes = ana.show(work)["generatedScenes"]
    assert [scene["sceneIndex"] for scene in scenes] == list(range(12))
    assert all(scene["videoUrl"] and scene["status"] == "done" for scene in scenes)
    assert len(stored_files()) == 12


def test_simultaneous_uploads_to_one_slot_leave_one_complete_file(ana, work, samples, stored_files):
    names = ["video.mp4", "video.webm", "video.mov", "video.avi"] * 3
    contents = [(samples / name).read_bytes() for name in names]

    def upload_of(data: bytes) -> Callable[[], Any]:
        return lambda: ana.put(f"{work}/media/reference", data=data)

    answers = at_once([upload_of(data) for data in contents])

    assert [answer.status_code for answer in answers] == [200] * 12
    assert len(stored_files()) == 1
    assert ana.get(f"{work}/media/reference").data in contents
