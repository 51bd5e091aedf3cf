"""A still of any moment of a work: what is seen, and what is refused."""

from io import BytesIO

import numpy as np
import pytest
from PIL import Image

from export import still
from schemas.exports import STILL_TYPES
from tests.export.frame_numbers import read_frame_number
from tests.export.running import arrange, clip, jobs_of, leftovers, new_work

RED = {"text": "█", "fontSize": 60, "fontColor": "#ff0000", "centerX": 0, "centerY": 0}


@pytest.fixture
def work(ana, sources):
    """The path of a work with a second of numbered frames."""
    work = new_work(ana, [sources.numbered(count=60)])
    arrange(ana, work, [clip(0, 0, 1)])
    return work


def picture(answer):
    assert answer.status_code == 200, answer.text
    return np.asarray(Image.open(BytesIO(answer.data)).convert("RGB"))


def test_types_of_stills_are_those_that_are_made():
    assert tuple(still.TYPES) == STILL_TYPES


@pytest.mark.parametrize(
    ("at", "number"), [("0", 0), ("0.033333", 1), ("0.5", 15), ("0.966667", 29), ("0.9833", 29)]
)
def test_still_is_the_frame_that_is_shown_then(ana, work, at, number):
    answer = ana.get(f"{work}/frame?at={at}&type=png")

    assert answer.mimetype == "image/png"
    shown = picture(answer)
    assert shown.shape == (160, 96, 3)
    assert read_frame_number(shown) == number


def test_still_has_texts_and_is_a_file_that_leaves_nothing(ana, work, settings):
    state = ana.show(work)["editorState"]
    state["editorData"]["textTrack"] = [{"id": "t", "start": 0.2, "end": 0.8}]
    ana.save(work, {"editorState": {**state, "textOverlays": {"t": RED}}})

    inside, outside = (ana.get(f"{work}/frame?at={at}") for at in (0.5, 0.9))

    assert inside.mimetype == "image/jpeg"
    assert ".jpg" in inside.headers["Content-Disposition"]
    red = [
        (np.abs(picture(each) - [255, 0, 0]).max(axis=2) < 60).sum() for each in (inside, outside)
    ]
    assert red[0] > 100 > red[1]
    assert not leftovers(settings.data_dir)
    assert not jobs_of(ana, work)


@pytest.mark.parametrize("at", ["1", "7.5"])
def test_time_after_the_end_is_refused_with_the_length(ana, work, at):
    answer = ana.get(f"{work}/frame?at={at}")

    assert answer.status_code == 400
    assert answer.json["details"] == {"at": "Must be before the end, 1 seconds."}


@pytest.mark.parametrize("query", ["?at=-1", "?at=nan", "?at=soon", "?at=0&type=gif"])
def test_wrong_query_is_refused(ana, work, query):
    assert ana.get(f"{work}/frame{query}").status_code == 400


def test_still_of_scenes_that_are_not_arranged(ana, sources):
    work = new_work(ana, [sources.solid("0xff0000"), sources.solid("0x0000ff")])

    red, blue = (picture(ana.get(f"{work}/frame?at={at}")).mean(axis=(0, 1)) for at in (0, 1.5))

    assert red[0] > red[2]
    assert blue[2] > blue[0]
