"""Lines that are appended beside a document: durable, in order, whole or not at all."""

import os
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from settings.tuning import Tuning
from storage import paths
from storage.documents.line_files import LineFile, Lines, Rewritten
from storage.errors import LockLostError, NotFoundError
from storage.paths import WorkRef
from storage.store import Store
from storage.work_comments import comments_of, index_of_comments
from tests.simultaneous import at_once


@pytest.fixture
def store(tmp_path):
    """A store with a project and a work."""
    store = Store(tmp_path)
    times = {"userId": "u", "createdAt": 1, "updatedAt": 1}
    store.projects.create("p", {"id": "p", **times})
    store.works("p").create("w", {"id": "w", **times})
    return store


@pytest.fixture
def comments(store):
    return comments_of(store, WorkRef("p", "w"))


def say(*values: Any) -> Callable[[Any], list[dict[str, Any]]]:
    return lambda _present: [{"value": value, "at": 5} for value in values]


def values_of(comments: LineFile) -> list[Any]:
    return [line["value"] for line in comments.read().values]


def path_of(store: Store) -> Path:
    return store.root / paths.works_of("p") / "w" / paths.COMMENTS


def test_lines_are_read_in_the_order_in_which_they_were_appended(comments):
    assert values_of(comments) == []

    comments.append(say("a", "two\nlines\r"))
    comments.append(say("b"))
    comments.append(say())

    assert values_of(comments) == ["a", "two\nlines\r", "b"]


def test_an_incomplete_last_line_is_no_line_and_is_cut_off(store, comments):
    comments.append(say("a"))
    with path_of(store).open("ab") as file:
        file.write(b'{"value": "torn"')

    assert values_of(comments) == ["a"]
    comments.append(say("b"))

    assert values_of(comments) == ["a", "b"]
    assert b"torn" not in path_of(store).read_bytes()


def test_a_damaged_line_is_skipped_and_kept(store, comments):
    comments.append(say("a"))
    with path_of(store).open("ab") as file:
        file.write(b"[1]\n?\xff\n")

    comments.append(say("b"))

    assert values_of(comments) == ["a", "b"]
    assert len(comments.read().damaged) == 2
    assert b"?\xff\n" in path_of(store).read_bytes()


def test_simultaneous_appends_lose_nothing(comments):
    at_once([partial(comments.append, say(n)) for n in range(8)])

    assert sorted(values_of(comments)) == list(range(8))


def test_a_file_is_rewritten_as_a_whole_with_its_damaged_lines(store, comments):
    comments.append(say("a", "b"))
    with path_of(store).open("ab") as file:
        file.write(b'?\xff\n{"value": "torn"')
    before = comments.signature()

    comments.append(lambda present: Rewritten(present.values[1:]))

    assert path_of(store).read_bytes() == b'?\xff\n{"value":"b","at":5}\n'
    assert comments.signature() != before
    assert os.stat(path_of(store)).st_mode & 0o777 == 0o600
    comments.append(say("c"))
    assert values_of(comments) == ["b", "c"]
    assert comments.read().sizes == [len(b'{"value":"b","at":5}\n')] * 2


def test_simultaneous_appends_are_not_lost_when_the_file_is_rewritten(comments):
    def drop_odd(present: Lines) -> Rewritten:
        return Rewritten([line for line in present.values if line["value"] % 2 == 0])

    def read() -> None:
        for _ in range(20):
            values = values_of(comments)
            assert [each for each in values if each < 0] == [-2, -4]

    comments.append(say(-2, -4))
    changes: list[Callable[[], None]] = [partial(comments.append, say(n)) for n in range(8)]
    changes += [partial(comments.append, drop_odd) for _ in range(4)]
    at_once([*changes, read])
    comments.append(drop_odd)

    assert sorted(values_of(comments)) == [-4, -2, 0, 2, 4, 6]


def test_what_refuses_leaves_the_file_as_it_is(comments):
    comments.append(say("a"))
    before = comments.signature()

    def refuse(present: Any) -> list[Any]:
        assert len(present.values) == 1
        raise ValueError("refused")

    with pytest.raises(ValueError, match="refused"):
        comments.append(refuse)

    assert comments.signature() == before


def test_a_work_that_does_not_exist_has_no_comments(store):
    with pytest.raises(NotFoundError):
        comments_of(store, WorkRef("p", "../x"))
    other = comments_of(store, WorkRef("p", "w2"))

    assert values_of(other) == []
    with pytest.raises(NotFoundError):
        other.append(say("a"))


def test_whose_lock_may_have_lapsed_does_not_cut_off_what_others_wrote(tmp_path):
    store = Store(tmp_path, tuning=Tuning(safe_lock=-1))
    store.projects.create("p", {"id": "p", "userId": "u", "createdAt": 1, "updatedAt": 1})
    store.works("p").create("w", {"id": "w", "createdAt": 1, "updatedAt": 1})
    comments = comments_of(store, WorkRef("p", "w"))

    def other_writes(_present: Any) -> list[dict[str, Any]]:
        path_of(store).write_bytes(b'{"value": "other"}\n')
        return [{"value": "mine"}]

    with pytest.raises(LockLostError):
        comments.append(other_writes)

    assert values_of(comments) == ["other"]
    with pytest.raises(LockLostError):
        comments.append(lambda present: Rewritten(other_writes(present)))
    assert values_of(comments) == ["other"]


def test_index_has_the_last_line_of_each_work(store, comments):
    def summarize(line: Any) -> dict[str, Any]:
        return {"value": line["value"], "updatedAt": line["at"]}

    index = index_of_comments(store, "p", summarize)
    assert index.current().entries == []

    comments.append(say("a", "b"))
    [first] = index.current().entries
    comments.append(say("c" * 60_000))
    [second] = index.current().entries

    assert (first.id, first.values) == ("w", {"value": "b", "updatedAt": 5})
    assert second.values["value"] == "c" * 60_000


def test_its_file_is_readable_by_its_owner_only(store, comments):
    comments.append(say("a"))

    assert os.stat(path_of(store)).st_mode & 0o777 == 0o600
