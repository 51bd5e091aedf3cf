"""The rows of the table: name, title, target, and the function that measures it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from benchmarks import exports, generation, media, requests, sound
from benchmarks.bench import Bench
from benchmarks.measure import Outcome


@dataclass(frozen=True)
class Row:
    """A row of the table; `measure` is given the target, and decides whether it is reached."""

    name: str
    title: str
    target: float
    target_text: str
    measure: Callable[[Bench, float], Outcome]

    def run(self, bench: Bench) -> Outcome:
        """Measure the row; with errors, it does not pass."""
        bench.errors.clear()
        found = self.measure(bench, self.target)
        return Outcome(found.figure, found.ratio, found.passed and not bench.errors)


ROWS = (
    Row(
        "get-work",
        "GET one work of 40 KB, JWT, 8 connections",
        0.75,
        "≥ 0.75 of the baseline",
        requests.get_work,
    ),
    Row(
        "get-work-many",
        "the same over 32 connections",
        0.65,
        "≥ 0.65 of the baseline",
        requests.get_work_many,
    ),
    Row(
        "get-work-token",
        "GET one work with an API token",
        0.9,
        "≥ 0.9 of the JWT rate",
        requests.get_work_token,
    ),
    Row("list", "GET the list of 1,000 works", 0.6, "≥ 0.6 of the baseline", requests.list_works),
    Row(
        "get-shared-work",
        "GET one work by a member of its project",
        0.9,
        "≥ 0.9 of its owner's rate",
        requests.shared_work,
    ),
    Row(
        "list-shared",
        "GET the list of 1,000 projects of which 900 are shared",
        0.9,
        "≥ 0.9 of the rate for one's own",
        requests.shared_projects,
    ),
    Row(
        "put-work",
        "PUT a 40 KB work, durable (fsync), many works, 32 connections",
        0.75,
        "≥ 0.75 of a bare view with files, ahead of one with SQLite",
        requests.put_work,
    ),
    Row(
        "post-work",
        "POST a work, durable, 32 connections",
        0.75,
        "≥ 0.75 of a bare view with files, ahead of one with SQLite",
        requests.post_work,
    ),
    Row("get-video", "GET a 50 MB video", 0.8, "≥ 0.8 of nginx with sendfile", media.get_video),
    Row(
        "put-raw", "PUT 300 MB raw", 1.5, "≤ 1.5 times nginx's WebDAV PUT plus fsync", media.put_raw
    ),
    Row("post-multipart", "POST 300 MB multipart", 3.0, "≤ 3 times the same", media.post_multipart),
    Row(
        "start",
        "start, from `gunicorn` to the first response, with 10,000 works on disk",
        2.0,
        "< 2 s",
        media.start,
    ),
    Row(
        "get-while-generating",
        "GET one work while twenty generations wait for a provider that hangs",
        1.5,
        "≤ 1.5 times its idle time",
        generation.get_while_generating,
    ),
    Row(
        "mcp-reading",
        "calls of the MCP tools get_work and find, one after the other",
        1.5,
        "≤ 1.5 times the GET that gives the same",
        requests.mcp_tools,
    ),
    Row(
        "export-first",
        "export six clips of 8 s at 1080 x 1920 with texts",
        1.15,
        "≤ 1.15 times one FFmpeg command for the same",
        exports.first_export,
    ),
    Row(
        "export-text-changed",
        "the same after one text was changed",
        0.25,
        "≤ 0.25 of the first",
        exports.changed_text,
    ),
    Row("export-unchanged", "the same, nothing changed", 0.3, "≤ 0.3 s", exports.unchanged),
    Row(
        "export-copy",
        "export the clips untrimmed at their own rate, without texts",
        1.3,
        "≤ 1.3 times `ffmpeg -f concat -c copy`",
        exports.copied,
    ),
    Row("export-draft", "export a draft", 0.25, "≤ 0.25 of the first", exports.draft),
    Row(
        "export-sound",
        "export the clips with voices, ducked music and burned captions of their words",
        1.2,
        "≤ 1.2 times one FFmpeg command for the same",
        sound.first_export,
    ),
    Row(
        "export-line-changed",
        "the same after one line was spoken anew",
        0.2,
        "≤ 0.2 of the first",
        sound.changed_line,
    ),
    Row(
        "get-while-exporting",
        "GET one work while an export runs, p95",
        2.0,
        "≤ 2 times its idle time",
        exports.get_while_exporting,
    ),
)
