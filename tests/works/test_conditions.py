"""Entity tags: who has the current version gets nothing, who has an old one changes nothing."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from config import Settings
from tests.people import Person
from tests.simultaneous import at_once

STALE = '"0123456789abcdef01234567"'


def tag(person: Person, work: str) -> str:
    return person.get(work).headers["ETag"]


def test_a_full_work_carries_a_strong_etag(ana: Person, project: str) -> None:
    made = ana.post(f"{project}/works")
    work = f"{project}/works/{made.json['id']}"
    read, changed = ana.get(work), ana.put(work, json={"name": "New"})

    assert made.headers["ETag"] == read.headers["ETag"] != changed.headers["ETag"]
    assert changed.headers["ETag"] == tag(ana, work)
    assert read.headers["ETag"].startswith('"')


@pytest.mark.parametrize("condition", ["{}", "W/{}", STALE + ", {}", STALE + ",W/{}", "*"])
def test_who_has_the_current_version_gets_304(ana: Person, work: str, condition: str) -> None:
    current = tag(ana, work)

    answer = ana.get(work, headers={"If-None-Match": condition.format(current)})

    assert answer.status_code == 304
    assert answer.data == b""
    assert answer.headers["ETag"] == current


@pytest.mark.parametrize("condition", [STALE, f"W/{STALE}", "nonsense", ""])
def test_who_has_another_version_gets_the_work(ana: Person, work: str, condition: str) -> None:
    answer = ana.get(work, headers={"If-None-Match": condition})

    assert answer.status_code == 200
    assert answer.json["id"]


def test_after_a_change_the_old_tag_is_no_longer_current(ana: Person, work: str) -> None:
    old = tag(ana, work)
    ana.put(work, json={"name": "New"})

    answer = ana.get(work, headers={"If-None-Match": old})

    assert answer.status_code == 200
    assert answer.json["name"] == "New"


def test_head_answers_as_get_does_without_the_body(ana: Person, work: str) -> None:
    read = ana.get(work)

    answer = ana.request("HEAD", work)

    assert answer.status_code == 200
    assert answer.data == b""
    assert answer.headers["Content-Length"] == str(len(read.data))
    assert answer.headers["ETag"] == read.headers["ETag"]


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE"])
@pytest.mark.parametrize("condition", ["{}", STALE + ", {}", "{}," + STALE, "*"])
def test_goes_through_if_the_version_is_the_expected_one(
    ana: Person, work: str, method: str, condition: str
) -> None:
    headers = {"If-Match": condition.format(tag(ana, work))}

    answer = ana.request(method, work, json={"name": "New"}, headers=headers)

    assert answer.status_code == (204 if method == "DELETE" else 200)


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE"])
@pytest.mark.parametrize("condition", [STALE, f"{STALE}, {STALE}", "nonsense"])
def test_is_refused_if_another_version_was_expected(
    ana: Person, work: str, method: str, condition: str
) -> None:
    before = ana.get(work)

    answer = ana.request(method, work, json={"name": "New"}, headers={"If-Match": condition})

    assert answer.status_code == 412
    assert answer.json.keys() == {"error", "details"}
    assert answer.json["details"] == before.json
    assert ana.get(work).data == before.data


def test_a_weak_tag_does_not_match_for_changing(ana: Person, work: str) -> None:
    answer = ana.put(work, json={}, headers={"If-Match": f"W/{tag(ana, work)}"})

    assert answer.status_code == 412


@pytest.mark.parametrize("method", ["PUT", "DELETE"])
def test_a_work_that_is_not_there_is_404_whatever_was_expected(
    ana: Person, project: str, method: str
) -> None:
    for condition in (STALE, "*"):
        headers = {"If-Match": condition}
        answer = ana.request(method, f"{project}/works/work_none", json={}, headers=headers)

        assert answer.status_code == 404


def test_of_many_who_expect_the_same_version_one_wins(ana: Person, work: str) -> None:
    headers = {"If-Match": tag(ana, work)}

    def saving(name: str) -> Callable[[], Any]:
        return lambda: ana.put(work, json={"name": name}, headers=headers)

    answers = at_once([saving(f"Version {n}") for n in range(8)])

    won = [answer for answer in answers if answer.status_code == 200]
    lost = [answer for answer in answers if answer.status_code == 412]
    assert (len(won), len(lost)) == (1, 7)
    assert all(answer.json["details"] == won[0].json for answer in lost)
    assert ana.show(work) == won[0].json


def test_deleted_is_gone_with_all_its_files(
    ana: Person, project: str, work: str, samples: Path, settings: Settings
) -> None:
    other = ana.new_work(project)
    ana.upload(f"{work}/media/reference", samples / "video.mp4")

    answer = ana.delete(work)

    assert answer.status_code == 204
    assert answer.data == b""
    assert ana.get(work).status_code == 404
    assert ana.delete(work).status_code == 404
    assert ana.get(f"{work}/media/reference").status_code == 404
    left = {path.name for path in settings.data_dir.glob("projects/*/works/*")}
    assert left - {".changes"} == {other.rpartition("/")[2]}


def test_deleting_needs_the_scope_to_write(ana: Person, ben: Person, work: str) -> None:
    assert ana.with_scopes("works:read").delete(work).status_code == 403
    assert ben.delete(work).status_code == 404
    assert ana.get(work).status_code == 200
