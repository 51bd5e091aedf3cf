"""What is written is read under the same names, alone if there is much; nothing else changes."""

from base64 import b64encode
from typing import Any

import pytest

from tests.jobs.helpers import new_work_with_scenes
from tests.mcp_server.helpers import data, failure, handle
from tests.people import Person
from tests.works.shapes import scene

Json = dict[str, Any]

BRIEF = {
    "name": "Teaser",
    "mode": "content_remix",
    "productName": "Arc",
    "productDescription": "A lamp",
    "targetAudience": "Readers",
    "language": "English",
    "videoDuration": 15,
    "sceneCount": 2,
    "selectedAssetIds": ["asset_1"],
    "assetUsageMode": "reference",
    "resolution": {"width": 1080, "height": 1080},
}
SCENE = {
    "scene_index": 0,
    "duration_seconds": 4,
    "image_prompt": "A lamp",
    "negative_prompt": "text",
    "video_prompt": "It glows",
    "text_overlay": "Light",
    "transition": "fade",
}
CAPTIONS = [{"start": 0, "end": 1.5, "text": "One"}, {"start": 1.5, "end": 2, "text": "Two"}]


def flat(value: Json) -> Json:
    """Return what is read, whether it is marked as data or not."""
    return {**value, **value.get("untrusted", {})}


@pytest.fixture
def three(ana, project):
    """The path of a work with three scenes."""
    return new_work_with_scenes(ana, project, 3)


def test_brief_scenes_captions_and_style_are_read_as_they_are_written(ana):
    created = data(ana, "create_work", projectName="Lamps", projectType="saas", **BRIEF)
    work = created["work"]
    style = {"styleGuide": {"tone": "calm"}, "knowledge": "Made in Ghent"}
    data(ana, "update_work", work=work, scenes=[SCENE], captions=CAPTIONS, **style)

    brief = data(ana, "get_work", work=work, part="brief")
    [read] = data(ana, "get_work", work=work, part="scenes")["scenes"]
    captions = data(ana, "get_work", work=work, part="captions")
    project = data(ana, "get_work", work=work, part="style")

    assert BRIEF.items() <= flat(brief).items()
    assert BRIEF.items() <= flat(created).items()
    assert SCENE.items() <= flat(read).items()
    read = flat(captions)["captions"]
    assert [{key: each[key] for key in CAPTIONS[0]} for each in read] == CAPTIONS
    assert all(each["id"] for each in read)  # by which edit_timeline changes one
    written = {**style, "projectName": "Lamps", "projectType": "saas"}
    assert written.items() <= flat(project).items()


def test_update_answers_with_what_changed(ana, three):
    work = handle(three)
    version = data(ana, "get_work", work=work)["version"]

    nothing = data(ana, "update_work", work=work)
    brief = data(ana, "update_work", work=work, name="Reel", videoDuration=9)
    scenes = data(
        ana, "update_work", work=work, scene={"scene_index": 1, "text_overlay": "Hi"}, remove=[2]
    )
    captions = data(ana, "update_work", work=work, captions=CAPTIONS)
    style = data(ana, "update_work", work=work, knowledge="Made in Ghent")

    assert nothing == {"work": work, "version": version, "changed": {}}
    assert (brief["changed"], brief["untrusted"]) == ({"videoDuration": 9}, {"name": "Reel"})
    assert scenes["changed"] == {"scenes": {"removed": [2], "changed": {"1": ["text_overlay"]}}}
    assert captions["changed"] == {"captions": 2}
    assert style["untrusted"] == {"knowledge": "Made in Ghent"}


def test_scenes_are_inserted_moved_and_removed_without_losing_anything(ana, three, samples):
    work = handle(three)
    for index in range(3):
        ana.upload(f"{three}/media/scene/{index}/video", samples / "video.mp4")
    before = ana.show(three)

    inserted = data(ana, "update_work", work=work, scene={"image_prompt": "New"}, after=0)
    removed = data(ana, "update_work", work=work, remove=[1])
    moved = data(ana, "update_work", work=work, scene={"scene_index": 2}, after=-1)
    reordered = data(ana, "update_work", work=work, order=[0, 2, 3])

    assert inserted["changed"]["scenes"] == {"inserted": [3], "order": [0, 3, 1, 2]}
    assert removed["changed"]["scenes"] == {"removed": [1]}
    assert moved["changed"]["scenes"] == {"order": [2, 0, 3]}
    assert reordered["changed"]["scenes"] == {"order": [0, 2, 3]}
    listed = data(ana, "get_work", work=work)
    assert [each["scene_index"] for each in listed["scenes"]] == [0, 2, 3]
    assert [each["scene_index"] for each in listed["unused"]] == [1]
    restored = data(ana, "update_work", work=work, scene=before["scenes"][1], after=0, remove=[3])
    assert restored["changed"]["scenes"]["order"] == [0, 1, 2]
    after = ana.show(three)
    kept = ("scenes", "generatedScenes", "editorState")
    assert {key: after[key] for key in kept} == {key: before[key] for key in kept}


@pytest.mark.parametrize(
    ("arguments", "wrong"),
    [
        ({"after": 0}, "after: Needs `scene`"),
        ({"scene": {"image_prompt": "x"}, "after": 9}, "after: There is no scene 9"),
        ({"remove": [9]}, "remove: There is no scene 9; there are [0, 1, 2]."),
        ({"order": [0, 1]}, "order: Must have each scene once; the scenes are [0, 1, 2]."),
        ({"scenes": [scene(1), scene(1)]}, "scenes.1.scene_index: Duplicate value: 1"),
        ({"captions": [{"start": 2, "end": 2, "text": "x"}]}, "captions.0.end: Must be after"),
        ({"captions": [{"start": -1, "end": 2, "text": "x"}]}, "captions.0.end: Must be after"),
    ],
)
def test_wrong_changes_change_nothing(ana, three, arguments, wrong):
    before = ana.show(three)

    text = failure(ana, "update_work", work=handle(three), name="Changed", **arguments)

    assert text.startswith(f"Validation error: {wrong}")
    assert ana.show(three) == before


def test_one_scene_of_sixty_and_every_caption_of_many_can_be_read(ana, project):
    path = new_work_with_scenes(ana, project, 60)
    work = handle(path)
    captions = [{"start": n, "end": n + 1, "text": f"Caption {n} " * 5} for n in range(2_000)]
    ana.put(path, json={"editorState": {"captions": captions}})

    one = data(ana, "get_work", work=work, scene=41)["scenes"]
    scenes = [each["scene_index"] for each in pages(ana, work, "scenes")]
    read = [each["text"] for each in pages(ana, work, "captions")]

    assert [each["scene_index"] for each in one] == [41]
    assert one[0]["untrusted"]["image_prompt"] == scene(41)["image_prompt"]
    assert scenes == list(range(60))
    assert read == [each["text"] for each in captions]


def pages(ana: Person, work: str, part: str) -> list[Json]:
    """Return all entries of a part."""
    found: list[Json] = []
    while True:
        page = flat(data(ana, "get_work", work=work, part=part, first=len(found)))
        assert "truncated" not in page
        found += page[part]
        if "next" not in page:
            return found
        assert page["next"] == f"More from first={len(found)}."


@pytest.mark.parametrize(
    ("arguments", "wrong"),
    [
        ({"part": "takes"}, "scene: Required for part=takes"),
        ({"part": "timeline", "scene": 0}, "scene: Only for part=scenes or takes"),
        ({"part": "brief", "first": 0}, "first: Only for part=summary or scenes or"),
        ({"scene": 7}, "There is no scene 7"),
    ],
)
def test_parts_have_only_their_arguments(ana, three, arguments, wrong):
    assert wrong in failure(ana, "get_work", work=handle(three), **arguments)


def test_assets_and_jobs_of_a_work_are_found_with_it(ana, three, samples):
    project = three.partition("/works/")[0]
    for name in ("image.png", "image.jpg"):
        ana.upload(f"{project}/assets", samples / name)
    first, second = ana.show(f"{project}/assets")["assets"]
    work = handle(three)
    ana.put(three, json={"selectedAssetIds": [second["id"]]})
    order = {"work": work, "what": "assets", "vision_provider": "demo"}
    confirm = data(ana, "analyze", **order)["confirm"]

    assets = data(ana, "find", what="assets", work=work)["items"]
    rest = data(ana, "find", what="assets", work=work, first=1)["items"]
    job = data(ana, "analyze", **order, confirm=confirm)["job"]  # it will describe the assets
    jobs = data(ana, "find", what="jobs", work=work)["items"]

    assert [(each["asset"], each.get("selected", False)) for each in assets] == [
        (first["id"], False),
        (second["id"], True),
    ]
    assert rest == assets[1:]
    assert [each["job"] for each in jobs] == [job]
    assert [each["job"] for each in data(ana, "find", what="jobs")["items"]] == [job]


def test_a_list_of_scenes_removes_no_others_unless_that_is_said(ana, three):
    """What a model sends that knows the least: a list with the one scene that it means."""
    before = ana.show(three)

    text = failure(ana, "update_work", work=handle(three), scenes=[{"image_prompt": "A tree"}])

    assert text.startswith("Validation error: scenes: This would remove the scenes [0, 1, 2]")
    for way in ("`scene` with its scene_index", "`scene` without scene_index", "`replace`: true"):
        assert way in text
    assert ana.show(three) == before
    replaced = data(
        ana, "update_work", work=handle(three), scenes=[{"image_prompt": "A tree"}], replace=True
    )
    assert replaced["changed"]["scenes"] == {"inserted": [3], "removed": [0, 1, 2], "order": [3]}


def test_a_work_without_scenes_takes_a_list_as_it_is(ana, work):
    written = data(ana, "update_work", work=handle(work), scenes=[{"image_prompt": "A tree"}])

    assert written["changed"]["scenes"]["inserted"] == [0]


@pytest.mark.parametrize(
    ("scene", "wrong"),
    [
        (
            {"scene_index": 9, "image_prompt": "A tree"},
            "scene.scene_index: There is no scene 9; there are [0, 1, 2]. Leave scene_index out",
        ),
        ({"scene_index": 1, "transition": "swirl"}, "scene.transition: Must be one of: cut, fade"),
    ],
)
def test_scene_and_transition_that_there_are_not_are_refused(ana, three, scene, wrong):
    before = ana.show(three)

    text = failure(ana, "update_work", work=handle(three), scene=scene)

    assert text.startswith(f"Validation error: {wrong}")
    assert ana.show(three) == before


@pytest.mark.parametrize(
    ("tool", "arguments"),
    [
        ("get_work", {"scene": 3}),
        ("get_work", {"scene": 3, "part": "takes"}),
        ("view_scenes", {"scene": 3}),
        ("view_scenes", {"scene": 3, "takes": True}),
        ("generate", {"scenes": [0, 3]}),
        ("generate", {"redo": 3}),
        ("generate", {"what": "narration", "scenes": [3]}),
        ("add_asset", {"scene": 3, "place": "scene_image", "source": "https://example.com/a.png"}),
    ],
)
def test_scene_counted_from_1_is_refused_with_those_that_there_are(ana, three, tool, arguments):
    before = ana.show(three)

    text = failure(ana, tool, work=handle(three), **arguments)

    assert "There is no scene 3; there are [0, 1, 2]. Correct the arguments" in text
    assert ana.show(three) == before


def test_scene_of_a_work_without_any(ana, work, samples):
    text = failure(ana, "get_work", work=handle(work), scene=0)

    assert "There is no scene 0; the work has none yet." in text
    source = "data:image/png;base64," + b64encode((samples / "image.png").read_bytes()).decode()
    place = {"place": "scene_image", "scene": 0, "source": source}
    assert data(ana, "add_asset", work=handle(work), **place)["image"]


def test_sound_is_read_as_it_is_written(ana, project, samples):
    sound = {"narrator": {"voice": "v1", "speed": 1.1}, "duck": -9}
    work = data(ana, "create_work", project=handle(project), sound=sound)["work"]
    narration = {"text": "Wake up with light", "style": "calmly"}
    moved = {**SCENE, "narration": narration, "motion": {"preset": "zoomIn"}}
    data(ana, "update_work", work=work, scenes=[moved])
    url = f"/api/projects/{work.replace('/', '/works/')}/media/scene/0/voice?narration=1"
    ana.put(url, data=(samples / "audio.wav").read_bytes())

    changed = data(ana, "update_work", work=work, sound={"clips": "duck", "duck": None})
    [read] = data(ana, "get_work", work=work, part="scenes")["scenes"]
    data(ana, "update_work", work=work, scene={"scene_index": 0, "narration": {"text": "Sleep"}})
    [summary] = data(ana, "get_work", work=work)["scenes"]
    [take] = data(ana, "get_work", work=work, part="takes", scene=0)["takes"]

    expected = {"narrator": sound["narrator"], "clips": "duck"}
    assert changed["untrusted"] == {"sound": expected}
    assert flat(data(ana, "get_work", work=work, part="brief"))["sound"] == expected
    assert moved.items() <= flat(read).items()
    assert (read["voiceIsCurrent"], read["voiceSeconds"]) == (True, summary["voiceSeconds"])
    assert (summary["voiceIsCurrent"], flat(summary)["narration"]) == (False, "Sleep")
    assert (take["kind"], flat(take)["text"]) == ("voice", narration["text"])
