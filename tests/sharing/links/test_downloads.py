"""Downloading an export by a link."""

import pytest
from werkzeug.test import TestResponse

from tests.sharing.links.conftest import export_link


@pytest.fixture
def path(populated):
    """The path of a link to the export."""
    return export_link(populated.owner, populated.export).path


def test_link_serves_what_the_address_of_the_export_serves(client, populated, path):
    etag = client.head(path).headers["ETag"]
    cases: list[tuple[str, dict[str, str], int]] = [
        ("GET", {}, 200),
        ("HEAD", {}, 200),
        ("GET", {"Range": "bytes=10-19"}, 206),
        ("GET", {"Range": "bytes=9999999-"}, 416),
        ("GET", {"If-None-Match": etag}, 304),
        ("GET", {"If-Match": '"x"'}, 412),
    ]
    for method, headers, status in cases:
        by_link = client.open(path, method=method, headers=headers, buffered=True)
        own = populated.owner.request(method, populated.export, headers=headers)

        assert by_link.status_code == own.status_code == status
        assert by_link.data == own.data
        assert headers_of(by_link) == headers_of(own)


def headers_of(answer: TestResponse) -> dict[str, str]:
    """Return the headers that are the same for the same request."""
    varying = {"X-Request-Id", "Date"}
    return {name: value for name, value in answer.headers if name not in varying}


def test_deleted_export_is_not_found(client, populated, path):
    assert populated.owner.delete(populated.export).status_code == 204

    answer = client.get(path)

    assert (answer.status_code, answer.json["error"]) == (404, "Not found")


def test_export_of_a_deleted_project_is_not_found(client, populated, path):
    assert populated.owner.delete(populated.project).status_code == 204

    assert client.get(path).status_code == 404


def test_link_opens_nothing_but_its_export(client, populated, path):
    token = path.rpartition("/")[2]

    for url in (populated.export, f"{populated.export}/poster", populated.asset):
        assert client.get(f"{url}?token={token}").status_code == 401
    headers = {"Authorization": f"Bearer {token}"}
    assert client.get("/api/projects", headers=headers).status_code == 401
    assert client.put(f"/api/uploads/{token}", data=b"x").status_code == 404
