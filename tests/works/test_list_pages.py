"""Lists of works in pages: each work once, whatever happens meanwhile."""

import random
import re
from typing import Any

import pytest

from tests.people import Person
from tests.works.test_list import SORTS, make, names

NOON = 1_767_268_800_000


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


def test_a_cursor_is_good_for_its_own_order_only(ana: Person, project: str) -> None:
    make(ana, project, "one", "two")
    url = following(ana.get(f"{project}/works?limit=1&sort=name"))
    assert url

    answer = ana.get(url.replace("sort=name", "sort=createdAt"))

    assert answer.status_code == 400
    assert list(answer.json["details"]) == ["cursor"]
