"""What FFmpeg's description of a stream says of its pictures."""

import pytest

from media.picture_filters import decoder_args, deinterlaced
from media.signals import read_signal


def described(pixels: str, codec: str = "h264 (High) (avc1 / 0x31637661)") -> str:
    """Return a stream's line of FFmpeg's log."""
    return f"{codec}, {pixels}, 1920x1080 [SAR 1:1 DAR 16:9], 25 fps, 25 tbr, 12800 tbn, 43, 0x0"


@pytest.mark.parametrize(
    ("pixels", "matrix", "primaries", "transfer"),
    [
        ("yuv420p", "", "", ""),
        ("yuv420p(progressive)", "", "", ""),
        ("yuv420p(tv, bt709, progressive)", "bt709", "bt709", "bt709"),
        ("yuv420p(pc, gbr/unknown/unknown, top first)", "gbr", "", ""),
        ("yuv420p10le(tv, bt2020nc/bt2020/arib-std-b67)", "bt2020nc", "bt2020", "arib-std-b67"),
        ("p010le(smpte170m/bt709/bt709, top coded first (swapped))", "smpte170m", "bt709", "bt709"),
    ],
)
def test_colours_are_those_that_are_stated(pixels, matrix, primaries, transfer):
    signal = read_signal(described(pixels))

    assert (signal.matrix, signal.primaries, signal.transfer) == (matrix, primaries, transfer)


@pytest.mark.parametrize(
    ("pixels", "expected"),
    [
        ("yuv420p", "bt709"),
        ("gray", "bt709"),
        ("yuv420p(tv, smpte170m/bt709/bt709)", "smpte170m"),
        ("yuv420p(ictcp/bt2020/smpte2084)", "bt2020nc"),
        ("yuv420p(gbr/bt709/bt709)", "bt709"),
        ("argb(progressive)", "gbr"),
    ],
)
def test_likely_matrix_fits_the_pixels(pixels, expected):
    assert read_signal(described(pixels)).likely_matrix == expected


@pytest.mark.parametrize(
    ("pixels", "expected"),
    [
        ("yuv420p(tv, bt709, progressive)", ""),
        ("bgr24", ""),
        ("yuv420p(tv, bt709, top first)", "bwdif=mode=send_field:deint=interlaced,"),
        ("yuv420p(top coded first (swapped))", "bwdif=mode=send_field:deint=interlaced,"),
        ("yuv420p(tv, bt709)", "bwdif=mode=send_field:deint=interlaced,"),
    ],
)
def test_frames_decide_on_fields_unless_all_are_progressive(pixels, expected):
    assert deinterlaced(read_signal(described(pixels))) == expected


@pytest.mark.parametrize("codec", ["vp9 (Profile 0)", "hevc (Main) (hvc1 / 0x31637668)", "av1"])
def test_some_codecs_have_no_frames_of_two_fields(codec):
    assert not deinterlaced(read_signal(described("yuv420p", codec)))


@pytest.mark.parametrize(
    ("codec", "expected"), [("vp8", ["-c:V:0", "libvpx"]), ("vp9", ["-c:V:0", "libvpx-vp9"])]
)
def test_transparency_beside_the_stream_needs_another_decoder(codec, expected):
    text = described("yuv420p", codec)

    assert decoder_args(read_signal(text, has_alpha=True)) == expected
    assert not decoder_args(read_signal(text))
    assert not decoder_args(read_signal(described("yuv420p"), has_alpha=True))
