"""Telling a client's server how a job ended, signed as the Standard Webhooks scheme says."""

import time
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask
from standardwebhooks import Webhook, WebhookVerificationError

from config import Settings
from jobs import webhooks
from outbound import fetch
from tests.applications import create_app
from tests.jobs.following import ended, once, resume, start, until
from tests.jobs.receiver import Receiver
from tests.people import Person
from tests.service import free_port
from tests.vendors import Vendors

Job = dict[str, Any]


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with Receiver.running() as receiver:
        yield receiver


@pytest.fixture(autouse=True)
def delays(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Seconds before each of the tries."""
    delays = [0, 0.1, 0.2]
    monkeypatch.setattr(webhooks, "_DELAYS", delays)
    return delays


def secret(person: Person) -> str:
    return str(person.show("/api/webhook-secret")["secret"])


def write(person: Person, work: str, url: str) -> str:
    """Start a job that is told of there; returns its path."""
    return start(person, work, "scenario", webhookUrl=url)


def told(person: Person, job: str) -> Job:
    """The webhook of a job, once it was told, or that was given up."""
    found: Job = once(person, job, lambda job: job["webhook"]["state"] != "pending")["webhook"]
    return found


def test_the_end_of_a_job_is_told(ana: Person, work: str, receiver: Receiver) -> None:
    job = ended(ana, write(ana, work, receiver.url))

    (message,) = receiver.wait_for(1)
    said = message.read(secret(ana))
    assert said["type"] == "job.succeeded"
    assert said["data"].keys() == job.keys()
    for field in ("id", "workId", "state", "calls", "result"):
        assert said["data"][field] == job[field]
    assert message.path == "/hooks?of=ana"
    assert message.headers["content-type"] == "application/json"
    assert message.headers["webhook-id"].startswith(job["id"])


@pytest.mark.parametrize(
    ("rule", "state"), [({"status": 400}, "failed"), ({"cut": "after"}, "interrupted")]
)
def test_every_end_is_told(
    ana: Person, work: str, receiver: Receiver, vendors: Vendors, rule: Any, state: str
) -> None:
    vendors.rule(**rule)

    write(ana, work, receiver.url)

    said = receiver.wait_for(1)[0].read(secret(ana))
    assert (said["type"], said["data"]["state"]) == (f"job.{state}", state)
    assert said["data"]["reason"]


def test_a_cancelled_job_is_told(
    ana: Person, work: str, receiver: Receiver, vendors: Vendors
) -> None:
    vendors.rule(vendor="claude", status=429)
    job = write(ana, work, receiver.url)

    ana.post(f"{job}/cancel")

    assert receiver.wait_for(1)[0].read(secret(ana))["type"] == "job.cancelled"


def test_the_job_shows_that_it_was_told(ana: Person, work: str, receiver: Receiver) -> None:
    webhook = told(ana, write(ana, work, receiver.url))

    assert (webhook["url"], webhook["state"], webhook["tries"]) == (receiver.url, "delivered", 1)
    assert [(each["status"], each["error"]) for each in webhook["deliveries"]] == [(204, None)]


@pytest.mark.parametrize("status", [500, 404, 302, 429])
def test_what_is_not_heard_is_told_again_after_a_while(
    ana: Person, work: str, receiver: Receiver, status: int
) -> None:
    receiver.statuses = [status, status]

    webhook = told(ana, write(ana, work, receiver.url))

    assert (webhook["state"], webhook["tries"]) == ("delivered", 3)
    assert [each["status"] for each in webhook["deliveries"]] == [status, status, 204]
    first, second, third = (each["at"] for each in webhook["deliveries"])
    assert second - first >= 100
    assert third - second >= 200


def test_every_try_has_the_same_id_and_a_signature_of_its_own_time(
    ana: Person, work: str, receiver: Receiver
) -> None:
    receiver.statuses = [500]

    write(ana, work, receiver.url)

    messages = receiver.wait_for(2)
    assert len({message.headers["webhook-id"] for message in messages}) == 1
    for message in messages:
        assert message.read(secret(ana))["type"] == "job.succeeded"
        assert abs(int(message.headers["webhook-timestamp"]) - time.time()) < 10


def test_what_is_never_heard_is_given_up(ana: Person, work: str, app: Flask) -> None:
    webhook = told(ana, write(ana, work, f"http://127.0.0.1:{free_port()}/"))

    assert (webhook["state"], webhook["tries"]) == ("failed", 3)
    assert all(each["status"] is None for each in webhook["deliveries"])
    assert all("127.0.0.1 cannot be reached" in each["error"] for each in webhook["deliveries"])


def test_a_receiver_that_hangs_does_not_hold_up_the_job(
    ana: Person, work: str, receiver: Receiver
) -> None:
    receiver.statuses = [500] * 3

    assert ended(ana, write(ana, work, receiver.url))["state"] == "succeeded"
    assert told(ana, f"{work}/jobs/{ana.show(f'{work}/jobs')[0]['id']}")["state"] == "failed"


def test_a_job_that_goes_on_tells_of_each_end(
    ana: Person, work: str, receiver: Receiver, vendors: Vendors
) -> None:
    vendors.rule(vendor="claude", refuse=True)
    job = write(ana, work, receiver.url)
    told(ana, job)

    resume(ana, job)

    messages = receiver.wait_for(2)
    types = [message.read(secret(ana))["type"] for message in messages]
    assert types == ["job.failed", "job.succeeded"]
    assert len({message.headers["webhook-id"] for message in messages}) == 2


def test_a_job_that_goes_on_before_its_end_was_heard_tells_of_the_new_one(
    ana: Person, work: str, receiver: Receiver, vendors: Vendors, delays: list[float]
) -> None:
    delays[1] = 30
    receiver.statuses = [500]
    vendors.rule(vendor="claude", refuse=True)
    job = write(ana, work, receiver.url)
    receiver.wait_for(1)

    resume(ana, job)

    assert receiver.wait_for(2)[1].read(secret(ana))["type"] == "job.succeeded"
    assert told(ana, job)["state"] == "delivered"


def test_a_job_resumed_while_its_end_is_told_tells_of_the_new_one(
    ana: Person, work: str, receiver: Receiver, vendors: Vendors, monkeypatch: pytest.MonkeyPatch
) -> None:
    vendors.rule(vendor="claude", refuse=True)
    sent = fetch.post
    job = ""

    def sent_and_resumed(*given: Any, **options: Any) -> int:
        status: int = sent(*given, **options)
        if len(receiver.messages) == 1:
            resume(ana, job)
            ended(ana, job)
        return status

    monkeypatch.setattr(fetch, "post", sent_and_resumed)
    job = write(ana, work, receiver.url)

    messages = receiver.wait_for(2)
    types = [message.read(secret(ana))["type"] for message in messages]
    assert types == ["job.failed", "job.succeeded"]


def test_the_secret_is_each_users_own_and_stays(
    ana: Person, ben: Person, settings: Settings
) -> None:
    assert secret(ana) == secret(ana) != secret(ben)

    again = create_app(settings).test_client()
    assert secret(Person(again, ana.token, ana.user)) == secret(ana)


def test_the_secret_of_someone_else_does_not_fit(
    ana: Person, ben: Person, work: str, receiver: Receiver
) -> None:
    write(ana, work, receiver.url)

    with pytest.raises(WebhookVerificationError):
        receiver.wait_for(1)[0].read(secret(ben))


def test_a_message_that_was_altered_does_not_fit(
    ana: Person, work: str, receiver: Receiver
) -> None:
    write(ana, work, receiver.url)
    message = receiver.wait_for(1)[0]

    with pytest.raises(WebhookVerificationError):
        Webhook(secret(ana)).verify(message.body.replace(b"succeeded", b"failed"), message.headers)


def test_nothing_secret_is_told(ana: Person, work: str, receiver: Receiver) -> None:
    key = "sk-of-ana-that-nobody-else-may-see"
    start(ana, work, "scenario", {"x-api-key": key}, webhookUrl=receiver.url)

    message = receiver.wait_for(1)[0]
    assert key not in str(message)
    assert secret(ana).removeprefix("whsec_") not in str(message)


def test_without_the_setting_this_machine_is_not_called(
    settings: Settings, receiver: Receiver
) -> None:
    app = create_app(replace(settings, intranet_hosts=()))
    eve = Person.register(app.test_client(), "eve@example.com")
    work = eve.new_work(eve.new_project())

    answer = eve.post(f"{work}/jobs", json={"kind": "scenario", "webhookUrl": receiver.url})

    assert answer.status_code == 400
    assert "only public addresses" in answer.json["details"]["webhookUrl"]
    assert receiver.messages == []


def test_another_process_goes_on_telling(
    app: Flask, ana: Person, work: str, receiver: Receiver, settings: Settings, delays: list[float]
) -> None:
    delays[1] = 0.6
    receiver.statuses = [500]
    job = write(ana, work, receiver.url)
    receiver.wait_for(1)
    once(ana, job, lambda job: job["webhook"]["tries"])
    app.extensions["services"].jobs.worker.stop(1)

    again = create_app(settings).extensions["services"].jobs.worker
    again.start()

    assert receiver.wait_for(2)[1].read(secret(ana))["type"] == "job.succeeded"
    assert told(ana, job)["state"] == "delivered"
    again.stop(1)


def test_a_job_that_was_told_is_off_the_queue(
    app: Flask, ana: Person, work: str, receiver: Receiver
) -> None:
    told(ana, write(ana, work, receiver.url))

    queue = app.extensions["services"].store.queue
    assert until(lambda: not queue.jobs())
