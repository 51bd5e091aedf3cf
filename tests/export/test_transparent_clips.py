"""Clips with transparent parts show black there, as the page's player does."""

import io

import pytest
from PIL import Image
from PIL.ImageStat import Stat

from export.plan.timeline import Clip
from media.video import frame_at
from tests.export import measure
from tests.export.measure import Box
from tests.export.renders import render
from tests.media import video_files

COLOR = (200, 50, 100)
FORMATS = {
    "VP9": ("x.webm", "-c:v libvpx-vp9 -pix_fmt yuva420p -deadline realtime -cpu-used 8"),
    "VP8": ("x.webm", "-c:v libvpx -pix_fmt yuva420p -auto-alt-ref 0 -deadline realtime"),
    "ProRes 4444": ("x.mov", "-c:v prores_ks -profile:v 4444 -pix_fmt yuva444p10le"),
    "ProRes 4444 of BT.2020": ("x.mov", "-c:v prores_ks -profile:v 4444 -pix_fmt yuva444p10le"),
    "QuickTime Animation": ("x.mov", "-c:v qtrle -pix_fmt argb"),
}
# Filters that convert the picture to a signal of more colours, and what is to be seen of it there.
WIDE = {
    "ProRes 4444 of BT.2020": (
        ",format=gbrap12,zscale=pin=bt709:tin=bt709:min=gbr:p=bt2020:t=bt709:m=bt2020nc:r=tv"
    )
}
# How visible the left third, the middle and the right third are.
PARTS = {(4, 28): 1.0, (36, 60): 0.5, (68, 92): 0.0}


@pytest.fixture(scope="module")
def clips(tmp_path_factory):
    """A tenth of a second of each format, of one colour everywhere."""
    directory = tmp_path_factory.mktemp("clips")
    red, green, blue = COLOR
    alpha = "if(lt(X\\,32)\\,255\\,if(lt(X\\,64)\\,128\\,0))"
    picture = (
        "-f lavfi -i color=s=96x160:r=30:d=0.1,format=rgba,"
        f"geq=r={red}:g={green}:b={blue}:a={alpha},scale=out_color_matrix=smpte170m"
    )
    return {
        name: video_files.make(
            directory / f"{number}-{file}", f"{picture}{WIDE.get(name, '')} {encoder}"
        )
        for number, (name, (file, encoder)) in enumerate(FORMATS.items())
    }


@pytest.fixture(scope="module")
def exported(clips, tmp_path_factory):
    """All formats in a row."""
    places = [Clip(scene, scene / 10, (scene + 1) / 10) for scene in range(len(clips))]
    return render(tmp_path_factory.mktemp("exported"), places, list(clips.values()))


@pytest.mark.parametrize("name", FORMATS)
def test_exports_show_black_behind(exported, name):
    first = 3 * list(FORMATS).index(name)

    for frame in exported.frames[first : first + 3]:
        for (left, right), visible in PARTS.items():
            expected = [visible * channel for channel in COLOR]
            shown = measure.mean_color(frame, Box(left, 8, right, 152))
            assert shown == pytest.approx(expected, abs=8)


@pytest.mark.parametrize("name", FORMATS)
def test_single_frames_show_black_behind(clips, name):
    frame = Image.open(io.BytesIO(frame_at(clips[name]))).convert("RGB")

    for (left, right), visible in PARTS.items():
        expected = [visible * channel for channel in COLOR]
        assert Stat(frame.crop((left, 8, right, 152))).mean == pytest.approx(expected, abs=8)
