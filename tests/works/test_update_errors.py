"""Updating works with invalid bodies: status 400 with the paths of invalid fields, no change."""

import random
from typing import Any

import orjson
import pytest
from marshmallow import ValidationError

from errors import flatten_messages
from schemas.partial_validation import load_changes
from schemas.works import WorkUpdateSchema
from tests.works.shapes import action, all_fields, analysis, image_overlay, scene, text_overlay

ROUNDS = 150


def without(values: dict[str, Any], key: str) -> dict[str, Any]:
    return {name: value for name, value in values.items() if name != key}


def generated(**fields: Any) -> dict[str, Any]:
    return {"generatedScenes": [{"sceneIndex": 0, "status": "pending", **fields}]}


def editor(**parts: Any) -> dict[str, Any]:
    return {"editorState": parts}


INVALID_FIELDS: list[tuple[dict[str, Any], str]] = [
    ({"name": ""}, "name"),
    ({"name": "x" * 501}, "name"),
    ({"mode": "remix"}, "mode"),
    ({"videoDuration": "9"}, "videoDuration"),
    ({"sceneCount": 0}, "sceneCount"),
    ({"currentStep": 5}, "currentStep"),
    ({"currentStep": -1}, "currentStep"),
    ({"currentStep": "1"}, "currentStep"),
    ({"currentStep": False}, "currentStep"),
    ({"currentStep": True}, "currentStep"),
    ({"currentStep": 0.5}, "currentStep"),
    ({"systemPrompt": 5}, "systemPrompt"),
    ({"resolution": {"width": 1e300, "height": 5}}, "resolution.width"),
    ({"selectedAssetIds": ["fine", "not an id"]}, "selectedAssetIds.1"),
    ({"scenes": {}}, "scenes"),
    ({"scenes": [7]}, "scenes.0"),
    ({"scenes": [None]}, "scenes.0"),
    ({"scenes": [{}]}, "scenes.0.scene_index"),
    ({"scenes": [scene(0, duration_seconds="4.5")]}, "scenes.0.duration_seconds"),
    ({"scenes": [scene(0), scene(1, duration_seconds=-1)]}, "scenes.1.duration_seconds"),
    ({"scenes": [scene(0, duration_seconds=True)]}, "scenes.0.duration_seconds"),
    ({"scenes": [scene(1000)]}, "scenes.0.scene_index"),
    ({"scenes": [scene(0), scene(0)]}, "scenes.1.scene_index"),
    ({"scenes": [scene(0, image_prompt=["a"])]}, "scenes.0.image_prompt"),
    (generated(status="finished"), "generatedScenes.0.status"),
    (generated(sceneIndex=-1), "generatedScenes.0.sceneIndex"),
    (generated(sceneIndex="0"), "generatedScenes.0.sceneIndex"),
    (generated(error=7), "generatedScenes.0.error"),
    ({"generatedScenes": [{"status": "done"}]}, "generatedScenes.0.sceneIndex"),
    ({"generatedScenes": [{"sceneIndex": 3}, {"sceneIndex": 3}]}, "generatedScenes.1.sceneIndex"),
    ({"generatedScenes": "none"}, "generatedScenes"),
    ({"generatedScenes": [[]]}, "generatedScenes.0"),
    ({"analysis": without(analysis(), "tempo")}, "analysis.tempo"),
    ({"analysis": {**analysis(), "has_text_overlay": "no"}}, "analysis.has_text_overlay"),
    ({"analysis": {**analysis(), "scenes": [None]}}, "analysis.scenes.0"),
    (editor(audioVolume=-1), "editorState.audioVolume"),
    (editor(audioVolume=True), "editorState.audioVolume"),
    (editor(editorData=None), "editorState.editorData"),
    (
        editor(editorData={"textTrack": [{"id": "a", "end": 1}]}),
        "editorState.editorData.textTrack.0.start",
    ),
    (
        editor(editorData={"videoTrack": [action("a"), action("b", end="9")]}),
        "editorState.editorData.videoTrack.1.end",
    ),
    (editor(textOverlays=[]), "editorState.textOverlays"),
    (editor(textOverlays={"t0": None}), "editorState.textOverlays.t0"),
    (editor(textOverlays={"t9": None}), "editorState.textOverlays.t9"),
    (
        editor(textOverlays={"t9": without(text_overlay(), "text")}),
        "editorState.textOverlays.t9.text",
    ),
    (
        editor(imageOverlays={"i0": image_overlay(opacity="1")}),
        "editorState.imageOverlays.i0.opacity",
    ),
    (editor(exportSettings={"width": 10, "height": 10}), "editorState.exportSettings.fps"),
]


@pytest.mark.parametrize("values", [{}, all_fields()], ids=["new", "complete"])
def test_updating_a_work_with_an_invalid_field_returns_400_with_its_path(ana, work, values):
    assert ana.put(work, json=values).status_code == 200
    before = ana.get(work).data
    for fields, path in INVALID_FIELDS:
        answer = ana.put(work, json={"productName": "Changed", **fields})

        assert answer.status_code == 400, (path, answer.text)
        assert answer.json["error"] == "Validation error"
        assert list(answer.json["details"]) == [path]
        assert ana.get(work).data == before, path


def test_updating_a_work_reports_all_invalid_fields(ana, work):
    invalid = {"mode": 1, "scenes": [{}, scene(1, duration_seconds="x")], **editor(audioVolume="1")}

    details = ana.put(work, json=invalid).json["details"]

    assert set(details) == {
        "mode",
        "scenes.0.scene_index",
        "scenes.1.duration_seconds",
        "editorState.audioVolume",
    }


@pytest.mark.parametrize(
    "body",
    [
        b"{]",
        b"[]",
        b'{"currentStep": NaN}',
        b'{"scenes": [{"scene_index": 0, "duration_seconds": 1e999}]}',
        b'{"name": "\\udfff"}',
        b'{"\\ud800": 1}',
        b'{"scenes": ' + b'[{"a":' * 3000 + b"1" + b"}]" * 3000 + b"}",
    ],
    ids=lambda body: repr(body[:24]),
)
def test_updating_a_work_from_a_body_that_is_not_a_json_object_returns_400(ana, work, body):
    answer = ana.put(work, data=body, content_type="application/json")

    assert answer.status_code == 400
    assert answer.json["error"].startswith(("Body is not", "Body is nested"))


def test_deeply_nested_json_is_ignored_in_unknown_fields_and_rejected_in_others(ana, work):
    deep = b"[" * 900 + b"]" * 900

    assert ana.put(work, data=b'{"extra": ' + deep + b"}").status_code == 200
    assert ana.put(work, data=b'{"scenes": ' + deep + b"}").status_code == 400


def test_updating_a_work_from_a_body_over_the_limit_returns_413(ana, work):
    answer = ana.put(work, json={"systemPrompt": "x" * (10 << 20)})

    assert answer.status_code == 413


# --- load_changes returns the same as load --------------------------------------------------------

_REPLACEMENTS = [
    None,
    True,
    False,
    0,
    1,
    -1,
    0.5,
    1e300,
    2**63,
    "",
    "1",
    "text",
    [],
    [1],
    {},
    {"a": None},
]


def _paths(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Return the paths of all values inside a JSON value."""
    items = value.items() if isinstance(value, dict) else enumerate(value)
    found = []
    for key, inner in items:
        found.append((*path, key))
        if isinstance(inner, dict | list):
            found += _paths(inner, (*path, key))
    return found


def _mutate(values: Any, rng: random.Random) -> None:
    """Replace, remove, add or repeat a value at a random place."""
    *path, last = rng.choice(_paths(values))
    parent = values
    for key in path:
        parent = parent[key]
    mutation = rng.choice(["replace", "replace", "remove", "add", "repeat"])
    if mutation == "replace":
        parent[last] = rng.choice(_REPLACEMENTS)
    elif mutation == "remove":
        del parent[last]
    elif isinstance(parent, dict):
        parent[rng.choice(["new", "t1", "", *parent])] = rng.choice([*_REPLACEMENTS, parent[last]])
    else:
        parent.insert(last, parent[last] if mutation == "repeat" else rng.choice(_REPLACEMENTS))


def _outcome(load: Any) -> tuple[str, Any]:
    """Return the result of loading: the values as JSON, or the error messages by path."""
    try:
        return "valid", orjson.dumps(load(), option=orjson.OPT_SORT_KEYS)
    except ValidationError as exc:
        return "invalid", flatten_messages(exc.messages_dict)


def test_load_changes_returns_the_same_as_load():
    rng = random.Random(20_260_101)
    schema = WorkUpdateSchema()
    outcomes = []
    for _ in range(ROUNDS):
        known = orjson.loads(orjson.dumps(schema.load(all_fields())))
        values = orjson.loads(orjson.dumps(all_fields()))
        for _ in range(rng.randint(1, 3)):
            _mutate(values, rng)
        expected = _outcome(lambda v=values: schema.load(v))

        assert _outcome(lambda v=values, k=known: load_changes(schema, v, k)) == expected, values

        outcomes.append(expected[0])
    assert 0.1 < outcomes.count("valid") / ROUNDS < 0.9
