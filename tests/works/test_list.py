"""Lists of works: summaries, newest first, searched, sorted, in pages."""

import itertools
import random
import re
from pathlib import Path
from typing import Any

import pytest

from tests.people import Person

NOON = 1_767_268_800_000
SORTS = ["-updatedAt", "updatedAt", "-createdAt", "createdAt", "name"]


def names(works: Any) -> list[str]:
    return [work["name"] for work in works]


def make(person: Person, project: str, *names: str) -> list[str]:
    return [person.new_work(project, name=name) for name in names]


def following(answer: Any) -> str | None:
    """Where the next page is, as the Link header says."""
    link = answer.headers.get("Link")
    if link is None:
        return None
    match = re.fullmatch(r'<([^>]+)>; rel="next"', link)
    assert match, link
    return match[1]


def pages(person: Person, url: str) -> list[list[Any]]:
    """All pages from this one on."""
    found: list[Any] = []
    ahead: str | None = url
    while ahead:
        answer = person.get(ahead)
        assert answer.status_code == 200, answer.text
        assert answer.json not in found, "these were there already"
        found.append(answer.json)
        ahead = following(answer)
    return found


@pytest.fixture
def standing_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    """All works are made at the same millisecond."""
    monkeypatch.setattr("works.service.now_ms", lambda: NOON)


@pytest.fixture
def ticking_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    """No two things happen at the same millisecond."""
    ticks = itertools.count(NOON)
    monkeypatch.setattr("works.service.now_ms", lambda: next(ticks))
    monkeypatch.setattr("clock.now_ms", lambda: next(ticks))


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


def test_fits_on_one_page_without_a_limit(ana: Person, project: str) -> None:
    expected = [f"Work {number}" for number in range(7)]
    make(ana, project, *expected)

    answer = ana.get(f"{project}/works")

    assert sorted(names(answer.json)) == expected
    assert following(answer) is None


@pytest.mark.parametrize("sort", SORTS)
@pytest.mark.parametrize("limit", [1, 3, 4, 8, 1000])
@pytest.mark.usefixtures("standing_clock")
def test_pages_give_each_work_once_in_the_same_order(
    ana: Person, project: str, sort: str, limit: int
) -> None:
    make(ana, project, *["same"] * 5, "Straße", "other", "OTHER")
    whole = ana.show(f"{project}/works?sort={sort}")

    found = pages(ana, f"{project}/works?sort={sort}&limit={limit}")

    assert [work for page in found for work in page] == whole
    assert [len(page) for page in found[:-1]] == [limit] * (len(found) - 1)
    assert 0 < len(found[-1]) <= limit


def test_pages_of_a_search_stay_within_it(ana: Person, project: str) -> None:
    make(ana, project, *(f"{kind} {n}" for n in range(5) for kind in ("café & bar", "shop")))

    found = pages(ana, f"{project}/works?q=caf%C3%A9+%26&limit=2")

    assert [len(page) for page in found] == [2, 2, 1]
    assert all("café" in name for page in found for name in names(page))


@pytest.mark.parametrize("sort", SORTS)
def test_pages_give_each_work_that_stays_once_while_others_change(
    ana: Person, project: str, sort: str
) -> None:
    dice = random.Random(7)
    staying = {path.rpartition("/")[2] for path in make(ana, project, *("stays",) * 12)}
    changing = make(ana, project, *("changes",) * 6)
    seen = []

    url: str | None = f"{project}/works?sort={sort}&limit=2"
    while url:
        answer = ana.get(url)
        seen += [work["id"] for work in answer.json]
        ana.put(dice.choice(changing), json={"name": dice.choice("az")})
        ana.delete(ana.new_work(project))
        url = following(answer)

    assert sorted(work for work in seen if work in staying) == sorted(staying)


def test_pages_by_creation_give_each_work_once_while_all_change(ana: Person, project: str) -> None:
    works = make(ana, project, *("work",) * 9)
    seen = []

    url: str | None = f"{project}/works?sort=createdAt&limit=2"
    while url:
        answer = ana.get(url)
        seen += [work["id"] for work in answer.json]
        for work in works:
            ana.put(work, json={})
        url = following(answer)

    assert sorted(seen) == sorted(work.rpartition("/")[2] for work in works)


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
        ("cursor=WyItdXBkYXRlZEF0IiwieCIsIndvcmtfMSJd", "cursor"),  # ["-updatedAt","x","work_1"]
        ("cursor=WyItdXBkYXRlZEF0Iiw1LDVd", "cursor"),  # ["-updatedAt",5,5]
    ],
)
def test_a_wrong_query_is_refused(ana: Person, project: str, query: str, name: str) -> None:
    answer = ana.get(f"{project}/works?{query}")

    assert answer.status_code == 400
    assert list(answer.json["details"]) == [name]


def test_a_cursor_is_good_for_its_own_order_only(ana: Person, project: str) -> None:
    make(ana, project, "one", "two")
    url = following(ana.get(f"{project}/works?limit=1&sort=name"))
    assert url

    answer = ana.get(url.replace("sort=name", "sort=createdAt"))

    assert answer.status_code == 400
    assert list(answer.json["details"]) == ["cursor"]


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
