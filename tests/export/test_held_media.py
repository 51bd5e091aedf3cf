"""The media of an export are held: linked or copied, replaced meanwhile, read in turn."""

import errno
import os
import pkgutil
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from export.sources import held_media
from media import limits
from media.limits import MediaBusyError
from storage.files.durable_files import Disk
from storage.files.hard_links import link_or_copy
from storage.files.trees import remove_tree
from tests.cases import cases
from tests.export.running import (
    arrange,
    body_of,
    clip,
    export,
    exports_of,
    in_a_row,
    leftovers,
    new_work,
    put_clip,
    segments,
    start_export,
)
from tests.jobs.helpers import until, wait_for_state, wait_until_finished

pytestmark = pytest.mark.measured_anew

TEXT = {"text": "Hello", "position": 0, "end": 1, "fontColor": "#ffffff"}


@pytest.fixture
def work(ana, sources):
    """The path of a work with a clip that has to be encoded."""
    return new_work(ana, [sources.solid("0x336699", matrix="smpte170m")])


def refuse_links(patch: pytest.MonkeyPatch, number: int = errno.EPERM) -> None:
    def refuse(*_arguments: Any) -> None:
        raise OSError(number, "no links here")

    patch.setattr(os, "link", refuse)


@pytest.mark.parametrize("number", ["EPERM", "EOPNOTSUPP", "EMLINK", "EXDEV"])
def test_file_is_copied_where_it_cannot_be_linked(tmp_path, monkeypatch, number):
    (tmp_path / "file").write_bytes(b"contents")
    refuse_links(monkeypatch, getattr(errno, number))

    link_or_copy(Disk(fsync=False), str(tmp_path / "file"), str(tmp_path / "copy"))

    assert (tmp_path / "copy").read_bytes() == b"contents"


def test_exports_copy_files_where_there_are_no_links(ana, work, settings, ffmpeg, monkeypatch):
    refuse_links(monkeypatch)

    first = export(ana, body_of(work))
    ana.delete(exports_of(ana, work)[0]["url"])
    second = export(ana, body_of(work))

    assert (first.status_code, second.status_code) == (200, 200), first.text
    assert first.data == second.data
    assert len(ffmpeg.rendered()) == 1
    assert all(path.suffix == ".mp4" for path in segments(settings.data_dir))
    assert leftovers(settings.data_dir) == []


def test_copy_that_fails_leaves_nothing(tmp_path, monkeypatch):
    def fill(*_arguments: Any) -> None:
        raise OSError(errno.ENOSPC, "full")

    (tmp_path / "file").write_bytes(b"contents")
    refuse_links(monkeypatch)
    monkeypatch.setattr("shutil.copyfileobj", fill)

    with pytest.raises(OSError, match="full"):
        link_or_copy(Disk(fsync=False), str(tmp_path / "file"), str(tmp_path / "copy"))

    assert os.listdir(tmp_path) == ["file"]


def test_clip_that_becomes_one_of_another_type_meanwhile_is_used(ana, work, sources, monkeypatch):
    replaced: list[str] = []

    def link(disk: Disk, source: str, target: str) -> None:
        if not replaced:
            replaced.append(source)
            put_clip(ana, work, 0, sources.mixed("vp9.webm"))
        link_or_copy(disk, source, target)

    monkeypatch.setattr(held_media, "link_or_copy", link)

    response = export(ana, body_of(work))

    assert response.status_code == 200, response.text
    assert replaced[0].endswith(".mp4")


class Busy:
    """Lets programs that read media not start while it is on."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.on = True
        self.refused = 0
        self._wait = limits._wait
        monkeypatch.setattr(limits, "_wait", self.wait)

    def wait(self, *arguments: Any) -> Any:
        if self.on:
            self.refused += 1
            raise MediaBusyError("Too many other media files are being read")
        return self._wait(*arguments)


@pytest.mark.tuning(absence=60.0)  # the first one is waited for, however late its thread begins
def test_export_waits_for_its_turn_to_read_media(settings, ana, work, monkeypatch):
    arrange(ana, work, in_a_row(1))
    remove_tree(settings.data_dir / "cache/measures")
    busy = Busy(monkeypatch)
    jobs = [start_export(ana, work), start_export(ana, work, options={"width": 64})]
    until(lambda: busy.refused > 2)
    assert ana.show(jobs[0])["state"] == "running"

    ana.post(f"{jobs[0]}/cancel")

    wait_for_state(ana, jobs[0], "cancelled")
    busy.on = False
    assert wait_until_finished(ana, jobs[1])["state"] == "succeeded"


@cases(
    "place",
    {
        "others draw": "export.render.drawn_overlays.draw_overlays",
        "no program can be started": "media.overlays.run_limited",
    },
)
def test_export_waits_until_its_texts_can_be_drawn(ana, work, ffmpeg, monkeypatch, place):
    original = pkgutil.resolve_name(place)
    calls: list[int] = []

    def refuse_once(*arguments: Any, **options: Any) -> Any:
        calls.append(1)
        if len(calls) == 1:
            raise MediaBusyError("Too many other media files are being read")
        return original(*arguments, **options)

    monkeypatch.setattr(place, refuse_once)

    response = export(ana, body_of(work, texts=[TEXT]))

    assert response.status_code == 200, response.text
    assert len(calls) == 2


def test_progress_of_a_large_export_does_not_rewrite_its_document(
    ana, sources, ffmpeg, monkeypatch
):
    work = new_work(ana, [sources.solid("0x336699", seconds=3, matrix="smpte170m")])
    written: Counter[str] = Counter()
    replace = Disk.replace

    def count(self: Disk, path: str, *arguments: Any) -> None:
        written[Path(path).name] += 1
        replace(self, path, *arguments)

    monkeypatch.setattr(Disk, "replace", count)
    later = [{**TEXT, "text": "x" * 1000, "position": 100, "end": 101} for _ in range(40)]
    ffmpeg.slow_down("run-")

    response = export(ana, body_of(work, clip(0, 0, 3), texts=later))

    assert response.status_code == 200, response.text
    assert written["job.json"] <= 3  # running, the end, and its webhook
