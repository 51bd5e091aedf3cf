"""Damaged documents: requests for them fail with 500, all others work."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.jobs.helpers import until
from tests.reliability.data import directory_of
from tests.reliability.media import versioned_file
from tests.service import Answer, Client, Service

Damage = Callable[[Path], object]


def replace_by_directory(document: Path) -> None:
    document.unlink()
    document.mkdir()


DAMAGE: dict[str, Damage] = {
    "binary data": lambda document: document.write_bytes(b"\xff\0\x80 data"),
    "empty": lambda document: document.write_bytes(b""),
    "not an object": lambda document: document.write_bytes(b'["not an object"]'),
    "truncated": lambda document: document.write_bytes(document.read_bytes()[:-100]),
    "a directory": replace_by_directory,
}
damages = pytest.mark.parametrize("damage", DAMAGE.values(), ids=DAMAGE)


@damages
def test_damaged_work_returns_500_and_other_works_are_usable(service, ana, project, damage):
    intact, damaged = ana.new_work(project, name="intact"), ana.new_work(project)
    assert ana.get(damaged).status == 200
    damage(file_of(service, damaged))

    assert_unreadable(ana.get(damaged))
    assert_unreadable(ana.put(damaged, {"name": "a"}))
    assert_unreadable(
        ana.put(f"{damaged}/media/audio", versioned_file(1, 1000), Content_Type="audio/mp4")
    )
    assert ana.put(intact, {"language": "de"}).status == 200
    assert ana.get(intact).json["language"] == "de"


@damages
def test_damaged_work_can_be_deleted(service, ana, project, damage):
    work = ana.new_work(project)
    damage(file_of(service, work))

    assert ana.delete(work).status == 204
    assert ana.get(work).status == 404
    assert not file_of(service, work).parent.exists()


def test_lists_omit_damaged_works(service, run, ana, project):
    ana.new_work(project, name="intact")
    works = [ana.new_work(project) for _ in DAMAGE]
    assert len(ana.get(f"{project}/works").json) == 1 + len(DAMAGE)

    for work, damage in zip(works, DAMAGE.values(), strict=True):
        damage(file_of(service, work))

    # A process that has the list in memory scans the files every few seconds.
    until(lambda: names(ana, f"{project}/works") == ["intact"])
    new_process = run(service.data_dir, WORKERS=1).client(ana.token)
    assert names(new_process, f"{project}/works") == ["intact"]


def test_damaged_project_returns_500_and_other_projects_are_usable(service, run, ana, project):
    damaged = ana.new_project()
    file_of(service, damaged).write_bytes(b"not JSON")
    new_process = run(service.data_dir, WORKERS=1).client(ana.token)

    for client in (ana, new_process):
        assert_unreadable(client.get(damaged))
        assert_unreadable(client.get(f"{damaged}/works"))
        assert_unreadable(client.delete(damaged))  # its owner is unknown
    listed = new_process.get("/api/projects").json
    assert damaged not in {f"/api/projects/{each['id']}" for each in listed}
    assert ana.put(project, {"name": "after"}).status == 200
    assert names(new_process, "/api/projects")[0] == "after"


def file_of(service: Service, path: str) -> Path:
    """Return the file of the work or project at this URL path."""
    directory = directory_of(service.data_dir, path)
    return directory / f"{directory.parent.name.removesuffix('s')}.json"


def names(client: Client, collection: str) -> list[str]:
    """Return the names in a list, in its order."""
    return [each["name"] for each in client.get(collection).json]


def assert_unreadable(answer: Answer) -> None:
    assert answer.status == 500
    assert answer.json["error"] in ("Stored document is unreadable", "Stored file is unreadable")
