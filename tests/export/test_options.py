"""Options of exports: what is accepted, what is a 400 that names the field, and what a 413."""

from typing import Any, cast

import pytest
from marshmallow import ValidationError

from errors import FieldsError, TooLargeError, flatten_messages
from export.plan.clips import Source
from export.plan.from_request import timeline_of_body
from export.plan.options import output_of, public_options, window_of
from export.plan.plan import make_plan
from export.plan.size_limits import check_seconds, check_size
from export.plan.timeline import Clip, Output, Picture, Text, Timeline
from export.render.preparation import estimated_bytes
from schemas.exports import ExportBodySchema, ExportOptionsSchema

DEFAULTS = {"width": 1080, "height": 1920, "fps": 30}
CLIP = {"sceneIndex": 0, "position": 0, "end": 1}
TEXT = {"text": "Hello", "position": 0, "end": 1}
IMAGE = {"assetId": "asset_0", "position": 0, "end": 1, "width": 10, "height": 10}
BODY = {"projectId": "proj_0", "workId": "work_0", "clips": [CLIP]}


def wrong_field(body: dict[str, Any]) -> str:
    """Return the one field that a body is rejected for."""
    try:
        timeline_of_body(ExportBodySchema().load(BODY | body))
    except ValidationError as exc:
        [field] = flatten_messages(cast(dict[str, Any], exc.messages))
    except FieldsError as exc:
        [field] = exc.details
    else:
        pytest.fail("it was accepted")
    return field


@pytest.mark.parametrize(
    ("option", "values"),
    [
        ("width", [15, 4097, 0, -2, 100.5, "wide"]),
        ("height", [15, 4097, 1e9]),
        ("fps", [0.9, 60.1, 0, -30, "sources", float("nan"), float("inf")]),
        ("quality", ["fast", 1, ""]),
        ("fit", ["stretch", True]),
        ("captions", ["burned", True]),
        ("loudness", ["yes", 1]),
        ("from", [-1, 86_401, "0"]),
        ("to", [-1, 86_401, float("nan")]),
    ],
)
def test_option_out_of_its_range_is_named(option, values):
    for value in values:
        assert wrong_field({"options": {option: value}}) == f"options.{option}", value


@pytest.mark.parametrize(
    ("field", "element", "values"),
    [
        ("sceneIndex", CLIP, [-1, 1000, 0.5, None]),
        ("position", CLIP, [-0.1, 86_401, None, "0"]),
        ("end", CLIP, [-1, 86_401, None, 0]),
        ("cutFrom", CLIP, [-1, 86_401]),
        ("transition", CLIP, [1, "x" * 1000]),
        ("transitionDuration", CLIP, [-1, 86_401]),
        ("text", TEXT, [1, None, "x" * 10_001]),
        ("fontSize", TEXT, [0, 2001, "big"]),
        ("lineHeight", TEXT, [0.4, 6]),
        ("backgroundColor", TEXT, ["#12"]),
        ("fontColor", TEXT, [1, "x" * 1000, "0x123456'", "red;", "#12"]),
        ("fontAssetId", TEXT, ["../x", ""]),
        ("centerX", TEXT, [-100_001, 100_001, "left"]),
        ("y", TEXT, [-100_001, 100_001]),
        ("end", TEXT, [0, None]),
        ("assetId", IMAGE, ["../x", None]),
        ("width", IMAGE, [0, -1, 100_001]),
        ("height", IMAGE, [0, None]),
        ("opacity", IMAGE, [-0.1, 1.1]),
        ("rotation", IMAGE, [100_001, "left"]),
        ("maintainAspectRatio", IMAGE, ["yes"]),
        ("end", IMAGE, [0]),
    ],
)
def test_field_out_of_its_range_is_named(field, element, values):
    name = {id(CLIP): "clips", id(TEXT): "texts", id(IMAGE): "images"}[id(element)]
    for value in values:
        body = {name: [element, element | {field: value}]}
        assert wrong_field(body) == f"{name}.1.{field}", value


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"clips": []}, "clips"),
        ({"clips": None}, "clips"),
        ({"projectId": "../x"}, "projectId"),
        ({"workId": None}, "workId"),
        ({"audio": {"volume": -1}}, "audio.volume"),
        ({"audio": {"volume": 11}}, "audio.volume"),
        ({"audio": {"audioUrl": "x" * 2001}}, "audio.audioUrl"),
        ({"options": {"from": 2, "to": 2}}, "options.to"),
        ({"options": {"from": 2, "to": 1}}, "options.to"),
    ],
)
def test_other_invalid_field_is_named(body, field):
    assert wrong_field(body) == field


@pytest.mark.parametrize("option", ["width", "height", "fps"])
def test_invalid_setting_of_the_editor_is_named_with_the_option_that_replaces_it(option):
    with pytest.raises(FieldsError) as error:
        output_of({}, DEFAULTS | {option: 5000})

    path = f"editorState.exportSettings.{option}"
    assert error.value.details[path].endswith(f"set options.{option}.")
    assert getattr(output_of({option: 60}, DEFAULTS | {option: 5000}), option) == 60


def test_options_that_are_left_out_or_null_are_the_defaults():
    nulls: dict[str, Any] = dict.fromkeys(ExportOptionsSchema().fields)

    for options in ({}, nulls):
        assert output_of(options, DEFAULTS) == Output(1080, 1920, 30.0)
        assert window_of(options) == (0.0, None)


def test_fit_of_the_work_counts_until_an_option_says_another():
    covering = {**DEFAULTS, "fit": "cover"}

    assert output_of({}, covering).fit == "cover"
    assert output_of({"fit": "blur"}, covering).fit == "blur"


def test_odd_sizes_are_made_even():
    output = output_of({"width": 17, "height": 4095}, DEFAULTS)
    assert (output.width, output.height) == (16, 4094)


def test_rate_of_the_sources_is_no_number():
    assert output_of({"fps": "source"}, DEFAULTS).fps is None
    assert public_options(Timeline(Output(16, 16, None), []))["fps"] == "source"


def test_options_of_an_export_are_those_that_were_given():
    options = {
        "width": 320,
        "height": 240,
        "fps": 12.5,
        "quality": "best",
        "fit": "blur",
        "captions": "track",
        "loudness": True,
        "from": 1.0,
        "to": 2.5,
        "format": "mp4",
    }
    first, last = window_of(options)

    timeline = Timeline(output_of(options, DEFAULTS), [], first=first, last=last)

    assert public_options(timeline) == options


def timeline_of(clips: int = 1, texts: int = 0, pictures: int = 0, end: float = 1.0) -> Timeline:
    return Timeline(
        Output(64, 64),
        [Clip(0, 0, end)] * clips,
        [Text("any", 0, 1)] * texts,
        [Picture("asset_0", 0, 1, 1, 1)] * pictures,
    )


def test_largest_timeline_is_accepted():
    check_size(timeline_of(200, 100, 100, 1800))


@pytest.mark.parametrize(
    ("timeline", "message"),
    [
        (timeline_of(201), "201 clips; at most 200"),
        (timeline_of(1, 201), "201 texts and pictures; at most 200"),
        (timeline_of(1, 100, 101), "201 texts and pictures; at most 200"),
        (timeline_of(end=1900), "31.7 minutes long; at most 30"),
    ],
)
def test_larger_timeline_is_rejected_with_its_size_and_the_limit(timeline, message):
    with pytest.raises(TooLargeError) as error:
        check_size(timeline)

    assert message in error.value.details


def test_length_of_clips_without_times_is_checked_when_it_is_known():
    check_size(Timeline(Output(64, 64), [Clip(0)]))

    with pytest.raises(TooLargeError):
        check_seconds(1801)


def test_large_request_is_a_413_and_an_invalid_one_a_400(ana, work, samples):
    ana.upload(f"{work}/media/scene/0/image", samples / "image.png")
    *_, project_id, _, work_id = work.split("/")
    body = {**BODY, "projectId": project_id, "workId": work_id}

    many = ana.post("/api/export", json=body | {"clips": [CLIP] * 201})
    invalid = ana.post("/api/export", json=body | {"options": {"fps": 0}})

    assert (many.status_code, "at most 200" in many.text) == (413, True)
    assert (invalid.status_code, list(invalid.json["details"])) == (400, ["options.fps"])


def test_estimate_grows_with_pixels_and_seconds():
    small, long = timeline_of(), timeline_of(end=10)

    assert estimated_bytes(long) == 10 * estimated_bytes(small) > 0
    plan = make_plan(Timeline(Output(64, 64), [Clip(0)]), {0: Source(10.0)})
    assert estimated_bytes(Timeline(Output(64, 64), [Clip(0)]), plan) == estimated_bytes(long)
