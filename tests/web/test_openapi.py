"""The API's description: complete, valid, and of use to those who make clients from it."""

import re
from collections.abc import Iterator

import pytest
import schemathesis
from flask import Flask
from flask.testing import FlaskClient
from schemathesis.config import SchemathesisConfig

from schemas.examples import EXAMPLES
from tests.people import Person
from tests.walk import DEMO
from tests.web.described import Json, resolved, walk

pytestmark = pytest.mark.slow


def routes(app: Flask) -> Iterator[tuple[str, str, str]]:
    """Method, path and endpoint of each route of the API, without what Flask adds by itself."""
    for rule in app.url_map.iter_rules():
        if rule.rule.startswith("/api/") and not rule.endpoint.startswith("docs."):
            path = re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule.rule)
            path = re.sub(r"_(\w)", lambda letter: letter[1].upper(), path)
            for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}:
                yield method.lower(), path, rule.endpoint


def test_it_is_valid_openapi(description: Json) -> None:
    assert description["openapi"] == "3.1.0"
    schemathesis.openapi.from_dict(description, config=SchemathesisConfig()).validate()


def test_its_server_is_the_one_that_it_came_from(description: Json) -> None:
    assert description["servers"] == [{"url": "/"}]


def test_it_has_every_route_and_nothing_else(app: Flask, description: Json) -> None:
    described = {(method, path) for method, path, _ in walk(description) if method != "head"}

    assert described == {(method, path) for method, path, _ in routes(app)}


def test_operation_ids_are_unique_and_readable(description: Json) -> None:
    ids = [each["operationId"] for _, _, each in walk(description)]

    assert len(set(ids)) == len(ids)
    assert all(re.fullmatch("[a-z]+([A-Z][a-z]+)*", each) for each in ids)
    assert {"listWorks", "createWork", "getWork", "updateWork", "patchWork", "deleteWork"} < {*ids}
    assert {"uploadSceneVideo", "putSceneVideo", "getSceneVideo", "headSceneVideo"} < {*ids}


def test_operations_are_for_people_too(description: Json) -> None:
    tags = {each["name"]: each["description"] for each in description["tags"]}

    for _, _, operation in walk(description):
        assert operation["summary"]
        assert all(tags[tag] for tag in operation["tags"])


def test_every_schema_says_what_it_is(description: Json) -> None:
    for name, schema in description["components"]["schemas"].items():
        assert schema["description"], name


def test_every_component_is_used(client: FlaskClient, description: Json) -> None:
    text = client.get("/api/openapi.json").text

    for kind in ("schemas", "responses", "headers", "parameters"):
        for name in description["components"][kind]:
            assert f'"#/components/{kind}/{name}"' in text


def test_names_are_camel_case_in_paths(description: Json) -> None:
    assert "_" not in "".join(description["paths"])


def test_security_says_which_scopes_are_needed(app: Flask, description: Json) -> None:
    for method, path, endpoint in routes(app):
        needed = vars(app.view_functions[endpoint]).get("requirement")
        ways = ["bearer", *(["queryToken"] if needed and needed.query_token else [])]

        security = description["paths"][path][method]["security"]

        assert security == ([{way: [*needed.scopes]} for way in ways] if needed else [])


def test_tokens_in_urls_are_for_reading_media_only(description: Json) -> None:
    for method, path, operation in walk(description):
        by_query = any("queryToken" in way for way in operation["security"])

        asset = path.endswith(("/assets/{assetId}", "/thumbnail"))
        file = asset or "/works/{workId}/media/" in path
        assert by_query == (method in {"get", "head"} and file)


def test_every_answer_names_its_request(description: Json) -> None:
    for _, _, operation in walk(description):
        for answer in operation["responses"].values():
            assert "X-Request-Id" in resolved(description, answer)["headers"]


def test_every_operation_has_the_errors_of_its_kind(description: Json) -> None:
    for method, path, operation in walk(description):
        answers = operation["responses"].keys()

        assert "500" in answers
        assert ("401" in answers) or not operation["security"]
        assert ("404" in answers) or "{" not in path
        assert ({"503", "507"} <= answers) or method in {"get", "head"}
        assert ({"400", "408", "413"} <= answers) or "requestBody" not in operation


def test_errors_have_one_body(description: Json) -> None:
    for _, _, operation in walk(description):
        for status, answer in operation["responses"].items():
            if status >= "400":
                content = resolved(description, answer)["content"]
                assert content.keys() == {"application/json"}
                assert content["application/json"]["schema"]["$ref"].endswith("/Error")


def test_bodies_to_start_from_are_in_it(description: Json) -> None:
    schemas = description["components"]["schemas"]

    examples = {name: each["examples"] for name, each in schemas.items() if "examples" in each}
    assert examples == {name: [example] for name, example in EXAMPLES.items()}


def test_examples_can_be_sent_as_they_stand(client: FlaskClient) -> None:
    client.post("/api/auth/register", json=EXAMPLES["Register"])
    session = client.post("/api/auth/login", json=EXAMPLES["Login"]).json
    ana = Person(client, session["accessToken"], session["user"])
    project = ana.new_project(**EXAMPLES["NewProject"])
    work = ana.new_work(project, **EXAMPLES["NewWork"])

    assert ana.post("/api/tokens", json=EXAMPLES["NewToken"]).status_code == 201
    assert ana.put(project, json=EXAMPLES["ProjectUpdate"]).status_code == 200
    assert ana.put(work, json=EXAMPLES["WorkUpdate"]).status_code == 200
    made = ana.post(f"{project}/templates", json=EXAMPLES["NewTemplate"])
    assert made.status_code == 201
    template = f"{project}/templates/{made.json['id']}"
    assert ana.put(template, json=EXAMPLES["TemplateUpdate"]).status_code == 200
    assert ana.post(f"{template}/apply", json=EXAMPLES["ApplyTemplate"]).status_code == 200


@pytest.mark.parametrize(
    ("url", "example", "status"),
    [
        ("{work}/jobs", "NewJob", 202),
        ("{project}/assets/analyze-batch", "AssetBatch", 200),
        ("/api/scenario", "ScenarioRequest", 200),
        ("/api/generate/image", "ImageRequest", 200),
        ("/api/generate/video", "VideoRequest", 200),
        ("/api/style-guide/extract", "StyleText", 200),
    ],
)
def test_examples_for_ai_can_be_sent_as_they_stand(
    ana: Person, project: str, work: str, url: str, example: str, status: int
) -> None:
    ana.put(work, json=EXAMPLES["WorkUpdate"])
    url = url.format(project=project, work=work)

    answer = ana.post(url, json=EXAMPLES[example], headers=DEMO)

    assert answer.status_code == status, answer.text


@pytest.mark.parametrize(
    ("status", "header"),
    [(401, "WWW-Authenticate"), (416, "Content-Range"), (429, "Retry-After")],
)
def test_errors_have_the_headers_that_go_with_them(
    description: Json, status: int, header: str
) -> None:
    assert header in description["components"]["responses"][f"Error{status}"]["headers"]


def test_unknown_fields_are_not_refused(description: Json) -> None:
    for name, schema in description["components"]["schemas"].items():
        assert "additionalProperties" not in schema, name
