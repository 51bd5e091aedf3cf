"""Reading the API's description."""

from collections.abc import Iterator
from typing import Any

Json = dict[str, Any]

METHODS = {"get", "head", "post", "put", "patch", "delete"}


def walk(description: Json) -> Iterator[tuple[str, str, Json]]:
    """Method, path and description of each operation."""
    for path, item in description["paths"].items():
        for method in item.keys() & METHODS:
            yield method, path, item[method]


def parameters(description: Json, operation: Json) -> set[str]:
    """The names of an operation's own parameters."""
    given = [resolved(description, each) for each in operation.get("parameters", [])]
    return {each["name"] for each in given}


def resolved(description: Json, value: Json) -> Json:
    if "$ref" in value:
        _, *keys = value["$ref"].split("/")
        value = description
        for key in keys:
            value = value[key]
    return value
