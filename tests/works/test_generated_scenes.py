"""Generated scenes: clients set their status, their URLs come from the stored media."""

from typing import Any

import pytest

from schemas.scenes import SCENE_STATES
from tests.people import Person
from works.scenario import order_of


@pytest.fixture
def scenes(ana, work, samples):
    """The entries of two scenes with media: scene 0 has a video, scene 2 an image and a video."""
    for scene, kind, suffix in [(0, "video", "mp4"), (2, "image", "png"), (2, "video", "webm")]:
        url = f"{work}/media/scene/{scene}/{kind}"
        assert ana.upload(url, samples / f"{kind}.{suffix}").status_code == 200
    return ana.show(work)["generatedScenes"]


def save(person: Person, work: str, scenes: Any) -> Any:
    """Save generated scenes and return them as the work has them then."""
    return person.save(work, {"generatedScenes": scenes})["generatedScenes"]


@pytest.mark.parametrize("status", SCENE_STATES)
def test_generated_scene_accepts_each_status(ana, work, status):
    sent = [{"sceneIndex": 4, "status": status, "error": "Why"}]

    assert save(ana, work, sent) == sent


def test_generated_scene_without_status_is_pending(ana, work):
    assert save(ana, work, [{"sceneIndex": 0}]) == [{"sceneIndex": 0, "status": "pending"}]


def test_generated_scenes_are_sorted_by_scene_index(ana, work):
    sent = [{"sceneIndex": index, "status": "pending"} for index in (11, 2, 0, 999)]

    saved = save(ana, work, sent)

    assert [scene["sceneIndex"] for scene in saved] == [0, 2, 11, 999]


def test_generated_scenes_saved_without_urls_keep_their_urls(ana, work, scenes):
    without_urls = [
        {"sceneIndex": s["sceneIndex"], "status": s["status"], "error": None} for s in scenes
    ]

    saved = save(ana, work, without_urls)

    assert saved == [{**scene, "error": None} for scene in scenes]


def test_generated_scenes_saved_unchanged_stay_the_same(ana, work, scenes):
    assert save(ana, work, scenes) == scenes


@pytest.mark.parametrize("url", ["https://elsewhere.example/x.mp4", "", None, 7])
def test_urls_of_generated_scenes_sent_by_clients_are_ignored(ana, work, scenes, url):
    sent = [{**scene, "imageUrl": url, "videoUrl": url} for scene in scenes]
    new = {"sceneIndex": 5, "status": "done", "imageUrl": url, "videoUrl": url}

    saved = save(ana, work, [*sent, new])

    assert saved == [*scenes, {"sceneIndex": 5, "status": "done"}]


def test_generated_scenes_with_media_are_kept_if_a_save_omits_them(ana, work, scenes):
    saved = save(ana, work, [{"sceneIndex": 1, "status": "pending"}])

    assert saved == [scenes[0], {"sceneIndex": 1, "status": "pending"}, scenes[1]]
    assert save(ana, work, []) == save(ana, work, None) == scenes


def test_generated_scenes_without_media_are_removed_if_a_save_omits_them(ana, work):
    save(ana, work, [{"sceneIndex": 0, "status": "error"}, {"sceneIndex": 1}])

    assert save(ana, work, [{"sceneIndex": 1}]) == [{"sceneIndex": 1, "status": "pending"}]


def test_generated_scenes_are_kept_if_a_save_omits_the_field(ana, work, scenes):
    after = ana.put(work, json={"name": "New"}).json

    assert after["generatedScenes"] == scenes


def test_generated_scene_survives_a_save_of_the_work_before_the_upload(ana, work, samples):
    before = ana.show(work)
    ana.upload(f"{work}/media/scene/3/video", samples / "video.mp4")
    uploaded = ana.show(work)["generatedScenes"]

    after = ana.put(work, json={**before, "name": "Saved"}).json

    assert after["generatedScenes"] == uploaded


def test_clients_cannot_set_when_media_changed(ana, work, samples):
    ana.upload(f"{work}/media/scene/0/video", samples / "video.mp4")
    changed = ana.show(work)["generatedScenes"][0]["mediaUpdatedAt"]
    given = [{"sceneIndex": index, "status": "done", "mediaUpdatedAt": 1} for index in range(2)]

    with_media, without = ana.put(work, json={"generatedScenes": given}).json["generatedScenes"]

    assert with_media["mediaUpdatedAt"] == changed
    assert "mediaUpdatedAt" not in without


def test_generated_scenes_with_a_repeated_index_return_400(ana, work, scenes):
    repeated = [{"sceneIndex": 2, "status": "done"}, {"sceneIndex": 2, "status": "error"}]

    answer = ana.put(work, json={"generatedScenes": repeated})

    assert answer.status_code == 400
    assert list(answer.json["details"]) == ["generatedScenes.1.sceneIndex"]
    assert ana.show(work)["generatedScenes"] == scenes


def test_urls_of_generated_scenes_serve_the_media(ana, scenes, samples):
    answer = ana.get(scenes[1]["imageUrl"])

    assert answer.data == (samples / "image.png").read_bytes()


def test_media_of_removed_scenes_are_kept_and_are_not_shown(ana, work, scenes):
    planned = [{"scene_index": 0}, {"scene_index": 2}]
    ana.save(work, {"scenes": planned})

    removed = ana.save(work, {"scenes": []})

    assert [each["removedAt"] for each in removed["generatedScenes"]] == [removed["updatedAt"]] * 2
    without = [{"sceneIndex": each["sceneIndex"], "status": "done"} for each in scenes]
    assert save(ana, work, without) == removed["generatedScenes"]
    assert ana.get(removed["generatedScenes"][0]["videoUrl"]).status_code == 200
    answer = ana.post(f"{work}/export")
    assert (answer.status_code, answer.json["error"]) == (400, "Nothing to export")
    [summary] = ana.get(work.rpartition("/")[0]).json
    assert summary["progress"] == {"scenes": 0, "images": 0, "videos": 0, "errors": 0}

    assert ana.save(work, {"scenes": planned})["generatedScenes"] == scenes


def test_file_that_is_uploaded_for_a_removed_scene_is_shown(ana, work, scenes, samples):
    ana.save(work, {"scenes": [{"scene_index": 0}, {"scene_index": 2}]})
    ana.save(work, {"scenes": []})

    ana.upload(f"{work}/media/scene/2/image", samples / "image.png")

    found = ana.show(work)
    assert ["removedAt" in each for each in found["generatedScenes"]] == [True, False]
    assert order_of(found) == [2]
