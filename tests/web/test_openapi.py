"""The OpenAPI description: valid, complete, and usable for generated clients."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask

from access.rights import RIGHTS
from jobs.kinds import JobKind
from jobs.webhooks import messages
from schemas.examples import EXAMPLES
from schemas.job_results import RESULTS
from schemas.new_jobs import WORK_JOB_KINDS
from schemas.operations import SHAPES
from schemas.webhook_messages import ExportMessageSchema
from schemas.webhooks import (
    CHANGES_REQUESTED,
    COMMENTED,
    DEFAULT_EVENTS,
    EXPORT_READY,
    TEST,
    WAS_APPROVED,
)
from tests.people import Person
from tests.walk import DEMO
from tests.web.openapi import Json, each_operation, problems_of, resolved

pytestmark = pytest.mark.slow


def routes(app: Flask) -> Iterator[tuple[str, str, str]]:
    """Yield the method, path and endpoint of each route, without methods that Flask adds."""
    for rule in app.url_map.iter_rules():
        if rule.rule.startswith("/api/") and not rule.endpoint.startswith("docs."):
            path = re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule.rule)
            path = re.sub(r"_(\w)", lambda letter: letter[1].upper(), path)
            for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}:
                yield method.lower(), path, rule.endpoint


def test_description_is_valid_openapi(description):
    from openapi_spec_validator import OpenAPIV31SpecValidator  # as in problems_of

    assert description["openapi"] == "3.1.0"
    assert list(OpenAPIV31SpecValidator(description).iter_errors()) == []


def test_server_url_is_relative(description):
    assert description["servers"] == [{"url": "/"}]


def test_description_contains_exactly_the_routes_of_the_application(app, description):
    described = {
        (method, path) for method, path, _ in each_operation(description) if method != "head"
    }

    assert described == {(method, path) for method, path, _ in routes(app)}


def test_operation_ids_are_unique_and_readable(description):
    ids = [operation["operationId"] for _, _, operation in each_operation(description)]

    assert len(set(ids)) == len(ids)
    assert all(re.fullmatch("[a-z]+([A-Z][a-z]+)*", operation_id) for operation_id in ids)
    assert {"listWorks", "createWork", "getWork", "updateWork", "patchWork", "deleteWork"} < {*ids}
    assert {"uploadSceneVideo", "putSceneVideo", "getSceneVideo", "headSceneVideo"} < {*ids}


def test_every_operation_has_a_summary_and_every_tag_a_description(description):
    tags = {tag["name"]: tag["description"] for tag in description["tags"]}

    for _, _, operation in each_operation(description):
        assert operation["summary"]
        assert all(tags[name] for name in operation["tags"])


def test_list_of_projects_is_in_the_group_of_projects(description):
    groups = {
        operation["operationId"]: operation["tags"]
        for _, _, operation in each_operation(description)
    }

    assert groups["listProjects"] == groups["createProject"] == ["projects"]


def test_every_schema_has_a_description(description):
    for name, schema in description["components"]["schemas"].items():
        assert schema["description"], name


def test_enumeration_keeps_its_own_description(description):
    schemas = description["components"]["schemas"]

    assert schemas["AssetType"]["description"] == "The kind of an asset's file."


def test_every_component_is_used(client, description):
    text = client.get("/api/openapi.json").text

    for section in ("schemas", "responses", "headers", "parameters"):
        for name in description["components"][section]:
            assert f'"#/components/{section}/{name}"' in text


def test_path_parameters_are_camel_case(description):
    assert "_" not in "".join(description["paths"])


def test_security_lists_the_required_scopes(app, description):
    for method, path, endpoint in routes(app):
        required = vars(app.view_functions[endpoint]).get("requirement")
        reads_media = required and required.query_token
        schemes = ["bearer", *(["queryToken", "mediaCookie"] if reads_media else [])]

        security = description["paths"][path][method]["security"]

        expected = [{scheme: [*required.scopes]} for scheme in schemes] if required else []
        if required and required.alternatives:
            expected = [{"bearer": [scope]} for scope in required.alternatives]
        assert security == expected


def test_query_token_is_accepted_for_reading_media_only(description):
    for method, path, operation in each_operation(description):
        in_query = any("queryToken" in scheme for scheme in operation["security"])

        of_asset = path.endswith(("/assets/{assetId}", "/thumbnail", "/filmstrip", "/peaks"))
        of_export = "/exports/{exportId}" in path or path.endswith(("/timeline.otio", "/frame"))
        in_media = "/works/{workId}/" in path and "/media/" in path
        of_media = (
            of_asset
            or of_export
            or (in_media and not path.endswith(("/takes", "/words", "/loudness")))
        )
        assert in_query == (method in {"get", "head"} and of_media)


def test_every_response_has_the_header_x_request_id(description):
    for _, _, operation in each_operation(description):
        for response in operation["responses"].values():
            assert "X-Request-Id" in resolved(description, response)["headers"]


def test_every_operation_lists_its_possible_errors(description):
    for method, path, operation in each_operation(description):
        statuses = operation["responses"].keys()

        assert "500" in statuses
        assert ("401" in statuses) or not operation["security"]
        assert ("404" in statuses) or "{" not in path
        assert ({"503", "507"} <= statuses) or method in {"get", "head"}
        assert ("503" in statuses) or not path.endswith(
            ("/thumbnail", "/filmstrip", "/peaks", "/loudness")
        )
        assert ({"400", "408", "413"} <= statuses) or "requestBody" not in operation


def test_every_error_response_has_the_error_schema(description):
    for _, _, operation in each_operation(description):
        for status, response in operation["responses"].items():
            if status >= "400":
                content = resolved(description, response)["content"]
                assert content.keys() == {"application/json"}
                assert content["application/json"]["schema"]["$ref"].endswith("/Error")


@pytest.mark.parametrize("name", ["analyzeAsset", "writeWorkScenario", "makeWorkScene"])
def test_ai_operations_list_413_for_images_and_works_that_are_too_large(operations, name):
    assert "413" in operations[name]["responses"]


def test_schemas_contain_the_example_bodies(description):
    schemas = description["components"]["schemas"]

    found = {name: schema["examples"] for name, schema in schemas.items() if "examples" in schema}
    assert found == {name: [example] for name, example in EXAMPLES.items()}


def test_json_bodies_have_valid_examples(app):
    """All but those that are nothing but a password, a token or a flag."""
    described = {}
    for view in app.view_functions.values():
        content = vars(view).get("operation", {}).get("requestBody", {}).get("content", {})
        schema = content.get("application/json", {}).get("schema")
        if schema:
            described[type(schema).__name__.removesuffix("Schema")] = schema

    assert ExportMessageSchema().validate(EXAMPLES["ExportMessage"]) == {}
    missing = described.keys() - EXAMPLES.keys()
    assert missing == {"Refresh", "Logout", "NewPassword"}, "see schemas/examples.py"
    for name, schema in described.items():
        if name in EXAMPLES:
            assert schema.validate(EXAMPLES[name]) == {}, name


def test_example_bodies_are_accepted(client):
    client.post("/api/auth/register", json=EXAMPLES["Register"])
    session = client.post("/api/auth/login", json=EXAMPLES["Login"]).json
    ana = Person(client, session["accessToken"], session["user"])
    project = ana.new_project(**EXAMPLES["NewProject"])
    work = ana.new_work(project, **EXAMPLES["NewWork"])

    assert ana.post("/api/tokens", json=EXAMPLES["NewToken"]).status_code == 201
    assert ana.put(project, json=EXAMPLES["ProjectUpdate"]).status_code == 200
    assert ana.put(work, json=EXAMPLES["WorkUpdate"]).status_code == 200
    created = ana.create(f"{project}/templates", EXAMPLES["NewTemplate"])
    template = f"{project}/templates/{created['id']}"
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
def test_example_bodies_of_ai_operations_are_accepted(ana, project, work, url, example, status):
    ana.put(work, json=EXAMPLES["WorkUpdate"])
    url = url.format(project=project, work=work)

    response = ana.post(url, json=EXAMPLES[example], headers=DEMO)

    assert response.status_code == status, response.text


def test_every_kind_of_job_has_a_result_and_those_that_works_plan_can_be_ordered(app):
    kinds = app.extensions["services"].jobs.worker.kinds
    planned = {
        name
        for name, kind in kinds.items()
        if type(kind).plan_for_work is not JobKind.plan_for_work
    }

    assert RESULTS.keys() == kinds.keys(), "see schemas/job_results.py"
    assert set(WORK_JOB_KINDS) == planned, "see schemas/new_jobs.py"


def test_kind_of_a_job_says_what_its_result_is(description):
    schemas = description["components"]["schemas"]
    mapping = schemas["Job"]["discriminator"]["mapping"]

    assert mapping.keys() == RESULTS.keys()
    assert [{"$ref": name} for name in mapping.values()] == schemas["Job"]["oneOf"]
    for kind, result in RESULTS.items():
        shared, own = resolved(description, {"$ref": mapping[kind]})["allOf"]
        assert shared == {"$ref": "#/components/schemas/JobFields"}
        assert own["properties"]["kind"]["const"] == kind
        name = result.__name__.removesuffix("Schema")
        assert {"$ref": f"#/components/schemas/{name}"} in own["properties"]["result"]["anyOf"]
    assert "steps" in resolved(description, {"$ref": mapping["pipeline"]})["allOf"][1]["required"]


def test_webhooks_are_described(description):
    assert description["webhooks"].keys() == {*DEFAULT_EVENTS, TEST}
    for event, item in description["webhooks"].items():
        body = item["post"]["requestBody"]["content"]["application/json"]["schema"]
        decisions = dict.fromkeys((WAS_APPROVED, CHANGES_REQUESTED), "DecisionMessage")
        names = {EXPORT_READY: "ExportMessage", COMMENTED: "CommentMessage", **decisions}
        names[TEST] = "TestMessage"
        assert body == {"$ref": f"#/components/schemas/{names.get(event, 'JobMessage')}"}


def test_messages_of_webhooks_are_as_described(description, populated, settings):
    job = {
        **populated.owner.show(populated.job),
        "origin": "http://localhost",
        "metadata": {"a": 1},
    }
    [export] = populated.owner.show(f"{populated.work}/exports")["exports"]
    ready = {"type": "export.ready", "data": messages.export_ready(job, export, settings).data}
    progressed = {"type": "job.progress", "data": messages.progressed(job, 1).data}

    for name, message in (("JobMessage", progressed), ("ExportMessage", ready)):
        assert problems_of(description, name, {**message, "timestamp": "2026-11-29"}) == []


def test_enumerations_are_components(description):
    inline = [
        path
        for path, schema in each_schema(description)
        if len(schema.get("enum", [])) > 1 and path[:-1] != ("components", "schemas")
    ]

    assert inline == []


@pytest.mark.parametrize(
    ("schema", "field", "name"),
    [
        ("NewJob", "metadata", "Metadata"),
        ("TemplateChoice", "placeholderValues", "PlaceholderValues"),
    ],
)
def test_objects_of_any_fields_have_a_type_with_a_name(description, schema, field, name):
    schemas = description["components"]["schemas"]
    reference = {"$ref": f"#/components/schemas/{name}"}

    assert schemas[schema]["properties"][field]["anyOf"] == [reference, {"type": "null"}]
    assert schemas[name]["maxProperties"] == 1000


def test_integers_are_of_64_bits(description):
    """Generators take 32 bits otherwise, into which no time fits."""
    for path, schema in each_schema(description):
        if "integer" in schema.get("type", ""):
            assert schema["format"] == "int64", path


def test_ranges_have_one_lower_bound(description):
    for path, schema in each_schema(description):
        assert not {"minimum", "exclusiveMinimum"} <= schema.keys(), path


def each_schema(value: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Json]]:
    """Yield everything in a part of the description that may be a schema, with its path."""
    if isinstance(value, dict):
        if isinstance(value.get("type"), str | list) or "enum" in value:
            yield path, value
        for key, part in value.items():
            if key not in {"example", "examples"}:
                yield from each_schema(part, (*path, key))
    elif isinstance(value, list):
        for part in value:
            yield from each_schema(part, path)


def test_fields_of_bodies_with_a_default_say_so_in_their_description(description):
    schemas = description["components"]["schemas"]
    fields = [each for schema in schemas.values() for each in schema.get("properties", {}).values()]

    assert not any("default" in field for field in fields)
    assert schemas["PageRequest"]["properties"]["includeProductInfo"] == {
        "type": "boolean",
        "description": "By default false",
    }


@pytest.mark.parametrize(
    ("status", "header"), [(401, "WWW-Authenticate"), (416, "Content-Range"), (429, "Retry-After")]
)
def test_error_response_lists_its_header(description, status, header):
    assert header in description["components"]["responses"][f"Error{status}"]["headers"]


def test_only_operations_and_framings_reject_unknown_fields(description):
    strict = {
        name
        for name, schema in description["components"]["schemas"].items()
        if schema.get("additionalProperties") is False
    }

    parts = {"ArrangedClip", "GivenCaption", "Motion", "TimelineChange", "Window"}
    assert strict == parts | {f"{name.capitalize()}Operation" for name in SHAPES}


def test_operations_in_projects_name_their_right_and_the_error_without_it(description):
    for _, path, operation in each_operation(description):
        is_in_project = "{project_id}" in path or "{projectId}" in path
        assert (operation.get("x-right") in RIGHTS) == is_in_project, path
        assert not is_in_project or "403" in operation["responses"], path


def test_every_operation_and_parameter_has_a_description(description):
    """As the rules of Spectral ask for (`spectral:oas`)."""
    lacking = []
    for path, item in description["paths"].items():
        shared = item.get("parameters", [])
        for method in item.keys() - {"parameters"}:
            named = [(f"{method} {path}", item[method])]
            for each in [*shared, *item[method].get("parameters", [])]:
                parameter = resolved(description, each)
                named.append((f"{method} {path} {parameter['name']}", parameter))
            lacking += [name for name, each in named if not each.get("description")]

    assert lacking == []


def test_descriptions_of_operations_say_who_may_call_them(operations):
    told = {name: each["description"].split("\n\n")[-1] for name, each in operations.items()}

    assert told["getHealth"] == "Access: without a login."
    assert told["listTokens"] == "Access: any login or API token."
    assert told["getWork"] == "Access: scope `works:read`; all members of the project."
    assert told["deleteProject"] == "Access: scope `projects:write`; owner of the project."
    assert told["makeComment"].endswith("; owner, editor or reviewer of the project.")
    assert told["makeLink"].startswith("Access: scope `works:read`, scope `projects:read` or ")
