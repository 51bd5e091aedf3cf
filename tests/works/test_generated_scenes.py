"""Generated scenes: clients say how far they are, their URLs follow from the media there is."""

from pathlib import Path
from typing import Any

import pytest

from schemas.scenes import SCENE_STATES
from tests.people import Person


@pytest.fixture
def scenes(ana: Person, work: str, samples: Path) -> Any:
    """The entries of two scenes with media: 0 has a video, 2 an image and a video."""
    for scene, kind, name in [(0, "video", "mp4"), (2, "image", "png"), (2, "video", "webm")]:
        url = f"{work}/media/scene/{scene}/{kind}"
        assert ana.upload(url, samples / f"{kind}.{name}").status_code == 200
    return ana.show(work)["generatedScenes"]


def save(person: Person, work: str, scenes: Any) -> Any:
    answer = person.put(work, json={"generatedScenes": scenes})
    assert answer.status_code == 200, answer.text
    return answer.json["generatedScenes"]


@pytest.mark.parametrize("status", SCENE_STATES)
def test_take_each_status(ana: Person, work: str, status: str) -> None:
    given = [{"sceneIndex": 4, "status": status, "error": "Why"}]

    assert save(ana, work, given) == given


def test_are_pending_where_nothing_is_said(ana: Person, work: str) -> None:
    assert save(ana, work, [{"sceneIndex": 0}]) == [{"sceneIndex": 0, "status": "pending"}]


def test_are_sorted_by_their_index(ana: Person, work: str) -> None:
    given = [{"sceneIndex": index, "status": "pending"} for index in (11, 2, 0, 999)]

    saved = save(ana, work, given)

    assert [scene["sceneIndex"] for scene in saved] == [0, 2, 11, 999]


def test_written_back_as_the_web_editor_does_keep_their_urls(
    ana: Person, work: str, scenes: Any
) -> None:
    bare = [{"sceneIndex": s["sceneIndex"], "status": s["status"], "error": None} for s in scenes]

    saved = save(ana, work, bare)

    assert saved == [{**scene, "error": None} for scene in scenes]


def test_written_back_whole_stay_the_same(ana: Person, work: str, scenes: Any) -> None:
    assert save(ana, work, scenes) == scenes


@pytest.mark.parametrize("url", ["https://elsewhere.example/x.mp4", "", None, 7])
def test_take_no_urls_from_clients(ana: Person, work: str, scenes: Any, url: Any) -> None:
    given = [{**scene, "imageUrl": url, "videoUrl": url} for scene in scenes]
    new = {"sceneIndex": 5, "status": "done", "imageUrl": url, "videoUrl": url}

    saved = save(ana, work, [*given, new])

    assert saved == [*scenes, {"sceneIndex": 5, "status": "done"}]


def test_with_media_stay_where_a_client_leaves_them_out(
    ana: Person, work: str, scenes: Any
) -> None:
    saved = save(ana, work, [{"sceneIndex": 1, "status": "pending"}])

    assert saved == [scenes[0], {"sceneIndex": 1, "status": "pending"}, scenes[1]]
    assert save(ana, work, []) == save(ana, work, None) == scenes


def test_without_media_go_where_a_client_leaves_them_out(ana: Person, work: str) -> None:
    save(ana, work, [{"sceneIndex": 0, "status": "error"}, {"sceneIndex": 1}])

    assert save(ana, work, [{"sceneIndex": 1}]) == [{"sceneIndex": 1, "status": "pending"}]


def test_are_kept_where_a_save_does_not_mention_them(ana: Person, work: str, scenes: Any) -> None:
    after = ana.put(work, json={"name": "New"}).json

    assert after["generatedScenes"] == scenes


def test_survive_a_save_of_the_work_as_it_was_before_the_upload(
    ana: Person, work: str, samples: Path
) -> None:
    before = ana.show(work)
    ana.upload(f"{work}/media/scene/3/video", samples / "video.mp4")

    after = ana.put(work, json={**before, "name": "Saved"}).json

    assert after["generatedScenes"] == [
        {"sceneIndex": 3, "videoUrl": f"{work}/media/scene/3/video", "status": "done"}
    ]


def test_the_same_one_twice_is_refused(ana: Person, work: str, scenes: Any) -> None:
    twice = [{"sceneIndex": 2, "status": "done"}, {"sceneIndex": 2, "status": "error"}]

    answer = ana.put(work, json={"generatedScenes": twice})

    assert answer.status_code == 400
    assert list(answer.json["details"]) == ["generatedScenes.1.sceneIndex"]
    assert ana.show(work)["generatedScenes"] == scenes


def test_their_urls_serve_the_media(ana: Person, scenes: Any, samples: Path) -> None:
    answer = ana.get(scenes[1]["imageUrl"])

    assert answer.data == (samples / "image.png").read_bytes()
