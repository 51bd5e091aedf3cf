"""TinyDB over a directory: everything that TinyDB's README shows works, and stays within our hooks.

The two private hooks that storage/tables.py overrides are TinyDB's to change. Each operation is
therefore done on a stock table in memory as well, and has to give the same there.
"""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tinydb import Query, TinyDB, operations, where
from tinydb.storages import MemoryStorage
from tinydb.table import Document, Table

from storage.store import Store
from storage.tables import DirectoryStorage

User = Query()
PEOPLE = {
    "ana": {"name": "Ana", "age": 30, "tags": ["a", "b"], "home": {"city": "Lyon"}},
    "ben": {"name": "Ben", "age": 41, "tags": [], "home": {"city": "Bonn"}},
    "cem": {"name": "Cem", "age": 19, "tags": ["b"], "home": {"city": "Izmir"}},
}


class Stock(Table):
    """TinyDB's own table, with ids such as ours."""

    document_id_class = str  # type: ignore[assignment]


def document(doc_id: str, **values: Any) -> Document:
    return Document(values, doc_id)  # type: ignore[arg-type]


def fill(table: Table) -> Table:
    table.insert_multiple([document(doc_id, **values) for doc_id, values in PEOPLE.items()])
    return table


@pytest.fixture
def table(store: Store, monkeypatch: pytest.MonkeyPatch) -> Table:
    """Our table with three people in it, whose storage must not be asked behind our hooks."""
    filled = fill(store.users)
    monkeypatch.delattr(DirectoryStorage, "read")
    monkeypatch.delattr(DirectoryStorage, "write")
    monkeypatch.setattr(DirectoryStorage, "__abstractmethods__", frozenset())
    return filled


@pytest.fixture
def stock() -> Table:
    """TinyDB's table with the same people."""
    return fill(Stock(MemoryStorage(), "users"))  # type: ignore[no-untyped-call]


READS: dict[str, Callable[[Any], Any]] = {
    "all": lambda t: t.all(),
    "iteration": lambda t: [(doc.doc_id, doc) for doc in t],
    "len": len,
    "name": lambda t: t.name,
    "get by id": lambda t: (t.get(doc_id="ben"), t.get(doc_id="ben").doc_id),
    "get by ids": lambda t: t.get(doc_ids=["cem", "none", "ana"]),
    "get by query": lambda t: (t.get(User.age > 40), t.get(User.age > 40).doc_id),
    "get nobody": lambda t: (t.get(doc_id="none"), t.get(User.age > 99), t.get(doc_ids=["none"])),
    "get by what cannot be an id": lambda t: t.get(doc_id="../../etc"),
    "contains": lambda t: [t.contains(doc_id=doc_id) for doc_id in ("ana", "none", "..")],
    "contains by query": lambda t: [t.contains(User.age == age) for age in (19, 20)],
    "count": lambda t: t.count(User.tags.any(["b"])),
    "search": lambda t: [doc.doc_id for doc in t.search(User.name == "Ana")],
    "search twice": lambda t: (t.search(User.age < 40), t.search(User.age < 40)),
    "search deep": lambda t: t.search(User.home.city.matches("B.*")),
    "search with and, or, not": lambda t: t.search(
        ((User.age > 20) & (User.age < 40)) | ~(User.tags.test(bool))
    ),
    "search where": lambda t: t.search(where("home").exists() & where("age").one_of([19, 30])),
    "search nobody": lambda t: t.search(User.nothing == 1),
}
WRITES: dict[str, Callable[[Any], Any]] = {
    "insert": lambda t: t.insert(document("dora", name="Dora")),
    "insert multiple": lambda t: t.insert_multiple([document("dora"), document("eli", age=1)]),
    "insert none": lambda t: t.insert_multiple([]),
    "update all": lambda t: t.update({"seen": True}),
    "update by query": lambda t: t.update({"age": 50}, User.age > 25),
    "update nobody": lambda t: t.update({"age": 50}, User.age > 99),
    "update by ids": lambda t: t.update({"age": 50}, doc_ids=["cem", "none", "ana"]),
    "update by call": lambda t: t.update(lambda doc: doc["tags"].append("new"), doc_ids=["ben"]),
    "update twice": lambda t: t.update(operations.increment("age"), doc_ids=["ben", "ben"]),
    "increment": lambda t: t.update(operations.increment("age"), User.name == "Ana"),
    "decrement": lambda t: t.update(operations.decrement("age")),
    "add": lambda t: t.update(operations.add("age", 7), User.age < 20),
    "subtract": lambda t: t.update(operations.subtract("age", 7), User.age < 20),
    "set": lambda t: t.update(operations.set("age", 7), User.age < 20),
    "delete a field": lambda t: t.update(operations.delete("tags")),
    "update multiple": lambda t: t.update_multiple(
        [
            ({"age": 1}, User.age < 20),
            (operations.increment("age"), User.age > 20),
            ({"x": 1}, User.x == 0),
        ]
    ),
    "upsert one that is there": lambda t: t.upsert({"age": 99}, User.name == "Ben"),
    "upsert by id": lambda t: t.upsert(document("ben", age=99)),
    "upsert a new one": lambda t: t.upsert(document("dora", age=99)),
    "remove by ids": lambda t: t.remove(doc_ids=["ana", "none", "cem"]),
    "remove by query": lambda t: t.remove(User.age > 25),
    "remove nobody": lambda t: t.remove(User.age > 99),
    "truncate": lambda t: t.truncate(),
}
MISTAKES: dict[str, Callable[[Any], Any]] = {
    "insert an id that is there": lambda t: t.insert(document("ana")),
    "insert what is no mapping": lambda t: t.insert([1]),
    "insert one of them twice": lambda t: t.insert_multiple([document("dora"), document("dora")]),
    "insert one that is there": lambda t: t.insert_multiple([document("dora"), document("ana")]),
    "upsert without a query": lambda t: t.upsert({"age": 1}),
    "remove without a query": lambda t: t.remove(),
    "get without a query": lambda t: t.get(),
    "remove one of them twice": lambda t: t.remove(doc_ids=["ana", "ana"]),
    "fail in the middle": lambda t: t.update(lambda doc: doc["home"].pop("x" * doc["age"])),
    "divide by zero for the second": lambda t: t.update(lambda doc: 1 / (doc["age"] - 41)),
}


def contents(table: Table) -> dict[Any, Any]:
    return {doc.doc_id: dict(doc) for doc in table}


@pytest.mark.parametrize("read", READS.values(), ids=READS)
def test_reads_as_tinydb_does(table: Table, stock: Table, read: Callable[[Any], Any]) -> None:
    assert read(table) == read(stock)


@pytest.mark.parametrize("write", WRITES.values(), ids=WRITES)
def test_writes_as_tinydb_does(
    table: Table, stock: Table, other: Store, write: Callable[[Any], Any]
) -> None:
    assert write(table) == write(stock)
    assert contents(table) == contents(other.users) == contents(stock)


@pytest.mark.parametrize("mistake", MISTAKES.values(), ids=MISTAKES)
def test_refuses_as_tinydb_does_and_writes_nothing(
    table: Table, stock: Table, mistake: Callable[[Any], Any]
) -> None:
    errors = []
    for each in (table, stock):
        with pytest.raises((ValueError, KeyError, RuntimeError, ZeroDivisionError)) as raised:
            mistake(each)
        errors.append(raised.value)

    assert isinstance(errors[0], type(errors[1]))
    assert contents(table) == PEOPLE


def test_a_document_without_an_id_gets_one(table: Any) -> None:
    first = table.insert({"name": "Dora"})
    second, third = table.insert_multiple([{"name": "Eli"}, {"name": "Fay"}])

    assert len({first, second, third}) == 3
    assert [table.get(doc_id=doc_id)["name"] for doc_id in (first, third)] == ["Dora", "Fay"]


def test_what_a_reader_does_to_its_copy_changes_nothing(table: Any) -> None:
    table.get(doc_id="ana")["tags"].append("mine")
    table.all()[0]["home"]["city"] = "mine"
    table.search(User.name == "Ana")[0]["age"] = 0

    assert contents(table) == PEOPLE


def test_queries_see_what_others_wrote(table: Table, other: Store) -> None:
    assert table.search(User.name == "Ana")

    other.users.update({"name": "Anna"}, doc_ids=["ana"])  # type: ignore[list-item]

    assert table.search(User.name == "Ana") == []


def versions(table: Table, root: Path) -> dict[str, tuple[int, int]]:
    """Which file each document is: a rewritten one is another."""
    files = {doc.doc_id: os.stat(root / "users" / str(doc.doc_id) / "user.json") for doc in table}
    return {str(doc_id): (file.st_ino, file.st_mtime_ns) for doc_id, file in files.items()}


@pytest.mark.parametrize(
    ("write", "touched"),
    [
        ("update by ids", {"ana", "cem"}),
        ("update by query", {"ana", "ben"}),
        ("update by call", {"ben"}),
        ("update nobody", set()),
        ("upsert by id", {"ben"}),
        ("insert", {"dora"}),
        ("remove by query", {"ana", "ben"}),
        ("decrement", {"ana", "ben", "cem"}),
    ],
)
def test_only_the_files_that_an_update_touched_are_written(
    table: Table, root: Path, write: str, touched: frozenset[str]
) -> None:
    before = versions(table, root)

    WRITES[write](table)

    after = versions(table, root)
    assert {key for key in before | after if before.get(key) != after.get(key)} == touched


def test_an_update_that_changes_nothing_writes_nothing(table: Table, root: Path) -> None:
    before = versions(table, root)

    table.update({"age": 30}, doc_ids=["ana"])  # type: ignore[list-item]

    assert versions(table, root) == before


def test_an_update_is_a_mapping_like_any(table: Any, other: Store) -> None:
    def change(people: Any) -> None:
        people["dora"] = {"age": 1}
        people["eli"] = {"age": 2}
        people["dora"]["age"] += 1
        people["ana"]["age"] = 0
        del people["ben"], people["eli"]
        people.pop("cem")
        assert list(people) == ["ana", "dora"]
        assert len(people) == 2
        assert ["ben" in people, "eli" in people, "dora" in people] == [False, False, True]
        for gone in ("ben", "eli", "none"):
            with pytest.raises(KeyError):
                people[gone]
            with pytest.raises(KeyError):
                del people[gone]

    table._update_table(change)

    assert contents(other.users) == {"ana": {**PEOPLE["ana"], "age": 0}, "dora": {"age": 2}}


def test_the_database_lists_its_tables(store: Store) -> None:
    database: TinyDB = store._database

    assert {"users", "projects", "tokens"} <= database.tables()
    assert database.table("users") is store.users


def test_a_whole_database_is_never_written_at_once(store: Store) -> None:
    fill(store.users)

    with pytest.raises(NotImplementedError):
        store._database.drop_tables()

    assert contents(store.users) == PEOPLE
