"""Events of comments and decisions, for all who see the work."""

import json
from typing import Any

import pytest

from sharing.user_events import SCOPES, Feed


@pytest.fixture
def feed(store, ana, link):
    """What ana's stream follows, after its first look; there is a review link."""
    feed = Feed(store, ana.user["id"], list(SCOPES))
    feed.changes()
    return feed


def new(feed: Feed) -> list[tuple[str, Any]]:
    """Return the names and the data of the events since the last look."""
    events = [each.decode().split("\n") for each in feed.events(feed.changes())]
    return [(name[7:], json.loads(data[6:])) for name, data, *_ in events]


def test_each_comment_change_and_decision_is_told(feed, link, ana, work):
    _, _, _, project_id, _, work_id = work.split("/")
    guest = link.enter()

    said = link.say(guest)
    first = new(feed)
    link.send("PATCH", f"/comments/{said['id']}", guest, json={"text": "Darker"})
    second = new(feed)
    ana.post(f"{work}/decisions", json={"decision": "approved"})
    third = new(feed)

    ids = {"projectId": project_id, "workId": work_id}
    assert first == [("review", {**ids, "updatedAt": said["createdAt"]})]
    assert [name for name, _ in (*second, *third)] == ["review", "review"]
    assert new(feed) == []


def test_comments_do_not_count_as_documents_of_a_position(feed, link):
    before = feed.position(2**40)

    link.say(link.enter())
    feed.changes()

    assert feed.position(2**40) == before._replace(time=2**40)


def test_a_deleted_work_has_an_event_and_its_comments_none(feed, link, ana, work):
    link.say(link.enter())
    new(feed)

    ana.delete(work)

    assert [name for name, _ in new(feed)] == ["work"]
