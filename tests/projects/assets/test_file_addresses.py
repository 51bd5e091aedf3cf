"""Wherever a file is uploaded, a JSON body may name its address instead."""

import base64
from dataclasses import replace
from typing import Any

import pytest

from tests.applications import create_app
from tests.mcp_server.helpers import data, failure
from tests.outbound.internet import PUBLIC, http
from tests.people import Person

Json = dict[str, Any]


@pytest.fixture
def addresses(internet, samples):
    """The addresses of a picture, a clip and a sound at another server."""
    names = {"image": "image.png", "clip": "video.mp4", "sound": "audio.mp3"}
    found = {}
    for kind, name in names.items():
        server = internet.serve(http((samples / name).read_bytes()))
        found[kind] = f"http://shop.example:{server.port}/{name}"
    return found


def test_files_at_addresses_are_stored_wherever_files_are_uploaded(
    ana, project, work, addresses, samples
):
    made = ana.create(f"{project}/assets", {"url": addresses["image"], "tags": ["lamp"]})
    stored = {
        f"{work}/media/reference": "clip",
        f"{work}/media/scene/0/image": "image",
        f"{work}/media/scene/0/video": "clip",
        f"{work}/media/scene/0/voice": "sound",
        f"{work}/media/audio": "sound",
    }
    for slot, kind in stored.items():
        answer = ana.post(slot, json={"url": addresses[kind]})
        assert answer.status_code == 200, answer.text

        original = samples / addresses[kind].rpartition("/")[2]
        assert ana.get(slot).data == original.read_bytes()
    assert (made["filename"], made["mimeType"], made["tags"]) == (
        "image.png",
        "image/png",
        ["lamp"],
    )
    assert ana.get(made["url"]).data == (samples / "image.png").read_bytes()
    assert ana.show(work)["hasReferenceVideo"]


def test_mcp_clients_fetch_files_in_the_same_way(ana, project, work, addresses, samples):
    name = work.removeprefix("/api/projects/").replace("/works/", "/")

    added = data(ana, "add_asset", source=addresses["image"], work=name, name="Lamp")
    placed = data(ana, "add_asset", source=addresses["clip"], work=name, place="reference")
    refused = failure(ana, "add_asset", source="http://127.0.0.1/a.png", work=name)

    assert (added["type"], added["selectedFor"]) == ("image", name)
    assert (
        ana.get(f"{project}/assets/{added['asset']}").data == (samples / "image.png").read_bytes()
    )
    assert placed["place"] == "reference"
    assert "INTRANET_HOSTS" in str(refused)


def test_data_url_is_stored_as_a_file(ana, project, samples):
    image = (samples / "image.png").read_bytes()
    source = f"data:image/png;base64,{base64.b64encode(image).decode()}"

    made = ana.create(f"{project}/assets", {"url": source, "name": "Lamp"})

    assert ana.get(made["url"]).data == image


INVALID: list[tuple[Any, int, str, str]] = [
    ({}, 400, "invalid_fields", "{'url': 'Required.'}"),
    ({"url": ""}, 400, "url_refused", "must start with http"),
    ({"url": "http://a.example/" + "a" * 8000}, 400, "invalid_fields", "at most 8,000"),
    ({"url": "data:image/png;base64,?"}, 400, "invalid_fields", "expected data:image/png"),
    ({"url": "http://127.0.0.1/a.png"}, 400, "url_refused", "INTRANET_HOSTS can allow"),
    ({"url": "ftp://shop.example/a.png"}, 400, "url_refused", "must start with http"),
    ({"url": "http://gone.example/a.png"}, 502, "upstream_failed", "cannot be resolved"),
    ([], 400, "invalid_json", "Expected something like {…}"),
]


def test_invalid_address(ana, project, internet, stored_files):
    for body, status, code, details in INVALID:
        answer = ana.post(f"{project}/assets", json=body)

        assert (answer.status_code, answer.json["code"]) == (status, code)
        assert details in str(answer.json["details"])
        assert stored_files() == []


def test_request_without_a_body_asks_for_a_file(ana, project):
    for content_type in ("application/json", "image/png", None):
        answer = ana.post(f"{project}/assets", content_type=content_type)

        assert (answer.status_code, answer.json["error"]) == (400, "No file uploaded")


def test_file_of_a_wrong_type_leaves_the_earlier_one(ana, work, addresses, samples):
    slot = f"{work}/media/scene/0/image"
    ana.post(slot, json={"url": addresses["image"]})

    answer = ana.post(slot, json={"url": addresses["sound"]})

    assert answer.status_code == 415
    assert ana.get(slot).data == (samples / "image.png").read_bytes()


def test_request_gets_503_if_too_many_wait(ana, project, settings):
    app = create_app(replace(settings, waiters=1))
    person = Person(app.test_client(), ana.token, ana.user)
    with app.extensions["services"].waiters.permit(ana.user["id"]):
        answer = person.post(f"{project}/assets", json={"url": f"http://{PUBLIC}/a.png"})

    assert answer.status_code == 503
    assert "`Prefer: respond-async`" in answer.json["details"]


def test_repeated_request_gets_the_asset_without_another_transfer(ana, project, internet, samples):
    server = internet.serve(http((samples / "image.png").read_bytes()))
    body = {"url": f"http://shop.example:{server.port}/image.png"}
    headers = {"Idempotency-Key": "key-1"}

    first, again = (ana.post(f"{project}/assets", json=body, headers=headers) for _ in range(2))

    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json == again.json
    assert len(server.requests) == 1
