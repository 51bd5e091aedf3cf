"""Who is in a work: heartbeats, tabs, what is edited; gone after a time or without access."""

from typing import Any

import pytest

from access.rights import EDITOR, VIEWER
from settings.tuning import Tuning
from sharing.presence.service import MAX_TABS, Presence, PresenceFeed, delete_expired, presence_id
from sharing.user_events import PRESENCE, watch
from storage.clock import now_ms
from storage.errors import DiskFullError, LockedError, UnwritableError
from storage.paths import WorkRef
from storage.store import Store
from tests.access.members import member, set_members, store_of
from tests.people import Person

SCENE = {"kind": "scene", "id": "2"}
CLIP = {"kind": "clip", "id": "clip_1"}


def id_of(path: str) -> str:
    return path.rpartition("/")[2]


@pytest.fixture
def shared(store, project, ben):
    """The id of a project in which Ben is a viewer."""
    set_members(store, id_of(project), member(ben, VIEWER))
    return id_of(project)


def enter(person: Person, work: str, tab: str = "tab-1", editing: Any = None) -> Any:
    answer = person.save(f"{work}/presence", {"tab": tab, "editing": editing})
    return answer["people"]


def entry(person: Person, editing: Any = None, tabs: int = 1) -> dict[str, Any]:
    name = person.user["name"]
    return {"userId": person.user["id"], "name": name, "editing": editing, "tabs": tabs}


@pytest.mark.usefixtures("shared")
def test_everybody_in_a_work_is_shown_with_what_they_edit(ana, ben, work):
    assert enter(ana, work, editing=SCENE) == [entry(ana, SCENE)]
    assert enter(ben, work) == [entry(ana, SCENE), entry(ben)]
    assert enter(ana, work, editing=CLIP) == [entry(ana, CLIP), entry(ben)]


def test_several_tabs_are_one_person_who_edits_what_was_chosen_last(ana, work):
    enter(ana, work, "one", SCENE)
    enter(ana, work, "two", CLIP)

    assert enter(ana, work, "one", SCENE) == [entry(ana, CLIP, tabs=2)]
    assert enter(ana, work, "two") == [entry(ana, SCENE, tabs=2)]


def test_what_was_chosen_last_is_known_within_one_millisecond(ana, work, monkeypatch):
    now = now_ms()
    for module in ("storage.clock", "sharing.presence.service"):
        monkeypatch.setattr(f"{module}.now_ms", lambda: now)

    enter(ana, work, "one", SCENE)

    assert enter(ana, work, "two", CLIP) == [entry(ana, CLIP, tabs=2)]


def test_a_closed_tab_is_gone_at_once_and_another_stays(ana, work):
    enter(ana, work, "one")
    enter(ana, work, "two", SCENE)

    assert ana.delete(f"{work}/presence?tab=two").status_code == 204
    assert ana.delete(f"{work}/presence?tab=two").status_code == 204

    assert enter(ana, work, "one") == [entry(ana)]


def test_a_person_is_in_one_work_and_not_in_another(ana, project, work):
    enter(ana, work, editing=SCENE)

    assert enter(ana, ana.new_work(project)) == [entry(ana)]


@pytest.mark.tuning(presence=0.0)
def test_nobody_is_there_without_heartbeats(ana, work):
    assert enter(ana, work) == []


def test_a_removed_member_is_not_shown(ana, ben, work, shared, store):
    enter(ben, work)
    set_members(store, shared)

    assert Presence(store, 40).people_in(WorkRef(shared, id_of(work))) == []
    assert ben.put(f"{work}/presence", json={"tab": "tab-1"}).status_code == 404
    assert ben.delete(f"{work}/presence?tab=tab-1").status_code == 404


def test_a_disabled_user_is_not_shown(ana, ben, work, shared, store):
    enter(ben, work)
    store.users.change(ben.user["id"], lambda user: user.update(disabled=True))

    assert Presence(store, 40).people_in(WorkRef(shared, id_of(work))) == []


def test_one_person_has_so_many_tabs_at_most(ana, work):
    for number in range(MAX_TABS + 2):
        people = enter(ana, work, f"tab-{number}")

    assert people == [entry(ana, tabs=MAX_TABS)]


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "tab"),
        ({"tab": "/"}, "tab"),
        ({"tab": "a", "editing": {"kind": "cat", "id": "1"}}, "editing.kind"),
        ({"tab": "a", "editing": {"kind": "scene"}}, "editing.id"),
        ({"tab": "a", "editing": {"kind": "scene", "id": "x" * 101}}, "editing.id"),
    ],
)
def test_an_invalid_heartbeat_is_refused(ana, work, body, field):
    refused = ana.put(f"{work}/presence", json=body)

    assert refused.status_code == 400
    assert [*refused.json["details"]] == [field]


def test_there_is_nobody_in_a_work_that_is_not_there(ana, project):
    path = f"{project}/works/work_none/presence"

    assert ana.put(path, json={"tab": "a"}).status_code == 404


@pytest.mark.parametrize("error", [DiskFullError, UnwritableError, LockedError])
def test_where_nothing_can_be_written_one_works_on_unseen(ana, work, store, monkeypatch, error):
    def fail(*_: Any) -> None:
        raise error("full")

    monkeypatch.setattr(type(store.presence), "create", fail)

    assert enter(ana, work) == []


def test_what_a_power_failure_left_of_a_document_is_deleted(ana, work, store):
    enter(ana, work)
    [document_id] = store.presence.documents
    (store.root / "presence" / document_id / "presence.json").write_bytes(b"")

    assert enter(ana, work) == []
    delete_expired(store)
    assert enter(ana, work) == [entry(ana)]


def test_what_nobody_has_open_is_forgotten(ana, work, store):
    enter(ana, work)
    delete_expired(store)
    [document_id] = store.presence.documents
    store.presence.change(document_id, lambda document: document.update(updatedAt=1))

    delete_expired(store)

    assert [*store.presence.documents] == []


class Feed:
    """The news that somebody gets of projects."""

    def __init__(self, store: Store, seconds: float = 40) -> None:
        self._feed = PresenceFeed(store, seconds)

    def news(self, *project_ids: str) -> list[Any]:
        return [(each["workId"], each["people"]) for each in self._feed.changes(project_ids)]


def test_a_feed_tells_of_changes_and_not_of_heartbeats(ana, ben, work, shared, store):
    feed, work_id = Feed(store), id_of(work)
    enter(ana, work)
    assert feed.news(shared) == [(work_id, [entry(ana)])]
    enter(ana, work)
    assert feed.news(shared) == []
    enter(ben, work)
    assert feed.news(shared) == [(work_id, [entry(ana), entry(ben)])]
    assert feed.news() == []
    ana.delete(f"{work}/presence?tab=tab-1")
    assert feed.news(shared) == [(work_id, [entry(ben)])]
    set_members(store, shared)
    assert feed.news(shared) == [(work_id, [])]


def test_a_feed_tells_when_somebody_falls_silent(ana, work, shared, store):
    feed = Feed(store)
    enter(ana, work)
    assert len(feed.news(shared)) == 1

    document_id = presence_id(WorkRef(shared, id_of(work)))
    store.presence.change(document_id, lambda each: each["tabs"][0].update(seenAt=1))

    assert feed.news(shared) == [(id_of(work), [])]


def test_nodes_see_who_is_on_the_others(ana, work, shared, store):
    quick = Tuning(node_join=0, nodes_listed=0)
    left, right = (Store(store.root, node=name, tuning=quick) for name in ("left", "right"))
    feed, user_id = Feed(right), ana.user["id"]
    assert feed.news(shared) == []

    Presence(left, 40).enter(WorkRef(shared, id_of(work)), user_id, {"tab": "a", "editing": SCENE})
    assert feed.news(shared) == [(id_of(work), [entry(ana, SCENE)])]
    Presence(right, 40).enter(WorkRef(shared, id_of(work)), user_id, {"tab": "b", "editing": None})

    assert Presence(left, 40).people_in(WorkRef(shared, id_of(work))) == [entry(ana, SCENE, tabs=2)]


@pytest.mark.parametrize(("scope", "is_told"), [("works:read", True), ("projects:read", False)])
def test_event_streams_tell_who_may_read_works(app, ana, ben, work, shared, scope, is_told):
    set_members(store_of(app), shared, member(ben, EDITOR))
    enter(ben, work, editing=CLIP)
    tuning = app.extensions["services"].settings.tuning

    first: list[bytes] = []
    for event in watch(store_of(app), ana.user["id"], [scope], None, tuning, {}):
        if event is None:
            break
        first.append(event)

    assert any(f"event: {PRESENCE}".encode() in each for each in first) == is_told


def test_who_was_seen_before_the_clock_was_set_back_is_gone_as_well(ana, work, store):
    enter(ana, work)
    document_id = presence_id(WorkRef(work.split("/")[3], id_of(work)))

    def set_clock_back(document: dict[str, Any]) -> None:
        document["tabs"][0]["seenAt"] += 60_000

    store.presence.change(document_id, set_clock_back)
    assert Presence(store, 40).people_in(WorkRef(work.split("/")[3], id_of(work))) == []
