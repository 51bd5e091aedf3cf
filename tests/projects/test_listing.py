"""Listing and deleting projects."""

import time

from tests.people import Person

URL = "/api/projects"
PAUSE = 0.002  # seconds; timestamps are in milliseconds


def names(person: Person) -> list[str]:
    """Return the names in the list of projects."""
    return [project["name"] for project in person.get(URL).json]


def test_project_list_has_five_fields_newest_first(ana):
    first = ana.get(ana.new_project(name="First")).json
    time.sleep(PAUSE)
    second = ana.get(ana.new_project(name="Second")).json

    fields = ("id", "userId", "name", "updatedAt", "role")
    assert ana.get(URL).json == [
        {key: project[key] for key in fields} for project in (second, first)
    ]


def test_updated_project_is_first_in_the_list(ana):
    first = ana.new_project(name="First")
    time.sleep(PAUSE)
    ana.new_project(name="Second")
    assert names(ana) == ["Second", "First"]
    time.sleep(PAUSE)

    ana.put(first, json={"name": "Changed"})

    assert names(ana) == ["Changed", "Second"]


def test_project_list_contains_own_projects_only(ana, ben):
    ana.new_project(name="Ana's")
    ben.new_project(name="Ben's")

    assert names(ana) == ["Ana's"]
    assert names(ben) == ["Ben's"]


def test_project_list_of_a_new_user_is_empty(ana):
    assert ana.get(URL).json == []


def test_deleting_a_project_removes_works_and_media(app, ana, project, work, samples):
    image = f"{work}/media/scene/0/image"
    assert ana.upload(image, samples / "image.png").status_code == 200
    kept = ana.new_work(ana.new_project(name="Kept"))

    answer = ana.delete(project)

    assert (answer.status_code, answer.data) == (204, b"")
    for url in (project, f"{project}/works", work, image):
        assert ana.get(url).status_code == 404
    assert ana.delete(project).status_code == 404
    assert names(ana) == ["Kept"]
    assert ana.get(kept).status_code == 200
    directory = app.extensions["services"].settings.data_dir / "projects"
    remaining = {path.name for path in directory.iterdir()}
    assert remaining == {kept.split("/")[3], ".changes"}
