"""Merging what two people changed: entries of lists are the same wherever they stand."""

from typing import Any

import pytest

from tests.browser import needs_browser
from tests.console.modules import Modules

pytestmark = needs_browser

Json = dict[str, Any]

MERGE = "documents/merge.js"
_PENDING = """async ([edits, versions, choice]) => {
    const { PendingFields } = await import("/documents/pending-fields.js");
    const pending = new PendingFields();
    pending.add(edits);
    const settled = versions.slice(1).map((theirs, at) => pending.accept(versions[at], theirs));
    const stored = versions.at(-1);
    const asked = pending.conflicts.value;
    if (choice) for (const conflict of asked) pending.resolve(conflict, choice, stored);
    return { asked, settled, shown: { ...stored, ...pending.values } };
}"""


# Adds a scene to an empty work as the button does, saves it if `sent`, and reads other versions.
_ADD = """async ([text, made, sent, versions]) => {
    const { PendingFields } = await import("/documents/pending-fields.js");
    const { addScene, editScene } = await import("/screens/work/scenes/actions.js");
    const { addedIn } = await import("/screens/work/scenes/actions.js");
    const [fields, stored] = [new PendingFields(), { scenes: [], generatedScenes: made }];
    const value = { value: stored };
    const edit = (edits) => {
        fields.add(edits);
        value.value = { ...value.value, ...edits };
    };
    const work = { fields, value, edit };
    const index = addScene(work);
    if (sent) fields.begin(fields.unsaved(stored));
    editScene(work, index, { image_prompt: text });
    let before = stored;
    for (const theirs of versions) {
        fields.accept(before, theirs);
        before = theirs;
    }
    const scenes = fields.values.scenes ?? before.scenes;
    return {
        scenes: scenes.map((scene) => [scene.scene_index, scene.image_prompt]),
        keys: scenes.map((scene) => addedIn(work).keyOf(scene.scene_index)),
        conflicts: fields.conflicts.value,
    };
}"""


def scenes(*texts: tuple[int, str]) -> Json:
    return {"scenes": [{"scene_index": index, "image_prompt": text} for index, text in texts]}


def merge(modules: Modules, base: Json, mine: Json, theirs: Json) -> Json:
    merged: Json = modules.call(MERGE, "merge", base, mine, theirs)
    return merged


def pend(modules: Modules, edits: Json, *versions: Json, choice: str = "") -> Json:
    """Rebase edits of the first version onto the others; decide conflicts, if there is a choice."""
    found: Json = modules.page.evaluate(_PENDING, [edits, versions, choice])
    return found


def test_what_does_not_overlap_is_taken_from_both(modules):
    base = {"a": 1, "list": [{"x": 1, "y": 1}, {"x": 2}]}
    mine = {"a": 1, "list": [{"x": 5, "y": 1}, {"x": 2}]}
    theirs = {"a": 2, "list": [{"x": 1, "y": 7}, {"x": 2}]}
    longer = {"a": 1, "list": [{"x": 1, "y": 1}, {"x": 2}, {"x": 3}]}

    both = {"value": {"a": 2, "list": [{"x": 5, "y": 7}, {"x": 2}]}, "conflicts": []}
    assert merge(modules, base, mine, theirs) == both
    overlapping = merge(modules, base, mine, longer)
    assert [conflict["path"] for conflict in overlapping["conflicts"]] == ["list"]
    assert overlapping["value"]["list"][0]["x"] == 5
    unchanged = merge(modules, base, base, longer)
    assert unchanged["conflicts"] == []
    assert len(unchanged["value"]["list"]) == 3


A, B, C, D = (0, "a"), (1, "b"), (2, "c"), (3, "d")


@pytest.mark.parametrize(
    ("mine", "theirs", "merged"),
    [
        ((B, A, C), (A, B, (2, "C")), (B, A, (2, "C"))),
        ((A, B, (2, "C")), (B, A, C), (B, A, (2, "C"))),
        ((B, A, C), (A, C, B), (A, C, B)),
        ((B, A, C), (A, B, C, D), (B, A, C, D)),
        ((A, D, B, C), (B, A, C), (B, A, D, C)),
        ((A, B, C, (4, "e")), (A, B, C, D), (A, B, C, D, (4, "e"))),
        ((B, A), (A, B, C), (B, A)),
    ],
)
def test_an_order_stays_unless_others_have_changed_it(modules, mine, theirs, merged):
    found = merge(modules, scenes(A, B, C), scenes(*mine), scenes(*theirs))

    assert found == {"value": scenes(*merged), "conflicts": []}


@pytest.mark.parametrize(
    ("base", "mine", "theirs", "merged"),
    [
        (["cast_a", "cast_b"], ["cast_b", "cast_c"], ["cast_a", "cast_d"], ["cast_d", "cast_c"]),
        (["cast_a"], ["cast_a", "cast_b"], ["cast_a", "cast_c"], ["cast_a", "cast_c", "cast_b"]),
        (["cast_a", "cast_b"], ["cast_b", "cast_a"], ["cast_a"], ["cast_a"]),
        (None, ["cast_a"], ["cast_b"], ["cast_b", "cast_a"]),
        (["cast_a"], ["cast_a", "cast_b"], None, ["cast_b"]),
    ],
)
def test_lists_of_ids_are_merged_as_sets(modules, base, mine, theirs, merged):
    versions = [{"cast": base}, {"cast": mine}, {"cast": theirs}]

    assert merge(modules, *versions) == {"value": {"cast": merged}, "conflicts": []}


def test_lists_of_words_stay_lists(modules):
    versions = [{"words": words} for words in (["a", "b"], ["c", "a"], ["a", "d"])]

    conflicts = merge(modules, *versions)["conflicts"]
    assert [conflict["path"] for conflict in conflicts] == ["words.1"]


def test_a_conflict_names_the_entry_wherever_it_stands(modules):
    mine, theirs = scenes(A, (1, "mine")), scenes((1, "theirs"), A)

    [conflict] = merge(modules, scenes(A, B), mine, theirs)["conflicts"]

    assert conflict == {"path": "scenes.#1.image_prompt", "mine": "mine", "theirs": "theirs"}
    assert modules.call(MERGE, "valueAt", theirs, conflict["path"]) == "theirs"
    assert modules.call(MERGE, "withPositions", theirs, conflict["path"]) == "scenes.0.image_prompt"
    assert modules.call(MERGE, "leads", scenes(A), conflict["path"]) is False


def test_who_adds_the_same_scene_without_a_text_is_not_asked(modules):
    found = merge(modules, scenes(A), scenes(A, (1, "")), scenes(A, (1, "theirs")))

    assert found == {"value": scenes(A, (1, "theirs")), "conflicts": []}


def test_a_decision_for_the_other_one_takes_what_is_stored_by_then(modules):
    base, first = scenes(A, B), scenes(A, (1, "first"))
    second = scenes((1, "second"), A)

    found = pend(modules, scenes(A, (1, "mine")), base, first, second, choice="theirs")

    assert [conflict["theirs"] for conflict in found["asked"]] == ["second"]
    assert found["shown"] == second


def test_a_decision_for_ones_own_goes_to_its_scene(modules):
    base, first, moved = scenes(A, B), scenes(A, (1, "first")), scenes((1, "first"), A)

    found = pend(modules, scenes(A, (1, "mine")), base, first, moved, choice="mine")

    assert found["shown"] == scenes((1, "mine"), A)


def test_nothing_is_left_to_decide_when_both_are_the_same(modules):
    base, first, same = scenes(A), scenes((0, "first")), scenes((0, "mine"))

    found = pend(modules, scenes((0, "mine")), base, first, same)

    assert found["settled"] == [False, True]
    assert found["asked"] == []


EMPTY = {"duration_seconds": 5, "negative_prompt": "", "video_prompt": "", "text_overlay": None}


def stored(*texts: tuple[int, str], made: tuple[int, ...] = ()) -> Json:
    """Return a work with scenes as the page adds them."""
    found = [{**each, **EMPTY, "transition": "cut"} for each in scenes(*texts)["scenes"]]
    return {"scenes": found, "generatedScenes": [{"sceneIndex": index} for index in made]}


def add_scene(modules: Modules, text: str, *versions: Json, is_sent: bool = False) -> Json:
    """Add a scene in the page while others save these versions of an empty work."""
    made = versions[0]["generatedScenes"]
    found: Json = modules.page.evaluate(_ADD, [text, made, is_sent, versions])
    return found


@pytest.mark.parametrize(("mine", "theirs"), [("", ""), ("mine", ""), ("", "theirs"), ("a", "b")])
def test_scenes_that_two_people_add_are_two_scenes_in_the_order_in_which_they_were_saved(
    modules, mine, theirs
):
    found = add_scene(modules, mine, stored((0, theirs)))

    assert found["scenes"] == [[0, theirs], [1, mine]]
    assert found["conflicts"] == []


def test_a_scene_that_gets_another_index_stays_the_same_on_the_screen(modules):
    found = add_scene(modules, "mine", stored((0, "a")), stored((0, "a"), (1, "b")))

    assert found["scenes"] == [[0, "a"], [1, "b"], [2, "mine"]]
    assert found["keys"][2] == 0
    assert len({*found["keys"]}) == 3


def test_a_scene_gets_no_index_of_media_that_were_left(modules):
    found = add_scene(modules, "mine", stored((4, "theirs"), made=(3, 7)))

    assert found["scenes"] == [[4, "theirs"], [8, "mine"]]


def test_a_scene_whose_save_got_no_answer_is_added_once(modules):
    found = add_scene(modules, "mine", stored((0, "")), is_sent=True)

    assert found["scenes"] == [[0, "mine"]]


_SHARE = """async ([known, value]) => {
    const { shared } = await import("/documents/merge.js");
    const result = shared(known, value);
    const kept = (path) => path.split(".").reduce((each, step) => each?.[step], known);
    const found = (path) => path.split(".").reduce((each, step) => each?.[step], result);
    const same = (from, to = from) => kept(from) === found(to);
    const again = shared(known, structuredClone(known)) === known;
    return [
        ...[result, again, same("sound"), same("scenes"), same("scenes.0", "scenes.1")],
        ...[same("scenes.1", "scenes.0"), same("scenes.1.sub", "scenes.0.sub")],
    ];
}"""


def test_what_an_answer_repeats_stays_the_object_that_is_known(modules):
    scenes: list[Json] = [{"scene_index": 0}, {"scene_index": 1, "sub": {"text": "a"}, "n": 1}]
    known = {"name": "Teaser", "sound": {"speed": 1}, "scenes": scenes, "tags": ["a", "b"]}
    changed = {**scenes[1], "n": 2}
    answer = {**known, "scenes": [changed, scenes[0]], "tags": ["b"], "new": None}

    result, *identities = modules.page.evaluate(_SHARE, [known, answer])

    assert result == answer
    assert identities == [True, True, False, True, False, True]
