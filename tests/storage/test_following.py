"""A follower of an index gets what changed between two looks."""

import pytest

from storage.documents.index import Change, Follower
from tests.storage.conftest import scan_always, scan_once
from tests.storage.users import create_users, set_number, users_index


def shown(changes: list[Change]) -> list[tuple[str, int, bool]]:
    return [(entry.id, entry.values["number"], deleted) for entry, deleted in changes]


@scan_once
def test_follower_gets_each_change_once(store, second_store):
    create_users(store, "ana", "ben")
    follower = Follower(users_index(second_store))
    assert shown(follower.changes()) == [("ana", 0, False), ("ben", 0, False)]
    assert follower.changes() == []

    set_number(store, "ana", 1)
    store.users.delete("ben")

    assert shown(follower.changes()) == [("ben", 0, True), ("ana", 1, False)]
    assert follower.changes() == []


@scan_always
def test_document_that_is_only_read_again_has_not_changed(store, untrusted_mtimes):
    create_users(store, "ana", "ben")
    follower = Follower(users_index(store))
    follower.changes()

    set_number(store, "ana", 1)

    assert shown(follower.changes()) == [("ana", 1, False)]


def test_follower_reads_nothing_while_the_log_is_unchanged(store, clock, monkeypatch):
    create_users(store, "ana")
    index = users_index(store)
    follower = Follower(index)
    follower.changes()
    clock.advance(10)  # a list scans all files after two seconds

    monkeypatch.setattr(index, "current", lambda: pytest.fail("looked at the index"))

    assert follower.changes() == []
