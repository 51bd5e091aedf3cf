"""A long export lets those of others go first, and goes on where it was."""

import hashlib
from pathlib import Path

import pytest

from export.plan.timeline import Clip, Output, Text, Timeline
from export.render import batches
from export.render.preparation import prepare
from export.sources.openers import Location
from media.limits import JOBS
from media.processes import go_on
from settings.config import Settings
from storage.locking.locks import FileLock
from storage.paths import SEMAPHORES, WorkRef
from tests.export.running import (
    Body,
    arrange,
    clip,
    exports_of,
    in_a_row,
    leftovers,
    new_work,
    segments,
    start_export,
)
from tests.export.sources import SILENCE, Sources
from tests.jobs.helpers import until, wait_for_state, wait_until, wait_until_finished
from tests.people import Person

TURN_SECONDS = 0.3

pytestmark = [
    pytest.mark.measured_anew,
    pytest.mark.slow,  # they wait for turns
    pytest.mark.settings(export_turn=TURN_SECONDS),
]


@pytest.fixture
def small_pieces(monkeypatch):
    """Pieces of ten frames of 96 x 160 pixels at most."""
    pixels = 10 * (96 * 160 * 5 // 4 + batches._FRAME_PIXELS)
    monkeypatch.setattr(batches, "MAX_PIXELS", pixels)


def long_work(person: Person, sources: Sources, seconds: int = 2) -> str:
    """Create a work with one clip, which has to be rendered in pieces; return its path."""
    file = sources.solid("0x336699", seconds=seconds, sound=SILENCE, matrix="smpte170m")
    work = new_work(person, [file])
    arrange(person, work, in_a_row(1, seconds))
    return work


def video_of(person: Person, work: str) -> str:
    [export] = exports_of(person, work)
    return hashlib.sha256(person.get(export["url"]).data).hexdigest()


def undisturbed(person: Person, work: str, settings: Settings) -> str:
    """Return the hash of a work's video that was rendered alone; nothing of it is kept."""
    wait_until_finished(person, start_export(person, work))
    video = video_of(person, work)
    person.delete(exports_of(person, work)[0]["url"])
    for path in segments(settings.data_dir):
        path.unlink()
    return video


@pytest.mark.usefixtures("small_pieces")
def test_long_export_steps_back_for_another_user_and_ends_with_the_same_video(
    ana, ben, sources, ffmpeg, settings
):
    work, other = long_work(ana, sources), long_work(ben, sources, 1)
    expected = undisturbed(ana, work, settings)
    done = len(ffmpeg.rendered())
    ffmpeg.slow_down("run-", rate=1.0)  # a third of a second for each piece
    ffmpeg.hold("run-")
    long = start_export(ana, work)
    until(lambda: len(ffmpeg.rendered()) > done)
    job = start_export(ben, other)
    ffmpeg.hold(job.rpartition("/")[2])
    until(lambda: ana.show(long)["state"] == "queued")
    ffmpeg.speed_up()
    ffmpeg.release()

    assert wait_until_finished(ben, job)["state"] == "succeeded"
    ended = wait_until_finished(ana, long)
    assert (ended["state"], ended["attempts"]) == ("succeeded", 1)
    assert video_of(ana, work) == expected
    own = [call for call in ffmpeg.calls("/run-") if ended["id"] in call]
    assert len(own) == done  # none was rendered twice
    until(lambda: not leftovers(settings.data_dir))


@pytest.mark.parametrize(
    "part",
    [
        "-c:a aac",
        pytest.param("run-", marks=pytest.mark.thorough),
        pytest.param("video.mp4", marks=pytest.mark.thorough),
    ],
)
def test_program_that_takes_long_is_suspended_and_goes_on(
    ana, ben, sources, ffmpeg, settings, part
):
    work, other = long_work(ana, sources), long_work(ben, sources, 1)
    expected = undisturbed(ana, work, settings)
    ffmpeg.slow_down(part, rate=0.3)
    ffmpeg.hold(part)
    long = start_export(ana, work)
    name = long.rpartition("/")[2]
    until(lambda: any(name in call for call in ffmpeg.calls(part)))
    short = start_export(ben, other)

    ffmpeg.hold(short.rpartition("/")[2])  # the long one's program begins

    until(lambda: ffmpeg.is_suspended(name))
    ffmpeg.speed_up()
    ffmpeg.release()
    assert wait_until_finished(ben, short)["state"] == "succeeded"
    ended = wait_until_finished(ana, long)
    assert ended["state"] == "succeeded"
    assert video_of(ana, work) == expected
    assert len([call for call in ffmpeg.calls(part) if ended["id"] in call]) == 1


def test_export_that_has_stepped_back_can_be_cancelled(ana, ben, sources, ffmpeg, settings):
    ffmpeg.slow_down("run-", rate=0.02)
    long = start_export(ana, long_work(ana, sources))
    until(ffmpeg.rendered)
    short = start_export(ben, long_work(ben, sources, 1))
    until(lambda: ana.show(long)["state"] == "queued")

    assert ana.post(f"{long}/cancel").status_code == 200

    wait_for_state(ana, long, "cancelled")
    assert ben.post(f"{short}/cancel").status_code == 200
    until(lambda: not leftovers(settings.data_dir) and not ffmpeg.running())


def test_export_does_not_wait_while_it_reads_media_or_draws(ana, sources, settings, tmp_path):
    work = long_work(ana, sources)
    _, _, _, project_id, _, work_id = work.split("/")
    where = Location(
        ana.client.application.extensions["services"].store, WorkRef(project_id, work_id)
    )
    timeline = Timeline(Output(96, 160), [Clip(0, 0.0, 1.0)], [Text("Hi", 0.0, 1.0, 20, "#fff")])
    busy: list[bool] = []

    def wait() -> None:
        busy.append(any(map(is_taken, (settings.data_dir / SEMAPHORES).glob(f"{JOBS.name}*"))))

    prepared = prepare(where, timeline, tmp_path, go_on, wait)
    prepared.overlays.draw([0])

    # A program that waits with it would exceed its time, and keep its place from others.
    assert len(busy) >= 3
    assert not any(busy)


def is_taken(place: Path) -> bool:
    lock = FileLock.try_acquire(place.parent, place.name)
    if lock is not None:
        lock.release()
    return lock is None


@pytest.mark.tuning(absence=60.0)  # the first one is waited for, however late its thread begins
def test_export_does_not_step_back_for_the_same_user(ana, sources, ffmpeg):
    ffmpeg.slow_down("run-", rate=1.0)  # longer than a turn
    ffmpeg.hold("run-")
    first, second = (start_export(ana, long_work(ana, sources, seconds)) for seconds in (2, 1))
    wait_until(ana, second, lambda job: "another export" in job["progress"]["message"])
    ffmpeg.release()

    for job in (first, second):
        assert wait_until_finished(ana, job)["state"] == "succeeded"

    assert ffmpeg.exported(first, second) == [first, second]


@pytest.mark.usefixtures("small_pieces")
def test_picture_that_is_shown_for_long_is_rendered_once(ana, sources, ffmpeg):
    work = ana.new_work(ana.new_project())
    image = sources.quadrants()
    assert ana.upload(f"{work}/media/scene/0/image", image).status_code == 200
    arrange(ana, work, [clip(0, 0, 4)])

    ended: Body = wait_until_finished(ana, start_export(ana, work))

    assert ended["state"] == "succeeded"
    assert len(ffmpeg.rendered()) <= 2  # one for each thread
