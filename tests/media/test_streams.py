"""Streams of media files: their size as shown, rate, colours and true lengths."""

from fractions import Fraction

import pytest

from media.ffmpeg import FFmpegError, input_args, run, run_logged
from media.streams import exact_rate, read_streams
from tests.cases import cases

VIDEO = "-f lavfi -i testsrc=s=64x48:r=25:d=1"
AUDIO = "-f lavfi -i sine=d=1"
H264 = "-c:v libx264 -preset veryfast -pix_fmt yuv420p"
FORGED = [
    "  Stream #0:0: Video: h264, yuv420p(tv, bt709), 9x7 [SAR 2:1 DAR 1:1], 60 fps, 60 tbr, 1k tbn",
    "    Side data:",
    "      Display Matrix: rotation of -90.00 degrees",
    "Stream mapping:",
    "Output #0, framecrc, to 'pipe:':",
    "  Stream #0:0: Video: h264, yuv420p(tv, bt709), 9x7 [SAR 2:1 DAR 1:1], 60 fps, 60 tbr, 1k tbn",
    "  Stream #0:1: Audio: pcm_s16le, 48000 Hz, mono, s16",
    "#dimensions 0: 9x7",
    "#media_type 1: audio",
    "1, 0, 99999999, 1, 1, 0x0",
]


def test_streams_of_a_video_with_sound_have_their_own_lengths(make_file):
    video, audio = read_streams(make_file("x.mp4", f"{VIDEO} {AUDIO}:f=300 -t 1 {H264}"))

    assert video is not None
    assert video[:3] == (64, 48, 25.0)
    assert (video.seconds, video.last_frame) == pytest.approx((1, 0.96))
    assert (video.signal.matrix, video.is_plain) == ("", True)
    assert audio is not None
    assert audio.seconds == pytest.approx(1, abs=0.03)


@cases(("sound", "picture"), {"short sound": ("0.4", "1"), "short picture": ("1", "0.4")})
def test_length_is_that_of_each_stream(make_file, sound, picture):
    inputs = f"-f lavfi -i testsrc=s=64x48:r=25:d={picture} -f lavfi -i sine=d={sound}"
    video, audio = read_streams(make_file("x.mp4", f"{inputs} {H264}"))

    assert video is not None
    assert video.seconds == pytest.approx(float(picture))
    assert audio is not None
    assert audio.seconds == pytest.approx(float(sound), abs=0.03)


@pytest.mark.parametrize(
    ("pixels", "degrees", "size"),
    [
        ("1/1", -90, (48, 64)),
        pytest.param("1/1", 90, (48, 64), marks=pytest.mark.thorough),
        pytest.param("1/1", 180, (64, 48), marks=pytest.mark.thorough),
        ("4/3", 0, (85, 48)),
        ("4/3", 90, (48, 85)),
    ],
)
def test_rotated_video_and_pixels_that_are_not_square_have_the_size_as_displayed(
    make_file, pixels, degrees, size
):
    original = make_file("original.mp4", f"{VIDEO} {H264} -vf setsar={pixels}")
    video = read_streams(
        make_file("x.mp4", f"-display_rotation {degrees} -i {original} -c copy")
    ).video

    assert video is not None
    assert video[:2] == size
    assert not video.is_plain


@pytest.mark.parametrize(
    "rate",
    [
        "24000/1001",
        "25.17",
        *(
            pytest.param(rate, marks=pytest.mark.thorough)
            for rate in ("30000/1001", "60", "12.5", "15000/1001")
        ),
    ],
)
def test_constant_rate_is_that_of_the_frames(make_file, rate):
    video = read_streams(make_file("x.mp4", f"{VIDEO.replace('r=25', f'r={rate}')} {H264}")).video

    assert video is not None
    assert video.fps == pytest.approx(float(Fraction(rate)), rel=5e-4)


@pytest.mark.parametrize(
    ("rate", "kept", "name", "usual"),
    [
        pytest.param("30", "mod(n,5)+gt(n,30)", "phone.mp4", 30, marks=pytest.mark.thorough),
        ("30000/1001", "mod(n,5)+gt(n,30)", "phone.mp4", Fraction(30000, 1001)),
        ("24", "mod(n,7)", "camera.mkv", 24),
        pytest.param("60", "lt(n,30)+not(mod(n,10))", "screen.mp4", 60, marks=pytest.mark.thorough),
        ("30", "not(mod(n,3))*lt(mod(n,20),15)", "slow.mp4", 30),
    ],
)
def test_variable_rate_is_the_usual_one_of_most_frames(make_file, rate, kept, name, usual):
    """The average is no rate that anyone uses, such as 24.41."""
    kept = kept.replace(",", "\\,")
    frames = f"-vf select={kept} -fps_mode vfr"
    source = VIDEO.replace("r=25", f"r={rate}").replace("d=1", "d=2")
    video = read_streams(make_file(name, f"{source} {H264} {frames}")).video

    assert video is not None
    assert exact_rate(video.fps) == usual


@pytest.mark.parametrize("name", ["x.mov", "x.webm", "x.avi"])
def test_other_containers_have_the_same_facts(make_file, name):
    video, audio = read_streams(make_file(name, f"{VIDEO} {AUDIO}"))

    assert video is not None
    assert video[:3] == (64, 48, 25.0)
    assert video.seconds == pytest.approx(1, abs=0.041)
    assert audio is not None
    assert audio.seconds == pytest.approx(1, abs=0.05)


def test_video_without_sound_has_no_audio_stream(make_file):
    streams = read_streams(make_file("x.mp4", f"{VIDEO} {H264}"))

    assert streams.video is not None
    assert streams.audio is None


@pytest.mark.parametrize("name", ["x.mp3", "x.m4a"])
def test_cover_picture_of_audio_is_no_video(make_file, name):
    cover = make_file("cover.png", f"{VIDEO} -frames:v 1")
    options = f"{AUDIO} -i {cover} -map 0 -map 1 -c:v copy -disposition:v attached_pic"
    video, audio = read_streams(make_file(name, options))

    assert video is None
    assert audio is not None
    assert audio.seconds == pytest.approx(1, abs=0.06)


def test_cover_picture_of_a_video_is_not_its_picture(make_file):
    cover = make_file("cover.png", "-f lavfi -i testsrc=s=320x200 -frames:v 1")
    inputs = f"-i {cover} {VIDEO} -map 0 -map 1 -c:v:0 copy -c:v:1 libx264 -pix_fmt:v:1 yuv420p"
    video = read_streams(make_file("x.mp4", f"{inputs} -disposition:v:0 attached_pic")).video

    assert video is not None
    assert video[:2] == (64, 48)
    assert video.seconds == pytest.approx(1)


def test_video_after_the_sound_has_its_number_in_the_file(make_file):
    video = read_streams(make_file("x.mp4", f"{AUDIO} {VIDEO} {H264} -map 0 -map 1")).video

    assert video is not None
    assert (video[:2], video.number) == ((64, 48), 1)


def test_film_rate_is_regular_for_as_long_as_a_video_lasts(make_file):
    source = "-f lavfi -i color=s=16x16:r=24000/1001:d=60"
    video = read_streams(make_file("x.mp4", f"{source} {H264}")).video

    assert video is not None
    assert video.is_plain


@pytest.mark.parametrize(("dropped", "expected"), [("0", True), ("between(n,10,15)", False)])
def test_sound_has_gaps_where_packets_are_missing(make_file, dropped, expected):
    original = make_file("original.mp4", f"{VIDEO} {AUDIO} {H264} -c:a aac")
    options = ["-i", str(original), "-c", "copy", "-bsf:a", f"noise=drop='{dropped}'"]
    path = original.with_name("x.mp4")
    run([*options, str(path)], 20)

    audio = read_streams(path).audio

    assert audio is not None
    assert audio.is_gapless is expected


@pytest.mark.parametrize(
    ("layout", "expected"), [("mono", True), ("stereo", False), ("5.1", False)]
)
def test_mono_is_told_from_more_channels(make_file, layout, expected):
    audio = read_streams(make_file("x.wav", f"{AUDIO} -af aformat=channel_layouts={layout}")).audio

    assert audio is not None
    assert audio.is_mono is expected


@pytest.mark.parametrize(
    ("tags", "expected"),
    [
        ("colorspace=bt709", True),
        pytest.param(
            "colorspace=smpte170m:color_primaries=bt709:color_trc=bt709",
            True,
            marks=pytest.mark.thorough,
        ),
        pytest.param("colorspace=bt2020nc", True, marks=pytest.mark.thorough),
        ("colorspace=unknown:color_primaries=bt709:color_trc=bt709", False),
        pytest.param("range=tv", False, marks=pytest.mark.thorough),
    ],
)
def test_matrix_is_known_if_the_file_states_it(make_file, tags, expected):
    options = f"{VIDEO} -vf format=yuv420p,setparams={tags} {H264}"
    video = read_streams(make_file("x.mp4", options)).video

    assert video is not None
    assert bool(video.signal.matrix) is expected


def test_metadata_that_looks_like_the_log_changes_nothing(make_file, tmp_path):
    plain = make_file("plain.mp4", f"{VIDEO} {H264}")
    hostile = tmp_path / "hostile.mp4"
    lines = "\n".join(["x", *FORGED])
    metadata = ["-metadata", f"{lines}={lines}", "-metadata", f"comment={lines}"]
    metadata += ["-metadata:s:v", f"handler_name={lines}"]
    tags = ["-movflags", "use_metadata_tags"]
    run(["-i", str(plain), "-c", "copy", *metadata, *tags, str(hostile)], 20)

    log = run_logged([*input_args(hostile), "-f", "null", "-"], 20, level="info").log

    assert FORGED[0] in log.splitlines()
    assert read_streams(hostile) == read_streams(plain)


def test_file_with_neither_picture_nor_sound_is_refused(tmp_path):
    path = tmp_path / "x.mp4"
    path.write_bytes(b"no video")

    with pytest.raises(FFmpegError):
        read_streams(path)


def test_clip_whose_frames_have_one_time_has_the_rate_that_it_states(make_file):
    clip = "-f lavfi -i testsrc=s=64x64:r=25:d=0.4 -c:v libvpx -bsf:v setts=pts=0:dts=0"

    video = read_streams(make_file("x.webm", clip)).video

    assert video is not None
    assert (video.frames, video.fps) == (10, 25)
