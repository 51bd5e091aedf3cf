"""Documents: one file each, whole at any moment, changed by one at a time."""

import os
import stat
import time
from collections.abc import Callable
from pathlib import Path
from threading import Event, Thread
from typing import Any

import orjson
import pytest

from storage.documents import Snapshot
from storage.errors import ExistsError, NotFoundError, UnreadableError
from storage.store import Store
from tests.simultaneous import at_once

NO_IDS = ["", ".", "..", "../users", "a/b", "a\0", "a\n", ".hidden", "-a", "é", "٣", "a" * 65]
GARBAGE = [b"", b"{", b"[]", b"null", b'"text"', b"\xff\xfe", b'{"a": NaN}']


def values(store: Store) -> dict[str, Any]:
    return store.users.snapshot("ana").parse()


def test_is_a_file_that_a_person_can_read(home: Path) -> None:
    assert (home / "user.json").read_text() == '{\n  "name": "Ana",\n  "number": 1\n}'


def test_is_readable_by_its_owner_alone(store: Store, home: Path) -> None:
    store.users.change("ana", lambda user: user.update(number=2))

    for path in store.root.rglob("*"):
        expected = 0o700 if path.is_dir() else 0o600
        assert stat.S_IMODE(path.stat().st_mode) == expected, path


def test_is_answered_as_it_was_written(store: Store, home: Path) -> None:
    made = store.users.create("ben", {"name": "Ben"})
    changed = store.users.change("ana", lambda user: user.update(number=2))

    assert made.data == store.users.snapshot("ben").data
    assert changed.data == (home / "user.json").read_bytes()
    assert changed.etag == store.users.snapshot("ana").etag != made.etag


def test_of_many_who_create_the_same_one_wins(store: Store, other: Store) -> None:
    def creating(number: int) -> Callable[[], Snapshot | None]:
        def create() -> Snapshot | None:
            try:
                return (store, other)[number % 2].users.create("ana", {"number": number})
            except ExistsError:
                return None

        return create

    won = [snapshot for snapshot in at_once([creating(n) for n in range(8)]) if snapshot]

    assert len(won) == 1
    assert store.users.snapshot("ana").data == won[0].data
    assert {path.name for path in (store.root / "users").iterdir()} == {"ana", ".changes"}


@pytest.mark.parametrize("doc_id", NO_IDS)
def test_what_cannot_be_an_id_is_not_found(store: Store, home: Path, doc_id: str) -> None:
    table = store.users
    before = sorted(store.root.rglob("*"))

    with pytest.raises(NotFoundError):
        table.snapshot(doc_id)
    with pytest.raises(NotFoundError):
        table.create(doc_id, {})
    with pytest.raises(NotFoundError):
        table.change(doc_id, lambda _: None)
    with pytest.raises(NotFoundError):
        table.delete(doc_id)
    assert sorted(store.root.rglob("*")) == before


def test_what_is_not_there_is_not_found(store: Store, home: Path) -> None:
    with pytest.raises(NotFoundError):
        store.users.snapshot("ben")
    with pytest.raises(NotFoundError):
        store.users.change("ben", lambda _: None)
    with pytest.raises(NotFoundError):
        store.users.delete("ben")
    assert not (store.root / "users" / "ben").exists()


@pytest.mark.parametrize("garbage", GARBAGE)
def test_what_is_no_json_object_is_unreadable_and_stays_as_it_is(
    store: Store, home: Path, garbage: bytes
) -> None:
    (home / "user.json").write_bytes(garbage)

    with pytest.raises(UnreadableError):
        store.users.snapshot("ana").parse()
    with pytest.raises(UnreadableError):
        store.users.change("ana", lambda user: user.update(number=2))
    assert (home / "user.json").read_bytes() == garbage


def test_a_directory_in_its_place_is_unreadable(store: Store, home: Path) -> None:
    (home / "user.json").unlink()
    (home / "user.json").mkdir()

    with pytest.raises(UnreadableError):
        store.users.snapshot("ana")


def test_a_change_that_fails_leaves_it_as_it_was(store: Store, home: Path) -> None:
    before = (home / "user.json").stat()

    def fail(user: dict[str, Any]) -> None:
        user["number"] = 2
        raise RuntimeError

    with pytest.raises(RuntimeError):
        store.users.change("ana", fail)
    with pytest.raises(TypeError):
        store.users.change("ana", lambda user: user.update(number=object()))

    assert (home / "user.json").stat() == before
    assert values(store)["number"] == 1
    assert store.users.change("ana", lambda user: user.update(number=3)).values["number"] == 3


def test_a_check_that_fails_keeps_it(store: Store, home: Path) -> None:
    def refuse(before: Snapshot) -> None:
        assert before.values["number"] == 1
        raise RuntimeError

    with pytest.raises(RuntimeError):
        store.users.change("ana", lambda user: user.update(number=2), refuse)
    with pytest.raises(RuntimeError):
        store.users.delete("ana", refuse)

    assert values(store)["number"] == 1


def test_a_reader_never_sees_half_of_it(store: Store, home: Path) -> None:
    done = Event()
    lengths = set()

    def write() -> None:
        for turn in range(300):
            text = "ab"[turn % 2] * (1000 if turn % 2 else 200_000)
            store.users.change("ana", lambda user, text=text: user.update(name=text))  # type: ignore[misc]
        done.set()

    writer = Thread(target=write)
    writer.start()
    while not done.is_set():
        user = orjson.loads((home / "user.json").read_bytes())
        assert user["name"] == "Ana" or len(set(user["name"])) == 1
        lengths.add(len(user["name"]))
    writer.join()

    assert {1000, 200_000} <= lengths


def test_a_write_leaves_nothing_beside_it(store: Store, home: Path) -> None:
    for number in range(20):
        store.users.change("ana", lambda user, n=number: user.update(number=n))  # type: ignore[misc]

    assert {path.name for path in home.iterdir()} == {"user.json", ".lock"}


def test_deleted_is_gone_with_all_that_is_in_its_directory(store: Store, home: Path) -> None:
    (home / "media").mkdir()
    (home / "media" / "video.mp4").write_bytes(b"video")

    store.users.delete("ana")

    assert not home.exists()
    assert {path.name for path in home.parent.iterdir()} == {".changes"}


def test_changed_by_hand_is_read_anew(store: Store, home: Path) -> None:
    for age in (0, 3600):  # also with a time that says nothing
        text = f'{{"number": {age}}}'
        (home / "user.json").write_text(text)
        os.utime(home / "user.json", (time.time() - age, time.time() - age))

        assert values(store) == {"number": age}


@pytest.mark.usefixtures("slow_file_clock")
def test_changed_twice_within_a_tick_of_the_files_clock_is_read_anew(
    store: Store, home: Path
) -> None:
    path = home / "user.json"
    for number in range(2, 10):
        now = path.stat().st_mtime_ns
        values(store)

        with path.open("r+b") as file:
            file.write(orjson.dumps({"name": "Ana", "number": number}).ljust(34))
        os.utime(path, ns=(now, now))

        assert path.stat().st_mtime_ns == now
        assert values(store)["number"] == number


def test_in_a_project_that_goes_away_nothing_is_left(store: Store) -> None:
    store.projects.create("p1", {})
    works = store.works("p1")
    works.create("w1", {"number": 1})

    def change(work: dict[str, Any]) -> None:
        work["number"] = 2
        store.projects.delete("p1")

    with pytest.raises(NotFoundError):
        works.change("w1", change)
    with pytest.raises(NotFoundError):
        works.create("w2", {})
    assert {path.name for path in (store.root / "projects").iterdir()} == {".changes"}
