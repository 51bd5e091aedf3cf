"""Idempotency-Key: a repeated request returns the same job, and pays nothing again."""

from functools import partial
from pathlib import Path
from typing import Any

import pytest

from tests.cases import cases
from tests.jobs.helpers import MODEL_HEADERS, new_work_with_scenes, start_job, wait_until_finished
from tests.people import Person
from tests.simultaneous import at_once
from tests.works.shapes import scene

IMAGE_URL = "{work}/media/scene/0/image"
SCENES_JOB = {"kind": "scenes", "sceneIndexes": [0, 1]}


def post_with_key(person: Person, url: str, key: str, body: Any = None, **headers: str) -> Any:
    """Send a POST request with an Idempotency-Key."""
    sent = {**MODEL_HEADERS, "Idempotency-Key": key, **headers}
    return person.post(url, json=body or {}, headers=sent)


@cases("finished", {"running": False, "finished": True})
def test_repeated_request_returns_the_same_job(ana, work_with_scenes, vendors, finished):
    first = post_with_key(ana, f"{work_with_scenes}/jobs", "key-1", SCENES_JOB)
    if finished:
        wait_until_finished(ana, first.headers["Location"])

    repeated = post_with_key(ana, f"{work_with_scenes}/jobs", "key-1", SCENES_JOB)

    assert repeated.status_code == 202
    assert repeated.headers["Location"] == first.headers["Location"]
    told = [each.headers.get("Idempotency-Replayed") for each in (first, repeated)]
    assert told == [None, "true"]
    assert wait_until_finished(ana, first.headers["Location"])["attempts"] == 1
    assert len(ana.show(f"{work_with_scenes}/jobs")) == 1
    assert len(vendors.counts()) == 4


def test_simultaneous_identical_requests_start_one_job(app, ana, work_with_scenes, vendors):
    clients = [Person(app.test_client(), ana.token, ana.user) for _ in range(6)]

    answers = at_once(
        [
            partial(post_with_key, each, f"{work_with_scenes}/jobs", "key-1", SCENES_JOB)
            for each in clients
        ]
    )

    assert [answer.status_code for answer in answers] == [202] * 6
    assert len({answer.headers["Location"] for answer in answers}) == 1
    wait_until_finished(ana, answers[0].headers["Location"])
    assert len(vendors.counts()) == 4
    assert not list(Path(app.extensions["services"].store.root).rglob(".new*"))


def test_different_keys_start_different_jobs(ana, work_with_scenes):
    jobs = [
        post_with_key(ana, f"{work_with_scenes}/jobs", key, {"kind": "scenario"})
        for key in ("key-1", "key-2")
    ]

    assert jobs[0].json["id"] != jobs[1].json["id"]


def test_requests_without_key_start_a_new_job_each(ana, work_with_scenes):
    jobs = [start_job(ana, work_with_scenes, "scenario") for _ in range(2)]

    assert len(set(jobs)) == 2


@cases(
    "body",
    {
        "another kind": {"kind": "scenario"},
        "one scene": {"kind": "scene", "sceneIndex": 0},
        "some scenes": {"kind": "scenes", "sceneIndexes": [0]},
        "a webhook": {"kind": "scenes", "webhookUrl": "http://127.0.0.1:9/"},
    },
)
def test_same_key_with_another_body_returns_409(ana, work_with_scenes, vendors, body):
    first = post_with_key(ana, f"{work_with_scenes}/jobs", "key-1", SCENES_JOB)

    answer = post_with_key(ana, f"{work_with_scenes}/jobs", "key-1", body)

    assert answer.status_code == 409
    assert answer.json["error"] == "Idempotency-Key was used for another request"
    wait_until_finished(ana, first.headers["Location"])
    assert len(vendors.counts()) == 4


def test_repeated_request_returns_the_same_job_after_the_work_changed(
    ana, work_with_scenes, vendors
):
    first = post_with_key(ana, f"{work_with_scenes}/jobs", "key-1", SCENES_JOB)
    wait_until_finished(ana, first.headers["Location"])
    for scenes in ([scene(7)], []):
        ana.put(work_with_scenes, json={"scenes": scenes})

        repeated = post_with_key(ana, f"{work_with_scenes}/jobs", "key-1", SCENES_JOB)

        assert repeated.status_code == 202
        assert repeated.json["id"] == first.json["id"]
    assert len(vendors.counts()) == 4


@pytest.mark.parametrize(
    "key",
    ["x", "a b", "x" * 255, '"quoted"', "../../etc/passwd"],
    ids=["one character", "space", "255 characters", "quotes", "path"],
)
def test_key_may_be_any_short_printable_ascii(ana, work_with_scenes, key):
    answer = post_with_key(ana, f"{work_with_scenes}/jobs", key, {"kind": "scenario"})

    assert answer.status_code == 202


def test_same_key_in_different_works_starts_different_jobs(ana, project, work_with_scenes):
    works = (work_with_scenes, new_work_with_scenes(ana, project, 2))

    ids = {post_with_key(ana, f"{work}/jobs", "key-1", SCENES_JOB).json["id"] for work in works}

    assert len(ids) == 2


def test_same_key_of_different_users_starts_different_jobs(ana, ben, vendors):
    for person in (ana, ben):
        body = {"prompt": "A lamp"}
        assert post_with_key(person, "/api/generate/image", "key-1", body).status_code == 200

    jobs = [person.show("/api/jobs") for person in (ana, ben)]
    assert jobs[0][0]["id"] != jobs[1][0]["id"]
    assert len(vendors.counts()) == 2


class TestBlockingRequests:
    @cases(
        ("path", "body", "calls"),
        {
            "scene": ("{work}/generate/scene/0", {}, 2),
            "image": ("/api/generate/image", {"prompt": "A lamp"}, 1),
            "clip": ("/api/generate/video", {"image_url": IMAGE_URL, "prompt": "It glows"}, 1),
        },
    )
    def test_repeated_request_returns_the_same_response(
        self, ana, vendors, work_with_scenes, samples, path, body, calls
    ):
        if path == "/api/generate/video":
            ana.upload(IMAGE_URL.format(work=work_with_scenes), samples / "image.png")
        sent = {name: text.format(work=work_with_scenes) for name, text in body.items()}
        url = path.format(work=work_with_scenes)

        answers = [post_with_key(ana, url, "key-1", sent) for _ in range(2)]

        assert [answer.status_code for answer in answers] == [200, 200]
        assert answers[0].json == answers[1].json
        assert len(vendors.counts()) == calls

    def test_simultaneous_identical_requests_return_the_same_response(
        self, app, ana, work_with_scenes, vendors
    ):
        clients = [Person(app.test_client(), ana.token, ana.user) for _ in range(3)]

        answers = at_once(
            [
                partial(post_with_key, each, f"{work_with_scenes}/scenario", "key-1")
                for each in clients
            ]
        )

        assert [answer.status_code for answer in answers] == [200] * 3
        assert answers[0].json == answers[1].json == answers[2].json
        assert len(vendors.counts()) == 1

    def test_same_key_with_another_body_returns_409(self, ana, vendors):
        post_with_key(ana, "/api/generate/image", "key-1", {"prompt": "A lamp"})

        answer = post_with_key(ana, "/api/generate/image", "key-1", {"prompt": "A chair"})

        assert answer.status_code == 409
        assert len(vendors.counts()) == 1

    def test_repeated_failed_request_returns_the_same_error_without_a_new_call(self, ana, vendors):
        vendors.rule(vendor="openai", refuse=True)

        answers = [
            post_with_key(ana, "/api/generate/image", "key-1", {"prompt": "A lamp"})
            for _ in range(2)
        ]

        assert [answer.status_code for answer in answers] == [502, 502]
        assert answers[0].json == answers[1].json
        assert len(vendors.requests()) == 1

    def test_repeated_request_for_a_job_that_lacks_its_key_after_a_restart_returns_409(
        self, app, ana, work_with_scenes, second_app
    ):
        app.extensions["services"].jobs.worker.stop(0)
        key = {"x-api-key": "key-of-ana"}
        job = post_with_key(ana, f"{work_with_scenes}/jobs", "key-1", {"kind": "scenario"}, **key)
        ana_at_second = Person(second_app().test_client(), ana.token, ana.user)
        wait_until_finished(ana_at_second, job.headers["Location"])

        answer = post_with_key(ana_at_second, f"{work_with_scenes}/scenario", "key-1", **key)

        assert answer.status_code == 409
        assert answer.json["error"] == "The job was interrupted"
        assert "Resume the job with the key" in answer.json["details"]["message"]
        assert answer.json["details"]["job"] == job.headers["Location"]
