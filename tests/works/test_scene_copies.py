"""Scenes that are duplicated within their work."""

import pytest

from storage.leftovers import find_leftovers
from tests.works.takes import list_takes

MEDIA = {"image": "image.png", "video": "video.mp4", "voice": "audio.wav"}


@pytest.fixture
def scenes(ana, work, samples):
    """Two scenes, the first of which has an image, a clip and a voice with words."""
    scenes = [
        {"scene_index": 0, "image_prompt": "A lamp", "narration": {"text": "Hello"}},
        {"scene_index": 1, "image_prompt": "A desk"},
    ]
    ana.save(work, {"scenes": scenes})
    for slot, name in MEDIA.items():
        assert ana.upload(f"{work}/media/scene/0/{slot}", samples / name).status_code == 200
    words = [{"text": "Hello", "start": 0, "end": 0.5}]
    assert ana.put(f"{work}/media/scene/0/voice/words", json={"words": words}).status_code == 200
    return f"{work}/scenes"


def test_copy_of_a_scene_comes_after_it_with_its_media(ana, work, scenes, store):
    answer = ana.post(f"{scenes}/0/duplicate")

    assert answer.status_code == 200, answer.text
    assert answer.json == ana.show(work)
    stored = answer.json["scenes"]
    assert [each["scene_index"] for each in stored] == [0, 2, 1]
    assert {**stored[1], "scene_index": 0} == stored[0]
    first, second = answer.json["generatedScenes"]
    own = ("mediaUpdatedAt", "voiceUpdatedAt")
    text = str({key: each for key, each in second.items() if key not in own})
    expected = str({key: each for key, each in first.items() if key not in own})
    assert (
        text.replace("scene/2", "scene/0").replace("'sceneIndex': 2", "'sceneIndex': 0") == expected
    )
    for slot in MEDIA:
        copy, original = (ana.get(f"{work}/media/scene/{n}/{slot}").data for n in (2, 0))
        assert copy == original
    words = [ana.show(f"{work}/media/scene/{n}/voice/words") for n in (2, 0)]
    assert words[0] == words[1]
    assert [each["source"] for each in ana.show(f"{work}/media/scene/2/takes")["takes"]] == [
        "uploaded"
    ] * 3
    assert [*find_leftovers(store.root)] == []


def test_scene_without_media_and_one_that_is_not_there(ana, work, scenes):
    assert ana.post(f"{scenes}/1/duplicate").status_code == 200
    assert [each["scene_index"] for each in ana.show(work)["scenes"]] == [0, 1, 2]
    assert len(ana.show(work)["generatedScenes"]) == 1
    assert ana.post(f"{scenes}/7/duplicate").status_code == 404
    assert ana.post(f"{scenes}/x/duplicate").status_code == 400
    assert len(list_takes(ana, work)) == 3
