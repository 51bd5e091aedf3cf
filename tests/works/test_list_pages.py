"""Pages of the list of works: each work appears once, also while works change."""

import random
import re
from typing import Any

import pytest

from tests.people import Person
from tests.works.test_list import SORTS, names, new_works

NOW = 1_767_268_800_000


def next_url(answer: Any) -> str | None:
    """Return the URL of the next page from the Link header."""
    link = answer.headers.get("Link")
    if link is None:
        return None
    match = re.fullmatch(r'<([^>]+)>; rel="next"', link)
    assert match, link
    return match[1]


def all_pages(person: Person, url: str) -> list[list[Any]]:
    """Return all pages, starting with the one at this URL."""
    found: list[Any] = []
    following_url: str | None = url
    while following_url:
        answer = person.get(following_url)
        assert answer.status_code == 200, answer.text
        assert answer.json not in found, "repeated page"
        found.append(answer.json)
        following_url = next_url(answer)
    return found


@pytest.fixture
def frozen_clock(monkeypatch):
    """Create all works in the same millisecond."""
    monkeypatch.setattr("works.service.now_ms", lambda: NOW)


def test_work_list_without_limit_is_one_page(ana, project):
    expected = [f"Work {number}" for number in range(7)]
    new_works(ana, project, *expected)

    answer = ana.get(f"{project}/works")

    assert sorted(names(answer.json)) == expected
    assert next_url(answer) is None


@pytest.mark.parametrize("sort", SORTS)
@pytest.mark.parametrize("limit", [1, 3, 4, 8, 1000])
@pytest.mark.usefixtures("frozen_clock")
def test_pages_contain_each_work_once_in_the_order_of_the_list(ana, project, sort, limit):
    new_works(ana, project, *["same"] * 5, "Straße", "other", "OTHER")
    whole = ana.show(f"{project}/works?sort={sort}")

    found = all_pages(ana, f"{project}/works?sort={sort}&limit={limit}")

    assert [work for page in found for work in page] == whole
    assert [len(page) for page in found[:-1]] == [limit] * (len(found) - 1)
    assert 0 < len(found[-1]) <= limit


def test_pages_of_a_search_contain_matching_works_only(ana, project):
    new_works(ana, project, *(f"{kind} {n}" for n in range(5) for kind in ("café & bar", "shop")))

    found = all_pages(ana, f"{project}/works?q=caf%C3%A9+%26&limit=2")

    assert [len(page) for page in found] == [2, 2, 1]
    assert all("café" in name for page in found for name in names(page))


@pytest.mark.parametrize("sort", SORTS)
def test_pages_contain_each_unchanged_work_once_while_others_change(ana, project, sort):
    rng = random.Random(7)
    unchanged = {path.rpartition("/")[2] for path in new_works(ana, project, *("unchanged",) * 12)}
    changing = new_works(ana, project, *("changing",) * 6)
    seen = []

    url: str | None = f"{project}/works?sort={sort}&limit=2"
    while url:
        answer = ana.get(url)
        seen += [work["id"] for work in answer.json]
        ana.put(rng.choice(changing), json={"name": rng.choice("az")})
        ana.delete(ana.new_work(project))
        url = next_url(answer)

    assert sorted(work for work in seen if work in unchanged) == sorted(unchanged)


def test_pages_by_creation_contain_each_work_once_while_all_change(ana, project):
    works = new_works(ana, project, *("work",) * 9)
    seen = []

    url: str | None = f"{project}/works?sort=createdAt&limit=2"
    while url:
        answer = ana.get(url)
        seen += [work["id"] for work in answer.json]
        for work in works:
            ana.put(work, json={})
        url = next_url(answer)

    assert sorted(seen) == sorted(work.rpartition("/")[2] for work in works)


def test_cursor_of_another_sort_order_returns_400(ana, project):
    new_works(ana, project, "one", "two")
    url = next_url(ana.get(f"{project}/works?limit=1&sort=name"))
    assert url

    answer = ana.get(url.replace("sort=name", "sort=createdAt"))

    assert answer.status_code == 400
    assert list(answer.json["details"]) == ["cursor"]
