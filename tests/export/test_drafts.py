"""Drafts: decoded and scaled in less time than the film, and they look like it."""

from fractions import Fraction

import numpy as np
import pytest
from PIL import Image

from export.plan.clips import View
from export.plan.frame_size import Frame
from export.plan.framing import framing_of
from export.plan.plan import Segment
from export.plan.timeline import Clip, Output, Text
from export.render.encoding import draft_threads
from export.render.filters import Look
from export.render.segment_args import segment_args
from export.sources.openers import clip_name
from media.picture_filters import FAST_FLAGS, FLAGS
from tests.export import measure
from tests.export.renders import measured, render
from timeline.framing import Window

pytestmark = pytest.mark.usefixtures("drawn_here")

UNSMOOTHED = "-skip_loop_filter"


@pytest.fixture
def arguments(sources, tmp_path):
    """Return FFmpeg's arguments for a clip of 720 x 1280 in a frame of some lines."""

    def of(quality, lines=360, crop=None):
        media = {clip_name(0): measured(sources.moving((720, 1280), seconds=0.3), tmp_path)}
        framing = framing_of(Clip(0, crop=crop), 9, 0)
        segment = Segment(0, 9, View(0, 0.0, framing=framing))
        frame = Frame(lines, lines * 16 // 9, 1.0)
        look = Look(frame, Fraction(30), "contain", quality)
        return segment_args([segment], media, [], look)

    return of


def test_draft_of_a_large_clip_is_decoded_and_scaled_in_less_time(arguments):
    found = arguments("draft")

    assert found[found.index(UNSMOOTHED) + 1] == "all"
    assert found.index(UNSMOOTHED) < found.index("-i")
    assert f"flags={FAST_FLAGS}" in " ".join(found)
    assert found[found.index("-threads", found.index("-c:v")) + 1] == str(draft_threads())


def test_film_is_not(arguments):
    found = arguments("standard")

    assert UNSMOOTHED not in found
    assert f"flags={FLAGS}" in " ".join(found)


@pytest.mark.parametrize(
    ("lines", "crop"), [(400, None), (360, Window(0.1, 0.1, 0.8, 0.8))], ids=["small", "cropped"]
)
def test_draft_of_what_is_not_twice_as_large_is_decoded_exactly(arguments, lines, crop):
    assert UNSMOOTHED not in arguments("draft", lines, crop)


def test_draft_looks_like_the_film(sources, tmp_path):
    clips, files = [Clip(0, 0, 0.3)], [sources.moving((720, 1280), seconds=0.3)]
    texts = [Text("Drafts", 0.1, 0.3, 80.0)]
    film, draft = (
        render(tmp_path, clips, files, output=Output(720, 1280, 30, quality=each), texts=texts)
        for each in ("standard", "draft")
    )

    assert len(draft.frames) == len(film.frames) == 9
    for seen, shown in zip(draft.frames, film.frames, strict=True):
        scaled = np.asarray(Image.fromarray(shown).resize((360, 640), Image.Resampling.BICUBIC))
        assert measure.ssim(seen, scaled) > 0.97
