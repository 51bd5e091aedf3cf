"""Each version of a clip is read once, for all exports and hand-overs."""

import pytest

from media import digests, measures
from media.limits import JOBS
from media.measures import MeasureCache, MediaReplacedError
from storage.files.durable_files import Disk
from storage.media.media_files import entity_tag
from tests.export.running import body_of, export, in_a_row, new_work, put_clip
from works import work_media

pytestmark = pytest.mark.measured_anew

TEXT = {"text": "Hello", "position": 0.2, "end": 0.8, "fontSize": 20, "fontColor": "#fff"}


@pytest.fixture
def cache(tmp_path):
    return MeasureCache(tmp_path / "data", Disk(fsync=False))


class StopError(Exception):
    """Raised to stop."""


def test_hashing_a_large_file_can_be_stopped(tmp_path):
    with (tmp_path / "large.mp4").open("wb") as file:
        file.truncate(100 << 30)

    def stop() -> None:
        raise StopError

    with pytest.raises(StopError):
        digests.digest_of(str(tmp_path / "large.mp4"), stop)


def test_clips_are_measured_when_they_are_stored_and_not_again(ana, sources, ffmpeg, settings):
    work = new_work(ana, [sources.numbered(0), sources.numbered(100)])

    def measured_by(**changes: object) -> int:
        before = len(ffmpeg.calls("framecrc"))
        answer = export(ana, body_of(work, *in_a_row(2), **changes))
        assert answer.status_code == 200, answer.text
        return len(ffmpeg.calls("framecrc")) - before

    assert measured_by() == 0
    assert ana.get(f"{work}/timeline.otio").status_code == 200
    before = len(ffmpeg.calls("framecrc"))
    put_clip(ana, work, 1, sources.numbered(200))
    assert len(ffmpeg.calls("framecrc")) == before + 1
    assert measured_by(texts=[TEXT]) == 0

    for path in (settings.data_dir / "cache" / "measures").iterdir():
        path.write_bytes(b'{"digest": ')
    assert measured_by(texts=[{**TEXT, "text": "Goodbye"}]) == 2


@pytest.mark.parametrize(
    "stored",
    [
        pytest.param({}, id="of an earlier version", marks=pytest.mark.thorough),
        pytest.param({"videoDuration": 99, "videoFps": 9}, id="of a clip that a crash replaced"),
    ],
)
def test_export_tells_the_work_how_long_its_clips_are(ana, sources, monkeypatch, stored):
    with monkeypatch.context() as patch:
        patch.setattr(work_media, "measure_clip", lambda *_: stored)
        work = new_work(ana, [sources.numbered(0), sources.numbered(100, 15)])
    put_clip(ana, work, 1, sources.numbered(200, 20))
    before = ana.show(work)

    assert export(ana, body_of(work, *in_a_row(2))).status_code == 200

    exported = ana.show(work)
    first, second = exported["generatedScenes"]
    measures = {"videoDuration": 1, "videoSoundDuration": None, "videoFps": 30}
    assert first == pytest.approx({**before["generatedScenes"][0], **measures})
    assert exported["updatedAt"] == before["updatedAt"]
    assert second["videoDuration"] == pytest.approx(20 / 30)
    assert export(ana, body_of(work, *in_a_row(2), texts=[TEXT])).status_code == 200
    assert ana.show(work) == exported


@pytest.mark.parametrize(
    "name",
    [
        "variable.mp4",
        *(pytest.param(name, marks=pytest.mark.thorough) for name in ("odd.mp4", "silent.mp4")),
    ],
)
def test_measure_that_is_kept_is_what_was_measured(sources, cache, monkeypatch, name):
    path = sources.mixed(name)
    tag = entity_tag(path.stat())
    measured = cache.measure(str(path), tag, JOBS)
    monkeypatch.setattr(measures, "read_streams", None)

    assert cache.measure(str(path), tag, JOBS) == measured


def test_file_that_is_replaced_meanwhile_is_not_kept(sources, cache):
    path = str(sources.mixed("odd.mp4"))

    for _ in range(2):
        with pytest.raises(MediaReplacedError):
            cache.measure(path, "the tag of the file before", JOBS)
