"""If-Match on every write to a document or a media file: stale ETags, and simultaneous writers."""

import re
from dataclasses import dataclass
from typing import Any

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from errors import PreconditionError
from storage.documents.snapshots import Snapshot
from tests.people import Person
from tests.simultaneous import at_once
from tests.web.openapi import parameters
from tests.works.media import IMAGE, SLOTS, Slot, each_slot
from web.conditional import if_match

STALE = '"0123456789abcdef01234567"'
RESOURCES = ("project", "work", "asset", "template", "castMember")
METHODS = ("PUT", "PATCH", "DELETE")
WRITES = [*((name, method) for name in RESOURCES for method in METHODS), ("timeline", "POST")]
OPERATIONS = (
    *(
        f"{verb}{name[0].upper()}{name[1:]}"
        for name in RESOURCES
        for verb in ("update", "patch", "delete")
    ),
    "applyTemplateToWork",
)
RIVALS = 4
MINA = {"name": "Mina", "kind": "person"}


@dataclass
class Write:
    """A request that changes or deletes a document, and the URL at which GET shows it."""

    user: Person
    method: str
    url: str
    document_url: str
    body: dict[str, Any]

    def send(self, if_match: str) -> TestResponse:
        headers = {"If-Match": if_match}
        return self.user.request(self.method, self.url, json=self.body, headers=headers)

    def document(self) -> TestResponse:
        return self.user.get(self.document_url)

    @property
    def etag(self) -> str:
        return self.document().headers["ETag"]


@pytest.fixture(params=WRITES, ids=" ".join)
def write(request, ana, project, samples):
    resource, method = request.param
    body: dict[str, Any] = {"name": "New"}
    if resource == "project":
        return Write(ana, method, project, project, body)
    if resource == "asset":
        asset = ana.upload(f"{project}/assets", samples / "image.png").json["url"]
        return Write(ana, method, asset, f"{asset}/meta", body)
    if resource == "castMember":
        member = f"{project}/cast/{ana.create(f'{project}/cast', MINA)['id']}"
        return Write(ana, method, member, member, body)
    text = {"id": "a", "text": "Hello", "fontSize": 48, "fontColor": "#fff"}
    overlay = {**text, "centerX": 0, "centerY": 0, "timingMode": "relative"}
    template = {"name": "Title", "content": {"textOverlays": [overlay]}}
    created = ana.create(f"{project}/templates", template)
    if resource == "template":
        url = f"{project}/templates/{created['id']}"
        return Write(ana, method, url, url, body)
    work = ana.new_work(project)
    if resource == "work":
        return Write(ana, method, work, work, body)
    return Write(ana, method, f"{work}/apply-template", work, {"templateId": created["id"]})


def test_stale_etag_returns_412_with_the_current_document_and_changes_nothing(write):
    before = write.document()

    response = write.send(STALE)

    assert response.status_code == 412
    assert response.json["code"] == "precondition_failed"
    assert response.json["details"] == before.json
    assert write.document().data == before.data


@pytest.mark.parametrize("condition", ["{}", STALE + ", {}", "*"])
def test_current_etag_is_accepted(write, condition):
    response = write.send(condition.format(write.etag))

    if write.method == "DELETE":
        assert response.status_code == 204
        assert write.document().status_code == 404
    else:
        assert response.status_code == 200
        assert response.headers["ETag"] == write.etag
        assert response.json == write.document().json


def test_one_of_simultaneous_writers_with_the_same_etag_succeeds(write):
    etag = write.etag

    responses = at_once([lambda: write.send(etag)] * RIVALS)

    failed = [response for response in responses if response.status_code not in (200, 204)]
    assert len(failed) == RIVALS - 1
    for response in failed:
        if write.method == "DELETE":
            assert response.status_code == 404
        else:
            assert response.status_code == 412
            assert response.json["details"] == write.document().json


def test_description_contains_if_match_and_412_of_every_write(description, operations):
    for name in OPERATIONS:
        assert "412" in operations[name]["responses"], name
        assert "If-Match" in parameters(description, operations[name]), name


@pytest.fixture
def upload(ana, work, samples):
    """Return a function that uploads a slot's sample on the condition of an If-Match header."""

    def send(slot: Slot, if_match: str) -> TestResponse:
        data, headers = (samples / slot.sample).read_bytes(), {"If-Match": if_match}
        url = f"{work}/{slot.path}"
        return ana.put(url, data=data, content_type=slot.media_type, headers=headers)

    return send


@each_slot
def test_media_are_replaced_and_deleted_only_with_their_current_etag(
    ana, work, upload, samples, slot
):
    url = f"{work}/{slot.path}"
    ana.upload(url, samples / slot.sample, slot.part, slot.media_type)
    before, etag = ana.get(work).json, ana.get(url).headers["ETag"]

    for refused in (upload(slot, STALE), ana.delete(url, headers={"If-Match": STALE})):
        assert refused.status_code == 412
        assert refused.json == {
            "error": "Changed since it was read",
            "code": "precondition_failed",
            "details": "There is another file.",
        }
        assert refused.headers["ETag"] == etag
    assert ana.get(work).json == before
    assert ana.get(url).headers["ETag"] == etag

    assert upload(slot, etag).status_code == 200
    assert upload(slot, "*").status_code == 200
    etag = ana.get(url).headers["ETag"]
    assert ana.delete(url, headers={"If-Match": etag}).status_code == 204


def test_exports_and_takes_are_deleted_only_with_their_current_etag(populated):
    owner = populated.owner
    takes = owner.get(f"{populated.work}/media/scene/0/takes").json["takes"]
    earlier = next(take["url"] for take in takes if not take["current"])

    for url in (populated.export, earlier):
        refused = owner.delete(url, headers={"If-Match": STALE})
        assert refused.status_code == 412, refused.text
        etag = owner.get(url).headers["ETag"]
        assert refused.headers["ETag"] == etag
        assert owner.delete(url, headers={"If-Match": etag}).status_code == 204


def test_if_match_does_not_match_media_that_are_not_there(ana, work, upload):
    for condition in (STALE, "*"):
        assert upload(IMAGE, condition).status_code == 412
    assert ana.get(f"{work}/{IMAGE.path}").status_code == 404


def test_description_contains_if_match_and_412_of_media(description):
    template = "/api/projects/{projectId}/works/{workId}/"
    for slot in SLOTS:
        path = re.sub("/[0-9]/", "/{index}/", template + slot.path)
        for method in ("post", "put", "delete"):
            operation = description["paths"][path][method]
            assert "412" in operation["responses"]
            assert "If-Match" in parameters(description, operation)


def passes(app: Flask, document: Snapshot, header: str) -> bool:
    """Return whether a request with this If-Match header may write the document."""
    with app.test_request_context(headers={"If-Match": header}):
        check = if_match()
    try:
        if check is not None:
            check(document)
    except PreconditionError:
        return False
    return True


@pytest.fixture
def document():
    return Snapshot(b'{"name": "Lamps"}', (0, 0, 0), 0)


@pytest.mark.parametrize(
    "header",
    [
        *("*", " * ", '"{}"', "{}", ' "{}" ', '"{}",' + STALE, STALE + ' , "{}"', STALE + ",{}"),
        *('W/"{}"', "W/{}", STALE + ',W/"{}"'),  # as proxies that compress make them
    ],
)
def test_matching_if_match_header_allows_the_write(app, document, header):
    assert passes(app, document, header.format(document.etag))


@pytest.mark.parametrize(
    "header", ["", ",", "nonsense", '"*"', STALE, f"{STALE}, {STALE}", "W/" + STALE, "w/{}", "W/"]
)
def test_other_if_match_header_rejects_the_write(app, document, header):
    assert not passes(app, document, header.format(document.etag))


def test_request_without_if_match_is_not_checked(app):
    with app.test_request_context():
        assert if_match() is None
