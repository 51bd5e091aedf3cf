"""Entries of the trash, and projects that they are from, which somebody damaged by hand."""

from pathlib import Path
from typing import Any

import orjson
import pytest

from maintenance.doctor.checks import run_checks
from storage.store import Store
from storage.trash_cleaning import delete_expired, oldest_removed
from storage.usage import size_of_project
from tests.people import Person
from tests.trash.helpers import TRASH, discard, id_of, items

WRONG: list[tuple[str, Any]] = [
    ("kind", "scene"),
    ("kind", ["work"]),
    ("deletedAt", "yesterday"),
    ("expiresAt", None),
    ("bytes", {}),
    ("documentId", "../../users"),
    ("ownerId", 5),
]


def change(path: Path, **fields: Any) -> None:
    """Change a stored document, as by hand."""
    path.write_bytes(orjson.dumps({**orjson.loads(path.read_bytes()), **fields}))


@pytest.mark.parametrize(("field", "value"), WRONG)
def test_a_damaged_entry_stays_and_hinders_nothing(
    ana: Person, project: str, store: Store, field: str, value: Any
) -> None:
    damaged, other = (discard(ana, ana.new_work(project)) for _ in range(2))
    path = store.root / "trash" / damaged / "trash.json"
    change(path, **{field: value})

    assert [each["id"] for each in items(ana)] == [other]
    assert size_of_project(store, id_of(project)) > 0
    delete_expired(store)
    assert [*oldest_removed(store, lambda: 0, ana.user["id"])] == []
    found = [each.finding.path for each in run_checks(store, repair=False)]
    assert any(damaged in each for each in found)
    assert path.exists()


@pytest.mark.parametrize("contents", [b"{", b"{}", b'{"userId": 5}'])
def test_the_trash_of_a_damaged_project_is_not_listed_and_counts_for_its_former_owner(
    ana: Person, project: str, store: Store, contents: bytes
) -> None:
    kept, lost = ana.new_project(), project
    other, _ = discard(ana, ana.new_work(kept)), discard(ana, ana.new_work(lost))
    (store.root / "projects" / id_of(lost) / "project.json").write_bytes(contents)

    assert [each["id"] for each in items(ana)] == [other]
    assert ana.delete(TRASH).status_code == 204
    left = orjson.loads(next((store.root / "trash").glob("*/trash.json")).read_bytes())
    assert left["projectId"] == id_of(lost)
    assert run_checks(store, repair=False)
