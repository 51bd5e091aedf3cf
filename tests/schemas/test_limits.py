"""Limits of size: every field of a request has one, docs/api.md has all, and they are enforced."""

import re
from collections.abc import Iterator

import pytest
from flask import Flask
from marshmallow import Schema, ValidationError, fields

from errors import MAX_MESSAGES
from schemas import ai, assets, common, editor, json_fields, projects
from schemas.common import Base
from schemas.exports import FrameRate
from schemas.json_fields import (
    Array,
    Boolean,
    Either,
    Integer,
    Map,
    Number,
    Object,
    QueryInteger,
    Sized,
    Text,
    walk,
    without_limits,
)
from schemas.operations import OperationField
from schemas.partial_validation import load_changes
from schemas.strict import StrictObject
from schemas.text_looks import MotionField, ScaledWindowField, WindowField
from schemas.timeline_changes import ChangeField
from storage.documents.snapshots import MAX_DOCUMENT_BYTES
from tests.service import ROOT
from web.blueprints import Blueprint
from web.payloads import MAX_VALUES
from works.templates.applying import MAX_FILLED_TEXT

WITHOUT_SIZE = (
    *(Boolean, Either, FrameRate, Integer, Number, Object, QueryInteger, fields.Float, fields.Raw),
    *(StrictObject, ChangeField, OperationField, MotionField, ScaledWindowField, WindowField),
)
FORMS = (ai.AnalyzeFormSchema(), assets.AssetFormSchema())


def input_schemas(app: Flask) -> Iterator[Schema]:
    """Yield the schemas of all request bodies, query strings and forms."""
    yield from FORMS
    for blueprint in app.blueprints.values():
        for route in blueprint.routes if isinstance(blueprint, Blueprint) else ():
            operation = vars(route.view)["operation"]
            body = operation.get("requestBody", {"content": {}})["content"]
            candidates = [*body.values(), *operation.get("parameters", [])]
            for each in candidates:
                if isinstance(each, dict) and isinstance(each["schema"], Schema):
                    yield each["schema"]


def test_every_field_of_a_request_has_a_limit_of_size(app):
    schemas = list(input_schemas(app))
    assert len(schemas) > 20

    for schema in schemas:
        for path, field in walk(schema):
            limited = isinstance(field, Sized) and field.max_size is not None
            assert limited or type(field) in WITHOUT_SIZE, f"{type(schema).__name__}: {path}"


def test_forms_of_uploads_are_those_that_are_checked():
    names = re.findall(r"class (\w+FormSchema)", "".join(map(read, ("ai", "assets"))))

    assert sorted(names) == sorted(type(form).__name__ for form in FORMS)


def read(module: str) -> str:
    return (ROOT / f"schemas/{module}.py").read_text()


@pytest.mark.parametrize(
    "limit",
    [
        json_fields.MAX_NAME,
        json_fields.MAX_TAG,
        json_fields.MAX_KEY,
        json_fields.MAX_TEXT,
        json_fields.MAX_ITEMS,
        projects.MAX_KNOWLEDGE,
        projects.MAX_STYLE_TEXT,
        editor.MAX_OVERLAYS,
        editor.MAX_OVERLAY_TEXT,
        editor.MAX_DATA_URL,
        MAX_FILLED_TEXT,
        common.MAX_URL,
        ai.MAX_ASSET_BATCH,
        json_fields.MAX_OPAQUE,
        MAX_VALUES,
        MAX_MESSAGES,
        MAX_DOCUMENT_BYTES >> 20,
    ],
)
def test_limit_is_documented(limit):
    guide = (ROOT / "docs/api.md").read_text()
    limits = guide.partition("## Limits")[2].partition("\n## ")[0]

    assert re.search(rf"(?<![\d,]){limit:,}(?![\d,])", limits)


class Inner(Base):
    """A part of the schema below."""

    text = Text(max_size=3, required=True)


class Sizes(Base):
    """A field of each kind with a size."""

    text = Text(min_size=2, max_size=4)
    items = Array(Object(Inner), max_size=3)
    entries = Map(values=Object(Inner), max_size=3)


ITEM = {"text": "abc"}


@pytest.mark.parametrize(
    "values",
    [
        {"text": "ab", "items": [], "entries": {}},
        {"text": "abcd", "items": [ITEM] * 3, "entries": {"k" * 1000: ITEM, "b": ITEM, "c": ITEM}},
    ],
)
def test_size_within_the_limits_is_accepted(values):
    assert Sizes().load(values) == values


@pytest.mark.parametrize(
    ("values", "messages"),
    [
        ({"text": "a"}, {"text": ["Must have 2 to 4 characters."]}),
        ({"text": "abcde"}, {"text": ["Must have 2 to 4 characters."]}),
        ({"items": [{}] * 4}, {"items": ["Must have at most 3 items."]}),
        (
            {"items": [{"text": "long"}]},
            {"items": {0: {"text": ["Must have at most 3 characters."]}}},
        ),
        ({"entries": dict.fromkeys("abcd")}, {"entries": ["Must have at most 3 entries."]}),
        (
            {"entries": {"k" * 1001: ITEM}},
            {"entries": ["Must have keys of at most 1,000 characters."]},
        ),
    ],
)
def test_size_beyond_the_limits_is_rejected(values, messages):
    stored = {"text": "abc", "items": [ITEM], "entries": {"a": ITEM}}

    for load in (Sizes().load, lambda given: load_changes(Sizes(), given, stored)):
        with pytest.raises(ValidationError) as caught:
            load(values)
        assert caught.value.messages == messages


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ({"text": 5}, "Must be a string."),
        ({"text": None}, "Must not be null."),
        ({"items": {}}, "Must be a list."),
        ({"items": ["a"]}, "Must be an object."),
        ({"items": [None]}, "Must not be null."),
        ({"items": [{}]}, "Required."),
        ({"entries": []}, "Must be an object."),
        ([], "Must be an object."),
    ],
)
def test_message_says_what_is_expected(value, message):
    with pytest.raises(ValidationError) as caught:
        Sizes().load(value)

    assert f"'{message}'" in str(caught.value.messages)


def test_stored_list_or_map_beyond_the_limits_can_be_changed_and_made_smaller():
    """It was stored before the limit was introduced."""
    items, keys = [ITEM] * 6, "abcde" + "k" * 1001
    entries = dict.fromkeys([*keys[:5], keys], ITEM)
    stored = {"items": items, "entries": entries}
    change = {"text": "x"}

    for size in (6, 5):
        given = {
            "items": [change, *items[1:size]],
            "entries": {**dict(list(entries.items())[6 - size :]), keys: change},
        }
        assert load_changes(Sizes(), given, stored) == given
    with pytest.raises(ValidationError):
        load_changes(Sizes(), {"items": [ITEM] * 7}, stored)


def test_validation_of_a_list_ends_after_100_invalid_items():
    class Long(Base):
        items = Array(Object(Inner), max_size=1000)

    for stored in ({}, {"items": [ITEM]}):
        with pytest.raises(ValidationError) as caught:
            load_changes(Long(), {"items": [{}] * 1000}, stored)
        assert len(caught.value.messages_dict["items"]) == 100


def test_documents_are_checked_without_limits():
    large = {"text": "x" * 100, "items": [ITEM] * 10, "entries": dict.fromkeys("abcdef", ITEM)}

    assert without_limits(Sizes()).validate(large) == {}
    assert set(Sizes().validate(large)) == set(large)
