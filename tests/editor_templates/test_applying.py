"""What a template makes of a video: timing, placeholders, ids, missing assets."""

from typing import Any

import pytest

from tests.editor_templates.conftest import Make
from tests.editor_templates.shapes import SQUARE, content, image, text
from tests.people import Person


def apply(ana: Person, url: str, **fields: Any) -> Any:
    answer = ana.post(f"{url}/apply", json={"videoDuration": 10, **fields})
    assert answer.status_code == 200, answer.text
    return answer.json


def test_overlays_come_as_the_editor_takes_them(ana: Person, make: Make) -> None:
    overlays = {"textOverlays": [text("t1", startPercent=10)], "imageOverlays": [image("i1")]}
    url = make(**overlays, exportSettings=SQUARE, defaultTransition={"type": "fade", "duration": 1})

    result = apply(ana, url)

    look = {"text": "Hello", "fontSize": 48, "fontColor": "#fff", "centerX": 0, "centerY": -120.5}
    place = {"assetId": "asset_1", "width": 200, "height": 100, "centerX": 10, "centerY": 20}
    assert result == {
        "textOverlays": {"applied_t1": look},
        "textTrackActions": [{"id": "applied_t1", "start": 1, "end": 10}],
        "imageOverlays": {
            "applied_i1": {**place, "opacity": 0.9, "rotation": 0, "maintainAspectRatio": True}
        },
        "imageTrackActions": [{"id": "applied_i1", "start": 0, "end": 10}],
        "exportSettings": SQUARE,
        "missingAssetIds": ["asset_1"],
    }


def test_export_settings_are_given_only_if_there_are_any(ana: Person, make: Make) -> None:
    assert "exportSettings" not in apply(ana, make())
    assert "exportSettings" not in apply(ana, make(exportSettings=None))


def percent(start: float | None, end: float | None) -> dict[str, Any]:
    # Those of the other mode mean nothing.
    others = {"startSeconds": 3, "endSeconds": 4}
    return {"timingMode": "relative", "startPercent": start, "endPercent": end, **others}


def seconds(start: float | None, end: float | None) -> dict[str, Any]:
    others = {"startPercent": 3, "endPercent": 4}
    return {"timingMode": "absolute", "startSeconds": start, "endSeconds": end, **others}


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
def test_an_overlay_is_seen_within_the_video(
    ana: Person, make: Make, timing: dict[str, Any], start: float, end: float
) -> None:
    url = make(textOverlays=[text(**timing)], imageOverlays=[image(**timing)])

    result = apply(ana, url)

    for action in (*result["textTrackActions"], *result["imageTrackActions"]):
        assert action["start"] == pytest.approx(start)
        assert action["end"] == pytest.approx(end)
        assert 0 <= action["start"] < action["end"] <= 10


@pytest.mark.parametrize("duration", [7, 0.1, 1 / 3, 29.97, 1e300, 1e308])
def test_the_end_is_never_beyond_the_video(ana: Person, make: Make, duration: float) -> None:
    url = make(textOverlays=[text(startPercent=100, endPercent=100), text("b", startPercent=0)])

    for action in apply(ana, url, videoDuration=duration)["textTrackActions"]:
        assert action["end"] == duration


def test_a_video_shorter_than_the_shortest_overlay_is_outlasted(ana: Person, make: Make) -> None:
    [action] = apply(ana, make(), videoDuration=0.04)["textTrackActions"]

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
    ("before", "after"),
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
def test_placeholders_are_replaced_by_their_values(
    ana: Person, make: Make, before: str, after: str
) -> None:
    result = apply(ana, make(textOverlays=[text(text=before)]), placeholderValues=VALUES)

    assert result["textOverlays"]["applied_title"]["text"] == after


@pytest.mark.parametrize("values", [{}, None])
def test_without_values_texts_stay_as_they_are(ana: Person, make: Make, values: Any) -> None:
    url = make(textOverlays=[text(text="{{name}}")])

    result = apply(ana, url, placeholderValues=values)

    assert result["textOverlays"]["applied_title"]["text"] == "{{name}}"


def test_missing_assets_are_named_once_each(
    ana: Person, project: str, make: Make, app: Any
) -> None:
    names = ["asset_1", "asset_0", "asset_1", "../../jwt-secret", ""]
    images = [image(f"i{number}", assetId=name) for number, name in enumerate(names)]
    app.extensions["services"].store.assets(project.rpartition("/")[2]).create(
        "asset_0", {"id": "asset_0"}
    )

    result = apply(ana, make(imageOverlays=images))

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
def test_a_wrong_field_is_named_by_its_path(
    ana: Person, make: Make, fields: dict[str, Any], path: str
) -> None:
    answer = ana.post(f"{make()}/apply", json=fields)

    assert answer.status_code == 400
    assert list(answer.json["details"]) == [path]


def test_nothing_is_saved(ana: Person, make: Make) -> None:
    url = make()
    before = ana.get(url).data

    apply(ana, url)

    assert ana.get(url).data == before
    assert ana.show(url)["content"] == content()


def test_reading_is_enough_of_a_right(ana: Person, make: Make) -> None:
    url = make()
    reader = ana.with_scopes("projects:read")

    assert reader.post(f"{url}/apply", json={"videoDuration": 5}).status_code == 200
    assert reader.put(url, json={}).status_code == 403
