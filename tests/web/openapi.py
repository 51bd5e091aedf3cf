"""Functions that read an OpenAPI description."""

from collections.abc import Iterator
from typing import Any

Json = dict[str, Any]

METHODS = {"get", "head", "post", "put", "patch", "delete"}


def each_operation(description: Json) -> Iterator[tuple[str, str, Json]]:
    """Yield the method, path and description of each operation."""
    for path, item in description["paths"].items():
        for method in item.keys() & METHODS:
            yield method, path, item[method]


def parameters(description: Json, operation: Json) -> set[str]:
    """Return the names of an operation's own parameters, without those of its path."""
    own = [resolved(description, parameter) for parameter in operation.get("parameters", [])]
    return {parameter["name"] for parameter in own}


def problems_of(description: Json, schema: str, value: Any) -> list[str]:
    """Return what is wrong with a value that should have one of the description's schemas."""
    from openapi_schema_validator import OAS31Validator  # takes time that few processes need

    validator = OAS31Validator({**description, "$ref": f"#/components/schemas/{schema}"})
    return [error.message for error in validator.iter_errors(value)]


def resolved(description: Json, value: Json) -> Json:
    """Return what a value's `$ref` refers to, or the value itself if it has none."""
    if "$ref" in value:
        _, *keys = value["$ref"].split("/")
        value = description
        for key in keys:
            value = value[key]
    return value
