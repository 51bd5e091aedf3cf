"""Limits of exports: room on the disk, quotas, how much there may be on a timeline."""

from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from errors import InvalidError, TooLargeError
from export.plan.clips import Source, View
from export.plan.cues import Cue
from export.plan.plan import Segment, make_plan
from export.plan.size_limits import check_plan, check_size, check_window
from export.plan.targets import Target
from export.plan.timeline import Clip, Output, Text, Timeline
from export.plan.voices import Music, Voice
from export.render.batches import MAX_OVERLAYS, MAX_PIXELS, batches
from export.render.preparation import DiskSpace, estimated_bytes
from export.render.segment_cache import SegmentCache
from storage.errors import ReserveError
from storage.files.durable_files import Disk
from storage.limits import StorageLimits
from storage.locking.waiting import not_waiting
from storage.store import Store
from storage.usage import Usage
from tests.export.running import (
    arrange,
    body_of,
    clip,
    export,
    exports_of,
    in_a_row,
    leftovers,
    new_work,
    segments,
    start_export,
)
from tests.jobs.helpers import until, wait_until_finished

pytestmark = pytest.mark.measured_anew

MB = 1 << 20
SECOND = Timeline(Output(64, 64), [Clip(0, 0, 1)])
SEGMENT_BYTES = 1000


class Free:
    """What is said to be free on the disk beyond its reserve: `bytes`, less what the cache has."""

    def __init__(self, directory: Path, count: int) -> None:
        self.directory = directory
        self.bytes = count

    def read(self) -> tuple[int, int]:
        used = sum(path.stat().st_size for path in self.directory.glob("*.mp4"))
        return self.bytes - used, 0


@pytest.fixture
def free(settings, monkeypatch):
    found = Free(settings.data_dir / "cache" / "segments", 1 << 40)
    monkeypatch.setattr(StorageLimits, "_bytes", lambda _limits, _disk: found.read())
    return found


@pytest.fixture
def space(settings, free):
    """The space of a disk whose cache has three segments, and on which 500 more bytes are free."""
    store = Store(settings.data_dir, fsync=False)
    free.directory.mkdir(parents=True)
    for name in "abc":
        (free.directory / f"{name}.mp4").write_bytes(bytes(SEGMENT_BYTES))
    free.bytes = 3 * SEGMENT_BYTES + 500
    cache = SegmentCache(settings.data_dir, Disk(fsync=False), 1 << 30)
    return DiskSpace(StorageLimits(store, settings), cache)


@pytest.mark.parametrize(("size", "left"), [(500, 3), (501, 2), (2500, 1), (3500, 0)])
def test_cached_segments_give_way_to_an_export(space, settings, size, left):
    space.make_room(size)

    assert len(segments(settings.data_dir)) == left


def test_cache_is_kept_if_it_would_not_make_room(space, settings):
    with pytest.raises(ReserveError):
        space.make_room(3501)

    assert len(segments(settings.data_dir)) == 3


def test_export_ends_before_it_uses_the_reserve_of_the_disk(ana, sources, ffmpeg, settings, free):
    work = new_work(ana, [sources.solid("0x336699", seconds=3, matrix="smpte170m")])
    arrange(ana, work, in_a_row(1, 3))
    ffmpeg.slow_down("run-", rate=0.02)
    job = start_export(ana, work)
    until(ffmpeg.rendered)

    free.bytes = -1

    ended = wait_until_finished(ana, job)
    assert ended["state"] == "failed"
    assert ended["reason"].startswith("There is no room for the export")
    until(lambda: not leftovers(settings.data_dir) and not ffmpeg.running())
    assert exports_of(ana, work) == []


def test_exports_over_the_quota_fail_and_store_nothing(ana, sources, settings):
    work = new_work(ana, [sources.moving((480, 270))])
    arrange(ana, work, in_a_row(1))
    bodies = [body_of(work, options={"width": 960, "height": size}) for size in (540, 542)]
    size = len(export(ana, bodies[0]).data)
    jobs: Any = ana.client.application.extensions["services"].jobs
    limited = replace(settings, user_quota_mb=1)
    jobs.worker._settings = limited
    filler = settings.data_dir / work.removeprefix("/api/") / "media" / "scene-9-image.png"

    filler.write_bytes(bytes(MB - size - size // 2))
    answer = export(ana, bodies[1])
    filler.write_bytes(bytes(MB))
    other = export(ana, body_of(work, options={"width": 96, "height": 96}))

    assert (answer.status_code, other.status_code) == (507, 507)
    assert answer.json["error"] == other.json["error"] == "Storage quota used up"
    assert "USER_QUOTA_MB" in answer.json["details"]
    assert len(exports_of(ana, work)) == 1
    assert leftovers(settings.data_dir) == []


def test_video_is_made_durable_before_its_users_usage_is_locked(
    ana, sources, settings, monkeypatch
):
    """It takes long for a large one, and whatever else the user stores needs that lock."""
    work = new_work(ana, [sources.moving((480, 270))])
    services: Any = ana.client.application.extensions["services"]
    services.jobs.worker._settings = replace(settings, user_quota_mb=100)
    made_durable = []

    def sync(_disk: Disk, path: str) -> None:
        with not_waiting():
            Usage(services.store, ana.user["id"]).add(1)  # raises LockedError if it is locked
        made_durable.append(Path(path).name)

    monkeypatch.setattr(Disk, "sync_path", sync)

    assert export(ana, body_of(work)).status_code == 200
    assert {"video.mp4", "poster.jpg"} <= set(made_durable)


def test_estimate_counts_the_rate_of_the_sources_and_clips_without_times():
    source_rate = replace(SECOND, output=Output(64, 64, None))
    untimed = Timeline(Output(64, 64), [Clip(0, still_seconds=1.0)])
    plan = make_plan(source_rate, {0: Source(1.0, fps=60.0)})
    draft = Timeline(Output(640, 720, quality="draft"), [Clip(0, 0, 1)])

    assert estimated_bytes(source_rate) == estimated_bytes(SECOND) == estimated_bytes(untimed)
    assert estimated_bytes(source_rate, plan) > 1.1 * estimated_bytes(source_rate)
    assert estimated_bytes(draft) < estimated_bytes(replace(draft, output=Output(640, 720))) / 2
    assert estimated_bytes(replace(SECOND, last=0.5)) == estimated_bytes(SECOND) // 2


@pytest.mark.parametrize(
    ("target", "beside"),
    [(Target("webm"), 1.2), (Target("gif", 64, 64, 15), 1), (Target("webp", 64, 64, 15), 1)],
)
def test_estimate_counts_the_file_that_is_made_beside_the_video(target, beside):
    assert estimated_bytes(replace(SECOND, target=target)) > beside * estimated_bytes(SECOND)


def test_estimate_of_sound_alone_counts_no_pictures():
    large = Timeline(Output(4096, 4096), [Clip(0, 0, 1)])

    assert estimated_bytes(replace(large, target=Target("wav"))) == 2 * 192_000
    assert estimated_bytes(replace(large, target=Target("mp3"))) == 192_000 + 24_000


def many_cues(count: int, captions: str) -> Timeline:
    output = Output(64, 64, captions=captions)
    return replace(SECOND, output=output, cues=[Cue("any", 0, 1)] * count)


@pytest.mark.parametrize(
    ("timeline", "message"),
    [
        (replace(SECOND, music=[Music()] * 201), "201 places with music; at most 200"),
        (many_cues(1001, "burn"), "1001 captions that are burned in; at most 1,000"),
    ],
)
def test_too_much_music_or_too_many_burned_captions_are_named(timeline, message):
    with pytest.raises(TooLargeError) as error:
        check_size(timeline)

    assert message in error.value.details


def test_captions_of_a_track_are_not_limited_like_burned_ones():
    check_size(many_cues(2000, "track"))
    check_size(many_cues(1000, "burn"))
    check_size(replace(SECOND, music=[Music()] * 200))


def test_too_many_overlays_in_a_frame_are_refused_with_the_time():
    texts = [Text("any", 0.1 * index, 9) for index in range(41)]
    timeline = Timeline(Output(64, 64), [Clip(0, 0, 9)], texts)

    check_window(replace(timeline, texts=texts[:40]))
    check_window(replace(timeline, texts=[*texts[:40], Text("any", 9, 10)]))
    for check in (check_window, lambda each: check_plan(each, make_plan(each, {0: Source(9.0)}))):
        with pytest.raises(TooLargeError) as error:
            check(timeline)
        assert "41 texts, pictures and burned captions at 4.00 seconds" in error.value.details
        assert "at most 40" in error.value.details


HALF_AN_HOUR = Timeline(Output(1080, 1920, 60.0), [Clip(0, 0, 1800)])


@pytest.mark.parametrize(
    ("timeline", "messages"),
    [
        (
            replace(HALF_AN_HOUR, output=Output(2000, 2000, 60.0)),
            ("2000 x 2000 pixels in 108,000 frames", "432,000,000,000", "`width`", "`from`"),
        ),
        (
            replace(SECOND, texts=[Text("x" * 10_000, 0, 1)] * 11),
            ("texts and burned captions have 110,000 characters", "at most 100,000 are drawn"),
        ),
        (
            replace(many_cues(11, "burn"), cues=[Cue("x" * 10_000, scene=0)] * 11),
            ("texts and burned captions have 110,000 characters",),
        ),
        (
            replace(
                SECOND,
                clips=[Clip(0, n, n + 1) for n in range(0, 400, 2)],
                cues=[Cue("x" * 5_001, scene=0)],
            ),
            ("The scenes' `text_overlay`", "1,000,200 characters", "at most 1,000,000"),
        ),
        (
            replace(SECOND, cues=[Cue("x" * 1_000, 0, 1)] * 1001),
            ("`editorState.captions`", "1,001,000 characters"),
        ),
        (
            replace(SECOND, voices=[Voice(0, 60)], cues=[Cue("x" * 1_000_001, 0, 1, voice=0)]),
            ("What the voices say makes captions of 1,000,001 characters",),
        ),
    ],
)
def test_what_takes_too_long_is_refused_before_anything_is_read(timeline, messages):
    with pytest.raises(InvalidError) as error:
        check_window(timeline)

    assert [each for each in messages if each not in error.value.details] == []


def test_half_an_hour_and_what_is_not_shown_are_exported():
    hidden = [Text("x" * 10_000, 2, 3)] * 11
    draft = Output(3000, 3000, 60.0, quality="draft")

    check_window(HALF_AN_HOUR)
    check_window(replace(SECOND, texts=hidden))
    check_window(replace(HALF_AN_HOUR, output=draft))


def test_work_with_too_long_captions_is_refused_before_it_is_rendered(ana, sources, ffmpeg):
    work = new_work(ana, [sources.solid("0x336699", matrix="smpte170m")])
    scene = {"scene_index": 0, "text_overlay": "x" * 100_000}
    assert ana.put(work, json={"scenes": [scene]}).status_code == 200
    arrange(ana, work, [clip(0, n, n + 0.5) for n in range(200)])
    before = ffmpeg.calls()

    answer = ana.post(f"{work}/export")

    assert answer.status_code == 400, answer.text
    assert "`text_overlay`" in answer.json["details"]
    assert ffmpeg.calls() == before


def test_window_outside_of_the_timeline_is_refused_before_the_media_are_read():
    for output in (Output(64, 64), Output(64, 64, None)):
        with pytest.raises(InvalidError) as error:
            check_window(Timeline(output, [Clip(0, 0, 1)], first=99))
        assert "the video is 1 seconds" in error.value.details
    check_window(Timeline(Output(64, 64), [Clip(0)], first=99))


def test_segments_that_are_rendered_together_have_a_limited_number_of_overlays():
    shown = [tuple(range(first, first + 30)) for first in (0, 30, 60)]
    parts = [Segment(n, 1, View(0, n / 25), overlays=each) for n, each in enumerate(shown)]

    assert MAX_OVERLAYS < 60
    assert list(batches(parts, Fraction(25), lambda _: 1)) == [[0], [1], [2]]
    same = [part._replace(overlays=parts[0].overlays) for part in parts]
    assert list(batches(same, Fraction(25), lambda _: 1)) == [[0, 1, 2]]
    assert list(batches(same, Fraction(25), lambda _: MAX_PIXELS // 2)) == [[0, 1], [2]]
