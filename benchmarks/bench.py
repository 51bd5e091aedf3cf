"""The running servers and their test data, which is created over HTTP when a row needs it."""

from __future__ import annotations

import json
import os
import shutil
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from benchmarks import data, server, team, wrk
from benchmarks.client import Api
from benchmarks.measure import log

CREATORS = 16  # threads that create works
WORK_BYTES = (38_000, 42_000)  # accepted sizes of a "work of 40 KB"
MANY = 256  # works to save in turn: enough that two connections rarely save the same one
DISK_COPIES = 14  # of the 300 MB video; more than all rows together write
MB = 1_000_000


@dataclass(frozen=True)
class Work:
    """A stored work: its URL path, and a file with its document, which wrk sends."""

    path: str
    document: Path


class Bench:
    """The state that rows share. `errors` collects the errors of the row that is running."""

    def __init__(self, directory: Path, seconds: int, rounds: int, stack: ExitStack) -> None:
        self.directory = directory
        self.seconds = seconds
        self.rounds = rounds
        self.errors: list[str] = []
        self._stack = stack
        self._disk_is_prepared = False
        app = server.gunicorn("benchmarks.baseline:app", directory / "baseline", "/")
        self.baseline = stack.enter_context(app)
        app = server.gunicorn("wsgi:app", directory / "service", "/api/health")
        self.service = stack.enter_context(app)
        time.sleep(1)  # the first worker responds before the last one has started
        self.workers = len(self.service.workers())

    def rate(self, load: wrk.Load, seconds: int | None = None) -> float:
        """Run wrk; return the requests per second, and collect its errors."""
        run = wrk.run(load, seconds or self.seconds)
        uneven = "" if run.even else ", connections unevenly spread over the workers"
        log(f"      {run.rate:,.0f}/s, p50 {run.p50}, p99 {run.p99}{uneven}")
        self.errors += run.errors
        return run.rate

    @cached_property
    def nginx(self) -> server.Server:
        """An nginx with as many workers as the service."""
        started = server.nginx(self.directory / "nginx", self.workers)
        return self._stack.enter_context(started)

    @cached_property
    def api(self) -> Api:
        """A client of the service with an access token."""
        return Api.register(self.service.port)

    @cached_property
    def api_token(self) -> str:
        """An API token of the user."""
        scopes = ["projects:read", "projects:write", "works:read", "works:write"]
        response = self.api.call("POST", "/api/tokens", {"name": "bench", "scopes": scopes})
        return str(response["token"])

    @cached_property
    def work(self) -> Work:
        """A work of 40 KB, the only one of its project."""
        return self.new_work(self.api.new_project("One work"))

    @cached_property
    def team(self) -> team.Team:
        """An owner of 1,000 projects, and somebody with whom 900 of them are shared."""
        return team.make(self.api, self.service.port, self.work.path)

    @cached_property
    def many(self) -> Sequence[Work]:
        """Works of 40 KB to save in turn."""
        log(f"  creating {MANY} works of 40 KB")
        project = self.api.new_project("Many works")
        with ThreadPoolExecutor(CREATORS) as pool:
            return list(pool.map(lambda _: self.new_work(project), range(MANY)))

    @cached_property
    def listed(self) -> str:
        """The URL path of a list of 1,000 works."""
        return self._filled("A thousand works", 1_000)

    @cached_property
    def large(self) -> str:
        """The URL path of a list of 10,000 works."""
        return self._filled("A large project", 10_000)

    @cached_property
    def video_50(self) -> Path:
        """A video of 50 MB."""
        return data.video(self.directory / "video-50.mp4", 50 * MB)

    @cached_property
    def video_300(self) -> Path:
        """A video of 300 MB."""
        return data.video(self.directory / "video-300.mp4", 300 * MB)

    def prepare_disk(self) -> None:
        """Write and remove some GB once, so that rows that write reuse allocated blocks.

        Virtual disks allocate a block when it is first written, which takes several times as long
        as overwriting it and would distort comparisons.
        """
        if self._disk_is_prepared:
            return
        log(f"  writing {DISK_COPIES * 0.3:.1f} GB to prepare the disk")
        copies = [self.directory / f"filler-{number}" for number in range(DISK_COPIES)]
        for copy in copies:
            shutil.copyfile(self.video_300, copy)
        os.sync()
        for copy in copies:
            copy.unlink()
        os.sync()
        self._disk_is_prepared = True

    def new_work(self, project: str) -> Work:
        """Create a work of 40 KB in a project."""
        path = self.api.new_work(project, **data.creation())
        work = self._save(path, self._prompt_length)
        document = self.directory / f"{work['id']}.json"
        # Compact and UTF-8, as a browser's JSON.stringify writes it.
        text = json.dumps(work | {"name": data.NAME}, ensure_ascii=False, separators=(",", ":"))
        document.write_text(text, encoding="utf-8")
        return Work(path, document)

    @cached_property
    def _prompt_length(self) -> int:
        """The length of prompts that makes a work of 40 KB; found by trial."""
        path = self.api.new_work(self.api.new_project("Trial"))
        length = 400
        for _ in range(5):
            self._save(path, length)
            size = len(self.api.raw("GET", path))
            if WORK_BYTES[0] <= size <= WORK_BYTES[1]:
                log(f"  works of 40 KB have {size:,} bytes")
                return length
            # A scene has two prompts of this length, and one of a fifth of the length.
            length += int((sum(WORK_BYTES) / 2 - size) / (data.SCENES * 2.2))
        raise RuntimeError(f"could not create a work of 40 KB; the last one has {size} bytes")

    def _save(self, path: str, length: int) -> dict[str, Any]:
        work: dict[str, Any] = self.api.call("PUT", path, data.edited(length))
        return work

    def _filled(self, name: str, count: int) -> str:
        """Create a project with `count` works; the last one has 40 KB, the others no scenes."""
        log(f"  creating a project with {count:,} works")
        project = self.api.new_project(name)
        works = f"{project}/works"
        with ThreadPoolExecutor(CREATORS) as pool:
            bodies = (data.creation() | {"name": f"Work {number}"} for number in range(count - 1))
            for _ in pool.map(lambda body: self.api.call("POST", works, body), bodies):
                pass
        self.new_work(project)
        return works
