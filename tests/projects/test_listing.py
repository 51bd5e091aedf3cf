"""The list of projects, and what deleting one takes away."""

import time
from pathlib import Path

from flask import Flask

from tests.people import Person

URL = "/api/projects"


def names(person: Person) -> list[str]:
    return [project["name"] for project in person.get(URL).json]


def test_the_list_has_these_four_fields_newest_first(ana: Person) -> None:
    first = ana.get(ana.new_project(name="First")).json
    time.sleep(0.002)  # timestamps are milliseconds
    second = ana.get(ana.new_project(name="Second")).json

    fields = ("id", "userId", "name", "updatedAt")
    assert ana.get(URL).json == [{key: each[key] for key in fields} for each in (second, first)]


def test_a_change_takes_a_project_to_the_top_of_the_list(ana: Person) -> None:
    first = ana.new_project(name="First")
    time.sleep(0.002)
    ana.new_project(name="Second")
    assert names(ana) == ["Second", "First"]
    time.sleep(0.002)

    ana.put(first, json={"name": "Changed"})

    assert names(ana) == ["Changed", "Second"]


def test_the_list_has_ones_own_projects_only(ana: Person, ben: Person) -> None:
    ana.new_project(name="Ana's")
    ben.new_project(name="Ben's")

    assert names(ana) == ["Ana's"]
    assert names(ben) == ["Ben's"]


def test_the_list_is_empty_at_first(ana: Person) -> None:
    assert ana.get(URL).json == []


def test_delete_removes_works_and_media(
    app: Flask, ana: Person, project: str, work: str, samples: Path
) -> None:
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
    left = [
        path.name for path in (app.extensions["services"].settings.data_dir / "projects").iterdir()
    ]
    assert set(left) == {kept.split("/")[3], ".changes"}
