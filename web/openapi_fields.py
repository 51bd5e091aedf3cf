"""How fields of schemas appear in the OpenAPI document, where apispec's own rules do not suffice.

Enumerations are components, so that generated clients have one type for each, with a name.
"""

import json
from collections.abc import Mapping
from typing import Any

from marshmallow.fields import Field
from marshmallow.validate import OneOf, Range

from schemas.accounts import SCOPES
from schemas.ai import KEY_OWNERS, MODEL_STATES, PAGE_MODES, ROLES
from schemas.assets import ASSET_TYPES
from schemas.clip_operations import KINDS
from schemas.common import Shaped
from schemas.editor import FITS, TRANSITIONS
from schemas.editor_templates import TIMING_MODES
from schemas.exports import CAPTIONS, MAX_FPS, MIN_FPS, QUALITIES, SOURCE_RATE, FrameRate
from schemas.framing import PRESETS
from schemas.item_operations import LAYERS
from schemas.jobs import (
    CALL_STATES,
    FINISHED_STATES,
    JOB_STATES,
    REDOABLE,
    WEBHOOK_STATES,
    WORK_JOB_KINDS,
)
from schemas.json_fields import OneOfObjects, QueryInteger, Sized
from schemas.links import LINK_KINDS
from schemas.projects import PROJECT_TYPES
from schemas.scenes import SCENE_STATES
from schemas.text_looks import ALIGNMENTS, ANIMATIONS, TEXT_PRESETS, WEIGHTS
from schemas.timeline_changes import CHANGE_KINDS
from schemas.works import ASSET_USAGE_MODES, MODES, SORTS, TAKE_KINDS, TAKE_SOURCES
from web.api import Json

ENUMERATIONS: Mapping[str, tuple[tuple[str, ...] | tuple[int, ...], str]] = {
    "AssetType": (ASSET_TYPES, "The kind of an asset's file."),
    "AssetUsageMode": (
        ASSET_USAGE_MODES,
        "Whether the selected assets describe what to make, or are the scenes' images themselves.",
    ),
    "CallState": (CALL_STATES, "The state of a paid call."),
    "CaptionMode": (CAPTIONS, "How the captions of an export are shown."),
    "ChangeKind": (CHANGE_KINDS, "What was changed on a timeline."),
    "ExportQuality": (QUALITIES, "The quality of an export; `draft` has 360 lines."),
    "FinishedState": (FINISHED_STATES, "The state of a job that has ended."),
    "Fit": (FITS, "How a clip of another shape fills the frame."),
    "FontWeight": (WEIGHTS, "How bold a text is."),
    "JobState": (JOB_STATES, "The state of a job."),
    "KeyOwner": (KEY_OWNERS, "Whose API key is used."),
    "LinkKind": (LINK_KINDS, "What a link is for."),
    "LayerKind": (LAYERS, "What is above or below others of its kind on a timeline."),
    "ModelRole": (ROLES, "The kind of an AI model."),
    "ModelStatus": (MODEL_STATES, "Whether a vendor retires a model within 30 days, or has."),
    "MotionPreset": (PRESETS, "How a clip moves over its picture; a pan goes where it says."),
    "PageMode": (PAGE_MODES, "What a web page is about."),
    "ProjectType": (PROJECT_TYPES, "The kind of a project, which determines its default prompts."),
    "Redo": (REDOABLE, "What is made anew of a scene: its image, its clip, or both."),
    "SceneState": (SCENE_STATES, "The state of a scene's media."),
    "Scope": (SCOPES, "What an API token permits."),
    "SourceRate": ((SOURCE_RATE,), "The frame rate of the clips, in place of a number."),
    "TakeKind": (TAKE_KINDS, "The kind of a take's file."),
    "TakeSource": (TAKE_SOURCES, "Where a take comes from."),
    "TextAlignment": (ALIGNMENTS, "Where the lines of a text stand in its width."),
    "TextAnimation": (ANIMATIONS, "How a text comes or goes."),
    "TextPreset": (TEXT_PRESETS, "A size, a place and a look of a text for a purpose."),
    "TimelineKind": (KINDS, "What can be deleted from a timeline."),
    "TimingMode": (TIMING_MODES, "Whether times are percentages of the video, or seconds."),
    "TransitionName": (TRANSITIONS, "How a clip leads to the next one."),
    "WebhookState": (WEBHOOK_STATES, "Whether a webhook was delivered."),
    "WorkJobKind": (WORK_JOB_KINDS, "The kind of a job of a work."),
    "WorkMode": (MODES, "What a work takes from its reference video."),
    "WorkSort": (SORTS, "The order of a list of works."),
}
_TYPES = {str: "string", int: "integer"}
_FLAGS = {0, 1}
_NAMES = {frozenset(values): name for name, (values, _) in ENUMERATIONS.items()}


def add_rules(converter: Any) -> None:
    """Add the rules of this module to apispec's converter of marshmallow fields."""
    rules = (
        *(_exclusive_minimum, _size_limits, _enumeration, _shapes, _one_of),
        *(_frame_rate, _default),
    )
    for rule in rules:
        converter.add_attribute_function(rule)


def enumeration_schemas() -> dict[str, Json]:
    """Return the components that the fields refer to, by name."""
    return {
        name: {"type": _TYPES[type(values[0])], "enum": [*values], "description": description}
        for name, (values, description) in ENUMERATIONS.items()
    }


def _exclusive_minimum(_converter: Any, field: Field[Any], **_: Any) -> Json:
    """Return the part of a field's range that apispec leaves out."""
    for validator in field.validators:
        if isinstance(validator, Range) and not validator.min_inclusive:
            return {"exclusiveMinimum": validator.min}
    return {}


def _size_limits(_converter: Any, field: Field[Any], **_: Any) -> Json:
    """Return the limits of a field's size."""
    return field.size_keywords() if isinstance(field, Sized) else {}


def _enumeration(_converter: Any, field: Field[Any], ret: Json) -> Json:
    """Return a reference to the component of a field's enumeration, in place of its values.

    Flags, which are 0 or 1, have none. Raises KeyError if it is none of ENUMERATIONS, which lacks
    it then.
    """
    choices = [each.choices for each in field.validators if isinstance(each, OneOf)]
    if not choices or {*choices[0]} == _FLAGS:
        return {}
    return _in_place(ret, [_reference(_NAMES[frozenset(choices[0])])], field)


def _shapes(converter: Any, field: Field[Any], ret: Json) -> Json:
    """Return references to the schemas that an object may have."""
    if not isinstance(field, Shaped):
        return {}
    return _in_place(ret, [converter.resolve_nested_schema(each) for each in field.shapes], field)


def _one_of(converter: Any, field: Field[Any], ret: Json) -> Json:
    """Return references to the schemas of an object, with the field that says which one it has."""
    if not isinstance(field, OneOfObjects):
        return {}
    ret.pop("type", None)
    shapes = {
        name: converter.resolve_nested_schema(each.schema) for name, each in field.objects.items()
    }
    mapping = {name: shape["$ref"] for name, shape in shapes.items()}
    discriminator = {"propertyName": field.key, "mapping": mapping}
    return {"oneOf": [*shapes.values()], "discriminator": discriminator}


def _frame_rate(_converter: Any, field: Field[Any], ret: Json) -> Json:
    """Return the two types of a frame rate."""
    if not isinstance(field, FrameRate):
        return {}
    number = {"type": "number", "minimum": MIN_FPS, "maximum": MAX_FPS}
    return _in_place(ret, [number, _reference("SourceRate")], field)


def _default(_converter: Any, field: Field[Any], ret: Json) -> Json:
    """Return the default of a body's field in its description.

    Generators of TypeScript require a field that has one from whoever sends it.
    """
    if isinstance(field, QueryInteger) or "default" not in ret:
        return {}
    default = ret.pop("default")
    told = [] if default is None else [f"By default {json.dumps(default)}"]
    described = ". ".join([*filter(None, [ret.get("description")]), *told])
    return {"description": described} if described else {}


def _in_place(ret: Json, alternatives: list[Json], field: Field[Any]) -> Json:
    """Remove what apispec says of a field's values, and return what to say instead."""
    for keyword in ("type", "enum", "minimum", "maximum", "additionalProperties"):
        ret.pop(keyword, None)
    if field.allow_none:
        alternatives = [*alternatives, {"type": "null"}]
    return {"anyOf": alternatives} if len(alternatives) > 1 else alternatives[0]


def _reference(name: str) -> Json:
    return {"$ref": f"#/components/schemas/{name}"}
