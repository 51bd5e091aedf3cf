"""The cache of rendered segments: what is reused, its limit, and damage done to it by hand."""

import os
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from export.render.segment_cache import SegmentCache, is_whole
from storage.files.durable_files import Disk
from tests.export.frame_numbers import read_frame_number
from tests.export.measure import frames
from tests.export.running import (
    SIZE,
    arrange,
    body_of,
    clip,
    export,
    exports_of,
    in_a_row,
    new_work,
    put_clip,
    segments,
    start_export,
)
from tests.jobs.helpers import until
from tests.people import Person

pytestmark = [pytest.mark.usefixtures("drawn_here"), pytest.mark.measured_anew]

COUNT = 3  # clips, each of a second
WAYS = ["deleted", "empty", "cut", "header", "link", "pipe", "directory"]  # of damage
TEXT = {"text": "Hello", "position": 1.2, "end": 1.8, "fontSize": 20, "fontColor": "#ffffff"}


@pytest.fixture
def work(ana, sources):
    """The path of a work with three clips, whose frames are numbered from 0, 100 and 200 on."""
    return new_work(ana, [sources.numbered(100 * scene) for scene in range(COUNT)])


def numbers(video: bytes, directory: Path) -> list[int]:
    """Return the numbers of the frames of a video."""
    path = directory / "received.mp4"
    path.write_bytes(video)
    return [read_frame_number(frame) for frame in frames(path)]


def expected(*firsts: int) -> list[int]:
    return [first + index for first in firsts for index in range(30)]


def delete_exports(ana: Person, work: str) -> None:
    """Delete a work's exports, so that they are rendered anew."""
    for each in exports_of(ana, work):
        assert ana.delete(each["url"]).status_code == 204


def test_only_segments_of_a_replaced_clip_are_rendered_again(ana, work, sources, ffmpeg, tmp_path):
    body = body_of(work, *in_a_row(COUNT))
    export(ana, body)
    before = ffmpeg.rendered()
    put_clip(ana, work, 2, sources.numbered(700))

    video = export(ana, body).data

    assert len(before) == COUNT
    assert ffmpeg.rendered()[COUNT:] == ["run-00002"]
    assert numbers(video, tmp_path) == expected(0, 100, 700)


@pytest.mark.thorough  # test_cached_segments.py has such changes
def test_only_segments_under_a_changed_text_are_rendered_again(ana, work, ffmpeg):
    first = export(ana, body_of(work, *in_a_row(COUNT), texts=[TEXT]))
    before = ffmpeg.rendered()

    second = export(ana, body_of(work, *in_a_row(COUNT), texts=[{**TEXT, "text": "Goodbye"}]))

    assert sorted(before) == ["run-00000", "run-00001", "run-00004"]  # one for each clip
    assert ffmpeg.rendered()[len(before) :] == ["run-00002"]
    assert first.data != second.data


def test_segments_of_another_rate_are_rendered_also_if_they_have_as_many_frames(ana, work, ffmpeg):
    for fps in (3, 3.125):
        body = body_of(work, options={**SIZE, "fps": fps})
        assert export(ana, body).status_code == 200

    assert ffmpeg.rendered() == ["run-00000"] * 2


def test_clips_in_another_order_are_not_rendered_again(ana, work, ffmpeg, tmp_path):
    export(ana, body_of(work, *in_a_row(COUNT)))

    video = export(ana, body_of(work, clip(2, 0, 1), clip(1, 1, 2))).data

    assert len(ffmpeg.rendered()) == COUNT
    assert numbers(video, tmp_path) == expected(200, 100)


def damage(path: Path, how: str) -> None:
    """Damage a cached segment; its other links, if any, stay as they are."""
    content = path.read_bytes()
    path.unlink()
    if how == "directory":
        path.mkdir()
    elif how == "link":
        path.symlink_to("/etc/passwd")
    elif how == "pipe":
        os.mkfifo(path)
    elif how != "deleted":
        path.write_bytes({"empty": b"", "cut": content[:-100], "header": content[:40]}[how])


@pytest.mark.parametrize("how", WAYS)
def test_damaged_segment_is_not_found(tmp_path, sources, how):
    cache = SegmentCache(tmp_path, Disk(fsync=False), 1 << 30)
    cache.add("a", str(shutil.copy(sources.solid(), tmp_path)))
    assert cache.find("a", str(tmp_path / "whole"))
    [kept] = segments(tmp_path)

    damage(kept, how)

    assert not cache.find("a", str(tmp_path / "damaged"))
    assert not (tmp_path / "damaged").exists()


@pytest.mark.parametrize("ways", [["cut"], pytest.param(WAYS, marks=pytest.mark.thorough)])
def test_damaged_segment_is_rendered_again(ana, work, settings, ffmpeg, tmp_path, ways):
    assert numbers(export(ana, body_of(work)).data, tmp_path) == expected(0)
    for number, how in enumerate(ways, 2):
        for path in segments(settings.data_dir):
            damage(path, how)
        delete_exports(ana, work)

        response = export(ana, body_of(work))

        assert response.status_code == 200, (how, response.text)
        assert len(ffmpeg.rendered()) == number, how
        assert numbers(response.data, tmp_path) == expected(0), how


def test_cache_is_bounded_and_keeps_what_was_used_last(tmp_path, sources):
    segment = sources.solid().read_bytes()
    disk, limit = Disk(fsync=False), 3 * len(segment) + 1
    cache = SegmentCache(tmp_path, disk, limit)
    for key in "abcd":
        path = tmp_path / f"{key}.mp4"
        path.write_bytes(segment)
        cache.add(key, str(path))
        os.utime(tmp_path / "cache" / "segments" / f"{key}.mp4", (1, ord(key)))
    assert cache.find("a", str(tmp_path / "used"))

    cache.prune()

    assert [path.stem for path in segments(tmp_path)] == ["a", "c", "d"]


def test_cache_is_pruned_also_after_an_export_that_was_cancelled(ana, work, settings, ffmpeg):
    worker: Any = ana.client.application.extensions["services"].jobs.worker
    (settings.data_dir / "cache" / "segments").mkdir(parents=True)
    worker._settings = replace(settings, export_cache_mb=0)
    arrange(ana, work, in_a_row(2))
    ffmpeg.hold("run-00001")
    job = start_export(ana, work)
    until(lambda: segments(settings.data_dir))

    ana.post(f"{job}/cancel")

    until(lambda: not segments(settings.data_dir))


@pytest.mark.parametrize(
    "content",
    [b"", b"\0" * 100, b"\0\0\0\x08ftyp", b"\0\0\0\x10ftyp\0\0\0\0\0\0\0\0\0\0\1\0moov", b"text"],
)
def test_file_that_is_no_whole_mp4_is_recognised(tmp_path, content):
    path = tmp_path / "file"
    path.write_bytes(content)

    assert not is_whole(str(path))


def test_whole_mp4_is_recognised(sources):
    assert is_whole(str(sources.solid()))
