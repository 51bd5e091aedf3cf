"""Webhooks of comments and decisions, to the owner's address for all jobs."""

from datetime import datetime
from typing import Any

import orjson
import pytest

from schemas.webhooks import REVIEW_EVENTS
from sharing.reviews.notices import Notices
from storage.paths import NOTICES, WorkRef
from storage.store import Store
from tests.access.members import member, set_members
from tests.jobs.helpers import until
from tests.jobs.receiver import Receiver, webhook_secret
from tests.people import Person
from tests.sharing.reviews.conftest import ReviewLink
from tests.web.openapi import problems_of


@pytest.fixture
def receiver(ana):
    """The receiver of ana's webhooks of reviews."""
    with Receiver.running() as receiver:
        default = {"url": receiver.url, "events": list(REVIEW_EVENTS)}
        assert ana.put("/api/webhook", json=default).status_code == 200
        yield receiver


@pytest.fixture
def notices(app):
    found: Notices = app.extensions["services"].notices
    return found


def is_done(store: Store) -> bool:
    return not list(store.collection(NOTICES).documents)


def leave_notice(store: Store, work: str, owner: Person, said_id: str) -> None:
    """Store a notice of a comment, as a process does that dies then."""
    _, _, _, project_id, _, work_id = work.split("/")
    notice: dict[str, Any] = {"userId": owner.user["id"], "event": "review.comment"}
    ids = {"projectId": project_id, "workId": work_id, "saidId": said_id}
    times = {"tries": 0, "createdAt": 1, "updatedAt": 1}
    name = f"notice_{said_id}"
    store.collection(NOTICES).create(name, {"id": name, **notice, **ids, **times})


def say_without_notice(link: ReviewLink, receiver: Receiver, owner: Person) -> dict[str, Any]:
    """Comment while the owner does not want to know: this process has no notice of it."""
    owner.put("/api/webhook", json={"url": receiver.url, "events": ["job.ended"]})
    said = link.say(link.enter())
    owner.put("/api/webhook", json={"url": receiver.url, "events": list(REVIEW_EVENTS)})
    return said


def test_owner_is_told_what_guests_and_members_say(link, receiver, ana, work, store):
    guest = link.enter()
    said = link.say(guest)
    receiver.wait_for_messages(1)
    link.send("POST", "/decision", guest, json={"decision": "approved"})
    receiver.wait_for_messages(2)
    ana.post(f"{work}/decisions", json={"decision": "changes"})

    messages = receiver.wait_for_messages(3)
    payloads = [message.verify(webhook_secret(ana)) for message in messages]

    assert [each["type"] for each in payloads] == list(REVIEW_EVENTS)
    _, _, _, project_id, _, work_id = work.split("/")
    names = {"projectName": "Untitled project", "workName": "Lamp"}
    assert payloads[0]["data"] == {**said, "projectId": project_id, "workId": work_id, **names}
    assert until(lambda: is_done(store))
    description = ana.show("/api/openapi.json")
    for payload, name in zip(payloads, ("Comment", "Decision", "Decision"), strict=True):
        assert problems_of(description, f"{name}Message", payload) == []


@pytest.mark.tuning(webhook_delays=(0, 0, 0))
def test_what_is_not_accepted_is_sent_again_with_the_same_id(link, receiver, store):
    receiver.statuses = [500, 500, 500]

    link.say(link.enter())

    ids = {message.headers["webhook-id"] for message in receiver.wait_for_messages(3)}
    assert len(ids) == 1
    assert until(lambda: is_done(store))
    assert len(receiver.messages) == 3


def test_message_about_a_comment_is_sent_once_more_with_its_id(
    link, receiver, ana, ben, work, store
):
    said = link.say(link.enter())
    decided = ana.post(f"{work}/decisions", json={"decision": "approved"}).json
    receiver.wait_for_messages(2)
    first_ids = {message.headers["webhook-id"] for message in receiver.messages}
    url, ids = f"{work}/reviews/redeliver", [f"notice_{each['id']}" for each in (said, decided)]

    answers = [ana.post(url, json={"id": each}) for each in ids]

    assert [(answer.status_code, answer.json["status"]) for answer in answers] == [(200, 204)] * 2
    payloads = [each.verify(webhook_secret(ana)) for each in receiver.messages[2:]]
    assert {each.headers["webhook-id"] for each in receiver.messages[2:]} == first_ids == {*ids}
    assert [each["type"] for each in payloads] == ["review.comment", "review.approved"]
    at = datetime.fromisoformat(payloads[0]["timestamp"]).timestamp()
    assert round(at * 1000) == said["createdAt"]
    assert ana.post(url, json={"id": said["id"]}).status_code == 404
    assert ben.post(url, json={"id": ids[0]}).status_code == 404
    ana.delete("/api/webhook")
    assert ana.post(url, json={"id": ids[0]}).status_code == 409
    assert len(receiver.messages) == 4


@pytest.mark.tuning(webhook_delays=(0, 60))
def test_what_is_not_accepted_does_not_delay_what_is_said_later(link, receiver, store):
    receiver.statuses = [500]
    guest = link.enter()
    link.say(guest, "First")
    receiver.wait_for_messages(1)

    link.say(guest, "Second")

    texts = [
        orjson.loads(message.body)["data"]["text"] for message in receiver.wait_for_messages(2)
    ]
    assert texts == ["First", "Second"]
    assert until(lambda: len([*store.collection(NOTICES).documents]) == 1)


@pytest.mark.tuning(webhook_delays=(0, 0))
def test_receiver_that_does_not_answer_is_asked_once_for_all_that_is_due(
    link, receiver, notices, store, work, ana
):
    receiver.statuses = [0, 0]
    for said in [say_without_notice(link, receiver, ana) for _ in range(3)]:
        leave_notice(store, work, ana, said["id"])

    notices.send_left()

    assert until(lambda: is_done(store))
    assert len(receiver.messages) == 2


def test_who_does_not_ask_for_reviews_is_not_told(link, receiver, ana, store):
    ana.put("/api/webhook", json={"url": receiver.url, "events": ["job.ended"]})

    link.say(link.enter())

    assert is_done(store)


def test_what_is_refused_is_not_told(link, receiver, store):
    answer = link.send("POST", "/comments", link.enter(), json={"text": "x", "frame": 10**6})

    assert answer.status_code == 400
    assert is_done(store)


def test_notice_of_a_dead_process_is_sent_and_one_of_nothing_dropped(
    link, receiver, notices, store, work, ana
):
    said = say_without_notice(link, receiver, ana)
    leave_notice(store, work, ana, said["id"])
    leave_notice(store, work, ana, "comment_unsaid")

    notices.send_left()

    assert until(lambda: is_done(store))
    [message] = receiver.messages
    assert orjson.loads(message.body)["data"]["id"] == said["id"]


@pytest.mark.tuning(first_pruning=0.05)
def test_notice_of_a_dead_process_is_sent_soon_after_the_start(
    link, receiver, app, store, work, ana
):
    leave_notice(store, work, ana, say_without_notice(link, receiver, ana)["id"])

    app.extensions["services"].jobs.worker.start()

    receiver.wait_for_messages(1)
    assert until(lambda: is_done(store))


def test_a_former_owner_is_told_nothing(link, receiver, notices, store, work, ana, ben):
    link.say(link.enter())
    receiver.wait_for_messages(1)
    said = say_without_notice(link, receiver, ana)
    assert until(lambda: is_done(store))
    project_id = work.split("/")[3]
    store.projects.change(project_id, lambda project: project.update(userId=ben.user["id"]))
    leave_notice(store, work, ana, said["id"])

    notices.send_left()

    assert until(lambda: is_done(store))
    assert len(receiver.messages) == 1


def test_guests_comment_although_the_account_of_the_owner_was_lost(
    ana, ben, work, share, store, export
):
    set_members(store, work.split("/")[3], member(ben, "editor"))
    link = share(ben)
    guest = link.enter()

    store.users.delete(ana.user["id"])

    assert link.say(guest)["author"]["kind"] == "guest"


def test_it_is_on_the_disk_before_what_it_tells_of_is_said(receiver, notices, store, work):
    _, _, _, project_id, _, work_id = work.split("/")

    def interrupt() -> None:
        with notices.telling(WorkRef(project_id, work_id), "review.comment", "comment_1"):
            assert [*store.collection(NOTICES).documents] == ["notice_comment_1"]
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupt()

    assert is_done(store)
    assert receiver.messages == []
