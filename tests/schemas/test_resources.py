"""What follows from the fields of a resource."""

from marshmallow import fields, validate

from schemas.json_fields import Array, Integer, Number, Text
from schemas.resources import Given, Resource, given_fields, request_fields, response_fields

BRIEF: Resource = {
    "id": fields.String(required=True),
    "name": Given(Text(max_size=9, allow_none=True), default="Untitled"),
    "seconds": Given(Number(allow_none=True, metadata={"description": "Of the video"})),
    "step": Given(Integer(allow_none=True), default=0, at_creation=False),
    "kind": Given(Text(validate=validate.OneOf("ab"), allow_none=True), default="a", since="0.5"),
    "tags": Given(Array(Text(), allow_none=True), default=list),
    "sound": Given(Text(allow_none=True), shown=Integer()),
}


def test_requests_have_what_they_may_give():
    assert [*request_fields(BRIEF, at_creation=True)] == [
        "name",
        "seconds",
        "kind",
        "tags",
        "sound",
    ]
    assert [*request_fields(BRIEF, at_creation=False)] == ["step"]


def test_responses_have_all_fields_in_their_order():
    shown = response_fields(BRIEF)

    assert {name: (field.required, field.allow_none) for name, field in shown.items()} == {
        "id": (True, False),
        "name": (True, False),
        "seconds": (True, True),
        "step": (True, False),
        "kind": (False, False),  # documents of earlier versions lack it
        "tags": (True, False),
        "sound": (False, False),
    }
    assert [vars(each)["choices"] for each in shown["kind"].validators] == ["ab"]
    assert type(shown["name"]) is fields.String  # without a limit of its size
    assert shown["seconds"].metadata == {}


def test_default_that_is_a_list_is_a_new_one_each_time():
    given = given_fields(BRIEF)
    first, second = given["tags"].default_value(), given["tags"].default_value()

    assert given["name"].default_value() == "Untitled"
    assert given["seconds"].default_value() is None
    assert first == second == []
    assert first is not second
