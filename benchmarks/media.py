"""Rows about big files, against nginx, and about the memory and the start of the service."""

from __future__ import annotations

import hashlib
import os
import shutil
import statistics
import threading
import time
from collections.abc import Callable
from pathlib import Path

from benchmarks.bench import MB, Bench
from benchmarks.client import FAILURES, Upload, download, multipart_upload, raw_upload
from benchmarks.measure import Outcome, compare, log
from benchmarks.memory import Sampler


def get_video(bench: Bench, target: float) -> Outcome:
    """GET of a video of 50 MB, against nginx with sendfile; one connection a download."""
    video = bench.video_50
    nginx = bench.nginx
    shutil.copyfile(video, bench.directory / "nginx/files" / video.name)
    path = _reference(bench, bench.new_project("Download"))
    raw_upload(bench.service.port, path, video, bench.jwt).send()
    _check_same(bench, path, video)

    def theirs() -> float:
        return _throughput(bench.seconds, lambda: download(nginx.port, f"/{video.name}"))

    def ours() -> float:
        return _throughput(bench.seconds, lambda: download(bench.service.port, path, bench.jwt))

    found = compare(bench.rounds, theirs, ours, "MB/s")
    figure = f"{found.ours:,.0f} MB/s against {found.theirs:,.0f} MB/s"
    return Outcome(figure, f"{found.ratio:.2f}", found.ratio >= target)


def put_raw(bench: Bench, target: float) -> Outcome:
    """PUT of a raw body of 300 MB, against nginx's WebDAV PUT plus fsync."""
    path = _reference(bench, bench.new_project("Raw upload"))
    ours = raw_upload(bench.service.port, path, bench.video_300, bench.jwt)
    return _to_nginx(bench, target, ours)


def post_multipart(bench: Bench, target: float) -> Outcome:
    """POST of the same file as a form, against the same."""
    path = _reference(bench, bench.new_project("Form upload"))
    ours = multipart_upload(bench.service.port, path, bench.video_300, "video", bench.jwt)
    return _to_nginx(bench, target, ours)


def upload_memory(bench: Bench, target: float) -> Outcome:
    """Growth of resident memory during four uploads of 300 MB at once."""
    project = bench.new_project("Four uploads")
    paths = [_reference(bench, project) for _ in range(4)]
    port, video, token = bench.service.port, bench.video_300, bench.jwt
    uploads = [raw_upload(port, path, video, token) for path in paths[:2]]
    uploads += [multipart_upload(port, path, video, "video", token) for path in paths[2:]]
    # A fresh service: what earlier rows left allocated would hide what these uploads take.
    bench.service.restart()
    for _ in range(50):
        bench.api.call("GET", project)
    with Sampler(bench.service.processes()) as sampler:
        bench.complaints += _at_once(uploads)
    growth = (sampler.peak - sampler.first) / MB
    figure = f"{sampler.first / MB:.0f} MB, at most {sampler.peak / MB:.0f} MB"
    return Outcome(figure, f"{growth:+.0f} MB", growth < target)


def start(bench: Bench, target: float) -> Outcome:
    """Time from spawning gunicorn to the first answer, with 10,000 works and more on disk."""
    log(f"  beside others, {bench.large.path}")  # makes them
    os.sync()  # the uploads of other rows aren't the start's to wait for
    times = [bench.service.restart() for _ in range(bench.rounds)]
    for seconds in times:
        log(f"    {seconds:.2f} s")
    median = statistics.median(times)
    return Outcome(f"{median:.2f} s", f"{median:.2f} s", median < target)


def _reference(bench: Bench, project: str) -> str:
    """Create a work and return the URL path of its reference video."""
    work = bench.api.call("POST", f"{project}/works", {})
    return f"{project}/works/{work['id']}/media/reference"


def _to_nginx(bench: Bench, target: float, ours: Upload) -> Outcome:
    """Compare times of uploads; both servers replace the file of the round before."""
    bench.break_in_disk()
    theirs = raw_upload(bench.nginx.port, "/upload.mp4", ours.file)
    stored = bench.directory / "nginx/files/upload.mp4"

    def nginx() -> float:
        os.sync()  # what others wrote before isn't ours to wait for
        seconds = theirs.send()
        began = time.perf_counter()
        for path in (stored, stored.parent):
            _fsync(path)
        return seconds + time.perf_counter() - began

    def service() -> float:
        os.sync()
        return ours.send()

    for upload in (theirs, ours):
        upload.send()  # the first file replaces none, and meets memory that was never used
    # A disk's pace jumps more than a processor's, and an upload is short: more rounds.
    found = compare(2 * bench.rounds + 1, nginx, service, "s")
    _check_same(bench, ours.path, ours.file)
    theirs_best, ours_best = (min(side) for side in zip(*found.pairs, strict=True))
    figure = f"{found.ours:.2f} s against {found.theirs:.2f} s"
    figure += f" (fastest: {ours_best:.2f} against {theirs_best:.2f})"
    return Outcome(figure, f"{found.ratio:.2f}", found.ratio <= target)


def _fsync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _throughput(seconds: int, once: Callable[[], int]) -> float:
    """Repeat a download for some seconds and return MB/s."""
    began = time.perf_counter()
    size = 0
    while time.perf_counter() - began < seconds:
        size += once()
    return size / MB / (time.perf_counter() - began)


def _check_same(bench: Bench, path: str, file: Path) -> None:
    """Raise RuntimeError unless the service hands out the file's very bytes."""
    check = hashlib.sha256()
    download(bench.service.port, path, bench.jwt, check)
    with file.open("rb") as source:
        if check.digest() != hashlib.file_digest(source, "sha256").digest():
            raise RuntimeError(f"GET {path} does not return what was uploaded")


def _at_once(uploads: list[Upload]) -> list[str]:
    """Send all uploads at the same time and return what failed."""
    failures: list[str] = []

    def send(upload: Upload) -> None:
        try:
            upload.send()
        except FAILURES as error:
            failures.append(str(error))

    threads = [threading.Thread(target=send, args=(upload,)) for upload in uploads]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return failures
