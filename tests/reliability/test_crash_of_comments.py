"""SIGKILL while guests comment at once and comments are deleted: none is lost, there twice or back.

Their order stays.

`RELIABILITY_ROUNDS=20` kills as often, with 50 guests.
"""

import os
import random
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from http.client import HTTPException
from typing import Any

import orjson
import pytest

from storage.ids import WorkRef
from storage.paths import exports_of
from tests.export.stored import export_document
from tests.jobs.helpers import until
from tests.service import Answer, Client, Service

pytestmark = pytest.mark.slow

ROUNDS = int(os.environ.get("RELIABILITY_ROUNDS", "2"))
GUESTS = 50 if ROUNDS > 2 else 10
DELETIONS = 10  # in each round, which rewrite the file


@dataclass
class Guest:
    """A guest who repeats each comment with the same key until it is acknowledged."""

    client: Client
    path: str
    token: str
    name: str
    said: list[dict[str, Any]] = field(default_factory=list)

    @classmethod
    def enter(cls, client: Client, path: str, name: str) -> "Guest":
        """Say who it is."""
        answer = client.post(f"{path}/guest", {"name": name})
        assert answer.status == 201, answer.body
        return cls(client, path, answer.json["guestToken"], name)

    def comment(self, number: int) -> None:
        """Make a comment of this number."""
        body = {"frame": number, "text": f"{self.name} {number}"}
        key = f"{self.name}-{number}"
        until(partial(self._is_acknowledged, body, key), 120)

    def _is_acknowledged(self, body: dict[str, Any], key: str) -> bool:
        answer: Answer | None = None
        with suppress(OSError, HTTPException):
            headers = {"X_Guest_Token": self.token, "Idempotency_Key": key}
            answer = self.client.post(f"{self.path}/comments", body, **headers)
        if answer is None:  # the service was killed
            return False
        if answer.status in (429, 503):
            time.sleep(float(answer.headers.get("Retry-After", 1)))
            return False
        assert answer.status == 201, answer.body
        self.said.append(answer.json)
        return True


def delete_all(client: Client, paths: list[str]) -> None:
    """Delete comments, each until that is acknowledged."""

    def is_gone(path: str) -> bool:
        with suppress(OSError, HTTPException):
            return client.request("DELETE", path).status in (204, 404)
        return False

    for path in paths:
        until(partial(is_gone, path), 120)


def add_export(service: Service, work: str) -> None:
    """Store an export of the work, as if a job had made it."""
    _, _, _, project_id, _, work_id = work.split("/")
    export = export_document((project_id, work_id), id="export_1", height=36, duration=60, cues=[])
    path = service.data_dir / exports_of(WorkRef(project_id, work_id)) / "export_1" / "export.json"
    path.parent.mkdir(parents=True)
    path.write_bytes(orjson.dumps(export))


def test_comments_of_many_guests_survive_repeated_sigkill(service: Service, ana: Client) -> None:
    work = ana.new_work(ana.new_project())
    add_export(service, work)
    made = ana.post(f"{work}/reviews", {})
    assert made.status == 201, made.body
    path = f"/api/review/{made.json['url'].rpartition('/')[2]}"
    guests = [Guest.enter(service.client(), path, f"Guest {number}") for number in range(GUESTS)]
    deleted = [
        ana.post(f"{work}/comments", {"frame": 0, "text": "x" * 4000}).json["id"]
        for _ in range(DELETIONS * ROUNDS)
    ]
    paths, owner = [f"{work}/comments/{each}" for each in deleted], service.client(ana.token)
    chosen = random.Random(1)

    with ThreadPoolExecutor(GUESTS + 1) as threads:
        for number in range(ROUNDS):
            running = [threads.submit(guest.comment, number) for guest in guests]
            discarded = paths[number * DELETIONS : (number + 1) * DELETIONS]
            running.append(threads.submit(delete_all, owner, discarded))
            enough = chosen.randrange(GUESTS // 2)  # of those that are acknowledged before
            until(lambda: sum(len(each.said) > number for each in guests) >= enough, 60)  # noqa: B023 - it is called at once
            service.kill()
            service.start()
            for each in running:
                each.result(120)

    shown = ana.show(f"{work}/comments")["comments"]
    said = [each for guest in guests for each in guest.said]
    assert len(shown) == GUESTS * ROUNDS
    assert sorted(each["id"] for each in shown) == sorted(each["id"] for each in said)
    assert all(each in shown for each in said)
    assert [each["createdAt"] for each in shown] == sorted(each["createdAt"] for each in shown)
    for guest in guests:
        own = [each["frame"] for each in shown if each["author"]["name"] == guest.name]
        assert own == list(range(ROUNDS))
