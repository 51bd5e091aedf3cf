"""Entries of the trash, and projects that they are from, which somebody damaged by hand."""

from pathlib import Path
from typing import Any

import orjson
import pytest

from commands.doctor.checks import run_checks
from storage import trash
from storage.files.trees import Space
from storage.trash import delete_expired, oldest_removed
from storage.usage import size_of_project
from tests.works.trash.helpers import TRASH, discard, id_of, items

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
def test_a_damaged_entry_stays_and_hinders_nothing(ana, project, store, field, value):
    damaged, other = (discard(ana, ana.new_work(project)) for _ in range(2))
    path = store.root / "trash" / damaged / "trash.json"
    change(path, **{field: value})

    assert [each["id"] for each in items(ana)] == [other]
    assert size_of_project(store, id_of(project)) > 0
    delete_expired(store)
    assert [*oldest_removed(store, Space, ana.user["id"])] == []
    found = [each.finding.path for each in run_checks(store, repair=False)]
    assert any(damaged in each for each in found)
    assert path.exists()


@pytest.mark.parametrize("contents", [b"{", b"{}", b'{"userId": 5}'])
def test_the_trash_of_a_damaged_project_is_not_listed_and_counts_for_nobody(
    ana, project, store, contents
):
    kept, lost = ana.new_project(), project
    other, _ = discard(ana, ana.new_work(kept)), discard(ana, ana.new_work(lost))
    (store.root / "projects" / id_of(lost) / "project.json").write_bytes(contents)

    assert [each["id"] for each in items(ana)] == [other]
    assert ana.delete(TRASH).status_code == 204
    left = orjson.loads(next((store.root / "trash").glob("*/trash.json")).read_bytes())
    assert left["projectId"] == id_of(lost)
    assert trash.entries_of_owner(store, ana.user["id"]) == []
    assert [trash.owner_of(store, each) for each in trash.entries(store)] == [""]
    assert run_checks(store, repair=False)


@pytest.mark.parametrize("field", ["kind", "bytes"])
def test_what_was_deleted_in_a_project_whose_entry_is_damaged_is_nobodys(
    ana, project, work, store, field
):
    discard(ana, work)
    of_project = discard(ana, project)
    change(store.root / "trash" / of_project / "trash.json", **{field: None})

    assert trash.entries_of_owner(store, ana.user["id"]) == []
    assert [each["kind"] for each in trash.entries(store)] == ["work"]
    assert run_checks(store, repair=False)


def test_a_damaged_count_of_inodes_is_made_again(ana, work, store):
    trash_id = discard(ana, work)
    counted = trash.space_in(store, trash.find(store, trash_id))
    (store.root / "trash" / trash_id / "works" / id_of(work) / "more").touch()
    change(store.root / "trash" / trash_id / "trash.json", inodes="many")

    assert trash.space_in(store, trash.find(store, trash_id)).inodes > counted.inodes
