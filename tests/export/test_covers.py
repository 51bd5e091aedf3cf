"""The cover of a work: what the poster of its exports shows."""

from io import BytesIO

import numpy as np
import pytest
from PIL import Image

from tests.export.running import arrange, clip, exports_of, new_work

COLORS = ("0xff0000", "0x00ff00", "0x0000ff")


@pytest.fixture
def work(ana, sources):
    """The path of a work that is red, green and blue for a second each."""
    work = new_work(ana, [sources.solid(color) for color in COLORS])
    arrange(ana, work, [clip(n, n, n + 1) for n in range(3)])
    return work


def choose(ana, work, cover):
    answer = ana.patch(work, json={"editorState": {"cover": cover}})
    assert answer.status_code == 200, answer.text
    return answer.json["editorState"]


def poster_of(ana, work, **options):
    """Export a work; return the poster's size and its mean colour."""
    answer = ana.post(f"{work}/export", json={"options": options})
    assert answer.status_code == 200, answer.text
    poster = Image.open(BytesIO(ana.get(exports_of(ana, work)[0]["posterUrl"]).data))
    return poster.size, np.asarray(poster.convert("RGB")).mean(axis=(0, 1))


def strongest(color):
    return ["red", "green", "blue"][int(np.argmax(color))]


@pytest.mark.parametrize(
    ("cover", "options", "shown"),
    [
        ({"at": 2.5}, {}, "blue"),
        ({"at": 0}, {}, "red"),
        ({"at": 1}, {}, "green"),
        ({"at": 2.5}, {"format": "wav"}, "blue"),
        ({"at": 2.5}, {"from": 1, "to": 3}, "blue"),
        ({"at": 2.5}, {"to": 1}, "red"),  # it is not in what is exported
        ({"at": 99}, {}, "green"),
        (None, {}, "green"),
    ],
)
def test_poster_is_the_frame_that_was_chosen(ana, work, cover, options, shown):
    choose(ana, work, cover)

    assert strongest(poster_of(ana, work, **options)[1]) == shown


def test_poster_is_the_picture_that_was_chosen(ana, work, samples):
    asset = ana.upload(f"{work.rpartition('/works/')[0]}/assets", samples / "image.png").json
    state = choose(ana, work, {"assetId": asset["id"], "at": None})

    size, _ = poster_of(ana, work)

    assert state["cover"]["assetId"] == asset["id"]
    with Image.open(samples / "image.png") as image:
        assert size == image.size
    assert ana.delete(f"{work.rpartition('/works/')[0]}/assets/{asset['id']}").status_code == 204
    answer = ana.post(f"{work}/export", json={"options": {"to": 1}})
    assert answer.status_code == 404
    assert answer.json["error"] == "The picture that was chosen as the cover was deleted"


def test_export_without_a_cover_has_the_key_of_before_and_a_new_cover_makes_another(ana, work):
    poster_of(ana, work)
    choose(ana, work, {"at": 2.5})

    assert exports_of(ana, work)[0]["isCurrent"] is False
    poster_of(ana, work)
    choose(ana, work, None)
    poster_of(ana, work)

    assert len(exports_of(ana, work)) == 2


def test_client_that_knows_no_cover_keeps_it(ana, work):
    choose(ana, work, {"at": 1.5})
    state = {key: value for key, value in ana.show(work)["editorState"].items() if key != "cover"}

    ana.save(work, {"editorState": state})

    assert ana.show(work)["editorState"]["cover"] == {"at": 1.5}


@pytest.mark.parametrize("cover", [{"at": -1}, {"at": "soon"}, {"assetId": "../x"}, 3])
def test_wrong_cover_is_refused(ana, work, cover):
    answer = ana.patch(work, json={"editorState": {"cover": cover}})

    assert answer.status_code == 400
    assert all(name.startswith("editorState.cover") for name in answer.json["details"])


def listed_poster(ana, work):
    [listed] = ana.show(work.rpartition("/")[0])
    return listed["posterUrl"]


def test_list_of_works_shows_the_cover(ana, work, samples):
    project = work.rpartition("/works/")[0]
    asset = ana.upload(f"{project}/assets", samples / "image.png").json["id"]
    assert "/scene/0/thumbnail" in listed_poster(ana, work)

    choose(ana, work, {"at": 2.5})
    assert "/scene/2/thumbnail" in listed_poster(ana, work)
    choose(ana, work, {"assetId": asset})
    assert listed_poster(ana, work) == f"{project}/assets/{asset}/thumbnail"
    assert ana.get(listed_poster(ana, work)).status_code == 200
    choose(ana, work, {"assetId": "asset_gone"})
    assert "/scene/0/thumbnail" in listed_poster(ana, work)
