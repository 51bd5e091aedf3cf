"""The table: each row's name, what it says, its target and how it is measured."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from benchmarks import generation, media, reads, writes
from benchmarks.bench import Bench
from benchmarks.measure import Outcome


@dataclass(frozen=True)
class Row:
    """One line of the table; `measure` gets the target and judges by it."""

    name: str
    title: str
    target: float
    target_text: str
    measure: Callable[[Bench, float], Outcome]

    def run(self, bench: Bench) -> Outcome:
        """Measure. A rate with errors in it means nothing and does not pass."""
        bench.complaints.clear()
        found = self.measure(bench, self.target)
        return Outcome(found.figure, found.ratio, found.passed and not bench.complaints)


ROWS = (
    Row(
        "get-work",
        "GET one work of 40 KB, JWT",
        0.65,
        "≥ 0.65 of the yardstick",
        reads.get_work,
    ),
    Row(
        "get-work-token",
        "the same with an API token",
        0.9,
        "≥ 0.9 of the JWT rate",
        reads.get_work_token,
    ),
    Row(
        "list",
        "GET the list of 1,000 works, nothing changed",
        0.5,
        "≥ 0.5 of the yardstick",
        reads.list_works,
    ),
    Row(
        "list-while-saving",
        "the same while another client saves a work every 50 ms",
        0.25,
        "≥ 0.25 of the yardstick",
        reads.list_while_saving,
    ),
    Row(
        "put-work",
        "PUT a 40 KB work, durable (fsync), many works, 32 connections",
        0.3,
        "≥ 0.3 of the yardstick",
        writes.put_work,
    ),
    Row(
        "post-work",
        "POST a work, durable, 32 connections",
        0.3,
        "≥ 0.3 of the yardstick",
        writes.post_work,
    ),
    Row(
        "project-size",
        "GET and PUT one work when the project holds 10,000 works instead of 100",
        0.85,
        "within 15 %",
        writes.project_size,
    ),
    Row(
        "get-video",
        "GET a 50 MB video",
        0.8,
        "≥ 0.8 of nginx with sendfile",
        media.get_video,
    ),
    Row(
        "put-raw",
        "PUT 300 MB raw",
        1.5,
        "≤ 1.5 times nginx's WebDAV PUT plus fsync",
        media.put_raw,
    ),
    Row(
        "post-multipart",
        "POST 300 MB multipart",
        3.0,
        "≤ 3 times the same",
        media.post_multipart,
    ),
    Row(
        "upload-memory",
        "resident memory during four such uploads at once",
        60.0,
        "grows by < 60 MB",
        media.upload_memory,
    ),
    Row(
        "start",
        "start, from `gunicorn` to the first answer, with 10,000 works on disk",
        2.0,
        "< 2 s",
        media.start,
    ),
    Row(
        "get-while-generating",
        "GET one work while twenty generations wait for a vendor that hangs",
        1.5,
        "≤ 1.5 times its idle time",
        generation.get_while_generating,
    ),
    Row(
        "clip-memory",
        "resident memory while a clip of 100 MB comes from a vendor",
        30.0,
        "grows by < 30 MB",
        generation.clip_memory,
    ),
)
