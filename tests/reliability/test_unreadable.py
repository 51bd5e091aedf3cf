"""Documents that cannot be read, whoever damaged them: they are named, and the rest goes on."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.reliability.media import sealed
from tests.service import Answer, Client, Service


def make_a_directory(document: Path) -> None:
    document.unlink()
    document.mkdir()


def make_a_dangling_link(document: Path) -> None:
    document.unlink()
    document.symlink_to("/nowhere/at/all")


damages = pytest.mark.parametrize(
    "damage",
    [
        pytest.param(lambda document: document.write_bytes(b"\xff\0\x80 rubbish"), id="rubbish"),
        pytest.param(lambda document: document.write_bytes(b""), id="empty"),
        pytest.param(lambda document: document.write_bytes(b'["no object"]'), id="no object"),
        pytest.param(
            lambda document: document.write_bytes(document.read_bytes()[:-100]), id="cut off"
        ),
        pytest.param(make_a_directory, id="a directory"),
    ],
)
Damage = Callable[[Path], object]


@pytest.fixture
def project(ana: Client) -> str:
    return ana.new_project()


def document(service: Service, path: str) -> Path:
    """The file that holds what is at this path."""
    home = service.data_dir / path.removeprefix("/api/")
    return home / f"{home.parent.name.removesuffix('s')}.json"


def assert_unreadable(answer: Answer) -> None:
    assert (answer.status, answer.json["error"]) == (500, "Stored document is unreadable")


@damages
def test_a_work(service: Service, ana: Client, project: str, damage: Damage) -> None:
    sound, damaged = ana.new_work(project, name="sound"), ana.new_work(project)
    ana.get(damaged)
    damage(document(service, damaged))

    for answer in (
        ana.get(damaged),
        ana.put(damaged, {"name": "a"}),
        ana.put(f"{damaged}/media/reference", sealed(1, 1000), Content_Type="video/mp4"),
    ):
        assert_unreadable(answer)
    assert ana.put(sound, {"language": "de"}).status == 200
    ana.new_work(project, name="new")
    assert [work["name"] for work in ana.get(f"{project}/works").json][:2] == ["new", "sound"]


@damages
def test_a_list_leaves_a_damaged_work_out(
    service: Service, run: Callable[..., Service], project: str, ana: Client, damage: Damage
) -> None:
    ana.new_work(project, name="sound")
    damage(document(service, ana.new_work(project, name="damaged")))
    afresh = run(service.data_dir, WORKERS=1).client(ana.token)

    assert [work["name"] for work in afresh.get(f"{project}/works").json] == ["sound"]


@damages
def test_a_damaged_work_can_be_deleted(
    service: Service, ana: Client, project: str, damage: Damage
) -> None:
    work = ana.new_work(project)
    damage(document(service, work))

    assert ana.delete(work).status == 204
    assert ana.get(work).status == 404
    assert not document(service, work).parent.exists()
