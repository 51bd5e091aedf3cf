"""Filmstrips and peaks of clips, audio and assets, for the lanes of timelines."""

import io
from pathlib import Path

import pytest
from PIL import Image

from tests.media import video_files
from tests.people import Person

RED_THEN_BLUE = (
    "-f lavfi -i color=red:s=160x90:r=10:d=1.2 -f lavfi -i color=blue:s=160x90:r=10:d=1.2 "
    "-f lavfi -i aevalsrc='0.5*sin(2764*t)*lt(t,1)|0':s=44100:d=2 "
    "-filter_complex [0][1]concat -pix_fmt yuv420p"
)


@pytest.fixture
def clip(ana, work, tmp_path):
    """The URL of a clip of 2.4 s, on its side, the first second of which sounds on the left."""
    upright = video_files.make(tmp_path / "upright.mp4", RED_THEN_BLUE)
    turned = f"-display_rotation 90 -i {upright} -c copy"
    data = video_files.make(tmp_path / "clip.mp4", turned).read_bytes()
    url = f"{work}/media/scene/3/video"
    assert ana.put(url, data=data).status_code == 200
    return url


def asset(person: Person, project: str, file: Path) -> str:
    return str(person.upload(f"{project}/assets", file).json["url"])


def test_lanes_of_a_clip_are_made_once_and_go_with_it(ana, clip, settings):
    strip = ana.get(f"{clip}/filmstrip")
    picture = Image.open(io.BytesIO(strip.data)).convert("RGB")
    peaks = ana.get(f"{clip}/peaks")

    assert strip.content_type == "image/jpeg"
    assert picture.size == (3 * 54, 96)  # at 0, 0.8 and 1.6 seconds
    for x, color in ((27, (255, 0, 0)), (81, (255, 0, 0)), (135, (0, 0, 255))):
        assert picture.getpixel((x, 48)) == pytest.approx(color, abs=12)
    assert 100 <= len(peaks.data) <= 105
    assert peaks.data[25] == pytest.approx(128, abs=12)
    assert max(peaks.data[55:]) <= 2
    for lane in (strip, peaks):
        kept = {"If-None-Match": lane.headers["ETag"]}
        assert ana.get(lane.request.path, headers=kept).status_code == 304
    cached = settings.data_dir / "cache" / "lanes"
    assert sorted(path.suffix for path in cached.iterdir()) == [".bin", ".jpg"]

    assert ana.delete(clip).status_code == 204

    assert ana.get(f"{clip}/filmstrip").json["details"] == "The video of scene 3 is missing."
    assert not list(cached.iterdir())


def test_lanes_of_audio_and_assets(ana, project, work, samples):
    ana.upload(f"{work}/media/audio", samples / "audio.mp3")
    sound, silent, image = (
        asset(ana, project, samples / name) for name in ("audio.ogg", "video.webm", "image.png")
    )

    for url in (f"{work}/media/audio", sound):
        assert len(ana.get(f"{url}/peaks").data) == pytest.approx(50, abs=3)
    assert (ana.get(f"{silent}/peaks").status_code, ana.get(f"{silent}/peaks").data) == (200, b"")
    assert ana.get(f"{silent}/filmstrip").status_code == 200
    tile = Image.open(io.BytesIO(ana.get(f"{image}/filmstrip").data))
    assert (tile.height, ana.get(f"{image}/peaks").data) == (96, b"")
    refused = ana.get(f"{sound}/filmstrip")
    assert refused.status_code == 404
    assert refused.json["details"] == "An asset of type audio has no filmstrip."


def test_lanes_of_a_damaged_clip_return_404(ana, work, samples):
    clip = f"{work}/media/scene/0/video"
    ana.put(clip, data=(samples / "video.mp4").read_bytes()[:100])

    for kind in ("filmstrip", "peaks"):
        answer = ana.get(f"{clip}/{kind}")
        assert answer.status_code == 404
        reason = f"The video of scene 0 has no {kind}. The file cannot be read: "
        assert answer.json["details"].startswith(reason)


def test_loudness_of_music_is_measured_once(ana, project, work, tmp_path, settings):
    tone = "-f lavfi -i sine=1000:d=2,volume=8,aformat=channel_layouts=stereo"
    music = video_files.make(tmp_path / "music.wav", tone)
    ana.upload(f"{work}/media/audio", music, "audio")

    for url in (f"{work}/media/audio", asset(ana, project, music)):
        answer = ana.get(f"{url}/loudness").json
        assert answer["loudness"] == pytest.approx(-3, abs=0.3)
        assert answer["seconds"] == pytest.approx(2, abs=0.01)
    kept = sorted((settings.data_dir / "cache" / "lanes").glob("*.json"))
    assert len(kept) == 2
    kept[0].write_bytes(b'{"seconds": 1, "loudness": -9}')
    kept[1].write_bytes(b'{"seconds": 1, "loudness": -9}')
    assert ana.get(f"{work}/media/audio/loudness").json == {"seconds": 1, "loudness": -9}


def test_what_has_no_sound_has_no_loudness(ana, project, work, samples):
    for name in ("video.webm", "image.png"):
        url = asset(ana, project, samples / name)
        assert ana.get(f"{url}/loudness").json == {"seconds": 0, "loudness": None}
    missing = ana.get(f"{work}/media/audio/loudness")
    assert (missing.status_code, missing.json["details"]) == (404, "The audio is missing.")
