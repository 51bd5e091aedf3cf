"""A document with its directory takes the place of another one, as `restore --replace` does."""

import errno
import os
from collections.abc import Callable
from contextlib import suppress
from itertools import count
from pathlib import Path

import pytest

from storage.documents import tables
from storage.errors import StorageError
from storage.files import durable_files
from storage.leftovers import find_leftovers, remove_leftovers
from storage.store import Store
from tests.storage.steps import KilledError, failing_at

OLD, NEW = {"userId": "ana", "updatedAt": 1}, {"userId": "ana", "updatedAt": 2}


def cannot_exchange(*_paths: str) -> None:
    raise OSError(errno.EINVAL, os.strerror(errno.EINVAL))


@pytest.fixture(params=[True, False], ids=["exchanging", "moving"])
def project(request, store, monkeypatch):
    """A project with a work, on a file system that can exchange directories, and on another."""
    if not request.param:
        monkeypatch.setattr(durable_files, "exchange", cannot_exchange)
    store.projects.create("p", OLD)
    store.works("p").create("old", {"updatedAt": 1})
    return "p"


def replace(store: Store, project: str) -> None:
    with store.projects.stage(NEW) as staged:
        Path(staged, "works", "new").mkdir(parents=True)
        Path(staged, "works", "new", "work.json").write_text('{"updatedAt": 2}')
        store.projects.add_directory(project, staged, replace=True)


def outcome(store: Store, project: str) -> tuple[int, list[str]]:
    """Return which project is there, with its works."""
    found = store.projects.snapshot(project).values["updatedAt"]
    works = sorted(store.works(project).documents)
    return found, works


def replace_failing_at_each_step(
    store: Store, project: str, error: BaseException, then: Callable[[], None]
) -> list[tuple[int, list[str]]]:
    """Replace the project until no step fails; return what was there after each failure."""
    outcomes: list[tuple[int, list[str]]] = []
    for step in count(1):
        with failing_at(step, error) as steps, suppress(type(error), StorageError):
            replace(store, project)
        if steps.taken < step:
            return outcomes
        then()
        outcomes.append(outcome(store, project))
    raise AssertionError("unreachable")


def test_document_takes_the_place_of_another(store, project):
    replace(store, project)

    assert outcome(store, project) == (2, ["new"])
    assert list(find_leftovers(store.root)) == []


def test_one_of_both_is_there_whatever_fails(store, project):
    failure = OSError(errno.EIO, "I/O error")

    outcomes = replace_failing_at_each_step(store, project, failure, lambda: None)

    assert len(outcomes) > 5
    assert {(1, ("old",)), (2, ("new",))} == {(found, tuple(works)) for found, works in outcomes}


def test_one_of_both_is_there_after_a_crash_and_a_start(store, project):
    outcomes = replace_failing_at_each_step(
        store, project, KilledError(), lambda: remove_leftovers(store.root)
    )

    assert len(outcomes) > 5
    assert {(1, ("old",)), (2, ("new",))} == {(found, tuple(works)) for found, works in outcomes}
    assert list(find_leftovers(store.root)) == []


def test_what_was_about_to_be_replaced_is_put_back_however_young_it_is(store, project):
    """Another node may start an hour before leftovers are old enough to be removed."""
    path = store.root / "projects" / project
    path.rename(path.with_name(f".replaced-{project}.0123"))

    remove_leftovers(store.root, min_age=3600)

    assert outcome(store, project) == (1, ["old"])


def test_what_was_replaced_stays_deleted_with_what_took_its_place(store, project, monkeypatch):
    monkeypatch.setattr(tables, "remove_tree", lambda _directory: None)  # it died before
    replace(store, project)
    store.projects.delete(project)

    remove_leftovers(store.root)

    assert list(store.projects.documents) == []
