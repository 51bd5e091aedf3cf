"""DocumentTable behaves like TinyDB's own table in everything that TinyDB's README shows.

storage/documents/tables.py overrides private hooks, which a new version of TinyDB may change. So
each operation is also run on TinyDB's own table in memory, and has to give the same result.
"""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tinydb import Query, TinyDB, operations, where
from tinydb.storages import MemoryStorage
from tinydb.table import Document, Table

from storage.documents.tables import DirectoryStorage

User = Query()
USERS = {
    "ana": {"name": "Ana", "age": 30, "tags": ["a", "b"], "home": {"city": "Lyon"}},
    "ben": {"name": "Ben", "age": 41, "tags": [], "home": {"city": "Bonn"}},
    "cem": {"name": "Cem", "age": 19, "tags": ["b"], "home": {"city": "Izmir"}},
}


class TinyDBTable(Table):
    """TinyDB's own table, with strings as ids."""

    document_id_class = str  # type: ignore[assignment]


def document(doc_id: str, **values: Any) -> Document:
    """Return a document with an id, to be inserted."""
    return Document(values, doc_id)  # type: ignore[arg-type]


def insert_users(table: Table) -> Table:
    """Insert USERS into a table and return the table."""
    table.insert_multiple([document(doc_id, **values) for doc_id, values in USERS.items()])
    return table


@pytest.fixture
def table(store, monkeypatch):
    """A DocumentTable with three users; reading or writing its whole storage would fail."""
    users = insert_users(store.users)
    monkeypatch.delattr(DirectoryStorage, "read")
    monkeypatch.delattr(DirectoryStorage, "write")
    monkeypatch.setattr(DirectoryStorage, "__abstractmethods__", frozenset())
    return users


@pytest.fixture
def reference():
    """TinyDB's own table with the same users."""
    return insert_users(TinyDBTable(MemoryStorage(), "users"))


READS: dict[str, Callable[[Any], Any]] = {
    "all": lambda t: t.all(),
    "iteration": lambda t: [(doc.doc_id, doc) for doc in t],
    "len": len,
    "name": lambda t: t.name,
    "get by id": lambda t: (t.get(doc_id="ben"), t.get(doc_id="ben").doc_id),
    "get by ids": lambda t: t.get(doc_ids=["cem", "none", "ana"]),
    "get by query": lambda t: (t.get(User.age > 40), t.get(User.age > 40).doc_id),
    "get without a match": lambda t: (
        t.get(doc_id="none"),
        t.get(User.age > 99),
        t.get(doc_ids=["none"]),
    ),
    "get by an invalid id": lambda t: t.get(doc_id="../../etc"),
    "contains": lambda t: [t.contains(doc_id=doc_id) for doc_id in ("ana", "none", "..")],
    "contains by query": lambda t: [t.contains(User.age == age) for age in (19, 20)],
    "count": lambda t: t.count(User.tags.any(["b"])),
    "search": lambda t: [doc.doc_id for doc in t.search(User.name == "Ana")],
    "search twice": lambda t: (t.search(User.age < 40), t.search(User.age < 40)),
    "search in a nested field": lambda t: t.search(User.home.city.matches("B.*")),
    "search with and, or, not": lambda t: t.search(
        ((User.age > 20) & (User.age < 40)) | ~(User.tags.test(bool))
    ),
    "search where": lambda t: t.search(where("home").exists() & where("age").one_of([19, 30])),
    "search without a match": lambda t: t.search(User.nothing == 1),
}
WRITES: dict[str, Callable[[Any], Any]] = {
    "insert": lambda t: t.insert(document("dora", name="Dora")),
    "insert multiple": lambda t: t.insert_multiple([document("dora"), document("eli", age=1)]),
    "insert an empty list": lambda t: t.insert_multiple([]),
    "update all": lambda t: t.update({"seen": True}),
    "update by query": lambda t: t.update({"age": 50}, User.age > 25),
    "update without a match": lambda t: t.update({"age": 50}, User.age > 99),
    "update by ids": lambda t: t.update({"age": 50}, doc_ids=["cem", "none", "ana"]),
    "update by function": lambda t: t.update(
        lambda doc: doc["tags"].append("new"), doc_ids=["ben"]
    ),
    "update one id twice": lambda t: t.update(operations.increment("age"), doc_ids=["ben", "ben"]),
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
    "upsert an existing document": lambda t: t.upsert({"age": 99}, User.name == "Ben"),
    "upsert by id": lambda t: t.upsert(document("ben", age=99)),
    "upsert a new document": lambda t: t.upsert(document("dora", age=99)),
    "remove by ids": lambda t: t.remove(doc_ids=["ana", "none", "cem"]),
    "remove by query": lambda t: t.remove(User.age > 25),
    "remove without a match": lambda t: t.remove(User.age > 99),
    "truncate": lambda t: t.truncate(),
}
ERRORS: dict[str, Callable[[Any], Any]] = {
    "insert an existing id": lambda t: t.insert(document("ana")),
    "insert a list": lambda t: t.insert([1]),
    "insert multiple with one id twice": lambda t: t.insert_multiple(
        [document("dora"), document("dora")]
    ),
    "insert multiple with an existing id": lambda t: t.insert_multiple(
        [document("dora"), document("ana")]
    ),
    "upsert without a query": lambda t: t.upsert({"age": 1}),
    "remove without a query": lambda t: t.remove(),
    "get without a query": lambda t: t.get(),
    "remove one id twice": lambda t: t.remove(doc_ids=["ana", "ana"]),
    "update by a function that raises": lambda t: t.update(
        lambda doc: doc["home"].pop("x" * doc["age"])
    ),
    "update by a function that raises for the second document": lambda t: t.update(
        lambda doc: 1 / (doc["age"] - 41)
    ),
}


def contents(table: Table) -> dict[Any, Any]:
    """Return all documents of a table by id."""
    return {doc.doc_id: dict(doc) for doc in table}


@pytest.mark.parametrize("read", READS.values(), ids=READS)
def test_read_returns_the_same_as_tinydbs_table(table, reference, read):
    assert read(table) == read(reference)


@pytest.mark.parametrize("write", WRITES.values(), ids=WRITES)
def test_write_has_the_same_result_as_on_tinydbs_table(table, reference, second_store, write):
    assert write(table) == write(reference)
    assert contents(table) == contents(second_store.users) == contents(reference)


@pytest.mark.parametrize("operation", ERRORS.values(), ids=ERRORS)
def test_error_is_the_same_as_on_tinydbs_table_and_nothing_is_written(table, reference, operation):
    errors = []
    for each in (table, reference):
        with pytest.raises((ValueError, KeyError, RuntimeError, ZeroDivisionError)) as raised:
            operation(each)
        errors.append(raised.value)

    assert isinstance(errors[0], type(errors[1]))
    assert contents(table) == USERS


def test_document_inserted_without_an_id_gets_a_unique_one(table):
    first = table.insert({"name": "Dora"})
    second, third = table.insert_multiple([{"name": "Eli"}, {"name": "Fay"}])

    assert len({first, second, third}) == 3
    assert [table.get(doc_id=doc_id)["name"] for doc_id in (first, third)] == ["Dora", "Fay"]


def test_changing_returned_documents_does_not_change_the_table(table):
    table.get(doc_id="ana")["tags"].append("changed")
    table.all()[0]["home"]["city"] = "changed"
    table.search(User.name == "Ana")[0]["age"] = 0

    assert contents(table) == USERS


def test_queries_see_writes_of_another_store(table, second_store):
    assert table.search(User.name == "Ana")

    second_store.users.update({"name": "Anna"}, doc_ids=["ana"])

    assert table.search(User.name == "Ana") == []


def file_versions(table: Table, root: Path) -> dict[str, tuple[int, int]]:
    """Return each document's inode and mtime, which change when its file is written."""
    files = {doc.doc_id: os.stat(root / "users" / str(doc.doc_id) / "user.json") for doc in table}
    return {str(doc_id): (file.st_ino, file.st_mtime_ns) for doc_id, file in files.items()}


@pytest.mark.parametrize(
    ("write", "changed"),
    [
        ("update by ids", {"ana", "cem"}),
        ("update by query", {"ana", "ben"}),
        ("update by function", {"ben"}),
        ("update without a match", set()),
        ("upsert by id", {"ben"}),
        ("insert", {"dora"}),
        ("remove by query", {"ana", "ben"}),
        ("decrement", {"ana", "ben", "cem"}),
    ],
)
def test_operation_writes_the_files_of_the_documents_it_changes_only(table, root, write, changed):
    before = file_versions(table, root)

    WRITES[write](table)

    after = file_versions(table, root)
    assert {key for key in before | after if before.get(key) != after.get(key)} == changed


def test_update_to_the_same_value_writes_no_file(table, root):
    before = file_versions(table, root)

    table.update({"age": 30}, doc_ids=["ana"])

    assert file_versions(table, root) == before


def test_updater_gets_a_complete_mutable_mapping(table, second_store):
    def change(users: Any) -> None:
        users["dora"] = {"age": 1}
        users["eli"] = {"age": 2}
        users["dora"]["age"] += 1
        users["ana"]["age"] = 0
        del users["ben"], users["eli"]
        users.pop("cem")
        assert list(users) == ["ana", "dora"]
        assert len(users) == 2
        assert ["ben" in users, "eli" in users, "dora" in users] == [False, False, True]
        for missing in ("ben", "eli", "none"):
            with pytest.raises(KeyError):
                users[missing]
            with pytest.raises(KeyError):
                del users[missing]

    table._update_table(change)

    assert contents(second_store.users) == {"ana": {**USERS["ana"], "age": 0}, "dora": {"age": 2}}


def test_database_lists_its_tables(store):
    database: TinyDB = store._database

    assert {"users", "projects", "tokens"} <= database.tables()
    assert database.table("users") is store.users


def test_dropping_all_tables_is_not_implemented_and_changes_nothing(store):
    insert_users(store.users)

    with pytest.raises(NotImplementedError):
        store._database.drop_tables()

    assert contents(store.users) == USERS
