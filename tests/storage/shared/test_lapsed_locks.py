"""Locks of a cluster's file system lapse when a machine is cut off; its late saves must not win."""

from collections.abc import Callable
from operator import methodcaller
from pathlib import Path

import pytest

from settings.tuning import Tuning
from storage.documents.journal import MIN_DOCUMENT_BYTES
from storage.documents.snapshots import Values
from storage.errors import LockLostError
from storage.files.directories import Directory
from storage.paths import JOURNAL, STAGED
from storage.store import Store
from tests.storage.users import create_users, set_number, user_file

Save = Callable[[Callable[[Values], None]], object]


pytestmark = pytest.mark.tuning(safe_lock=-1.0)


@pytest.fixture
def lapsed(store, second_store):
    """A change during which the lock lapses, and another machine changes the document."""
    create_users(store, "ana")

    def mutate(user: Values) -> None:
        (store.root / "users" / "ana" / ".lock").unlink()  # the other one gets a lock of its own
        set_number(second_store, "ana", 7)
        user["number"] = 1

    return mutate


def test_late_save_does_not_replace_a_newer_version(store, lapsed):
    with pytest.raises(LockLostError):
        store.users.change("ana", lapsed)

    assert store.users.snapshot("ana").values["number"] == 7
    assert not list(store.root.rglob(".tmp-*"))


def test_late_deletion_does_not_delete_a_newer_version(store, second_store):
    create_users(store, "ana")

    def lapse(_snapshot: object) -> None:
        (store.root / "users" / "ana" / ".lock").unlink()
        set_number(second_store, "ana", 7)

    with pytest.raises(LockLostError):
        store.users.delete("ana", lapse)

    assert store.users.snapshot("ana").values["number"] == 7


def test_slow_save_of_an_unchanged_document_succeeds(store):
    create_users(store, "ana")

    set_number(store, "ana", 1)

    assert store.users.snapshot("ana").values["number"] == 1


@pytest.fixture
def large_job(store):
    """The collection of a job `j`, whose steps are appended to a journal."""
    create_users(store, "ana")
    jobs = store.user_jobs("ana")
    jobs.create("j", {"updatedAt": 1, "text": "x" * MIN_DOCUMENT_BYTES, "number": 0})
    return jobs


def test_late_save_does_not_remove_a_first_step(second_store, large_job):
    """The document is the same file then: only its journal is new."""

    def lapse(job: Values) -> None:
        Path(large_job.documents.directory_of("j"), ".lock").unlink()
        others = second_store.user_jobs("ana")
        others.change("j", lambda job: job.update(number=7), step=True)
        job["updatedAt"] = 2

    with pytest.raises(LockLostError):
        large_job.change("j", lapse)

    assert large_job.snapshot("j").values["number"] == 7


@pytest.mark.parametrize("step", [True, False], ids=["a step", "a save"])
@pytest.mark.parametrize("journal", [None, b"", b"of an earlier version\n[]\n"])
def test_slow_change_of_a_job_succeeds_whatever_journal_a_crash_has_left(large_job, journal, step):
    if journal is not None:
        Path(large_job.documents.directory_of("j"), JOURNAL).write_bytes(journal)

    for number in (1, 2):
        large_job.change("j", methodcaller("update", number=number), step=step)

    assert large_job.snapshot("j").values["number"] == 2


@pytest.mark.parametrize("way", ["changes", "takes over"])
def test_change_that_is_about_to_be_put_in_place_fails_after_another_node(store, monkeypatch, way):
    """As if the machine was cut off at the very moment when it replaces the document."""
    other = Store(store.root, fsync=False, node="b" if way == "changes" else "")
    create_users(store, "ana")
    change = other.users.change if way == "changes" else other.users.take_over
    replace = Directory.replace

    def replace_late(directory: Directory, source: str, target: str) -> None:
        monkeypatch.setattr(Directory, "replace", replace)
        Path(user_file(store, "ana").parent, ".lock").unlink()
        change("ana", lambda user: user.update(number=7))
        replace(directory, source, target)

    monkeypatch.setattr(Directory, "replace", replace_late)
    with pytest.raises(LockLostError):
        set_number(store, "ana", 1)

    assert store.users.snapshot("ana").values["number"] == 7


def test_what_is_staged_is_looked_for_unless_this_process_writes_again_and_again(store, clock):
    """No lock can have lapsed meanwhile, and what others staged before is gone."""
    node = Store(store.root, fsync=False, node="b", tuning=Tuning(safe_lock=60.0, node_join=0.0))
    create_users(store, "ana")
    staged = user_file(store, "ana").with_name(f"{STAGED}of-another")

    def remains(change: Callable[[], object]) -> bool:
        staged.touch()
        change()
        return staged.exists()

    assert not remains(lambda: set_number(node, "ana", 1))
    # Staged after it was looked for, but before the document was written, so that no check fails.
    assert not remains(lambda: set_number(node, "ana", 2))
    assert remains(lambda: set_number(node, "ana", 3))
    assert not remains(lambda: node.users.take_over("ana", lambda user: user.update(number=4)))
    node.users.snapshot("ana")  # what is known of the document is from the disk now
    assert not remains(lambda: set_number(node, "ana", 5))
    clock.advance(60)
    assert not remains(lambda: set_number(node, "ana", 6))


def test_save_that_is_refused_does_not_spare_the_next_one_looking_for_what_is_staged(store):
    node = Store(store.root, fsync=False, node="b", tuning=Tuning(safe_lock=60.0, node_join=0.0))
    create_users(store, "ana")

    def refuse(_snapshot: object) -> None:
        raise PermissionError

    for number in (1, 2):
        set_number(node, "ana", number)
    with pytest.raises(PermissionError):
        node.users.change("ana", lambda user: user.update(number=3), refuse)
    staged = user_file(store, "ana").with_name(f"{STAGED}of-another")
    staged.touch()
    set_number(node, "ana", 4)

    assert not staged.exists()
