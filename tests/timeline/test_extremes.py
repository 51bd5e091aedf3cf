"""Stored numbers and reverted values far from any real timeline neither fail nor are stored."""

from typing import Any

import orjson
import pytest

from errors import FieldsError
from tests.timeline.running import apply_all, context_of, loaded
from timeline.frames import plain
from timeline.ids import caption_id, caption_ids, unique_ids
from timeline.operations import apply
from timeline.warnings import warnings_of

Json = dict[str, Any]

CONTEXT = context_of({})
CLIP = {"order": 0, "gap": 0, "length": 1, "sceneIndex": 0}


def clip(clip_id: str, start: float, end: float, **fields: Any) -> Json:
    return {"id": clip_id, "start": start, "end": end, "sceneIndex": 0, **fields}


def state_with(*clips: Json, **others: Any) -> Json:
    return {"editorData": {"videoTrack": list(clips)}, **others}


def nested(levels: int) -> Any:
    value: Any = 1
    for _ in range(levels):
        value = [value]
    return value


def revert(state: Json, **change: Any) -> Any:
    operation = {"op": "revert", "changes": [change]}
    return apply(state, loaded(operation), CONTEXT).state


@pytest.mark.parametrize(
    ("state", "operation"),
    [
        (
            state_with(clip("a", 0, 2, transitionDuration=1e308, transitionType="fade")),
            {"op": "insert", "scene": 0, "after": "a"},
        ),
        (
            state_with(
                clip("z", 0, 1, transitionDuration=1e308, transitionType="fade"), clip("a", 1, 3)
            ),
            {"op": "split", "clip": "a", "at": 1},
        ),
        (
            state_with(clip("a", 0, 2, trimStart=1e308, trimEnd=1e308)),
            {"op": "trim", "clip": "a", "seconds": 1},
        ),
        (
            state_with(clip("a", 0, 2), captions=[{"start": 0, "end": 1e308, "text": "x"}]),
            {"op": "caption", "text": "new", "start": 0, "end": 1},
        ),
        (
            state_with(
                clip("a", 0, 1, order=-1.7e308), clip("b", 1, 2, order=1.7e308), clip("c", 2, 3)
            ),
            {"op": "move", "clip": "c", "after": "a"},
        ),
    ],
)
def test_stored_numbers_beyond_any_video_are_no_errors(state, operation):
    after, changes = apply_all(state, [operation], CONTEXT)

    assert orjson.dumps([after, changes, warnings_of(state, after, changes[0], CONTEXT)])


@pytest.mark.parametrize("key", [1e300, [6, 1e300], [6] * 5_000])
def test_key_beyond_all_others_counts_as_missing(key):
    state = state_with(clip("a", 0, 1, order=5), clip("b", 1, 2, order=key), clip("c", 2, 3))

    after, _ = apply_all(state, [{"op": "move", "clip": "c", "after": "a"}], CONTEXT)

    track = after["editorData"]["videoTrack"]
    assert [(each["id"], each["order"]) for each in track] == [("a", 5), ("c", 5.5), ("b", 6)]


@pytest.mark.parametrize(("number", "expected"), [(2.0, "2"), (2.5, "2.5"), (1e308, "1e+308")])
def test_integral_numbers_are_written_as_integers_if_json_has_them(number, expected):
    assert orjson.dumps(plain(number)).decode() == expected


@pytest.mark.parametrize(
    "change",
    [
        {"kind": "clip", "id": "b", "removed": CLIP | {"trimStart": "x", "trimEnd": 2}},
        {"kind": "clip", "id": "b", "removed": CLIP | {"sceneIndex": {}}},
        {"kind": "clip", "id": "b", "removed": CLIP | {"order": []}},
        {"kind": "clip", "id": "b", "removed": CLIP | {"order": [1, "x"]}},
        {"kind": "clip", "id": "a", "field": "order", "before": [1, 1e300], "after": 1},
        {"kind": "clip", "id": "b", "removed": CLIP | {"id": "c"}},
        {"kind": "clip", "id": "b", "removed": CLIP | {"start": 5}},
        {"kind": "clip", "id": "a", "field": "trimStart", "before": "x", "after": 1},
        {"kind": "clip", "id": "a", "field": "end", "before": 1},
        {"kind": "clip", "id": "a", "field": "note", "before": nested(500)},
        {"kind": "text", "id": "t2", "removed": {"start": 0, "length": 1, "id": "t1"}},
        {"kind": "text", "id": "t2", "removed": {"start": 0, "length": 1, "anchor": "gone"}},
        {"kind": "text", "id": "t2", "removed": {"start": 0, "length": 1, "note": nested(500)}},
        {"kind": "text", "id": "t", "field": "end", "before": 1},
        {"kind": "text", "id": "t", "field": "overlay", "before": 7},
        {"kind": "caption", "id": "t", "field": "text", "before": 7},
    ],
)
def test_reverted_values_of_wrong_types_are_refused(change):
    with pytest.raises(FieldsError) as caught:
        loaded({"op": "revert", "changes": [change]})

    assert all(path.startswith("changes.0.") for path in caught.value.details)


@pytest.mark.parametrize("length", [-3, 0])
def test_reverted_length_is_at_least_a_frame(length):
    text = {"id": "t", "start": 0, "end": 1}
    state = {"editorData": {"videoTrack": [clip("a", 0, 2)], "textTrack": [text]}}

    shorter = revert(state, kind="clip", id="a", field="length", before=length, after=2)
    brief = revert(state, kind="text", id="t", field="length", before=length, after=1)
    again = revert(state, kind="text", id="u", removed={"start": 0, "length": length})

    assert shorter["editorData"]["videoTrack"][0]["end"] == pytest.approx(1 / 30)
    assert brief["editorData"]["textTrack"][0]["end"] == pytest.approx(1 / 30)
    assert again["editorData"]["textTrack"][1]["end"] == pytest.approx(1 / 30)


def test_reverted_gap_is_not_negative():
    state = state_with(clip("a", 0, 2), clip("b", 3, 4))

    after = revert(state, kind="clip", id="b", field="gap", before=-1, after=1)

    assert after["editorData"]["videoTrack"][1]["start"] == 2


def test_equal_ids_are_numbered_around_those_in_use():
    assert unique_ids(["a", "a~3", "a", "b", "a", "b", "a~3"]) == (
        ["a", "a~3", "a~2", "b", "a~4", "b~2", "a~3~2"]
    )


def test_equal_captions_have_ids_of_their_own():
    same = {"start": 0, "end": 1, "text": "x"}
    name = caption_id(same)

    assert caption_ids([same, {**same, "id": f"{name}-2"}, same, same]) == (
        [name, f"{name}-2", f"{name}-3", f"{name}-4"]
    )


def test_caption_without_an_id_that_ends_after_the_video_is_warned_of():
    state = state_with(clip("a", 0, 2))
    captions = [{"start": 0, "end": 1, "text": "x"}, {"start": 1, "end": 3, "text": "y"}]
    operation = loaded({"op": "captions", "captions": captions})

    after, changes = apply(state, operation, CONTEXT)

    assert all("id" not in each for each in after["captions"])
    late = f"The caption {caption_id(captions[1])} ends after the video, at 2 seconds."
    assert late in warnings_of(state, after, changes, CONTEXT)
