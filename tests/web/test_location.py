"""`Location` of responses with 201: the address of what was made."""

from typing import Any

import pytest
from flask import Flask
from werkzeug.exceptions import MethodNotAllowed

from tests.web.openapi import Json, each_operation, resolved

WITHOUT_ADDRESS = {"makeMediaToken", "makeGuest", "makeDecision", "makeReviewDecision"}
BODIES: dict[str, Json] = {
    "/api/projects": {},
    "{project}/works": {},
    "{project}/templates": {"name": "A", "content": {}},
    "{project}/invitations": {"role": "viewer"},
    "{project}/members": {"email": "eve@example.com", "role": "viewer"},
    "{work}/reviews": {},
    "{work}/comments": {"frame": 0, "text": "Brighter"},
    "/api/tokens": {"name": "A", "scopes": ["works:read"]},
    "/api/links": {"kind": "upload"},
}


def test_every_operation_that_makes_something_with_an_address_documents_location(description):
    without = set()
    for _, _, operation in each_operation(description):
        response = resolved(
            description, operation["responses"].get("201", {"headers": ["Location"]})
        )
        if "Location" not in response["headers"]:
            without.add(operation["operationId"])

    assert without == WITHOUT_ADDRESS


@pytest.mark.parametrize("url", BODIES)
def test_location_is_the_address_of_what_was_made(app, populated, url):
    body: dict[str, Any] = dict(BODIES[url])
    if url == "/api/links":
        body["projectId"] = populated.project.rpartition("/")[2]

    made = populated.owner.post(url.format(**vars(populated)), json=body)

    assert made.status_code == 201, made.text
    location = made.headers["Location"]
    shown = made.json.get("meta", made.json)
    assert location.endswith(f"/{shown['id']}")
    assert_exists(app, location)
    if "GET" in allowed(app, location):
        assert populated.owner.show(location)["id"] == shown["id"]


def test_location_of_an_uploaded_asset_is_that_of_its_file(ana, project, samples):
    made = ana.upload(f"{project}/assets", samples / "image.png")
    link = ana.create("/api/links", {"kind": "upload", "projectId": project.rpartition("/")[2]})
    token = link["url"].rpartition("/")[2]
    data = (samples / "image.png").read_bytes()
    given = ana.put(f"/api/uploads/{token}", data=data, content_type="image/png")

    for each in (made, given):
        assert each.headers["Location"] == each.json["url"]
        assert ana.get(each.headers["Location"]).data == data


def test_location_of_an_account_is_its_own(app):
    account = {"email": "eve@example.com", "password": "correct horse", "name": "Eve"}

    made = app.test_client().post("/api/auth/register", json=account)

    assert made.headers["Location"] == "/api/auth/me"
    assert_exists(app, made.headers["Location"])


def allowed(app: Flask, path: str) -> set[str]:
    """Return the methods of the routes at a path; empty if there are none."""
    try:
        app.url_map.bind("localhost").match(path, method="TRACE")
    except MethodNotAllowed as exc:
        return set(exc.valid_methods or ())
    return set()


def assert_exists(app: Flask, path: str) -> None:
    assert allowed(app, path) & {"GET", "PATCH", "DELETE"}, path
