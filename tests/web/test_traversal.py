"""Ids and indices that would lead elsewhere, in every place of every route: 400 or 404, always."""

import json
import socket
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.people import Person
from tests.service import Service
from tests.walk import PopulatedProject, Route

PLACES = (
    *("project_id", "work_id", "asset_id", "template_id", "token_id", "index"),
    *("job_id", "user_job_id", "scene_index"),
)

# As they stand in a request line; {} is what would be right.
ELSEWHERE = (
    *("..", ".", "...", ".lock", ".changes", "%2e%2e", "%2e%2e%2f", "%2e%2e%2fusers"),
    *("..%2f..%2fjwt-secret", "..%5c..%5cjwt-secret", "%252e%252e%252f", "%2fetc%2fpasswd"),
    *("{}%2f..%2f{}", "{}%2fproject.json", "{}%2f..%2f..%2f..%2f..%2f..%2fetc%2fpasswd"),
    *("%00", "{}%00", "{}%0a", "{}%0d%0a", "{}%20", "%20{}", "{}.", "{}%3Fa=b", "{};a", "{}%23"),
    *("x" * 65, "x" * 5000, "0" * 5000, "%ff%fe", "%ed%a0%80", "*", "~", "%20", "-1", "_1"),
    "%D9%A1",  # 1 in Arabic-Indic digits
    "%EF%BC%91",  # a fullwidth 1
    "%C2%B9",  # a superscript 1
    "%F0%9D%9F%8F",  # a mathematical bold 1
    "{}%D9%A1",
)
# These could be ids, but are no indices.
NO_INDEX = ("00", "01", "1000", "9" * 40, "1_0", "1a", "0x0", "1e1", "nan", "1.0", "%2b1", "+1")


def evils(place: str) -> tuple[str, ...]:
    return ELSEWHERE + NO_INDEX if place.endswith("index") else ELSEWHERE


def places(route: Route) -> list[str]:
    """The names of what stands between the slashes, as far as they have any."""
    return [part.strip("<>").rpartition(":")[2] for part in route.rule.split("/")]


def urls(route: Route, place: str) -> list[str]:
    """A route's URL with everything that leads elsewhere in one of its places."""
    parts = route.url.split("/")
    position = places(route).index(place)
    right, found = parts[position], []
    for evil in evils(place):
        parts[position] = evil.replace("{}", right)
        found.append("/".join(parts))
    return found


@pytest.fixture
def place(ana: Person, samples: Path) -> PopulatedProject:
    return PopulatedProject(ana, samples)


@pytest.mark.parametrize("name", PLACES)
def test_a_place_of_a_route_leads_nowhere_else(
    app: Flask, ana: Person, place: PopulatedProject, name: str
) -> None:
    routes = [route for route in place.routes(app) if name in places(route)]
    before = place.state()

    for route in routes:
        for url in urls(route, name):
            answer = ana.request(route.method, url)
            assert answer.status_code in {400, 404}, (route.method, url)
            assert route.method == "HEAD" or answer.json["error"], (route.method, url)

    assert routes
    assert place.state() == before


def test_these_are_all_the_places(app: Flask) -> None:
    rules = [rule for rule in app.url_map.iter_rules() if rule.endpoint != "docs.file"]

    assert {name for rule in rules for name in rule.arguments} == set(PLACES)


@pytest.mark.parametrize("name", [*ELSEWHERE, "..%2f__init__.py", "start.js%00", "..start.js"])
def test_the_files_of_the_docs_are_those_of_the_docs_alone(client: FlaskClient, name: str) -> None:
    answer = client.get(f"/api/docs/{name.replace('{}', 'start.js')}")

    assert answer.status_code == 404
    assert answer.json["error"]


@pytest.mark.parametrize(
    "value", ["..", "../users", "a/b", "", "\0", "x" * 5000, "\u0661", "id\n", 1]
)
def test_an_id_in_a_body_leads_nowhere_else(
    ana: Person, project: str, work: str, value: object
) -> None:
    for answer in (
        ana.put(project, json={"id": value}),
        ana.put(work, json={"id": value}),
        ana.put(work, json={"projectId": value}),
        ana.put(work, json={"selectedAssetIds": [value]}),
        ana.post(f"{project}/works", json={"selectedAssetIds": [value]}),
        ana.post("/api/media-tokens", json={"projectId": value}),
        ana.post(f"{work}/apply-template", json={"templateId": value}),
    ):
        assert answer.status_code == 400


def send(service: Service, method: str, target: bytes, token: str) -> tuple[int, bytes]:
    """The answer to a request line that goes over the wire exactly as it is."""
    head = b"%s %s HTTP/1.1\r\n" % (method.encode(), target)
    head += f"Host: x\r\nConnection: close\r\nAuthorization: Bearer {token}\r\n\r\n".encode()
    with socket.create_connection(("127.0.0.1", service.port), timeout=10) as connection:
        connection.sendall(head)
        with connection.makefile("rb") as file:
            status, _, body = file.read().partition(b"\r\n\r\n")
    return int(status.split()[1]), body


def test_nor_over_the_wire(service: Service) -> None:
    token = service.register()
    project = service.request("POST", "/api/projects", {}, token).json["id"]
    work = service.request("POST", f"/api/projects/{project}/works", {}, token).json["id"]
    home = f"/api/projects/{project}/works"
    image = f"{home}/{work}/media/scene/0/image"
    media = "/api/projects/<id:project_id>/works/<id:work_id>/media/scene/<index>/image"
    routes = {
        "project_id": Route("GET", "/api/projects/<project_id>", f"/api/projects/{project}", ()),
        "work_id": Route("GET", "/api/projects/<project_id>/works/<work_id>", f"{home}/{work}", ()),
        "index": Route("PUT", media, image, ()),
        "token_id": Route("DELETE", "/api/tokens/<token_id>", "/api/tokens/tok_0", ()),
    }

    for name, route in routes.items():
        for url in urls(route, name):
            status, body = send(service, route.method, url.encode(), token)
            assert status in {400, 404}, url
            assert json.loads(body)["error"], url

    assert {path.name for path in service.data_dir.parent.iterdir()} == {"data", "service.log"}


def test_nor_by_a_request_line_that_no_client_would_send(service: Service) -> None:
    for target in (
        b"/api/projects/\xd9\xa1",  # an Arabic-Indic digit as it is
        b"/api/projects/\xff",
        b"/api/projects/\x00",
        b"/api/projects/..\\..\\jwt-secret",
        b"/../../../../etc/passwd",
        b"/api/docs/../../config.py",
        b"http://x/api/../../etc/passwd",
        b"//etc/passwd",
        b"/api//projects",
        b"../etc/passwd",
        b"*",
    ):
        status, body = send(service, "GET", target, "x")
        assert status in {400, 404}, target
        assert json.loads(body)["error"], target
