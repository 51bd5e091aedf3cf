"""Conditional requests for works: ETag, If-None-Match and If-Match; and deleting works.

What If-Match does for all kinds of documents is in tests/web/test_if_match.py.
"""

from collections.abc import Callable
from typing import Any

import pytest

from tests.people import Person
from tests.simultaneous import at_once

STALE = '"0123456789abcdef01234567"'


def current_etag(person: Person, work: str) -> str:
    """Return the current ETag of a work."""
    return person.get(work).headers["ETag"]


def test_responses_with_a_work_have_its_strong_etag(ana, project):
    created = ana.post(f"{project}/works")
    work = f"{project}/works/{created.json['id']}"
    response, updated = ana.get(work), ana.put(work, json={"name": "New"})

    assert created.headers["ETag"] == response.headers["ETag"] != updated.headers["ETag"]
    assert updated.headers["ETag"] == current_etag(ana, work)
    assert response.headers["ETag"].startswith('"')


@pytest.mark.parametrize("condition", ["{}", "W/{}", STALE + ", {}", STALE + ",W/{}", "*"])
def test_get_work_with_the_current_etag_returns_304(ana, work, condition):
    current = current_etag(ana, work)

    answer = ana.get(work, headers={"If-None-Match": condition.format(current)})

    assert answer.status_code == 304
    assert answer.data == b""
    assert answer.headers["ETag"] == current


@pytest.mark.parametrize("condition", [STALE, f"W/{STALE}", "nonsense", ""])
def test_get_work_with_another_etag_returns_200(ana, work, condition):
    answer = ana.get(work, headers={"If-None-Match": condition})

    assert answer.status_code == 200
    assert answer.json["id"]


def test_get_work_with_its_etag_before_an_update_returns_200(ana, work):
    stale = current_etag(ana, work)
    ana.put(work, json={"name": "New"})

    answer = ana.get(work, headers={"If-None-Match": stale})

    assert answer.status_code == 200
    assert answer.json["name"] == "New"


def test_head_work_returns_the_headers_of_get_without_a_body(ana, work):
    response = ana.get(work)

    answer = ana.request("HEAD", work)

    assert answer.status_code == 200
    assert answer.data == b""
    assert answer.headers["Content-Length"] == str(len(response.data))
    assert answer.headers["ETag"] == response.headers["ETag"]


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE"])
def test_write_with_the_current_etag_first_in_a_list_is_accepted(ana, work, method):
    headers = {"If-Match": f"{current_etag(ana, work)},{STALE}"}

    answer = ana.request(method, work, json={"name": "New"}, headers=headers)

    assert answer.status_code == (204 if method == "DELETE" else 200)


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE"])
@pytest.mark.parametrize("condition", [f"{STALE}, {STALE}", "nonsense"])
def test_write_without_a_matching_etag_returns_412_and_changes_nothing(
    ana, work, method, condition
):
    before = ana.get(work)

    answer = ana.request(method, work, json={"name": "New"}, headers={"If-Match": condition})

    assert answer.status_code == 412
    assert answer.json.keys() == {"error", "code", "details"}
    assert answer.json["details"] == before.json
    assert ana.get(work).data == before.data


def test_put_work_with_its_etag_as_a_compressing_proxy_weakens_it(ana, work):
    answer = ana.put(work, json={}, headers={"If-Match": f"W/{current_etag(ana, work)}"})
    stale = ana.put(work, json={}, headers={"If-Match": f"W/{STALE}"})

    assert (answer.status_code, stale.status_code) == (200, 412)


@pytest.mark.parametrize("method", ["PUT", "DELETE"])
def test_writing_a_missing_work_returns_404_with_any_if_match(ana, project, method):
    for condition in (STALE, "*"):
        headers = {"If-Match": condition}
        answer = ana.request(method, f"{project}/works/work_none", json={}, headers=headers)

        assert answer.status_code == 404


def test_one_of_simultaneous_puts_with_the_same_etag_is_accepted(ana, work):
    headers = {"If-Match": current_etag(ana, work)}

    def save(name: str) -> Callable[[], Any]:
        return lambda: ana.put(work, json={"name": name}, headers=headers)

    answers = at_once([save(f"Version {n}") for n in range(8)])

    accepted = [answer for answer in answers if answer.status_code == 200]
    rejected = [answer for answer in answers if answer.status_code == 412]
    assert (len(accepted), len(rejected)) == (1, 7)
    assert all(answer.json["details"] == accepted[0].json for answer in rejected)
    assert ana.show(work) == accepted[0].json


def test_deleting_a_work_removes_its_files(ana, project, work, samples, settings):
    other = ana.new_work(project)
    ana.upload(f"{work}/media/reference", samples / "video.mp4")

    answer = ana.delete(work)

    assert answer.status_code == 204
    assert answer.data == b""
    assert ana.get(work).status_code == 404
    assert ana.delete(work).status_code == 404
    assert ana.get(f"{work}/media/reference").status_code == 404
    remaining = {path.name for path in settings.data_dir.glob("projects/*/works/*")}
    assert remaining - {".changes"} == {other.rpartition("/")[2]}


def test_deleting_a_work_requires_ownership_and_works_write(ana, ben, work):
    assert ana.with_scopes("works:read").delete(work).status_code == 403
    assert ben.delete(work).status_code == 404
    assert ana.get(work).status_code == 200
