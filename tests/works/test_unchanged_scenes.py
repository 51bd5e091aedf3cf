"""Scenes that an update gives in full are passed on, not copied."""

from works.generated_scenes import without_media
from works.kept_fields import with_kept_scenes

STORED = [{"scene_index": 0, "image_prompt": "a", "motion": {"preset": "zoomIn"}}]
FULL = {"scene_index": 0, "image_prompt": "b", "motion": {"preset": "panLeft"}}


def test_scene_that_lacks_no_field_is_not_copied():
    [kept] = with_kept_scenes([FULL], STORED)

    assert kept is FULL


def test_scene_keeps_what_it_lacks_and_null_removes_it():
    lacking = {"scene_index": 0, "image_prompt": "b"}

    assert with_kept_scenes([lacking], STORED) == [{**lacking, "motion": STORED[0]["motion"]}]
    assert with_kept_scenes([{**lacking, "motion": None}], STORED) == [lacking]


def test_scene_without_media_is_not_copied():
    plain, made = {"sceneIndex": 0, "status": "pending"}, {"sceneIndex": 1, "imageUrl": "/i"}

    found = without_media([plain, made, "no scene"])

    assert found == [plain, {"sceneIndex": 1}, "no scene"]
    assert found[0] is plain
