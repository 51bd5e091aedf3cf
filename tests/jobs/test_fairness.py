"""A user with many jobs does not keep another user's job from being run."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask

from config import Settings
from jobs import worker
from tests.jobs.helpers import (
    MODEL_HEADERS,
    image_spans,
    max_concurrent,
    new_work_with_scenes,
    start_job,
    until,
    wait_until,
    wait_until_finished,
)
from tests.people import Person
from tests.vendors import Vendors


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return replace(settings, provider_concurrency=1)


def test_slots_of_a_provider_are_given_to_users_turn_by_turn(
    ana: Person, ben: Person, project: str, vendors: Vendors
) -> None:
    vendors.rule(vendor="openai", kind="image", slow=0.1, times=None)
    jobs = [start_job(ana, new_work_with_scenes(ana, project, 2)) for _ in range(10)]
    until(lambda: len(vendors.counts()) >= 1)
    before = len(vendors.counts())

    bens = start_job(ben, new_work_with_scenes(ben, ben.new_project(), 1))
    assert wait_until_finished(ben, bens)["state"] == "succeeded"

    # Ben's job needs two calls; Ana's jobs have 40, of which 20 were ahead of the first.
    images = [call for call in vendors.counts()[before:] if call["role"] == "image"]
    assert len(images) < 10
    for job in jobs:
        ana.post(f"{job}/cancel")
    for job in jobs:
        wait_until_finished(ana, job)
    assert max_concurrent(image_spans(vendors)) == 1


class TestManyJobs:
    LIMIT = 4

    @pytest.fixture(autouse=True)
    def _few_jobs(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(worker, "_MAX_RUNNING", self.LIMIT)

    @pytest.fixture
    def vendors(self, vendors: Vendors) -> Vendors:
        """The fake vendors, which do not finish a clip during a test."""
        vendors.rule(vendor="runway", kind="submit", takes=120, times=None)
        return vendors

    def start(self, person: Person, project: str) -> Any:
        work = new_work_with_scenes(person, project, 1)
        return person.post(f"{work}/jobs", json={"kind": "scenes"}, headers=MODEL_HEADERS)

    def test_one_user_cannot_take_all_places_for_jobs(
        self, ana: Person, ben: Person, project: str, vendors: Vendors
    ) -> None:
        answers = [self.start(ana, project) for _ in range(self.LIMIT)]

        assert [each.status_code for each in answers] == [202] * 3 + [503]
        assert answers[-1].json["error"] == "Too many running jobs"
        assert self.start(ben, ben.new_project()).status_code == 202

    def test_queued_jobs_are_claimed_in_turns_of_their_users(
        self,
        app: Flask,
        second_app: Callable[[], Flask],
        ana: Person,
        ben: Person,
        project: str,
        vendors: Vendors,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        monkeypatch.setattr(worker, "_MAX_RUNNING", 20)
        for _ in range(15):
            self.start(ana, project)
        bens = self.start(ben, ben.new_project()).headers["Location"]
        app.extensions["services"].jobs.worker.stop(30)  # the jobs stay in the queue
        monkeypatch.setattr(worker, "_MAX_RUNNING", self.LIMIT)

        second_app()

        wait_until(ben, bens, lambda job: job["attempts"] == 2)
