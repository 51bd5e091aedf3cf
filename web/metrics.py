"""Counts and durations for Prometheus, of all processes of the service; off without METRICS_TOKEN.

Each process counts in files of a directory (the multi-process mode of `prometheus_client`, which is
imported only if metrics are on), and whichever is asked adds them up.
"""

import hashlib
import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from copy import copy
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from flask import Flask, Response, g, request

from settings.config import SettingError, Settings

if TYPE_CHECKING:
    from prometheus_client import Counter, Histogram

    from jobs.kinds import JobKind
    from jobs.run import JobRun

_VARIABLE = "PROMETHEUS_MULTIPROC_DIR"
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
_REQUEST_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300)
_JOB_SECONDS = (1, 2.5, 5, 10, 30, 60, 120, 300, 600, 1800, 3600)

T = TypeVar("T")


class Instruments(NamedTuple):
    """What is counted."""

    requests: "Counter"
    request_seconds: "Histogram"
    runs: "Counter"
    run_seconds: "Histogram"


def prepare(settings: Settings) -> None:
    """Empty the directory of the counts, before the service starts. Raises SettingError."""
    if settings.metrics_token:
        directory = _directory(settings)
        shutil.rmtree(directory, ignore_errors=True)
        try:
            directory.mkdir(mode=0o700)
        except OSError as exc:
            raise SettingError(f"{directory} cannot be made for METRICS_TOKEN: {exc}") from exc
        os.environ[_VARIABLE] = str(directory)


def remove(settings: Settings) -> None:
    """Remove the directory of the counts, when the service has ended."""
    if settings.metrics_token:
        shutil.rmtree(_directory(settings), ignore_errors=True)


def start_process(settings: Settings) -> None:
    """Prepare to count in this process, before it has several threads."""
    if settings.metrics_token:
        instruments()


def forget_process(settings: Settings, process: int) -> None:
    """Remove what only a process that has ended could say; what it counted remains."""
    if settings.metrics_token:
        from prometheus_client import multiprocess

        multiprocess.mark_process_dead(process)  # type: ignore[no-untyped-call]


def register_metrics(app: Flask) -> None:
    """Count the requests of the application."""

    def count(response: Response) -> Response:
        rule = request.url_rule
        method = request.method if request.method in _METHODS else "other"
        route = rule.rule if rule else "none"
        instruments().requests.labels(method, route, str(response.status_code)).inc()
        elapsed = time.perf_counter() - g.started
        instruments().request_seconds.labels(method, route).observe(elapsed)
        return response

    app.after_request(count)


def counted(kind: "JobKind") -> "JobKind":
    """Return a copy of a kind of job that counts its runs."""

    def perform(run: "JobRun") -> dict[str, Any] | None:
        with _counting(kind.name):
            return kind.perform(run)

    result = copy(kind)
    vars(result)["perform"] = perform
    return result


@contextmanager
def _counting(kind: str) -> Iterator[None]:
    started, result = time.perf_counter(), "ended_early"
    try:
        yield
        result = "succeeded"
    finally:
        instruments().runs.labels(kind, result).inc()
        instruments().run_seconds.labels(kind).observe(time.perf_counter() - started)


@cache
def instruments() -> Instruments:
    """Return what is counted, in this process."""
    from prometheus_client import CollectorRegistry, Counter, Histogram

    registry = CollectorRegistry()
    labels = ("method", "route")
    return Instruments(
        Counter("vidworks_requests", "Answered requests", (*labels, "status"), registry=registry),
        Histogram(
            "vidworks_request_duration_seconds",
            "Time until a response begins",
            labels,
            registry=registry,
            buckets=_REQUEST_SECONDS,
        ),
        Counter(
            "vidworks_job_runs", "Runs of jobs that ended", ("kind", "result"), registry=registry
        ),
        Histogram(
            "vidworks_job_run_duration_seconds",
            "Time that a run of a job takes",
            ("kind",),
            registry=registry,
            buckets=_JOB_SECONDS,
        ),
    )


def _directory(settings: Settings) -> Path:
    """Return the service's directory, the same at each start.

    A port alone is not enough: services listen on it at several addresses, or in containers.
    """
    service = f"{settings.host}\n{settings.port}\n{settings.data_dir.resolve()}"
    digest = hashlib.sha256(service.encode(errors="surrogateescape")).hexdigest()[:16]
    memory = Path("/dev/shm")  # noqa: S108 - a directory of its own in there
    parent = memory if memory.is_dir() else Path(tempfile.gettempdir())
    return parent / f"vidworks-metrics-{settings.port}-{digest}"
