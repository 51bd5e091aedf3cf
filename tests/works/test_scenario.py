"""The scenes of a scenario: inserted, moved and removed; what was made stays with its index."""

import pytest

from errors import FieldsError, TooLargeError
from tests.works.shapes import scene
from works.scenario import FIRST, free_indexes, indexes, order_of, reordered, with_scene, without

SCENES = [scene(4), scene(0), scene(2)]


@pytest.mark.parametrize(
    ("index", "after", "order"),
    [
        (0, None, [4, 0, 2]),
        (0, FIRST, [0, 4, 2]),
        (0, 2, [4, 2, 0]),
        (4, 0, [0, 4, 2]),
        (5, None, [4, 0, 2, 5]),
        (5, FIRST, [5, 4, 0, 2]),
        (5, 4, [4, 5, 0, 2]),
    ],
)
def test_scene_comes_after_another_one(index, after, order):
    given = {"scene_index": index, "image_prompt": "New"}

    scenes = with_scene(SCENES, given, after)

    assert indexes(scenes) == order
    old = next((each for each in SCENES if each["scene_index"] == index), {})
    assert scenes[order.index(index)] == {**old, **given}
    assert [each for each in scenes if each["scene_index"] != index] == [
        each for each in SCENES if each["scene_index"] != index
    ]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (
            lambda: with_scene(SCENES, {"scene_index": 0}, 0),
            "after: There is no scene 0; there are",
        ),
        (
            lambda: with_scene(SCENES, {"scene_index": 0}, 7),
            "after: There is no scene 7; there are",
        ),
        (
            lambda: without(SCENES, [0, 1, 3]),
            "remove: There is no scene 1, 3; there are [4, 0, 2].",
        ),
        (lambda: reordered(SCENES, [4, 0]), "order: Must have each scene once; the scenes are"),
        (lambda: reordered(SCENES, [4, 0, 0]), "order: Must have each scene once"),
    ],
)
def test_scenes_that_there_are_not_are_refused(change, message):
    with pytest.raises(FieldsError) as raised:
        change()

    [[name, text]] = raised.value.details.items()
    assert f"{name}: {text}".startswith(message)


def test_scenes_are_removed_and_reordered():
    assert without(SCENES, [0, 4]) == [SCENES[2]]
    assert reordered(SCENES, [0, 2, 4]) == [SCENES[1], SCENES[2], SCENES[0]]


def test_order_is_that_of_the_scenario_or_else_of_what_has_media():
    made = [{"sceneIndex": 0, "status": "error"}, {"sceneIndex": 7, "imageUrl": "x"}]

    assert order_of({"scenes": SCENES, "generatedScenes": made}) == [4, 0, 2]
    assert order_of({"scenes": [], "generatedScenes": made}) == [7]


def test_new_scene_takes_an_index_that_nothing_has_or_had(app, ana, work, samples):
    store = app.extensions["services"].store

    def free(count: int = 1) -> list[int]:
        return free_indexes(store, ana.show(work), count)

    assert free(2) == [0, 1]
    ana.put(work, json={"scenes": [scene(2)]})
    assert free(2) == [3, 4]
    ana.upload(f"{work}/media/scene/3/image", samples / "image.png")
    ana.upload(f"{work}/media/scene/3/image", samples / "image.jpg")
    assert free() == [4]
    ana.delete(f"{work}/media/scene/3/image")  # the earlier one stays as a take
    ana.put(work, json={"generatedScenes": []})
    assert free() == [4]
    clip = {"id": "a", "start": 0, "end": 1, "sceneIndex": 997}
    ana.put(work, json={"editorState": {"editorData": {"videoTrack": [clip]}}})
    assert free(3) == [998, 999, 0]
    with pytest.raises(TooLargeError):
        free(1000)
