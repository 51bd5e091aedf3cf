"""Projects whose name, or id, another project has by the time they are restored."""

from contextlib import suppress
from itertools import count
from typing import Any

import pytest

from projects import service as projects
from schemas.json_fields import MAX_NAME
from storage.errors import StorageError
from storage.trash import find
from tests.people import Person
from tests.storage.steps import KilledError, failing_at
from tests.works.trash.helpers import TRASH, discard, id_of, items
from works.trash.returned_projects import tell_apart

TAKEN = "proj_0123456789abcdef"


def restored(person: Person, trash_id: str) -> Any:
    answer = person.post(f"{TRASH}/{trash_id}/restore")
    assert answer.status_code == 200, answer.text
    return answer.json


def names(person: Person) -> list[str]:
    return sorted(each["name"] for each in person.show("/api/projects"))


def test_restored_project_whose_name_is_taken_gets_a_number(ana):
    lamps = [ana.new_project(name="Lamps") for _ in range(3)]
    deleted = [discard(ana, each) for each in lamps[:2]]

    first, second = (restored(ana, each) for each in deleted)

    assert names(ana) == ["Lamps", "Lamps (2)", "Lamps (3)"]
    assert [first["name"], second["projectName"]] == ["Lamps (2)", "Lamps (3)"]
    assert first["message"] == (
        'There is another project called "Lamps", so this one is now called "Lamps (2)".'
    )
    assert ana.show(lamps[0])["name"] == "Lamps (2)"
    assert first["documentId"] == id_of(lamps[0])


def test_name_of_another_users_project_is_not_taken(ana, ben):
    project, work = ana.new_project(name="Lamps"), ben.new_project(name="Lamps")
    of_work = discard(ben, ben.new_work(work, name="Lamps"))

    back = [restored(ana, discard(ana, project)), restored(ben, of_work)]

    assert [each["message"] for each in back] == [None, None]
    assert [each["name"] for each in back] == ["Lamps", "Lamps"]


def test_longest_name_has_room_for_the_number(ana):
    name = "L" * MAX_NAME
    project = ana.new_project(name=name)
    trash_id = discard(ana, project)
    ana.new_project(name=name)

    back = restored(ana, trash_id)["name"]

    assert back == f"{name[:-4]} (2)"
    assert ana.save(project, {"name": back})["name"] == back


@pytest.fixture
def taken(ana, store, samples):
    """The id of the entry of a project whose id was given to another project since.

    Earlier versions did so.
    """
    projects.create(store, ana.user["id"], {"name": "Videos"}, TAKEN)
    project = f"/api/projects/{TAKEN}"
    work = ana.new_work(project, name=f"About {TAKEN}x")
    ana.upload(f"{work}/media/scene/0/image", samples / "image.png")
    asset = ana.upload(f"{project}/assets", samples / "image.png").json
    ana.save(work, {"editorState": {"audioUrl": asset["url"]}, "selectedAssetIds": [asset["id"]]})
    trash_id = discard(ana, project)
    projects.create(store, ana.user["id"], {"name": "Videos"}, TAKEN)
    return trash_id


def check_whole(person: Person, project: str) -> None:
    """Check that a project is what its documents and media are of."""
    [listed] = person.show(f"{project}/works")
    work = person.show(f"{project}/works/{listed['id']}")
    assert work["projectId"] == id_of(project)
    assert work["name"] == f"About {TAKEN}x"
    assert work["editorState"]["audioUrl"].startswith(f"{project}/assets/")
    for url in (work["generatedScenes"][0]["imageUrl"], work["editorState"]["audioUrl"]):
        assert person.get(url).status_code == 200
    assert person.save(f"{project}/works/{work['id']}", {"language": "de"})["language"] == "de"


def test_project_whose_id_is_taken_is_restored_with_another_one(ana, store, taken):
    back = restored(ana, taken)

    project = f"/api/projects/{back['documentId']}"
    assert back["projectId"] == back["documentId"] != TAKEN
    assert 'called "Videos (2)"' in back["message"]
    assert "ID" in back["message"]
    check_whole(ana, project)
    assert ana.show(f"/api/projects/{TAKEN}/works") == []
    assert names(ana) == ["Videos", "Videos (2)"]
    assert (items(ana), list(store.trash.documents)) == ([], [])


@pytest.mark.parametrize("error", [KilledError(), OSError(5, "I/O error")])
def test_crash_while_a_project_gets_another_id_loses_nothing(ana, store, taken, error):
    directory = str(store.root / "trash" / taken / "projects" / TAKEN)
    entry = find(store, taken)
    for step in count(1):
        with failing_at(step, error) as steps, suppress(type(error), StorageError):
            tell_apart(store, entry, directory)
        if steps.taken < step:
            break
    back = restored(ana, taken)

    check_whole(ana, f"/api/projects/{back['documentId']}")
    assert names(ana) == ["Videos", "Videos (2)"]


def test_work_whose_id_is_taken_says_what_to_do(ana, project, work, store):
    trash_id = discard(ana, work)
    store.works(id_of(project)).create(id_of(work), {"id": id_of(work), "name": "Another"})

    answer = ana.post(f"{TRASH}/{trash_id}/restore")

    assert (answer.status_code, answer.json["code"]) == (409, "already_exists")
    assert "work with this ID" in answer.json["details"]
    assert discard(ana, work)
    assert restored(ana, trash_id)["message"] is None
