"""Shared projects in the feed of events: from when a user is a member, until that ends."""

import pytest

from access.rights import EDITOR, VIEWER
from jobs.model import JobRef, JobSpec, Webhook, new_job, shown_to
from sharing.user_events import SCOPES, Feed
from storage.clock import now_ms
from storage.paths import jobs_of_user
from tests.access.members import id_of, member, set_members

Event = tuple[str, str, bool]  # the name, the id of what changed, whether it appears as deleted


@pytest.fixture
def feed(store, ben):
    """What Ben is told of, who has looked at it once."""
    feed = Feed(store, ben.user["id"], list(SCOPES))
    feed.changes()
    return feed


def new(feed: Feed) -> list[Event]:
    return [(name, each.entry.id, each.deleted) for name, _, each in feed.changes()]


def test_a_member_is_told_of_a_project_and_of_what_it_contains_until_the_access_ends(
    store, ana, ben, feed
):
    project = ana.new_project()
    project_id = id_of(project)
    first = id_of(ana.new_work(project))
    assert new(feed) == []

    set_members(store, project_id, member(ben, VIEWER))
    assert new(feed) == [("work", first, False), ("project", project_id, False)]

    second = id_of(ana.new_work(project))
    assert new(feed) == [("work", second, False)]

    set_members(store, project_id, member(ben, EDITOR))
    assert new(feed) == [("project", project_id, False)]

    ana.patch(f"{project}/works/{first}", json={"name": "Not Ben's to know"})
    set_members(store, project_id)
    ended = feed.changes()
    assert [(name, each.entry.id, each.deleted) for name, _, each in ended] == [
        ("project", project_id, True)
    ]
    assert b'"accessEnded":true' in b"".join(feed.events(ended))

    ana.new_work(project)
    assert ana.delete(project).status_code == 204
    assert new(feed) == []


def test_a_stream_that_missed_the_end_of_an_access_begins_anew(store, ana, ben, feed):
    project_id = id_of(ana.new_project())
    set_members(store, project_id, member(ben, VIEWER))
    seen = now_ms()
    before = feed.position(seen)
    feed.changes()
    assert feed.position(seen) != before

    set_members(store, project_id)
    feed.changes()

    assert feed.position(seen) == before


def test_what_was_there_before_an_access_counts_from_then_on_only(store, ana, ben, feed):
    project_id = id_of(ana.new_project())
    joined = store.projects.snapshot(project_id).values["createdAt"] + 1_000
    set_members(store, project_id, {**member(ben, VIEWER), "addedAt": joined})
    feed.changes()

    assert feed.position(joined - 1).checksum == 0
    assert feed.position(joined).checksum != 0


def test_only_whoever_ordered_a_job_sees_its_webhook():
    webhook = Webhook("https://hooks.example/s3cret", [])
    spec = JobSpec("scenario", "user_1", {}, [], webhook=webhook)
    job = new_job(JobRef(jobs_of_user("user_1"), "job_1"), spec)

    assert shown_to("user_1", job)["webhook"]["url"] == "https://hooks.example/s3cret"
    assert shown_to("user_2", job) == {**shown_to("user_1", job), "webhook": None}
