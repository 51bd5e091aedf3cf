"""Lost answers and SIGKILL: requests with an Idempotency-Key are repeated, and create one each."""

import json
import random
import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from http.client import HTTPException
from typing import Any

import pytest

from tests.jobs.helpers import until
from tests.service import Answer, Client

pytestmark = [pytest.mark.slow, pytest.mark.thorough]

THREADS, REQUESTS, KILLS = 5, 40, 10  # 200 requests, of which about half lose their answer

Json = dict[str, Any]


@dataclass
class Repeater:
    """A client that sends requests, loses answers, and repeats each until it has one."""

    client: Client
    requests: list[tuple[str, Json]]
    random: random.Random
    made: list[tuple[str, str]] = field(default_factory=list)  # the kind and the id

    def run(self) -> None:
        for number, (path, body) in enumerate(self.requests):
            key = f"{self.random.random()}-{number}"
            while self.random.random() < 0.5:
                self._send_without_an_answer(path, body, key)
            first, again = (self._send(path, body, key) for _ in range(2))
            assert (first.status, again.status) == (201, 201), first.body
            assert first.json == again.json
            self.made.append((path, (first.json.get("meta") or first.json)["id"]))

    def _send(self, path: str, body: Json, key: str) -> Answer:
        answers: list[Answer] = []

        def is_answered() -> bool:
            with suppress(OSError, HTTPException):
                answers.append(self.client.post(path, body, Idempotency_Key=key))
            return bool(answers)

        until(is_answered, 60)
        return answers[0]

    def _send_without_an_answer(self, path: str, body: Json, key: str) -> None:
        data = json.dumps(body).encode()
        head = (
            f"POST {path} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {self.client.token}\r\n"
            f"Idempotency-Key: {key}\r\nContent-Length: {len(data)}\r\n\r\n"
        )
        address = ("127.0.0.1", self.client.port)
        with suppress(OSError), socket.create_connection(address) as connection:
            connection.sendall(head.encode() + data)


def orders(project: str, numbers: Iterator[int]) -> list[tuple[str, Json]]:
    """Return requests of all kinds."""
    found: list[tuple[str, Json]] = []
    for number in numbers:
        name = {"name": f"Number {number}"}
        found += [
            ("/api/projects", name),
            (f"{project}/works", name),
            (f"{project}/templates", {**name, "content": {}}),
            ("/api/tokens", {**name, "scopes": ["works:read"]}),
            ("/api/links", {"kind": "upload", "projectId": project.rpartition("/")[2]}),
        ]
    return found


def have_made(repeaters: list[Repeater], number: int) -> bool:
    return sum(len(each.made) for each in repeaters) >= number


def test_requests_that_are_repeated_create_one_each(service, ana):
    project = ana.new_project()
    repeaters = [
        Repeater(
            service.client(ana.token),
            orders(project, iter(range(REQUESTS // 5))),
            random.Random(number),
        )
        for number in range(THREADS)
    ]
    with ThreadPoolExecutor(THREADS) as threads:
        running = [threads.submit(each.run) for each in repeaters]
        for kill in range(KILLS):
            until(partial(have_made, repeaters, kill * THREADS * REQUESTS // KILLS), 60)
            service.kill()
            service.start()
        for each in running:
            each.result(120)

    made = [each for repeater in repeaters for each in repeater.made]
    assert len(set(made)) == THREADS * REQUESTS
    listed = {
        "/api/projects": ana.show("/api/projects"),
        f"{project}/works": ana.show(f"{project}/works"),
        f"{project}/templates": ana.show(f"{project}/templates")["templates"],
        "/api/tokens": ana.show("/api/tokens"),
        "/api/links": ana.show("/api/links")["links"],
    }
    for path, found in listed.items():
        ids = {each["id"] for each in found} - {project.rpartition("/")[2]}
        assert ids == {made_id for made_path, made_id in made if made_path == path}, path
