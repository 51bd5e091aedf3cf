"""What an order says of its work."""

import pytest

from errors import FieldsError
from generation.videos.brief import Sound, brief_of, export_options_of, scenes_of, sound_of
from generation.videos.sources import GivenAsset, given_assets
from schemas.loading import load
from schemas.videos import NewVideoSchema

SCHEMA = NewVideoSchema()
COVER = {"fit": "cover", "loudness": False}
SPOKEN = [{"narration": "It turns."}, {"asset": 0}]


@pytest.mark.parametrize(
    ("order", "sound"),
    [
        ({"prompt": "x"}, Sound(False, False)),
        ({"scenes": SPOKEN}, Sound(True, False)),
        ({"scenes": SPOKEN, "sound": False}, Sound(False, False)),
        ({"sound": True}, Sound(True, True)),
        ({"sound": {}}, Sound(True, False)),
        ({"sound": {"music": {"prompt": "calm"}}}, Sound(True, True, "calm")),
        ({"sound": {"music": True, "narration": False}}, Sound(False, True)),
    ],
)
def test_sound(order, sound):
    assert sound_of(order) == sound
    assert Sound.from_json(sound.to_json()) == sound


def test_brief_begins_with_the_prompt():
    order = {"prompt": " A lamp ", "productDescription": "It turns.", "aspect": "16:9"}

    brief = brief_of(order, 0)

    assert brief["name"] == "A lamp It turns."
    assert brief["productDescription"] == "A lamp\n\nIt turns."
    assert brief["resolution"] == {"width": 1920, "height": 1080}
    assert brief["sceneCount"] == 4
    assert len(brief_of({"prompt": "long " * 30}, 0)["name"]) == 60


@pytest.mark.parametrize(
    ("order", "pictures", "count"),
    [
        ({"videoDuration": 12}, 0, 3),
        ({}, 2, 2),
        ({"sceneCount": 5}, 2, 5),
        ({"scenes": SPOKEN}, 1, 2),
        ({"assetUsageMode": "reference"}, 2, 4),
    ],
)
def test_number_of_scenes(order, pictures, count):
    assert brief_of(order, pictures)["sceneCount"] == count


@pytest.mark.parametrize(
    ("order", "has_pictures", "options"),
    [
        ({"prompt": "x"}, False, {}),
        ({"prompt": "x", "export": False}, False, None),
        ({"prompt": "x", "sound": True}, False, {"captions": "burn", "loudness": True}),
        ({"scenes": SPOKEN}, True, {"fit": "blur", "loudness": True}),
        ({"scenes": SPOKEN, "sound": False}, True, {"fit": "blur", "captions": "burn"}),
        ({"scenes": SPOKEN, "export": COVER}, True, COVER),
    ],
)
def test_export_suits_the_video(order, has_pictures, options):
    brief, sound = brief_of(order, int(has_pictures)), sound_of(order)

    found = export_options_of(order, brief, sound, has_pictures=has_pictures)

    assert found == options


def test_lines_that_nobody_speaks_are_texts():
    [first, second] = scenes_of({"scenes": SPOKEN}, has_pictures=True, is_narrated=False)

    assert first["text_overlay"] == "It turns."
    assert first["motion"] != second["motion"]
    assert "asset" not in second
    [spoken, _] = scenes_of({"scenes": SPOKEN}, has_pictures=True, is_narrated=True)
    assert "text_overlay" not in spoken
    assert spoken["narration"] == {"text": "It turns."}


def test_scene_without_a_picture_says_what_it_shows():
    with pytest.raises(FieldsError) as refusal:
        scenes_of({"scenes": SPOKEN}, has_pictures=False, is_narrated=False)

    assert refusal.value.details.keys() == {"scenes.0.image_prompt", "scenes.1.image_prompt"}


def test_files_are_ids_addresses_or_data():
    data, url = "data:image/png;base64,AAAA", "https://example.com/lamp.jpg"

    given = given_assets(["asset_1", url, data, {"url": url, "name": "Lamp"}, {"url": data}])

    assert given == [
        GivenAsset("asset_1", None, None, None),
        GivenAsset(None, url, None, None),
        GivenAsset(None, None, data, None),
        GivenAsset(None, url, None, "Lamp"),
        GivenAsset(None, None, data, None),
    ]


@pytest.mark.parametrize(
    ("item", "told"),
    [
        ("not an id", "Expected the ID of an asset, an http(s) address, or a data URL"),
        ("ftp://example.com/x", "http"),
        ({"id": "a", "url": "https://example.com"}, "Give one of `id`, `url` and `data`."),
        ({}, "Give one of"),
    ],
)
def test_other_files_are_refused(item, told):
    with pytest.raises(FieldsError) as refusal:
        given_assets(["asset_1", item])

    assert told in refusal.value.details["assets.1"]


@pytest.mark.parametrize(
    ("order", "field"),
    [
        ({}, "prompt"),
        ({"prompt": "x", "aspect": "2:1"}, "aspect"),
        ({"prompt": "x", "aspect": "1:1", "resolution": {"width": 9, "height": 9}}, "aspect"),
        ({"prompt": "x", "sound": "loud"}, "sound"),
        ({"prompt": "x", "export": "mp4"}, "export"),
        ({"prompt": "x", "export": {"fps": 900}}, "export.fps"),
        ({"scenes": [{"asset": True}]}, "scenes.0.asset"),
        ({"scenes": [{"narration": 3}]}, "scenes.0.narration"),
        ({"prompt": "x", "metadata": {"a": "b" * 5000}}, "metadata"),
    ],
)
def test_invalid_fields_are_named(order, field):
    with pytest.raises(FieldsError) as refusal:
        load(SCHEMA, order)

    assert set(refusal.value.details) == {field}
