"""Documents that cannot be read, whoever damaged them: their requests fail, the rest goes on."""

from collections.abc import Callable
from pathlib import Path
from time import sleep

import pytest

from tests.reliability.conftest import Run
from tests.reliability.media import sealed
from tests.service import Answer, Client, Service

Damage = Callable[[Path], object]


def put_a_directory_in_its_place(document: Path) -> None:
    document.unlink()
    document.mkdir()


DAMAGES: dict[str, Damage] = {
    "rubbish": lambda document: document.write_bytes(b"\xff\0\x80 rubbish"),
    "empty": lambda document: document.write_bytes(b""),
    "no object": lambda document: document.write_bytes(b'["no object"]'),
    "cut off": lambda document: document.write_bytes(document.read_bytes()[:-100]),
    "a directory": put_a_directory_in_its_place,
}
damages = pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES)


@pytest.fixture
def project(ana: Client) -> str:
    return ana.new_project()


@damages
def test_a_damaged_work_answers_500_and_others_go_on(
    service: Service, ana: Client, project: str, damage: Damage
) -> None:
    sound, damaged = ana.new_work(project, name="sound"), ana.new_work(project)
    assert ana.get(damaged).status == 200
    damage(document(service, damaged))

    assert_unreadable(ana.get(damaged))
    assert_unreadable(ana.put(damaged, {"name": "a"}))
    assert_unreadable(ana.put(f"{damaged}/media/audio", sealed(1, 1000), Content_Type="audio/mp4"))
    assert ana.put(sound, {"language": "de"}).status == 200
    assert ana.get(sound).json["language"] == "de"


@damages
def test_a_damaged_work_can_be_deleted(
    service: Service, ana: Client, project: str, damage: Damage
) -> None:
    work = ana.new_work(project)
    damage(document(service, work))

    assert ana.delete(work).status == 204
    assert ana.get(work).status == 404
    assert not document(service, work).parent.exists()


def test_lists_leave_damaged_works_out(
    service: Service, run: Run, ana: Client, project: str
) -> None:
    ana.new_work(project, name="sound")
    works = [ana.new_work(project) for _ in DAMAGES]
    assert len(ana.get(f"{project}/works").json) == 1 + len(DAMAGES)

    for work, damage in zip(works, DAMAGES.values(), strict=True):
        damage(document(service, work))
    sleep(2.1)  # who has read the list before looks at each file this often

    assert [each["name"] for each in ana.get(f"{project}/works").json] == ["sound"]
    afresh = run(service.data_dir, WORKERS=1).client(ana.token)
    assert [each["name"] for each in afresh.get(f"{project}/works").json] == ["sound"]


def test_a_damaged_project_answers_500_and_others_go_on(
    service: Service, run: Run, ana: Client, project: str
) -> None:
    damaged = ana.new_project()
    document(service, damaged).write_bytes(b"rubbish")
    afresh = run(service.data_dir, WORKERS=1).client(ana.token)

    for client in (ana, afresh):
        assert_unreadable(client.get(damaged))
        assert_unreadable(client.get(f"{damaged}/works"))
        assert_unreadable(client.delete(damaged))  # whose it is cannot be known
    assert damaged not in {f"/api/projects/{each['id']}" for each in projects(afresh)}
    assert ana.put(project, {"name": "after"}).status == 200
    assert projects(afresh)[0]["name"] == "after"


def document(service: Service, path: str) -> Path:
    """The file that holds the work or project at this path."""
    home = service.data_dir / path.removeprefix("/api/")
    return home / f"{home.parent.name.removesuffix('s')}.json"


def projects(client: Client) -> list[dict[str, str]]:
    listed: list[dict[str, str]] = client.get("/api/projects").json
    return listed


def assert_unreadable(answer: Answer) -> None:
    assert (answer.status, answer.json["error"]) == (500, "Stored document is unreadable")
