"""Rows about large files, compared with nginx, and about the start of the service."""

from __future__ import annotations

import hashlib
import os
import shutil
import statistics
import time
from collections.abc import Callable
from pathlib import Path

from benchmarks.bench import MB, Bench
from benchmarks.client import Upload, download, multipart_upload, raw_upload
from benchmarks.disk import fsync
from benchmarks.measure import Outcome, compare, log


def get_video(bench: Bench, target: float) -> Outcome:
    """GET of a video of 50 MB, compared with nginx and sendfile; one connection per download."""
    video = bench.video_50
    nginx = bench.nginx
    shutil.copyfile(video, bench.directory / "nginx/files" / video.name)
    path = _reference(bench, bench.api.new_project("Download"))
    raw_upload(bench.service.port, path, video, bench.api.token).send()
    _check_same(bench, path, video)

    def theirs() -> float:
        return _throughput(bench.seconds, lambda: download(nginx.port, f"/{video.name}"))

    def ours() -> float:
        return _throughput(
            bench.seconds, lambda: download(bench.service.port, path, bench.api.token)
        )

    found = compare(bench.rounds, theirs, ours, "MB/s")
    figure = f"{found.ours:,.0f} MB/s against {found.theirs:,.0f} MB/s"
    return Outcome(figure, f"{found.ratio:.2f}", found.ratio >= target)


def put_raw(bench: Bench, target: float) -> Outcome:
    """PUT of a raw body of 300 MB, compared with nginx's WebDAV PUT plus fsync."""
    path = _reference(bench, bench.api.new_project("Raw upload"))
    ours = raw_upload(bench.service.port, path, bench.video_300, bench.api.token)
    return _to_nginx(bench, target, ours)


def post_multipart(bench: Bench, target: float) -> Outcome:
    """POST of the same file as a form, compared with the same PUT of nginx."""
    path = _reference(bench, bench.api.new_project("Form upload"))
    ours = multipart_upload(bench.service.port, path, bench.video_300, "video", bench.api.token)
    return _to_nginx(bench, target, ours)


def start(bench: Bench, target: float) -> Outcome:
    """Time from spawning gunicorn to the first response, with 10,000 works on disk."""
    log(f"  with {bench.large}")  # creates it
    os.sync()  # so that the start does not wait for data of other rows
    times = [bench.service.restart() for _ in range(bench.rounds)]
    for seconds in times:
        log(f"    {seconds:.2f} s")
    median = statistics.median(times)
    return Outcome(f"{median:.2f} s", f"{median:.2f} s", median < target)


def _reference(bench: Bench, project: str) -> str:
    """Create a work and return the URL path of its reference video."""
    return f"{bench.api.new_work(project)}/media/reference"


def _to_nginx(bench: Bench, target: float, ours: Upload) -> Outcome:
    """Compare upload times; both servers replace the file of the previous round."""
    bench.prepare_disk()
    theirs = raw_upload(bench.nginx.port, "/upload.mp4", ours.file)
    stored = bench.directory / "nginx/files/upload.mp4"

    def nginx() -> float:
        os.sync()  # so that the upload does not wait for earlier writes
        seconds = theirs.send()
        start_time = time.perf_counter()
        for path in (stored, stored.parent):
            fsync(path)
        return seconds + time.perf_counter() - start_time

    def service() -> float:
        os.sync()
        return ours.send()

    for upload in (theirs, ours):
        upload.send()  # warm-up: the first file replaces none and uses fresh memory
    # Disk speed varies more than processor speed, and an upload is short: more rounds.
    found = compare(2 * bench.rounds + 1, nginx, service, "s")
    _check_same(bench, ours.path, ours.file)
    theirs_best, ours_best = (min(side) for side in zip(*found.pairs, strict=True))
    figure = f"{found.ours:.2f} s against {found.theirs:.2f} s"
    figure += f" (fastest: {ours_best:.2f} against {theirs_best:.2f})"
    return Outcome(figure, f"{found.ratio:.2f}", found.ratio <= target)


def _throughput(seconds: int, download_once: Callable[[], int]) -> float:
    """Repeat a download for some seconds; return MB/s."""
    start_time = time.perf_counter()
    size = 0
    while time.perf_counter() - start_time < seconds:
        size += download_once()
    return size / MB / (time.perf_counter() - start_time)


def _check_same(bench: Bench, path: str, file: Path) -> None:
    """Raise RuntimeError unless the service returns the same bytes as the file."""
    check = hashlib.sha256()
    download(bench.service.port, path, bench.api.token, check)
    with file.open("rb") as source:
        if check.digest() != hashlib.file_digest(source, "sha256").digest():
            raise RuntimeError(f"GET {path} does not return what was uploaded")
