"""Lists of works: summaries, newest first, searched, sorted, in pages."""

from pathlib import Path
from typing import Any

import pytest

from tests.people import Person

SORTS = ["-updatedAt", "updatedAt", "-createdAt", "createdAt", "name"]


def names(works: Any) -> list[str]:
    return [work["name"] for work in works]


def make(person: Person, project: str, *names: str) -> list[str]:
    return [person.new_work(project, name=name) for name in names]


def test_is_empty_at_first(ana: Person, project: str) -> None:
    answer = ana.get(f"{project}/works")

    assert answer.status_code == 200
    assert answer.json == []


def test_shows_a_summary_of_each_work(ana: Person, project: str, work: str) -> None:
    full = ana.show(work)

    (summary,) = ana.show(f"{project}/works")

    assert summary == {
        "id": full["id"],
        "projectId": full["projectId"],
        "name": "Untitled work",
        "updatedAt": full["updatedAt"],
        "createdAt": full["createdAt"],
        "mode": "style_transfer",
        "currentStep": 0,
        "hasReferenceVideo": False,
        "progress": {"scenes": 0, "images": 0, "videos": 0, "errors": 0},
    }


def test_shows_how_far_a_work_is(ana: Person, project: str, work: str, samples: Path) -> None:
    scenes = [{"scene_index": index} for index in range(4)]
    ana.put(work, json={"scenes": scenes, "currentStep": 2, "mode": "content_remix"})
    ana.upload(f"{work}/media/scene/0/image", samples / "image.png")
    ana.upload(f"{work}/media/scene/0/video", samples / "video.mp4")
    ana.upload(f"{work}/media/scene/1/image", samples / "image.png")
    ana.upload(f"{work}/media/reference", samples / "video.mp4")
    ana.put(work, json={"generatedScenes": [{"sceneIndex": 3, "status": "error"}]})

    (summary,) = ana.show(f"{project}/works")

    assert summary["progress"] == {"scenes": 4, "images": 2, "videos": 1, "errors": 1}
    assert summary["currentStep"] == 2
    assert summary["mode"] == "content_remix"
    assert summary["hasReferenceVideo"] is True


@pytest.mark.usefixtures("ticking_clock")
def test_the_one_changed_last_comes_first(ana: Person, project: str) -> None:
    first, *_ = make(ana, project, "one", "two", "three")
    assert names(ana.show(f"{project}/works")) == ["three", "two", "one"]

    ana.put(first, json={"name": "one again"})

    assert names(ana.show(f"{project}/works")) == ["one again", "three", "two"]


def test_shows_the_works_of_its_project_alone(ana: Person, project: str, work: str) -> None:
    assert ana.show(f"{ana.new_project()}/works") == []


def test_no_longer_shows_what_is_deleted(ana: Person, project: str) -> None:
    first, _ = make(ana, project, "one", "two")

    ana.delete(first)

    assert names(ana.show(f"{project}/works")) == ["two"]


@pytest.mark.usefixtures("ticking_clock")
@pytest.mark.parametrize(
    ("sort", "expected"),
    [
        ("-updatedAt", ["beta", "Gamma", "alpha"]),
        ("updatedAt", ["alpha", "Gamma", "beta"]),
        ("-createdAt", ["Gamma", "alpha", "beta"]),
        ("createdAt", ["beta", "alpha", "Gamma"]),
        ("name", ["alpha", "beta", "Gamma"]),
    ],
)
def test_can_be_sorted(ana: Person, project: str, sort: str, expected: list[str]) -> None:
    beta, *_ = make(ana, project, "beta", "alpha", "Gamma")
    ana.put(beta, json={"currentStep": 1})

    assert names(ana.show(f"{project}/works?sort={sort}")) == expected


@pytest.mark.parametrize("q", ["spring", "SPRING", "ring", "Größe", "GRÖSSE", "100%25+%26"])
def test_can_be_searched_whatever_the_case(ana: Person, project: str, q: str) -> None:
    make(ana, project, "Größe of Spring, 100% & more", "Autumn")

    assert len(ana.show(f"{project}/works?q={q}")) == 1


@pytest.mark.parametrize("q", ["spring.*", "work_", "winter", "%5B"])
def test_searches_for_the_words_as_they_are_in_names(ana: Person, project: str, q: str) -> None:
    make(ana, project, "Spring", "Autumn")

    assert ana.show(f"{project}/works?q={q}") == []


@pytest.mark.parametrize(
    ("query", "name"),
    [
        ("limit=0", "limit"),
        ("limit=-1", "limit"),
        ("limit=1001", "limit"),
        ("limit=many", "limit"),
        ("limit=1.5", "limit"),
        ("limit=", "limit"),
        ("sort=colour", "sort"),
        ("sort=-name", "sort"),
        ("cursor=", "cursor"),
        ("cursor=nonsense", "cursor"),
        ("cursor=%00%ff", "cursor"),
        ("cursor=" + "A" * 3000, "cursor"),
        ("cursor=NQ", "cursor"),  # 5
        ("cursor=bnVsbA", "cursor"),  # null
        ("cursor=W10", "cursor"),  # []
        ("cursor=WyItdXBkYXRlZEF0IiwieCIsMSwidyJd", "cursor"),  # ["-updatedAt","x",1,"w"]
        ("cursor=WyItdXBkYXRlZEF0Iiw1LCI1IiwidyJd", "cursor"),  # ["-updatedAt",5,"5","w"]
        ("cursor=WyItdXBkYXRlZEF0Iiw1LDUsNV0", "cursor"),  # ["-updatedAt",5,5,5]
        ("cursor=WyItdXBkYXRlZEF0Iiw1LCJ3Il0", "cursor"),  # ["-updatedAt",5,"w"]
    ],
)
def test_a_wrong_query_is_refused(ana: Person, project: str, query: str, name: str) -> None:
    answer = ana.get(f"{project}/works?{query}")

    assert answer.status_code == 400
    assert list(answer.json["details"]) == [name]


def test_other_parameters_are_ignored(ana: Person, project: str, work: str) -> None:
    assert len(ana.show(f"{project}/works?page=2&limit=5")) == 1


def test_head_answers_as_get_does_without_the_body(ana: Person, project: str) -> None:
    make(ana, project, "one", "two")
    read = ana.get(f"{project}/works?limit=1")

    answer = ana.request("HEAD", f"{project}/works?limit=1")

    assert answer.status_code == 200
    assert answer.data == b""
    assert answer.headers["Content-Length"] == str(len(read.data))
    assert answer.headers["Link"] == read.headers["Link"]


def test_of_a_project_that_is_not_there_or_not_ones_own_is_404(
    ana: Person, ben: Person, project: str
) -> None:
    assert ana.get("/api/projects/proj_none/works").status_code == 404
    assert ben.get(f"{project}/works").status_code == 404


def test_needs_the_scope_to_read(ana: Person, project: str) -> None:
    assert ana.with_scopes("works:write").get(f"{project}/works").status_code == 403
