"""Stored exports: what they count for, and what becomes of them when their work is deleted."""

from dataclasses import replace
from pathlib import Path

import pytest

from config import Settings
from storage.limits import StorageLimits
from storage.store import Store
from tests.export.stored import new_export
from tests.people import Person

MB = 1 << 20


@pytest.fixture
def store(ana: Person) -> Store:
    found: Store = ana.client.application.extensions["services"].store
    return found


@pytest.fixture
def export(store: Store, work: str, samples: Path) -> Path:
    """The directory of an export of ana's work."""
    *_, project_id, _, work_id = work.split("/")
    return new_export(store, (project_id, work_id), samples)


def used(store: Store, settings: Settings, person: Person) -> int:
    """Return how many bytes a user stores, measured now."""
    limits = StorageLimits(store, replace(settings, user_quota_mb=1000))
    limits.check(person.user["id"])
    with limits._usage(person.user["id"]) as usage:
        usage._measure()
        return usage.bytes


def test_export_counts_for_the_quota_of_its_user_and_the_cache_does_not(
    ana: Person, ben: Person, store: Store, settings: Settings, export: Path
) -> None:
    before = [used(store, settings, person) for person in (ana, ben)]
    (store.root / "cache" / "segments").mkdir(parents=True)
    for path in (export / "media/video.mp4", store.root / "cache/segments/abc.mp4"):
        with path.open("wb") as file:
            file.truncate(7 * MB)

    after = [used(store, settings, person) for person in (ana, ben)]

    assert 6 * MB < after[0] - before[0] <= 7 * MB
    assert after[1] == before[1]


@pytest.mark.parametrize("level", ["export", "work", "project"])
def test_deleted_export_is_gone_from_the_disk(
    ana: Person, project: str, work: str, export: Path, level: str
) -> None:
    url = {"export": f"{work}/exports/{export.name}", "work": work, "project": project}[level]
    assert ana.get(f"{work}/exports/{export.name}").status_code == 200

    assert ana.delete(url).status_code == 204

    assert not export.exists()
    assert ana.get(f"{work}/exports/{export.name}").status_code == 404
    assert ana.get(f"{work}/exports/{export.name}/poster").status_code == 404
    if level == "export":
        assert ana.show(f"{work}/exports") == {"exports": []}
    else:
        assert ana.get(f"{work}/exports").status_code == 404


def test_exports_are_listed_newest_first_without_damaged_ones(
    ana: Person, store: Store, work: str, export: Path, samples: Path
) -> None:
    *_, project_id, _, work_id = work.split("/")
    others = [new_export(store, (project_id, work_id), samples) for _ in range(2)]
    (others[0] / "export.json").write_text("{")
    store.exports(project_id, work_id).change(others[1].name, lambda each: each.update(createdAt=1))

    listed = ana.show(f"{work}/exports")["exports"]

    assert [each["id"] for each in listed] == [export.name, others[1].name]
