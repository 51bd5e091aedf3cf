"""Programs that decode media: limits of time, memory and number, which outlive the service."""

import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from functools import partial

import pytest

from media import limits
from media.limits import (
    JOBS,
    UPLOADS,
    LimitExceededError,
    MediaBusyError,
    NotStartedError,
    Pool,
    StoppedError,
    retry_while_busy,
    run_limited,
)
from storage.locking.permits import Permits, SharedPermits
from tests.service import ROOT

PYTHON = [sys.executable, "-I", "-c"]
SLEEP = ["sleep", "60"]
MB = 1 << 20


@pytest.fixture
def stopping(monkeypatch, tmp_path):
    """What tells that the service stops; the pools are those of a service of this test."""
    event = threading.Event()
    limits.configure(tmp_path, event, lambda _pool, _user: nullcontext())
    return event


def run(*command: str, pool: Pool = JOBS, timeout: float = 60.0) -> limits.Finished:
    return run_limited(command, pool=pool, timeout=timeout)


def test_exit_status_and_output_are_returned():
    assert run("sh", "-c", "echo out; exit 3") == (3, b"out\n")


def test_input_is_a_file(tmp_path):
    (tmp_path / "input").write_bytes(b"x" * MB)

    with (tmp_path / "input").open("rb") as file:
        done = run_limited(["wc", "-c"], pool=JOBS, timeout=60, stdin=file)

    assert int(done.stdout) == MB


def test_program_may_take_longer_than_a_step():
    large = "import sys, time; sys.stdout.write('x' * 1000000); time.sleep(0.5); print('y')"

    assert len(run(*PYTHON, large).stdout) == 1_000_002


@pytest.mark.parametrize("program", ["/missing/program", "missing-program", "/dev/null"])
def test_program_that_cannot_run_raises_an_error(program):
    with pytest.raises(NotStartedError):
        run(program)


def test_no_more_processes_count_as_busy(monkeypatch):
    def fail(*_arguments: object, **_options: object) -> None:
        raise BlockingIOError("Resource temporarily unavailable")

    monkeypatch.setattr(subprocess, "Popen", fail)

    with pytest.raises(MediaBusyError):
        run("true")


def test_processor_time_is_limited():
    endless = "import sys; print('begun', flush=True)\nwhile True: pass"

    with pytest.raises(LimitExceededError) as error:
        run(*PYTHON, endless, pool=UPLOADS, timeout=300)

    assert error.value.output == b"begun\n"


def test_time_is_limited():
    started = time.monotonic()

    with pytest.raises(LimitExceededError):
        run(*SLEEP, timeout=0.1)

    assert time.monotonic() - started < 30


def test_memory_is_limited():
    allocate = "try: bytearray({} << 20)\nexcept MemoryError: print('too much')"

    outputs = [run(*PYTHON, allocate.format(size)).stdout for size in (200, 300)]

    assert outputs == [b"", b"too much\n"]


def test_program_has_low_priority():
    assert int(run("nice").stdout) >= 10


def test_number_is_limited_in_each_pool(stopping, tmp_path):
    pool = Pool("few", wait_seconds=0.2, cpu_seconds=9)
    programs = Permits(tmp_path, 6)  # as many as four processors have
    held = [programs.try_take("few", "ana") for _ in range(6)]

    with pytest.raises(MediaBusyError):
        run("true", pool=pool)
    assert run("true", pool=JOBS).returncode == 0
    assert held[0] is not None
    held[0].release()

    assert run("true", pool=pool).returncode == 0


def test_programs_with_more_memory_run_one_at_a_time_in_all_pools(stopping, tmp_path):
    pool = Pool("few", wait_seconds=0.2, cpu_seconds=9)
    large = partial(run_limited, pool=pool, timeout=60, memory_bytes=limits.MEMORY_BYTES + MB)
    place = Permits(tmp_path, 1).try_take("media-of-large-images")
    assert place is not None

    with pytest.raises(MediaBusyError):
        large(["true"])
    assert run("true", pool=pool).returncode == 0
    place.release()

    assert large(["true"]).returncode == 0


def test_upload_waits_in_the_context_of_the_service(stopping, tmp_path):
    programs = Permits(tmp_path, 6)
    held = [programs.try_take(UPLOADS.name) for _ in range(6)]

    @contextmanager
    def release_all() -> Iterator[None]:
        for lock in held:
            assert lock is not None
            lock.release()
        yield

    def waiting(_pool: Pool, _user_id: str) -> AbstractContextManager[None]:
        return release_all()

    limits.configure(tmp_path, stopping, waiting)

    assert run("true", pool=UPLOADS).returncode == 0


def test_upload_does_not_wait_when_the_service_stops(stopping, tmp_path):
    patient = UPLOADS._replace(wait_seconds=60)
    held = [Permits(tmp_path, 6).try_take(patient.name) for _ in range(6)]
    assert None not in held
    stopping.set()
    started = time.monotonic()

    with pytest.raises(MediaBusyError):
        run("true", pool=patient)

    assert time.monotonic() - started < 30


def test_program_of_an_upload_is_ended_when_the_service_stops(stopping):
    stopping.set()
    started = time.monotonic()

    with pytest.raises(LimitExceededError):
        run(*SLEEP, pool=UPLOADS)

    assert time.monotonic() - started < 30


SERVICE = """
import sys, threading
from contextlib import nullcontext
from pathlib import Path
from media import limits
limits.configure(Path(sys.argv[1]), threading.Event(), nullcontext)
limits.run_limited(["sh", "-c", "echo begun >&2; cat"], pool=limits.JOBS, timeout=60,
                   stdin=sys.stdin.buffer, stderr=1)
"""


def test_program_counts_until_it_ends_even_if_the_service_was_killed(tmp_path):
    programs = Permits(tmp_path, 1)
    service = subprocess.Popen(
        [sys.executable, "-c", SERVICE, str(tmp_path)],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    with service:
        assert service.stdout is not None
        assert service.stdin is not None
        assert service.stdout.readline() == b"begun\n"

        service.send_signal(signal.SIGKILL)
        service.wait()
        assert programs.try_take(JOBS.name) is None

        service.stdin.close()  # ends the program
        deadline = time.monotonic() + 30
        while programs.try_take(JOBS.name) is None:
            assert time.monotonic() < deadline
            time.sleep(0.01)


def test_program_that_is_killed_from_outside_exceeds_no_limit():
    with pytest.raises(StoppedError, match="signal 9"):
        run("sh", "-c", "kill -9 $$")


def test_program_that_is_killed_from_outside_is_tried_once_more():
    tries: list[int] = []

    def kill() -> None:
        tries.append(1)
        run("sh", "-c", "kill -9 $$")

    with pytest.raises(StoppedError):
        retry_while_busy(kill, lambda: None)

    assert len(tries) == 2


class StopError(Exception):
    """Raised to stop a program."""


def test_check_stops_a_program_and_the_wait_for_a_place(stopping, tmp_path):
    begun = time.monotonic()

    def check() -> None:
        if time.monotonic() - begun > 0.3:
            raise StopError

    with pytest.raises(StopError):
        run_limited(SLEEP, pool=JOBS, timeout=60, check=check)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(SharedPermits, "_try", lambda *_arguments: (None, True))
        with pytest.raises(StopError):
            run_limited(SLEEP, pool=JOBS, timeout=60, check=check)

    assert time.monotonic() - begun < 30
