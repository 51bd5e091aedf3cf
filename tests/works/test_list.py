"""Lists of works: summaries, sorting and search."""

from typing import Any

import pytest

from tests.people import Person

SORTS = ["-updatedAt", "updatedAt", "-createdAt", "createdAt", "name"]


def names(works: Any) -> list[str]:
    """Return the names of works."""
    return [work["name"] for work in works]


def new_works(person: Person, project: str, *names: str) -> list[str]:
    """Create works with these names and return their paths."""
    return [person.new_work(project, name=name) for name in names]


def test_work_list_of_a_new_project_is_empty(ana, project):
    answer = ana.show(f"{project}/works")

    assert answer == []


def test_work_list_contains_a_summary_of_each_work(ana, project, work):
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


def test_work_summary_contains_the_progress(ana, project, work, samples):
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
def test_work_list_starts_with_the_last_updated_work(ana, project):
    first, *_ = new_works(ana, project, "one", "two", "three")
    assert names(ana.show(f"{project}/works")) == ["three", "two", "one"]

    ana.put(first, json={"name": "one again"})

    assert names(ana.show(f"{project}/works")) == ["one again", "three", "two"]


def test_work_list_contains_works_of_its_project_only(ana, project, work):
    assert ana.show(f"{ana.new_project()}/works") == []


def test_work_list_omits_deleted_works(ana, project):
    first, _ = new_works(ana, project, "one", "two")

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
def test_work_list_is_sorted_as_requested(ana, project, sort, expected):
    beta, *_ = new_works(ana, project, "beta", "alpha", "Gamma")
    ana.put(beta, json={"currentStep": 1})

    assert names(ana.show(f"{project}/works?sort={sort}")) == expected


@pytest.mark.parametrize("q", ["spring", "SPRING", "ring", "Größe", "GRÖSSE", "100%25+%26"])
def test_search_for_works_ignores_case(ana, project, q):
    new_works(ana, project, "Größe of Spring, 100% & more", "Autumn")

    assert len(ana.show(f"{project}/works?q={q}")) == 1


@pytest.mark.parametrize("q", ["spring.*", "work_", "winter", "%5B"])
def test_search_for_works_matches_literal_text_in_names_only(ana, project, q):
    new_works(ana, project, "Spring", "Autumn")

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
def test_invalid_query_of_a_work_list_returns_400(ana, project, query, name):
    answer = ana.get(f"{project}/works?{query}")

    assert answer.status_code == 400
    assert list(answer.json["details"]) == [name]


def test_unknown_query_parameters_of_a_work_list_are_ignored(ana, project, work):
    assert len(ana.show(f"{project}/works?colour=red&limit=5")) == 1


def test_head_work_list_returns_the_headers_of_get_without_a_body(ana, project):
    new_works(ana, project, "one", "two")
    response = ana.get(f"{project}/works?limit=1")

    answer = ana.request("HEAD", f"{project}/works?limit=1")

    assert answer.status_code == 200
    assert answer.data == b""
    assert answer.headers["Content-Length"] == str(len(response.data))
    assert answer.headers["Link"] == response.headers["Link"]


def test_work_list_of_a_missing_project_or_of_another_user_returns_404(ana, ben, project):
    assert ana.get("/api/projects/proj_none/works").status_code == 404
    assert ben.get(f"{project}/works").status_code == 404


def test_work_list_requires_works_read(ana, project):
    assert ana.with_scopes("works:write").get(f"{project}/works").status_code == 403


def test_progress_counts_photos_that_need_no_clip(ana, project, work, samples):
    motion = {"preset": "zoomIn"}
    scenes = [{"scene_index": index, "motion": motion} for index in range(3)]
    photo = ana.upload(f"{project}/assets", samples / "image.png").json["id"]
    fields = {"selectedAssetIds": [photo], "assetUsageMode": "direct"}
    ana.put(work, json={"scenes": [*scenes, {"scene_index": 3}], **fields})
    ana.upload(f"{work}/media/scene/0/video", samples / "video.mp4")

    (summary,) = ana.show(f"{project}/works")

    assert summary["progress"] == {"scenes": 4, "images": 0, "videos": 1, "errors": 0, "photos": 2}
