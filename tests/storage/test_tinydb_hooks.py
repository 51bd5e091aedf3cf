"""TinyDB's documented interface, over a directory.

It rests on private hooks of TinyDB's Table (`_read_table`, `_update_table`, `_get_next_id`): these
tests notice a TinyDB release that changes them.
"""

import os
from typing import Any

import pytest
from tinydb import where
from tinydb.operations import increment
from tinydb.table import Document

from storage.documents import DocumentTable
from storage.store import Store


@pytest.fixture
def table(store: Store) -> DocumentTable:
    """Three documents: a, b and c with the numbers 1, 2 and 3."""
    for number, doc_id in enumerate("abc", 1):
        store.projects.insert(Document({"number": number}, doc_id))  # type: ignore[arg-type]
    return store.projects


def inodes(table: DocumentTable) -> dict[str, int]:
    return {doc_id: os.stat(table.documents.path(doc_id)).st_ino for doc_id in table.documents}


def numbers(table: DocumentTable) -> dict[str, Any]:
    return {str(document.doc_id): document["number"] for document in table.all()}


def ids(*names: str) -> Any:
    return list(names)


def test_documents_are_read_by_id_and_by_query(table: DocumentTable) -> None:
    assert table.get(doc_id=ids("b")[0]) == {"number": 2}
    assert table.get(doc_id=ids("z")[0]) is None
    assert table.get(where("number") == 3) == {"number": 3}
    assert table.search(where("number") > 1) == [{"number": 2}, {"number": 3}]
    assert table.contains(where("number") == 1)
    assert table.count(where("number") < 3) == 2
    assert len(table) == 3
    assert [document["number"] for document in table] == [1, 2, 3]


def test_an_insert_makes_one_file(table: DocumentTable) -> None:
    before = inodes(table)

    doc_id = table.insert({"number": 4})

    assert table.get(doc_id=doc_id) == {"number": 4}
    assert {name: inode for name, inode in inodes(table).items() if name in before} == before


def test_an_id_is_taken_once(table: DocumentTable) -> None:
    with pytest.raises(ValueError, match="already exists"):
        table.insert(Document({"number": 9}, ids("a")[0]))

    assert numbers(table)["a"] == 1


def test_many_are_inserted_at_once(table: DocumentTable) -> None:
    table.insert_multiple([{"number": 4}, {"number": 5}])

    assert sorted(numbers(table).values()) == [1, 2, 3, 4, 5]


def test_an_update_rewrites_only_what_it_touched(table: DocumentTable) -> None:
    before = inodes(table)

    table.update({"number": 20}, doc_ids=ids("b"))

    assert numbers(table) == {"a": 1, "b": 20, "c": 3}
    changed = {name for name, inode in inodes(table).items() if before[name] != inode}
    assert changed == {"b"}


def test_updates_by_query_and_by_operation(table: DocumentTable) -> None:
    table.update(increment("number"), where("number") > 1)

    assert numbers(table) == {"a": 1, "b": 3, "c": 4}


def test_several_updates_at_once(table: DocumentTable) -> None:
    table.update_multiple(
        [({"number": 7}, where("number") == 1), (increment("number"), where("number") == 3)]
    )

    assert numbers(table) == {"a": 7, "b": 2, "c": 4}


def test_an_upsert_changes_or_makes(table: DocumentTable) -> None:
    table.upsert({"number": 1, "seen": True}, where("number") == 1)
    table.upsert({"number": 8}, where("number") == 8)

    assert table.get(doc_id=ids("a")[0]) == {"number": 1, "seen": True}
    assert sorted(numbers(table).values()) == [1, 2, 3, 8]


def test_removal_by_id_and_by_query(table: DocumentTable) -> None:
    table.remove(doc_ids=ids("a"))
    table.remove(where("number") == 3)

    assert numbers(table) == {"b": 2}
    assert not os.path.exists(table.documents.home("a"))


def test_truncation_removes_all(table: DocumentTable) -> None:
    table.truncate()

    assert len(table) == 0


def test_an_update_that_fails_writes_nothing(table: DocumentTable) -> None:
    before = inodes(table)

    def fail(document: Any) -> None:
        document["number"] = 0
        if document.get("number") == 0:
            raise RuntimeError("no")

    with pytest.raises(RuntimeError):
        table.update(fail)

    assert numbers(table) == {"a": 1, "b": 2, "c": 3}
    assert inodes(table) == before
