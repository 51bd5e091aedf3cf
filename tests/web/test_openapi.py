"""The OpenAPI description: valid, complete, and usable for generated clients."""

import re
from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient
from openapi_spec_validator import OpenAPIV31SpecValidator

from schemas.examples import EXAMPLES
from schemas.job_results import RESULTS
from schemas.operations import SHAPES
from tests.people import Person
from tests.walk import DEMO
from tests.web.openapi import Json, each_operation, resolved

pytestmark = pytest.mark.slow


def routes(app: Flask) -> Iterator[tuple[str, str, str]]:
    """Yield the method, path and endpoint of each route, without methods that Flask adds."""
    for rule in app.url_map.iter_rules():
        if rule.rule.startswith("/api/") and not rule.endpoint.startswith("docs."):
            path = re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule.rule)
            path = re.sub(r"_(\w)", lambda letter: letter[1].upper(), path)
            for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}:
                yield method.lower(), path, rule.endpoint


def test_description_is_valid_openapi(description: Json) -> None:
    assert description["openapi"] == "3.1.0"
    assert list(OpenAPIV31SpecValidator(description).iter_errors()) == []


def test_server_url_is_relative(description: Json) -> None:
    assert description["servers"] == [{"url": "/"}]


def test_description_contains_exactly_the_routes_of_the_application(
    app: Flask, description: Json
) -> None:
    described = {
        (method, path) for method, path, _ in each_operation(description) if method != "head"
    }

    assert described == {(method, path) for method, path, _ in routes(app)}


def test_operation_ids_are_unique_and_readable(description: Json) -> None:
    ids = [operation["operationId"] for _, _, operation in each_operation(description)]

    assert len(set(ids)) == len(ids)
    assert all(re.fullmatch("[a-z]+([A-Z][a-z]+)*", operation_id) for operation_id in ids)
    assert {"listWorks", "createWork", "getWork", "updateWork", "patchWork", "deleteWork"} < {*ids}
    assert {"uploadSceneVideo", "putSceneVideo", "getSceneVideo", "headSceneVideo"} < {*ids}


def test_every_operation_has_a_summary_and_every_tag_a_description(description: Json) -> None:
    tags = {tag["name"]: tag["description"] for tag in description["tags"]}

    for _, _, operation in each_operation(description):
        assert operation["summary"]
        assert all(tags[name] for name in operation["tags"])


def test_list_of_projects_is_in_the_group_of_projects(description: Json) -> None:
    groups = {
        operation["operationId"]: operation["tags"]
        for _, _, operation in each_operation(description)
    }

    assert groups["listProjects"] == groups["createProject"] == ["projects"]


def test_every_schema_has_a_description(description: Json) -> None:
    for name, schema in description["components"]["schemas"].items():
        assert schema["description"], name


def test_enumeration_keeps_its_own_description(description: Json) -> None:
    schemas = description["components"]["schemas"]

    assert schemas["AssetType"]["description"] == "The kind of an asset's file."


def test_every_component_is_used(client: FlaskClient, description: Json) -> None:
    text = client.get("/api/openapi.json").text

    for section in ("schemas", "responses", "headers", "parameters"):
        for name in description["components"][section]:
            assert f'"#/components/{section}/{name}"' in text


def test_path_parameters_are_camel_case(description: Json) -> None:
    assert "_" not in "".join(description["paths"])


def test_security_lists_the_required_scopes(app: Flask, description: Json) -> None:
    for method, path, endpoint in routes(app):
        required = vars(app.view_functions[endpoint]).get("requirement")
        reads_media = required and required.query_token
        schemes = ["bearer", *(["queryToken", "mediaCookie"] if reads_media else [])]

        security = description["paths"][path][method]["security"]

        expected = [{scheme: [*required.scopes]} for scheme in schemes] if required else []
        if required and required.alternatives:
            expected = [{"bearer": [scope]} for scope in required.alternatives]
        assert security == expected


def test_query_token_is_accepted_for_reading_media_only(description: Json) -> None:
    for method, path, operation in each_operation(description):
        in_query = any("queryToken" in scheme for scheme in operation["security"])

        of_asset = path.endswith(("/assets/{assetId}", "/thumbnail", "/filmstrip", "/peaks"))
        of_export = "/exports/{exportId}" in path or path.endswith("/timeline.otio")
        in_media = "/works/{workId}/" in path and "/media/" in path
        of_media = of_asset or of_export or (in_media and not path.endswith("/takes"))
        assert in_query == (method in {"get", "head"} and of_media)


def test_every_response_has_the_header_x_request_id(description: Json) -> None:
    for _, _, operation in each_operation(description):
        for response in operation["responses"].values():
            assert "X-Request-Id" in resolved(description, response)["headers"]


def test_every_operation_lists_its_possible_errors(description: Json) -> None:
    for method, path, operation in each_operation(description):
        statuses = operation["responses"].keys()

        assert "500" in statuses
        assert ("401" in statuses) or not operation["security"]
        assert ("404" in statuses) or "{" not in path
        assert ({"503", "507"} <= statuses) or method in {"get", "head"}
        assert ("503" in statuses) or not path.endswith(("/thumbnail", "/filmstrip", "/peaks"))
        assert ({"400", "408", "413"} <= statuses) or "requestBody" not in operation


def test_every_error_response_has_the_error_schema(description: Json) -> None:
    for _, _, operation in each_operation(description):
        for status, response in operation["responses"].items():
            if status >= "400":
                content = resolved(description, response)["content"]
                assert content.keys() == {"application/json"}
                assert content["application/json"]["schema"]["$ref"].endswith("/Error")


@pytest.mark.parametrize("name", ["analyzeAsset", "writeWorkScenario", "makeWorkScene"])
def test_ai_operations_list_413_for_images_and_works_that_are_too_large(
    operations: dict[str, Json], name: str
) -> None:
    assert "413" in operations[name]["responses"]


def test_schemas_contain_the_example_bodies(description: Json) -> None:
    schemas = description["components"]["schemas"]

    found = {name: schema["examples"] for name, schema in schemas.items() if "examples" in schema}
    assert found == {name: [example] for name, example in EXAMPLES.items()}


def test_example_bodies_are_accepted(client: FlaskClient) -> None:
    client.post("/api/auth/register", json=EXAMPLES["Register"])
    session = client.post("/api/auth/login", json=EXAMPLES["Login"]).json
    ana = Person(client, session["accessToken"], session["user"])
    project = ana.new_project(**EXAMPLES["NewProject"])
    work = ana.new_work(project, **EXAMPLES["NewWork"])

    assert ana.post("/api/tokens", json=EXAMPLES["NewToken"]).status_code == 201
    assert ana.put(project, json=EXAMPLES["ProjectUpdate"]).status_code == 200
    assert ana.put(work, json=EXAMPLES["WorkUpdate"]).status_code == 200
    created = ana.post(f"{project}/templates", json=EXAMPLES["NewTemplate"])
    assert created.status_code == 201
    template = f"{project}/templates/{created.json['id']}"
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
def test_example_bodies_of_ai_operations_are_accepted(
    ana: Person, project: str, work: str, url: str, example: str, status: int
) -> None:
    ana.put(work, json=EXAMPLES["WorkUpdate"])
    url = url.format(project=project, work=work)

    response = ana.post(url, json=EXAMPLES[example], headers=DEMO)

    assert response.status_code == status, response.text


def test_every_result_of_a_job_is_described_with_its_kind(description: Json) -> None:
    result = description["components"]["schemas"]["Job"]["properties"]["result"]

    for kind, schema in RESULTS.items():
        name = schema.__name__.removesuffix("Schema")
        assert f"`{kind}` {name}" in result["description"]
        assert {"$ref": f"#/components/schemas/{name}"} in result["anyOf"]


def test_enumerations_are_components(description: Json) -> None:
    inline = [
        f"{name}.{field}"
        for name, schema in description["components"]["schemas"].items()
        for field, values in schema.get("properties", {}).items()
        if len(values.get("enum", [])) > 1
    ]

    assert inline == []


def test_fields_of_bodies_with_a_default_say_so_in_their_description(description: Json) -> None:
    schemas = description["components"]["schemas"]
    fields = [each for schema in schemas.values() for each in schema.get("properties", {}).values()]

    assert not any("default" in field for field in fields)
    assert schemas["PageRequest"]["properties"]["includeProductInfo"] == {
        "type": "boolean",
        "description": "By default false",
    }


@pytest.mark.parametrize(
    ("status", "header"),
    [(401, "WWW-Authenticate"), (416, "Content-Range"), (429, "Retry-After")],
)
def test_error_response_lists_its_header(description: Json, status: int, header: str) -> None:
    assert header in description["components"]["responses"][f"Error{status}"]["headers"]


def test_only_operations_reject_unknown_fields(description: Json) -> None:
    strict = {
        name
        for name, schema in description["components"]["schemas"].items()
        if "additionalProperties" in schema
    }

    parts = {"ArrangedClip", "GivenCaption", "TimelineChange"}
    assert strict == parts | {f"{name.capitalize()}Operation" for name in SHAPES}
