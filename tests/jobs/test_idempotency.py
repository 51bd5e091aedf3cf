"""Idempotency-Key: whoever sends the same request again gets the same job, and no second bill."""

from functools import partial
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from config import Settings
from tests.applications import create_app
from tests.jobs import following
from tests.jobs.following import MODELS, ended
from tests.jobs.following import film as new_film
from tests.people import Person
from tests.simultaneous import at_once
from tests.vendors import Vendors
from tests.works.shapes import scene

SCENES = {"kind": "scenes"}


def send(person: Person, url: str, key: str, body: Any = None, **headers: str) -> Any:
    """A request with this Idempotency-Key."""
    sent = {**MODELS, "Idempotency-Key": key, **headers}
    return person.post(url, json=body or {}, headers=sent)


@pytest.mark.parametrize("times", [0, 1])
def test_the_same_request_again_gives_the_same_job(
    ana: Person, film: str, vendors: Vendors, times: int
) -> None:
    """While the job runs, and after its end."""
    first = send(ana, f"{film}/jobs", "key-1", SCENES)
    for _ in range(times):
        ended(ana, first.headers["Location"])

    again = send(ana, f"{film}/jobs", "key-1", SCENES)

    assert again.status_code == 202
    assert again.headers["Location"] == first.headers["Location"]
    assert ended(ana, first.headers["Location"])["attempts"] == 1
    assert len(ana.show(f"{film}/jobs")) == 1
    assert len(vendors.counts()) == 6


def test_the_same_request_many_times_at_once_gives_one_job(
    app: Flask, ana: Person, film: str, vendors: Vendors
) -> None:
    people = [Person(app.test_client(), ana.token, ana.user) for _ in range(6)]

    answers = at_once([partial(send, each, f"{film}/jobs", "key-1", SCENES) for each in people])

    assert [answer.status_code for answer in answers] == [202] * 6
    assert len({answer.headers["Location"] for answer in answers}) == 1
    ended(ana, answers[0].headers["Location"])
    assert len(vendors.counts()) == 6
    assert not list(Path(app.extensions["services"].store.root).rglob(".new*"))


def test_another_key_gives_another_job(ana: Person, film: str) -> None:
    jobs = [send(ana, f"{film}/jobs", key, {"kind": "scenario"}) for key in ("key-1", "key-2")]

    assert jobs[0].json["id"] != jobs[1].json["id"]


def test_no_key_gives_a_new_job_each_time(ana: Person, film: str) -> None:
    jobs = [following.start(ana, film, "scenario") for _ in range(2)]

    assert len(set(jobs)) == 2


@pytest.mark.parametrize(
    "body",
    [
        {"kind": "scenario"},
        {"kind": "scene", "sceneIndex": 0},
        {"kind": "scenes", "sceneIndexes": [0]},
        {"kind": "scenes", "webhookUrl": "http://127.0.0.1:9/"},
    ],
    ids=str,
)
def test_another_body_with_the_same_key_is_409(
    ana: Person, film: str, vendors: Vendors, body: dict[str, Any]
) -> None:
    first = send(ana, f"{film}/jobs", "key-1", SCENES)

    answer = send(ana, f"{film}/jobs", "key-1", body)

    assert answer.status_code == 409
    assert answer.json["error"] == "Idempotency-Key was used for another request"
    ended(ana, first.headers["Location"])
    assert len(vendors.counts()) == 6


def test_the_same_request_is_the_same_though_the_work_changed(
    ana: Person, film: str, vendors: Vendors
) -> None:
    first = send(ana, f"{film}/jobs", "key-1", SCENES)
    ended(ana, first.headers["Location"])
    for scenes in ([scene(7)], []):
        ana.put(film, json={"scenes": scenes})

        again = send(ana, f"{film}/jobs", "key-1", SCENES)

        assert again.status_code == 202
        assert again.json["id"] == first.json["id"]
    assert len(vendors.counts()) == 6


@pytest.mark.parametrize("key", ["x", "a b", "x" * 255, '"quoted"', "../../etc/passwd"])
def test_a_key_is_any_short_text(ana: Person, film: str, key: str) -> None:
    assert send(ana, f"{film}/jobs", key, {"kind": "scenario"}).status_code == 202


def test_the_key_of_one_work_is_not_that_of_another(ana: Person, project: str, film: str) -> None:
    works = (film, new_film(ana, project, 1))

    ids = {send(ana, f"{work}/jobs", "key-1", SCENES).json["id"] for work in works}

    assert len(ids) == 2


def test_the_key_of_someone_else_is_another_one(ana: Person, ben: Person, vendors: Vendors) -> None:
    for person in (ana, ben):
        body = {"prompt": "A lamp"}
        assert send(person, "/api/generate/image", "key-1", body).status_code == 200

    jobs = [person.show("/api/jobs") for person in (ana, ben)]
    assert jobs[0][0]["id"] != jobs[1][0]["id"]
    assert len(vendors.counts()) == 2


class TestOfRequestsThatWait:
    def test_the_same_request_again_gets_the_same_answer(
        self, ana: Person, film: str, vendors: Vendors
    ) -> None:
        answers = [send(ana, f"{film}/generate/scene/0", "key-1") for _ in range(2)]

        assert [answer.status_code for answer in answers] == [200, 200]
        assert answers[0].json == answers[1].json
        assert len(vendors.counts()) == 2

    def test_both_at_once_get_the_same_answer(
        self, app: Flask, ana: Person, film: str, vendors: Vendors
    ) -> None:
        people = [Person(app.test_client(), ana.token, ana.user) for _ in range(3)]

        answers = at_once([partial(send, each, f"{film}/scenario", "key-1") for each in people])

        assert [answer.status_code for answer in answers] == [200] * 3
        assert answers[0].json == answers[1].json == answers[2].json
        assert len(vendors.counts()) == 1

    def test_an_image_of_no_work_is_there_again(self, ana: Person, vendors: Vendors) -> None:
        answers = [
            send(ana, "/api/generate/image", "key-1", {"prompt": "A lamp"}) for _ in range(2)
        ]

        assert answers[0].json == answers[1].json
        assert len(vendors.counts()) == 1

    def test_a_clip_of_no_work_is_there_again(
        self, ana: Person, vendors: Vendors, film: str, samples: Path
    ) -> None:
        ana.upload(f"{film}/media/scene/0/image", samples / "image.png")
        body = {"image_url": f"{film}/media/scene/0/image", "prompt": "It glows"}

        answers = [send(ana, "/api/generate/video", "key-1", body) for _ in range(2)]

        assert [answer.status_code for answer in answers] == [200, 200]
        assert answers[0].json == answers[1].json
        assert len(vendors.counts()) == 1

    def test_another_body_with_the_same_key_is_409(self, ana: Person, vendors: Vendors) -> None:
        send(ana, "/api/generate/image", "key-1", {"prompt": "A lamp"})

        answer = send(ana, "/api/generate/image", "key-1", {"prompt": "A chair"})

        assert answer.status_code == 409
        assert len(vendors.counts()) == 1

    def test_what_failed_fails_again_without_being_asked_again(
        self, ana: Person, vendors: Vendors
    ) -> None:
        vendors.rule(vendor="openai", refuse=True)

        answers = [
            send(ana, "/api/generate/image", "key-1", {"prompt": "A lamp"}) for _ in range(2)
        ]

        assert [answer.status_code for answer in answers] == [502, 502]
        assert answers[0].json == answers[1].json
        assert len(vendors.requests()) == 1

    def test_what_waits_for_a_key_after_a_restart_is_409_and_says_so(
        self, app: Flask, ana: Person, film: str, settings: Settings
    ) -> None:
        app.extensions["services"].jobs.worker.stop(0)
        key = {"x-api-key": "key-of-ana"}
        job = send(ana, f"{film}/jobs", "key-1", {"kind": "scenario"}, **key)
        again = create_app(settings)
        again.extensions["services"].jobs.worker.start()
        there = Person(again.test_client(), ana.token, ana.user)
        ended(there, job.headers["Location"])

        answer = send(there, f"{film}/scenario", "key-1", **key)

        assert answer.status_code == 409
        assert answer.json["error"] == "The job was interrupted"
        assert "Resume the job with the key" in answer.json["details"]["message"]
        assert answer.json["details"]["job"] == job.headers["Location"]
        again.extensions["services"].jobs.worker.stop(1)
