"""Applying a template to a video: timing, placeholders, ids, missing assets."""

import random
from typing import Any

import pytest

from tests.people import Person
from tests.works.templates.shapes import SQUARE, content, image_overlay, text_overlay
from works.templates.applying import build_overlays


def apply(ana: Person, url: str, **fields: Any) -> Any:
    """Apply a template to a video of 10 seconds and return the result."""
    answer = ana.post(f"{url}/apply", json={"videoDuration": 10, **fields})
    assert answer.status_code == 200, answer.text
    return answer.json


def test_applying_a_template_returns_overlays_in_the_format_of_the_editor(ana, new_template):
    overlays = {
        "textOverlays": [text_overlay("t1", startPercent=10)],
        "imageOverlays": [image_overlay("i1")],
    }
    url = new_template(
        **overlays, exportSettings=SQUARE, defaultTransition={"type": "fade", "duration": 1}
    )

    result = apply(ana, url)

    text_style = {
        "text": "Hello",
        "fontSize": 48,
        "fontColor": "#fff",
        "centerX": 0,
        "centerY": -120.5,
    }
    position = {"assetId": "asset_1", "width": 200, "height": 100, "centerX": 10, "centerY": 20}
    assert result == {
        "textOverlays": {"applied_t1": text_style},
        "textTrackActions": [{"id": "applied_t1", "start": 1, "end": 10}],
        "imageOverlays": {
            "applied_i1": {**position, "opacity": 0.9, "rotation": 0, "maintainAspectRatio": True}
        },
        "imageTrackActions": [{"id": "applied_i1", "start": 0, "end": 10}],
        "defaultTransition": {"type": "fade", "duration": 1},
        "exportSettings": SQUARE,
        "missingAssetIds": ["asset_1"],
    }


def test_looks_and_animations_are_kept(ana, new_template):
    fade = {"type": "fade", "seconds": 0.5}
    look = {"align": "left", "outlineWidth": 2, "shadow": False, "animationIn": fade}
    unset = {"width": None, "animationOut": None}
    url = new_template(
        textOverlays=[text_overlay("t", **look, **unset)],
        imageOverlays=[image_overlay("i", animationOut=fade)],
    )

    result = apply(ana, url)

    assert result["textOverlays"]["applied_t"].items() >= look.items()
    assert not result["textOverlays"]["applied_t"].keys() & unset.keys()
    assert result["imageOverlays"]["applied_i"]["animationOut"] == fade


def test_applying_a_template_returns_export_settings_only_if_it_has_some(ana, new_template):
    assert "exportSettings" not in apply(ana, new_template())
    assert "exportSettings" not in apply(ana, new_template(exportSettings=None))


def percent(start: float | None, end: float | None) -> dict[str, Any]:
    """Return relative times, with absolute ones that have no effect."""
    ignored = {"startSeconds": 3, "endSeconds": 4}
    return {"timingMode": "relative", "startPercent": start, "endPercent": end, **ignored}


def seconds(start: float | None, end: float | None) -> dict[str, Any]:
    """Return absolute times, with relative ones that have no effect."""
    ignored = {"startPercent": 3, "endPercent": 4}
    return {"timingMode": "absolute", "startSeconds": start, "endSeconds": end, **ignored}


@pytest.mark.parametrize(
    ("timing", "start", "end"),
    [
        (percent(20, 50), 2, 5),
        (percent(None, None), 0, 10),
        (percent(33, None), 3.3, 10),
        (percent(-50, 250), 0, 10),
        (percent(80, 20), 8, 8.1),
        (percent(50, 50), 5, 5.1),
        (percent(100, 100), 9.9, 10),
        (percent(300, 400), 9.9, 10),
        (percent(99.9, 100), 9.9, 10),
        (percent(-5, -1), 0, 0.1),
        (percent(0, 0), 0, 0.1),
        (seconds(1, 2.5), 1, 2.5),
        (seconds(None, None), 0, 10),
        (seconds(4, None), 4, 10),
        (seconds(-1, 4), 0, 4),
        (seconds(8, 12), 8, 10),
        (seconds(12, 15), 9.9, 10),
        (seconds(7, 3), 7, 7.1),
        (seconds(1e300, -1e300), 9.9, 10),
    ],
)
def test_times_of_applied_overlays_are_limited_to_the_video(ana, new_template, timing, start, end):
    url = new_template(
        textOverlays=[text_overlay(**timing)], imageOverlays=[image_overlay(**timing)]
    )

    result = apply(ana, url)

    for action in (*result["textTrackActions"], *result["imageTrackActions"]):
        assert action["start"] == pytest.approx(start)
        assert action["end"] == pytest.approx(end)
        assert 0 <= action["start"] < action["end"] <= 10


@pytest.mark.parametrize("duration", [7, 0.1, 1 / 3, 29.97, 1e300, 1e308])
def test_applied_overlay_ends_exactly_with_the_video(ana, new_template, duration):
    url = new_template(
        textOverlays=[
            text_overlay(startPercent=100, endPercent=100),
            text_overlay("b", startPercent=0),
        ]
    )

    for action in apply(ana, url, videoDuration=duration)["textTrackActions"]:
        assert action["end"] == duration


def test_applied_overlay_has_its_minimum_duration_in_a_shorter_video(ana, new_template):
    [action] = apply(ana, new_template(), videoDuration=0.04)["textTrackActions"]

    assert (action["start"], action["end"]) == (0, 0.1)


VALUES = {
    "name": "Arc",
    "price": 49,
    "half": 0.5,
    "whole": 12.0,
    "sum": 0.1 + 0.2,
    "nothing": None,
    "empty": "",
    "two words": "yes",
    "loop": "{{name}}",
    r"\1": r"\g<0>",
    " spaced ": "trimmed",
    "{odd}": "no",
}


@pytest.mark.parametrize(
    ("template_text", "expected"),
    [
        ("{{name}} for {{price}} €", "Arc for 49 €"),
        ("{{ name }}{{\tname\n}}", "ArcArc"),
        ("{{half}} {{whole}} {{sum}}", "0.5 12 0.3"),
        ("{{unknown}} and {{ unknown }}", "{{unknown}} and {{ unknown }}"),
        ("{{Name}}", "{{Name}}"),
        ("{{nothing}}", "{{nothing}}"),
        ("a{{empty}}b", "ab"),
        ("{{two words}}", "yes"),
        ("{{spaced}}", "trimmed"),
        ("{{loop}}", "{{name}}"),
        (r"{{\1}}", r"\g<0>"),
        ("{{{name}}}", "{Arc}"),
        ("{{ {{name}} }}", "{{ Arc }}"),
        ("{{{odd}}}", "{{{odd}}}"),
        ("{{}} {{ }} {name} {{name} {name}}", "{{}} {{ }} {name} {{name} {name}}"),
        ("{{" * 5000, "{{" * 5000),
        ("", ""),
    ],
)
def test_placeholders_are_replaced_by_their_values(ana, new_template, template_text, expected):
    result = apply(
        ana, new_template(textOverlays=[text_overlay(text=template_text)]), placeholderValues=VALUES
    )

    assert result["textOverlays"]["applied_title"]["text"] == expected


@pytest.mark.parametrize("values", [{}, None])
def test_placeholders_without_values_are_kept(ana, new_template, values):
    url = new_template(textOverlays=[text_overlay(text="{{name}}")])

    result = apply(ana, url, placeholderValues=values)

    assert result["textOverlays"]["applied_title"]["text"] == "{{name}}"


def test_missing_assets_of_a_template_are_listed_once_each(ana, project, new_template, app):
    asset_ids = ["asset_1", "asset_0", "asset_1", "../../jwt-secret", ""]
    images = [
        image_overlay(f"i{number}", assetId=asset_id) for number, asset_id in enumerate(asset_ids)
    ]
    app.extensions["services"].store.assets(project.rpartition("/")[2]).create(
        "asset_0", {"id": "asset_0"}
    )

    result = apply(ana, new_template(imageOverlays=images))

    assert result["missingAssetIds"] == ["asset_1", "../../jwt-secret", ""]
    assert len(result["imageOverlays"]) == len(images)


@pytest.mark.parametrize(
    ("fields", "path"),
    [
        ({}, "videoDuration"),
        ({"videoDuration": 0}, "videoDuration"),
        ({"videoDuration": -1}, "videoDuration"),
        ({"videoDuration": "10"}, "videoDuration"),
        ({"videoDuration": None}, "videoDuration"),
        ({"videoDuration": 1, "placeholderValues": []}, "placeholderValues"),
        ({"videoDuration": 1, "placeholderValues": {"a": True}}, "placeholderValues.a"),
        ({"videoDuration": 1, "placeholderValues": {"a": ["b"]}}, "placeholderValues.a"),
    ],
)
def test_applying_a_template_with_an_invalid_field_returns_400_with_its_path(
    ana, new_template, fields, path
):
    answer = ana.post(f"{new_template()}/apply", json=fields)

    assert answer.status_code == 400
    assert list(answer.json["details"]) == [path]


def test_applying_a_template_to_a_video_does_not_change_the_template(ana, new_template):
    url = new_template()
    stored = ana.get(url).data

    apply(ana, url)

    assert ana.get(url).data == stored
    assert ana.show(url)["content"] == content()


def test_applying_a_template_to_a_video_requires_projects_read_only(ana, new_template):
    url = new_template()
    reader = ana.with_scopes("projects:read")

    assert reader.post(f"{url}/apply", json={"videoDuration": 5}).status_code == 200
    assert reader.put(url, json={}).status_code == 403


# --- limits ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "value", "accepted"),
    [
        ("{{a}}" * 1000, "x" * 10, True),
        ("{{a}}" * 1000 + "y", "x" * 10, False),
        ("{{a}}" * 2000, "x" * 10_000, False),
        ("{{b}}" * 2000, "x" * 10_000, True),
    ],
)
def test_text_that_becomes_too_long_is_rejected_with_the_id_of_its_overlay(
    ana, new_template, text, value, accepted
):
    url = new_template(textOverlays=[text_overlay("long", text=text)])

    answer = ana.post(f"{url}/apply", json={"videoDuration": 9, "placeholderValues": {"a": value}})

    assert answer.status_code == (200 if accepted else 400)
    if not accepted:
        assert "overlay long would have" in answer.json["details"]["placeholderValues"]


def test_texts_that_become_too_long_together_are_rejected(ana, new_template):
    url = new_template(textOverlays=[text_overlay(f"t{n}", text="{{a}}") for n in range(401)])

    answer = ana.post(
        f"{url}/apply", json={"videoDuration": 9, "placeholderValues": {"a": "x" * 10_000}}
    )

    assert answer.status_code == 400
    assert "4,000,000" in answer.json["details"]["placeholderValues"]


# --- ids ------------------------------------------------------------------------------------------


def first_free_names(ids: list[str], used: set[str]) -> list[str]:
    """Return the new names of overlays by trying one number after the other."""
    for number in range(1, 1000):
        suffix = "" if number == 1 else f"_{number}"
        names = [f"applied_{each}{suffix}" for each in ids]
        if used.isdisjoint(names):
            return names
    raise AssertionError


def test_new_ids_have_the_first_number_that_is_free_for_all_overlays():
    rng = random.Random(20_260_102)
    ids = ["a", "b", "a_2", "a_2_3", "_", "2", "ä\n"]
    names = [
        f"applied_{each}{suffix}"
        for each in ids
        for suffix in ("", "_2", "_3", "_4", "_10", "_02", "_x")
    ]
    for _ in range(500):
        chosen = rng.sample(ids, rng.randint(1, len(ids)))
        used = set(rng.sample(names, rng.randint(0, 12)))
        template = {"textOverlays": [text_overlay(each) for each in chosen], "imageOverlays": []}

        overlays = build_overlays(template, 9, {}, used)

        assert list(overlays["textOverlays"]) == first_free_names(chosen, used), used
