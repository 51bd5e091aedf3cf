"""Lists in pages and in one shape, and chosen fields of whatever is returned."""

from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask

from errors import FieldsError
from schemas.jobs import JobSchema
from schemas.works import WorkSchema
from tests.people import Person
from tests.walk import PopulatedProject
from web.selected_fields import parse, select

LIST_TYPE = "application/vnd.vidworks.list+json"


def list_urls(app: Flask, populated: PopulatedProject) -> Iterator[str]:
    """Yield the URL of each list, but for those that a link opens."""
    for route in populated.routes(app):
        if "link_token" in route.rule:
            continue
        view = app.view_functions[app.url_map.bind("").match(route.url, route.method)[0]]
        responses = vars(view).get("operation", {}).get("responses", {})
        if route.method == "GET" and "Link" in responses.get(200, {}).get("headers", {}):
            yield route.url


def items_of(body: Any) -> list[Any]:
    """Return the items of a list in the shape that it has by default, and those of one in pages."""
    if isinstance(body, list):
        return body
    return next(value for value in body.values() if isinstance(value, list))


def test_every_list_has_one_shape_pages_and_chosen_fields(app, populated):
    ana = populated.owner
    for _ in range(2):
        ana.new_project()
        ana.post(f"{populated.project}/templates", json={"name": "x", "content": {}})
        ana.with_scopes("works:read")

    urls = [*list_urls(app, populated), "/api/jobs?all=1"]

    assert len(urls) > 12
    for url in urls:
        query = "&" if "?" in url else "?"
        all_items = items_of(ana.show(url))
        in_shape = ana.show(f"{url}{query}page=1&limit=200")
        by_type = ana.get(url, headers={"Accept": LIST_TYPE})
        keys = {*(all_items[0] if all_items else {})} - {"type"}
        key = min(keys, default="id")
        chosen = ana.show(f"{url}{query}page=1&fields={key}")["items"]

        assert in_shape["items"] == all_items, url
        assert in_shape["next"] is None
        assert by_type.json["items"] == all_items[:50]
        assert by_type.content_type == LIST_TYPE
        assert chosen == [{key: item[key]} for item in all_items[:50]]
        assert pages(ana, f"{url}{query}page=1&limit=1") == [[item] for item in all_items]


def pages(person: Person, url: str) -> list[list[Any]]:
    """Return the items of all pages, each of which links the next one as it names it."""
    found = []
    following: str | None = url
    while following:
        response = person.get(following)
        following = response.json["next"]
        link = f'<{following}>; rel="next"' if following else None
        assert response.headers.get("Link") == link
        found.append(response.json["items"])
    return found if found != [[]] else []


def test_pages_are_the_same_items_while_others_change(ana):
    for _ in range(4):
        ana.new_project()
    listed = [item["id"] for item in ana.show("/api/projects")]
    first = ana.show("/api/projects?page=1&limit=2")
    ana.delete(f"/api/projects/{listed[0]}")
    ana.save(f"/api/projects/{listed[1]}", {"name": "Changed"})

    second = ana.show(first["next"])

    assert [item["id"] for item in first["items"]] == listed[:2]
    assert [item["id"] for item in second["items"]] == listed[2:]


@pytest.mark.usefixtures("ticking_clock")
def test_limit_keeps_the_shape_of_a_list(ana, project):
    for name in ("A", "B"):
        ana.create(f"{project}/templates", {"name": name, "content": {}})

    response = ana.get(f"{project}/templates?limit=1&fields=name")

    assert response.json == {"templates": [{"name": "B"}], "count": 2}
    assert response.headers["Link"].startswith(f"<http://localhost{project}/templates?limit=1")


@pytest.mark.parametrize(
    ("query", "field"),
    [
        *(("limit=0", "limit"), ("limit=201", "limit"), ("cursor=x", "cursor")),
        *(("fields=nothing", "fields"), ("fields=,", "fields")),
        *(("page=2", "page"), ("page=", "page"), ("page=one&limit=5", "page")),
    ],
)
def test_invalid_wish_is_named(ana, query, field):
    response = ana.get(f"/api/projects?{query}")

    assert response.status_code == 400
    assert response.json["details"].keys() == {field}


def test_every_list_refuses_numbers_of_further_pages(app, populated):
    for url in list_urls(app, populated):
        refused = populated.owner.get(f"{url}?page=2")

        assert refused.status_code == 400, url
        assert "Must be 1. Other pages have no number" in refused.json["details"]["page"], url


def test_chosen_fields_of_a_work(ana, work):
    ana.save(work, {"scenes": [{"scene_index": 0, "image_prompt": "A lamp"}]})
    whole = ana.get(work)

    response = ana.get(f"{work}?fields=name,scenes.image_prompt,editorState.exportSettings")

    settings = whole.json["editorState"]["exportSettings"]
    assert response.json == {
        "name": whole.json["name"],
        "scenes": [{"image_prompt": "A lamp"}],
        "editorState": {"exportSettings": settings},
    }
    assert response.headers["ETag"] == whole.headers["ETag"]
    etag = {"If-None-Match": whole.headers["ETag"]}
    assert ana.get(f"{work}?fields=name", headers=etag).status_code == 304


@pytest.mark.parametrize(
    ("text", "selection"),
    [
        ("id", {"id": {}}),
        ("id,name", {"id": {}, "name": {}}),
        (
            "scenes.image_prompt,scenes.scene_index",
            {"scenes": {"image_prompt": {}, "scene_index": {}}},
        ),
        ("scenes,scenes.image_prompt", {"scenes": {}}),
        ("scenes.image_prompt,scenes", {"scenes": {}}),
        ("editorState.textOverlays.a.text", {"editorState": {"textOverlays": {"a": {"text": {}}}}}),
    ],
)
def test_selections(text, selection):
    assert parse(text, WorkSchema()) == selection


@pytest.mark.parametrize(
    ("text", "schema", "message"),
    [
        ("nam", WorkSchema(), "Unknown field: nam. Known are id, "),
        ("scenes.nam", WorkSchema(), "Unknown field: scenes.nam. Known are scene_index, "),
        ("name.first", WorkSchema(), "Unknown field: name.first. It has no fields."),
        ("calls.nam,id", JobSchema(), "Unknown field: calls.nam. Known are id, "),
    ],
)
def test_unknown_fields_are_refused(text, schema, message):
    with pytest.raises(FieldsError) as caught:
        parse(text, schema)

    assert isinstance(caught.value.details, dict)
    assert caught.value.details["fields"].startswith(message)


def test_fields_of_any_name_are_selected_from_objects_of_any_fields():
    selection = parse("result.scenes.name,request", JobSchema())

    assert select({"id": 1, "result": {"scenes": [{"name": "a", "b": 1}], "c": 2}}, selection) == {
        "result": {"scenes": [{"name": "a"}]}
    }
    assert select({"result": None, "request": {"a": 1}}, selection) == {
        "result": None,
        "request": {"a": 1},
    }
