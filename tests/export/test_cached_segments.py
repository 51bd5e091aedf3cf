"""What a change of the timeline or its media renders again, and what it takes from the cache."""

import shutil
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from settings.config import Settings
from tests.export.running import body_of, export, exports_of, in_a_row, new_work, put_clip, segments
from tests.export.sources import QUADRANTS
from tests.people import Person
from tests.service import ROOT
from tests.works.takes import list_takes, use

pytestmark = [pytest.mark.usefixtures("drawn_here"), pytest.mark.measured_anew]

Body = dict[str, Any]

COUNT = 3  # clips, each of a second
TEXT: Body = {"text": "Hello", "position": 1.2, "end": 1.8, "fontSize": 20, "fontColor": "#fff"}
IMAGE: Body = {"position": 2.2, "end": 2.6, "width": 20, "height": 20}

# What is changed, and how many segments this touches; then more of the same.
CHANGES: list[tuple[str, Body, int]] = [
    ("texts", {"text": "Goodbye"}, 1),
    ("texts", {"position": 1.3, "end": 1.9}, 3),
    ("images", {"end": 2.7}, 2),
]
SIMILAR_CHANGES: list[tuple[str, Body, int]] = [
    ("texts", {"position": 0.2, "end": 0.8}, 4),
    ("images", {"opacity": 0.5}, 1),
    ("texts", {"fontColor": "#ff0000"}, 1),
    ("texts", {"fontSize": 21}, 1),
    ("texts", {"centerX": 1}, 1),
    ("texts", {"position": 1.4}, 2),
    ("images", {"rotation": 10}, 1),
]
FONTS = ROOT / "media" / "fonts"


@pytest.fixture
def work(ana, sources):
    return new_work(ana, [sources.numbered(100 * scene) for scene in range(COUNT)])


def upload(ana: Person, work: str, path: Path) -> str:
    answer = ana.upload(f"{work.partition('/works')[0]}/assets", path)
    assert answer.status_code == 201, answer.text
    return str(answer.json["id"])


@pytest.fixture
def body(ana, work, tmp_path):
    """The body of an export of seven segments: of the second clip three, with a text on the middle
    one, and so of the third one with a picture.
    """
    path = tmp_path / "picture.png"
    Image.new("RGB", (20, 20), QUADRANTS[0]).save(path)
    image = {**IMAGE, "assetId": upload(ana, work, path)}
    return body_of(work, *in_a_row(COUNT), texts=[TEXT], images=[image])


def rendered_by(ana: Person, settings: Settings, body: Body) -> int:
    """Export, and return how many segments were rendered for it."""
    before = set((settings.data_dir / "cache" / "segments").glob("*"))
    response = export(ana, body)
    assert response.status_code == 200, response.text
    return len(set(segments(settings.data_dir)) - before)


def changed(body: Body, kind: str, **fields: Any) -> Body:
    return {**body, kind: [{**body[kind][0], **fields}]}


@pytest.mark.thorough  # as test_same_body_again_gets_the_stored_file_at_once
def test_nothing_is_rendered_if_nothing_changed(ana, body, ffmpeg):
    first = export(ana, body)
    calls = len(ffmpeg.calls())

    second = export(ana, body)

    assert second.data == first.data
    assert len(ffmpeg.calls()) == calls


@pytest.mark.parametrize(
    "changes", [CHANGES, pytest.param(SIMILAR_CHANGES, marks=pytest.mark.thorough)]
)
def test_only_segments_that_a_change_touches_are_rendered(ana, body, settings, changes):
    assert rendered_by(ana, settings, body) == 7 + 1  # the mixed sound is kept as well

    for kind, fields, expected in changes:
        again = rendered_by(ana, settings, changed(body, kind, **fields))
        assert again == expected, fields


def test_only_segments_with_a_replaced_font_are_rendered(ana, work, body, settings):
    sans, serif = (
        upload(ana, work, FONTS / name)
        for name in ("NotoSansArmenian-Bold.ttf", "NotoSansGeorgian-Bold.ttf")
    )
    export(ana, changed(body, "texts", fontAssetId=sans))

    assert rendered_by(ana, settings, changed(body, "texts", fontAssetId=serif)) == 1


def test_asset_with_the_same_contents_renders_nothing(ana, work, body, settings, tmp_path):
    export(ana, body)
    copy = upload(ana, work, Path(shutil.copy(tmp_path / "picture.png", tmp_path / "copy.png")))

    assert rendered_by(ana, settings, changed(body, "images", assetId=copy)) == 0


def test_take_that_is_used_again_is_not_rendered_again(ana, work, body, settings, sources):
    first = export(ana, body).data
    put_clip(ana, work, 0, sources.numbered(700))
    replaced = rendered_by(ana, settings, body)
    [earlier] = [take for take in list_takes(ana, work) if not take["current"]]

    use(ana, earlier)

    assert replaced == 1
    assert rendered_by(ana, settings, body) == 0
    assert ana.get(exports_of(ana, work)[0]["url"]).data == first


def test_clip_of_another_work_with_the_same_contents_is_not_rendered_again(
    ana, work, settings, sources
):
    export(ana, body_of(work))
    other = new_work(ana, [sources.numbered()])

    assert rendered_by(ana, settings, body_of(other)) == 0
