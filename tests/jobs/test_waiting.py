"""Requests that wait for jobs: they are soon answered, and bounded in number."""

import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask

from config import Settings
from tests.jobs.following import MODELS, ended, once, start, until
from tests.people import Person
from tests.vendors import Vendors

Answers = Callable[[str, str], "Future[Any]"]

FULL = "Too many requests wait for jobs"


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """FileSemaphore for four who wait, of which two may be watchers, and three one user's."""
    return replace(settings, waiters=4)


@pytest.fixture
def vendors(vendors: Vendors) -> Vendors:
    """Vendors who take long for a clip."""
    vendors.rule(vendor="runway", kind="submit", takes=30, times=None)
    return vendors


@pytest.fixture
def long(ana: Person, film: str, vendors: Vendors) -> str:
    """The path of a job that takes long."""
    job = start(ana, film, "scene", sceneIndex=0)
    once(ana, job, lambda job: job["state"] == "waiting")
    return job


@pytest.fixture
def someone(app: Flask, ana: Person, long: str) -> Iterator[Answers]:
    """Sends requests of ana's that wait; at the end, the job ends."""
    with ThreadPoolExecutor(8) as threads:

        def sends(method: str, url: str) -> "Future[Any]":
            person = Person(app.test_client(), ana.token, ana.user)
            return threads.submit(lambda: person.request(method, url, headers=MODELS))

        yield sends
        for job in ana.show(long.rpartition("/")[0]):
            ana.post(f"{long.rpartition('/')[0]}/{job['id']}/cancel")


def room(app: Flask) -> tuple[int, int]:
    """How many places are free: for all, and for watchers."""
    room = app.extensions["services"].jobs.waiters
    return 4 - room._taken.total(), 2 - room._watchers


def test_who_waits_is_answered_as_soon_as_the_job_is_finished(
    ana: Person, long: str, someone: Answers
) -> None:
    waiting = someone("GET", f"{long}?wait=30")
    ana.post(f"{long}/cancel")
    once(ana, long, lambda job: job["finishedAt"])
    finished = time.monotonic()

    assert waiting.result().json["state"] == "cancelled"
    assert time.monotonic() - finished < 10  # of the 30 that it would wait at most


def test_who_asks_for_a_finished_job_takes_no_place(
    app: Flask, ana: Person, long: str, someone: Answers
) -> None:
    done = start(ana, long.rpartition("/jobs/")[0], "scenario")
    ended(ana, done)
    fill(app, long, someone, waiters=3)

    assert ana.show(f"{done}?wait=30")["state"] == "succeeded"


def test_more_than_the_setting_says_are_503(
    app: Flask, ana: Person, long: str, someone: Answers
) -> None:
    fill(app, long, someone, waiters=3)

    answer = ana.get(f"{long}?wait=30")

    assert answer.status_code == 503
    assert answer.json["error"] == FULL
    assert "POST …/jobs" in answer.json["details"]
    assert int(answer.headers["Retry-After"]) > 0


def test_a_request_that_finds_no_place_starts_and_pays_nothing(
    app: Flask, ana: Person, film: str, long: str, vendors: Vendors, someone: Answers
) -> None:
    fill(app, long, someone, waiters=3)
    before = [job["id"] for job in ana.show(f"{film}/jobs")], vendors.counts()

    for url in (f"{film}/scenario", f"{film}/generate/scene/0"):
        assert ana.post(url, headers=MODELS).status_code == 503

    after = [job["id"] for job in ana.show(f"{film}/jobs")], vendors.counts()
    assert after == before


def test_one_user_leaves_places_for_others(
    app: Flask, ben: Person, long: str, someone: Answers
) -> None:
    fill(app, long, someone, waiters=3)
    work = ben.new_work(ben.new_project())

    assert ben.post(f"{work}/scenario", headers=MODELS).status_code == 200


def test_who_does_not_wait_needs_no_place(
    app: Flask, ana: Person, film: str, long: str, someone: Answers
) -> None:
    fill(app, long, someone, waiters=3)

    for url in (film, long, f"{long}?wait=0", f"{film}/jobs"):
        assert ana.get(url).status_code == 200
    start(ana, film, "scenario")


def test_places_are_free_again(app: Flask, ana: Person, long: str, someone: Answers) -> None:
    waiting = fill(app, long, someone, waiters=1, watchers=2)

    ana.post(f"{long}/cancel")

    assert [each.result().status_code for each in waiting] == [200] * 3
    assert room(app) == (4, 2)


def test_watchers_get_half_of_the_places(
    app: Flask, ana: Person, film: str, long: str, someone: Answers
) -> None:
    fill(app, long, someone, watchers=2)

    answer = ana.get(f"{long}/events")

    assert (answer.status_code, answer.json["error"]) == (503, FULL)
    assert int(answer.headers["Retry-After"]) > 0
    assert ana.post(f"{film}/scenario", headers=MODELS).status_code == 200


def test_those_who_wait_may_take_the_places_of_watchers(
    app: Flask, ana: Person, long: str, someone: Answers
) -> None:
    fill(app, long, someone, waiters=3)

    assert ana.get(f"{long}/events").status_code == 503
    assert room(app) == (1, 2)


def test_asking_for_the_head_of_the_events_takes_no_place(
    app: Flask, ana: Person, long: str
) -> None:
    for _ in range(3):
        assert ana.request("HEAD", f"{long}/events").status_code == 200

    assert room(app) == (4, 2)


def test_those_who_wait_are_let_go_when_the_service_stops(
    app: Flask, long: str, someone: Answers
) -> None:
    waiting = fill(app, long, someone, waiters=1, watchers=1)

    app.extensions["services"].jobs.worker.stop(5)

    assert [each.result(5).status_code for each in waiting] == [200, 200]
    assert waiting[0].result().json["state"] == "waiting"


def fill(
    app: Flask, job: str, someone: Answers, waiters: int = 0, watchers: int = 0
) -> list["Future[Any]"]:
    """Have so many wait for a job, and watch it."""
    waiting = [someone("GET", f"{job}?wait=30") for _ in range(waiters)]
    watching = [someone("GET", f"{job}/events") for _ in range(watchers)]
    until(lambda: room(app) == (4 - waiters - watchers, 2 - watchers))
    return waiting + watching
