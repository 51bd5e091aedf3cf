"""Nodes that share a data directory: each has change logs of its own, and reads those of all."""

import errno
import os
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from settings.config import SettingError
from settings.tuning import Tuning
from storage.documents.change_log import ChangeLog
from storage.store import Store
from tests.storage.users import create_users, numbers, set_number, users_index


def open_node(root: Path, name: str, **fields: Any) -> Store:
    """Open a node; nodes list each other at each look, so that a new one need not wait."""
    quick = Tuning(nodes_listed=0.0, node_join=0.0, scan_pause=3600.0, node_wait=0.1)
    return Store(root, fsync=False, node=name, tuning=replace(quick, **fields))


def logs(root: Path) -> set[str]:
    return {path.name for path in (root / "users").glob(".changes*")}


def test_list_shows_every_write_of_the_other_nodes_at_once(tmp_path):
    first, second, unnamed = (open_node(tmp_path, name) for name in ("a", "b", ""))
    create_users(first, "ana")
    indexes = [users_index(store) for store in (first, second, unnamed)]
    number = 0
    for _ in range(10):
        for store in (first, second, unnamed):
            number += 1
            set_number(store, "ana", number)

            assert [numbers(index.current()) for index in indexes] == [{"ana": number}] * 3
    assert logs(tmp_path) == {".changes-a", ".changes-b", ".changes"}


def test_list_of_a_node_that_has_written_nothing_shows_a_new_node(tmp_path):
    first = open_node(tmp_path, "a")
    create_users(first, "ana")
    index = users_index(first)
    index.current()

    set_number(open_node(tmp_path, "late"), "ana", 1)

    assert numbers(index.current()) == {"ana": 1}


def test_new_node_writes_nothing_before_the_others_know_of_it(tmp_path):
    other = open_node(tmp_path, "a", nodes_listed=0.2)
    assert other.nodes.names() == ("", "a")

    open_node(tmp_path, "b", node_join=0.3)

    assert other.nodes.names() == ("", "a", "b")


def test_known_node_starts_without_waiting(tmp_path):
    open_node(tmp_path, "a")
    started = time.monotonic()

    open_node(tmp_path, "a", node_join=60.0)

    assert time.monotonic() - started < 30


def test_service_alone_has_no_logs_of_nodes(store, clock):
    create_users(store, "ana")

    assert logs(store.root) == {".changes"}
    assert not (store.root / ".nodes").exists()


def test_two_services_cannot_have_the_same_name(tmp_path):
    first, second = open_node(tmp_path, "a"), open_node(tmp_path, "a")
    open_node(tmp_path, "b").nodes.serve()
    first.nodes.serve()

    with pytest.raises(SettingError, match='NODE is "a"'):
        second.nodes.serve()


def test_service_without_a_name_does_not_serve_beside_a_node(tmp_path):
    open_node(tmp_path, "gone")
    node, unnamed = open_node(tmp_path, "a"), open_node(tmp_path, "")
    unnamed.nodes.serve()
    node.nodes.serve()

    with pytest.raises(SettingError, match='the node "a"'):
        unnamed.nodes.serve()


def test_line_is_written_although_the_open_log_is_of_a_mount_that_has_ended(tmp_path, monkeypatch):
    log = ChangeLog(str(tmp_path), open_node(tmp_path, "a").nodes)
    log.append(["work_a"])
    start = log.position()
    write, failures = os.write, [OSError(errno.ENOTCONN, "the mount has ended")]

    def fail_once(descriptor: int, data: bytes) -> int:
        if failures:
            raise failures.pop()
        return write(descriptor, data)

    monkeypatch.setattr(os, "write", fail_once)
    log.append(["work_b"])

    assert log.since(start, log.position()) == {"work_b"}
