"""Programs with long time slices, and threads that go on with the usual ones."""

import os
import platform
import subprocess
from concurrent.futures import ThreadPoolExecutor

import pytest

from media import ffmpeg
from media.rendering import render
from media.time_slices import long_slices
from tests.export.recorded_ffmpeg import RecordedFFmpeg

LINE, LONGEST = "se.slice ", 100_000_000


def has_slices():
    """Return whether this kernel gives a task its own slice, and says which."""
    version = tuple(map(int, platform.release().split("-")[0].split(".")[:2]))
    return version >= (6, 12) and slice_of("self") is not None


def slice_of(task):
    """Return the slice of a task in nanoseconds; None where the kernel does not say."""
    try:
        with open(f"/proc/{task}/sched") as file:
            found = [line.split(":")[1] for line in file if line.startswith(LINE)]
    except OSError:
        return None
    return int(float(found[0])) if found else None


needs_slices = pytest.mark.skipif(not has_slices(), reason="the kernel shows no slices")


@needs_slices
def test_programs_have_long_slices_and_their_starter_has_not():
    usual = slice_of("self")
    with long_slices():
        program = subprocess.Popen(["sleep", "60"])
    try:
        assert slice_of(program.pid) == LONGEST
        assert slice_of("self") == usual
    finally:
        program.kill()
        program.wait()


@needs_slices
def test_ffmpeg_of_an_export_has_them(tmp_path, monkeypatch):
    recorded = RecordedFFmpeg(tmp_path / "recorded")
    monkeypatch.setitem(ffmpeg._settings, "program", str(recorded.program))
    found = set()

    class FoundError(Exception):
        pass

    def look():
        found.update(map(slice_of, recorded.running()))
        if found:
            raise FoundError

    with pytest.raises(FoundError):
        render(["-f", "lavfi", "-i", "testsrc=s=64x64", "-f", "null", "-"], look)

    assert found <= {LONGEST, None}
    assert LONGEST in found


def test_thread_with_another_policy_keeps_it():
    def start():
        os.sched_setscheduler(0, os.SCHED_BATCH, os.sched_param(0))
        with long_slices():
            done = subprocess.run(["true"], check=False)
        return done.returncode, os.sched_getscheduler(0)

    with ThreadPoolExecutor(1) as other:
        assert other.submit(start).result() == (0, os.SCHED_BATCH)
