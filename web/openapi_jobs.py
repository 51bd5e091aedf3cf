"""Jobs in the OpenAPI document: a component for each kind, which says what its result is.

`Job` is one of them, told apart by `kind`, so that generated clients have a result of the right
type once they have looked at the kind.
"""

from typing import Any

from apispec import APISpec

from schemas.job_results import RESULTS
from schemas.new_jobs import PIPELINE
from web.openapi_fields import Json, reference

COMMON = "JobFields"
# Names that do not follow from the kind; `video` is a clip of POST /api/generate/video.
_NAMES = {PIPELINE: "VideoJob", "video": "ClipJob"}
_BY_KIND = ("kind", "result")


def component_of(kind: str) -> str:
    """Return the name of the component for jobs of a kind, such as `StyleGuideJob`."""
    return _NAMES.get(kind) or "".join(word.capitalize() for word in kind.split("_")) + "Job"


def split_by_kind(spec: APISpec) -> None:
    """Make the component Job one of several, which have the same fields but for their result."""
    schemas: dict[str, Any] = spec.components.schemas
    job = schemas.pop("Job")
    own = {component_of(PIPELINE): _own_fields(schemas.pop(component_of(PIPELINE)), job)}
    schemas[COMMON] = {
        **_without(job, _BY_KIND),
        "description": "What all jobs have. `projectId` and `workId` are null without a work.",
    }
    for kind, result in RESULTS.items():
        name = component_of(kind)
        shape = result.__name__.removesuffix("Schema")
        fields = _fields_of(kind, shape, own.get(name, {}))
        description = f"A job of the kind `{kind}`."
        schemas[name] = {"allOf": [reference(COMMON), fields], "description": description}
    kinds = {kind: reference(component_of(kind)) for kind in RESULTS}
    mapping = {kind: each["$ref"] for kind, each in kinds.items()}
    schemas["Job"] = {
        "oneOf": [*kinds.values()],
        "discriminator": {"propertyName": "kind", "mapping": mapping},
        "description": "A job, of one of several kinds.",
    }


def _fields_of(kind: str, result: str, own: Json) -> Json:
    """Return the schema of the fields that jobs of a kind have besides those of all jobs."""
    done = {"anyOf": [reference(result), {"type": "null"}], "description": "Once it has succeeded"}
    properties = {"kind": {"type": "string", "const": kind}, "result": done}
    return {
        "type": "object",
        "properties": {**properties, **own.get("properties", {})},
        "required": [*_BY_KIND, *own.get("required", [])],
    }


def _own_fields(schema: Json, job: Json) -> Json:
    return _without(schema, tuple(job["properties"]))


def _without(schema: Json, names: tuple[str, ...]) -> Json:
    """Return the schema of an object without some of its fields."""
    kept = {name: each for name, each in schema["properties"].items() if name not in names}
    required = [name for name in schema["required"] if name in kept]
    return {**schema, "properties": kept, "required": required}
