"""A scene says how long its clip's pictures and sound are, as exports measure them."""

from pathlib import Path
from typing import Any

import pytest

from media import limits
from media import measures as media_measures
from media.clip_measures import DURATION, FPS, MEASURES, SOUND_DURATION
from media.limits import MediaBusyError
from media.processes import Check
from tests.media import video_files
from tests.people import Person

VIDEO = "media/scene/0/video"
H264 = "-c:v libx264 -preset ultrafast -pix_fmt yuv420p"
SHORT, LONG = {DURATION: 0.5, SOUND_DURATION: 0.8, FPS: 30}, {DURATION: 1, SOUND_DURATION: None}


@pytest.fixture(scope="module")
def short(tmp_path_factory):
    """A clip whose sound is longer than its pictures; its container states 0.8 seconds."""
    picture = "-f lavfi -i testsrc=s=64x48:r=30:d=0.5"
    path = tmp_path_factory.mktemp("clips") / "short.mp4"
    return video_files.make(path, f"{picture} -f lavfi -i sine=d=0.8:r=48000 {H264} -c:a aac")


def measures(ana: Person, work: str) -> Any:
    [scene] = ana.show(work)["generatedScenes"]
    return {key: scene[key] for key in MEASURES if key in scene}


def store(ana: Person, work: str, clip: Path) -> None:
    assert ana.put(f"{work}/{VIDEO}", data=clip.read_bytes()).status_code == 200


def test_measures_are_those_of_the_streams(ana, work, short):
    store(ana, work, short)

    assert measures(ana, work) == pytest.approx(SHORT, abs=0.001)


def test_measures_follow_the_clip(ana, work, short, samples):
    store(ana, work, short)
    ana.upload(f"{work}/media/scene/0/image", samples / "image.png")
    assert measures(ana, work) == pytest.approx(SHORT, abs=0.001)

    store(ana, work, samples / "video.mp4")
    assert measures(ana, work) == {**LONG, FPS: 25}

    takes = ana.get(f"{work}/media/scene/0/takes").json["takes"]
    earlier = next(take for take in takes if take["kind"] == "video" and not take["current"])
    assert ana.post(f"{earlier['url']}/use").status_code == 200
    assert measures(ana, work) == pytest.approx(SHORT, abs=0.001)

    ana.delete(f"{work}/{VIDEO}")
    assert measures(ana, work) == {}


def test_clients_cannot_set_measures(ana, work, short):
    store(ana, work, short)
    given = [{"sceneIndex": 0, "status": "done", **dict.fromkeys(MEASURES, 9)}]
    ana.save(work, {"generatedScenes": given})

    assert measures(ana, work) == pytest.approx(SHORT, abs=0.001)


def test_clip_that_cannot_be_measured_is_stored_without_measures(ana, work, short, monkeypatch):
    store(ana, work, short)

    def refuse(_path: str, pool: limits.Pool, _check: Check) -> None:
        raise MediaBusyError(pool.name)

    monkeypatch.setattr(media_measures, "read_streams", refuse)
    cut = short.with_name("cut.mp4")
    cut.write_bytes(short.read_bytes()[:-100])
    store(ana, work, cut)

    assert measures(ana, work) == {}
