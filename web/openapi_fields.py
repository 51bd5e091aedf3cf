"""How fields of schemas appear in the OpenAPI document, where apispec's own rules do not suffice.

Enumerations are components, so that generated clients have one type for each, with a name.
"""

import json
from collections.abc import Mapping
from typing import Any

from marshmallow import fields
from marshmallow.fields import Field
from marshmallow.validate import OneOf, Range

from access.rights import MEMBER_ROLES, RIGHTS
from access.rights import ROLES as PROJECT_ROLES
from providers.models import vendors
from schemas.accounts import LANGUAGES, SCOPES
from schemas.activity import ACTIONS, ACTIVITY_KINDS, EDITED
from schemas.ai import KEY_OWNERS, MODEL_STATES, PAGE_MODES, ROLES
from schemas.assets import ASSET_TYPES
from schemas.cast import CAST_KINDS
from schemas.common import Shaped
from schemas.editor import FITS
from schemas.editor_templates import TIMING_MODES
from schemas.error_codes import ERROR_CODES
from schemas.exports import (
    CAPTIONS,
    FORMATS,
    MAX_FPS,
    MIN_FPS,
    QUALITIES,
    SOURCE_RATE,
    STILL_CAPTIONS,
    STILL_TYPES,
    FrameRate,
)
from schemas.item_operations import LAYERS
from schemas.jobs import CALL_STATES, FINISHED_STATES, JOB_STATES, WEBHOOK_STATES
from schemas.json_fields import Either, OneOfObjects, QueryInteger, Sized
from schemas.links import LINK_KINDS
from schemas.new_jobs import NARRATED, PIPELINE_STEPS, REDOABLE, WORK_JOB_KINDS
from schemas.operation_parts import KINDS
from schemas.projects import PROJECT_TYPES
from schemas.reviews import AUTHOR_KINDS, DECISIONS
from schemas.scenes import SCENE_STATES
from schemas.sound import (
    CAPTION_POSITIONS,
    CAPTION_STYLES,
    CLIP_SOUNDS,
    VOICE_CHANGES,
    VOICE_CHANNELS,
    WORD_SOURCES,
)
from schemas.text_looks import ALIGNMENTS, ANIMATIONS, PRESETS, TEXT_PRESETS, WEIGHTS
from schemas.timeline_changes import CHANGE_KINDS
from schemas.transitions import TRANSITIONS
from schemas.trash import TRASH_KINDS
from schemas.videos import ASPECTS, STEP_STATES, STEPS
from schemas.webhook_messages import MESSAGE_TYPES
from schemas.webhooks import DECISION_EVENTS, DEFAULT_EVENTS, WEBHOOK_EVENTS
from schemas.works import ASSET_USAGE_MODES, MODES, SORTS, TAKE_KINDS, TAKE_SOURCES

Json = dict[str, Any]

ENUMERATIONS: Mapping[str, tuple[tuple[str, ...] | tuple[int, ...], str]] = {
    "ActivityAction": (ACTIONS, "What somebody did."),
    "ActivityKind": (ACTIVITY_KINDS, "What it was done to."),
    "Aspect": (tuple(ASPECTS), "The shape of a video: width to height."),
    "AssetType": (ASSET_TYPES, "The kind of an asset's file."),
    "AssetUsageMode": (
        ASSET_USAGE_MODES,
        "Whether the selected assets describe what to make, or are the scenes' images themselves.",
    ),
    "AuthorKind": (AUTHOR_KINDS, "Whether a guest of a review or a member of the project wrote."),
    "CallState": (CALL_STATES, "The state of a paid call."),
    "CaptionMode": (CAPTIONS, "How the captions of an export are shown."),
    "CaptionPosition": (CAPTION_POSITIONS, "Where captions stand in the frame."),
    "CaptionStyle": (CAPTION_STYLES, "How captions look, and what they do with the spoken word."),
    "CastKind": (CAST_KINDS, "What a member of the cast is."),
    "ChangeKind": (CHANGE_KINDS, "What was changed on a timeline."),
    "ClipSound": (CLIP_SOUNDS, "Whether the clips' own sound is heard, also under speech."),
    "DecisionEvent": (DECISION_EVENTS, "What somebody decided about an export."),
    "DecisionKind": (DECISIONS, "Whether an export is approved, or changes are asked for."),
    "EditedKind": (EDITED, "What somebody edits."),
    "ErrorCode": (tuple(ERROR_CODES), "The kind of an error; docs/errors.md explains each."),
    "ExportFormat": (FORMATS, "The format of an exported file; all are made of the MP4."),
    "StillCaptions": (STILL_CAPTIONS, "Whether a still has the captions that are shown then."),
    "StillType": (STILL_TYPES, "The type of a still."),
    "ExportQuality": (QUALITIES, "The quality of an export; `draft` has 360 lines."),
    "FinishedState": (FINISHED_STATES, "The state of a job that has ended."),
    "JobMessageType": (MESSAGE_TYPES, "What a message says of a job."),
    "Fit": (FITS, "How a clip of another shape fills the frame."),
    "FontWeight": (WEIGHTS, "How bold a text is."),
    "JobState": (JOB_STATES, "The state of a job."),
    "KeyOwner": (KEY_OWNERS, "Whose API key is used."),
    "PageLanguage": (LANGUAGES, "A language of the page."),
    "ProjectRight": (RIGHTS, "What a role may permit in a project."),
    "ProjectRole": (PROJECT_ROLES, "What a user is in a project."),
    "LinkKind": (LINK_KINDS, "What a link is for."),
    "MemberRole": (MEMBER_ROLES, "What a member of a project is there; its owner has all rights."),
    "LayerKind": (LAYERS, "What is above or below others of its kind on a timeline."),
    "ModelRole": (ROLES, "The kind of an AI model."),
    "ModelStatus": (MODEL_STATES, "Whether a vendor retires a model within 30 days, or has."),
    "MotionPreset": (PRESETS, "How a clip moves over its picture; a pan goes where it says."),
    "PageMode": (PAGE_MODES, "What a web page is about."),
    "ProjectType": (PROJECT_TYPES, "The kind of a project, which determines its default prompts."),
    "Redo": (REDOABLE, "What is made anew of a scene: its image, its clip, or both."),
    "SceneState": (SCENE_STATES, "The state of a scene's media."),
    "Scope": (SCOPES, "What an API token permits."),
    "PipelineStep": (PIPELINE_STEPS, "A step of a pipeline for an existing work."),
    "StepName": (STEPS, "A step in which a video is made."),
    "StepState": (STEP_STATES, "The state of a step."),
    "SourceRate": ((SOURCE_RATE,), "The frame rate of the clips, in place of a number."),
    "TakeKind": (TAKE_KINDS, "The kind of a take's file."),
    "TakeSource": (TAKE_SOURCES, "Where a take comes from."),
    "TextAlignment": (ALIGNMENTS, "Where the lines of a text stand in its width."),
    "TextAnimation": (ANIMATIONS, "How a text comes or goes."),
    "TextPreset": (TEXT_PRESETS, "A size, a place and a look of a text for a purpose."),
    "TimelineKind": (KINDS, "What can be deleted from a timeline."),
    "TimingMode": (TIMING_MODES, "Whether times are percentages of the video, or seconds."),
    "TransitionName": (TRANSITIONS, "How a clip leads to the next one."),
    "TrashKind": (TRASH_KINDS, "What was deleted."),
    "Vendor": ((*vendors(),), "An AI vendor whose key users can keep."),
    "VoiceChoice": (NARRATED, "Which voices a job makes: those that are missing, or also others."),
    "VoiceChange": (VOICE_CHANGES, "What has changed since a scene's voice was made."),
    "DefaultWebhookEvent": (DEFAULT_EVENTS, "What the webhook for all jobs and reviews is for."),
    "WebhookEvent": (WEBHOOK_EVENTS, "What a webhook is sent for."),
    "WebhookState": (WEBHOOK_STATES, "Whether a webhook was delivered."),
    "VoiceChannels": (VOICE_CHANNELS, "What is wrong with the channels of a voice, and mended."),
    "WordSource": (WORD_SOURCES, "Where the times of words come from."),
    "WorkJobKind": (WORK_JOB_KINDS, "The kind of a job of a work."),
    "WorkMode": (MODES, "What a work takes from its reference video."),
    "WorkSort": (SORTS, "The order of a list of works."),
}
_TYPES = {str: {"type": "string"}, int: {"type": "integer", "format": "int64"}}
OBJECTS = {
    "Metadata": "Data of the client's own, at most 4 KB as JSON.",
    "PlaceholderValues": "Texts and numbers by the keys of placeholders.",
}
_OF_OBJECTS = ("additionalProperties", "maxProperties", "propertyNames")
_FLAGS = {0, 1}
_NAMES = {frozenset(values): name for name, (values, _) in ENUMERATIONS.items()}


def add_rules(converter: Any) -> None:
    """Add the rules of this module to apispec's converter of marshmallow fields."""
    rules = (
        *(
            _exclusive_minimum,
            _integer_format,
            _size_limits,
            _enumeration,
            _constant,
            _shapes,
            _named,
            _one_of,
        ),
        *(_either, _frame_rate, _default),
    )
    for rule in rules:
        converter.add_attribute_function(rule)


def enumeration_schemas() -> dict[str, Json]:
    """Return the components that the fields refer to, by name."""
    return {
        name: {**_TYPES[type(values[0])], "enum": [*values], "description": description}
        for name, (values, description) in ENUMERATIONS.items()
    }


def _exclusive_minimum(_converter: Any, field: Field[Any], ret: Json) -> Json:
    """Return a minimum that is not itself allowed, which apispec takes for one that is."""
    for validator in field.validators:
        if isinstance(validator, Range) and not validator.min_inclusive:
            ret.pop("minimum", None)
            return {"exclusiveMinimum": validator.min}
    return {}


def _integer_format(_converter: Any, field: Field[Any], **_: Any) -> Json:
    """Return the size of integers, times among them: generators take 32 bits if none is given."""
    if not isinstance(field, fields.Integer):
        return {}
    return {"format": "int64"}


def _size_limits(_converter: Any, field: Field[Any], **_: Any) -> Json:
    """Return the limits of a field's size."""
    return field.size_keywords() if isinstance(field, Sized) else {}


def _enumeration(_converter: Any, field: Field[Any], ret: Json) -> Json:
    """Return a reference to the component of a field's enumeration, in place of its values.

    Flags, which are 0 or 1, have a range. Raises KeyError if it is none of ENUMERATIONS, which
    lacks it then.
    """
    choices = [each.choices for each in field.validators if isinstance(each, OneOf)]
    if not choices:
        return {}
    if {*choices[0]} == _FLAGS:
        del ret["enum"]
        return {"minimum": 0, "maximum": 1}
    return _in_place(ret, [reference(_NAMES[frozenset(choices[0])])], field)


def _constant(_converter: Any, field: Field[Any], ret: Json) -> Json:
    """Return the only value of a field, which apispec leaves out."""
    if "const" not in field.metadata:
        return {}
    ret.pop("maxLength", None)
    return {"const": field.metadata["const"]}


def _shapes(converter: Any, field: Field[Any], ret: Json) -> Json:
    """Return references to the schemas that an object may have."""
    if not isinstance(field, Shaped):
        return {}
    return _in_place(ret, [converter.resolve_nested_schema(each) for each in field.shapes], field)


def _named(converter: Any, field: Field[Any], ret: Json) -> Json:
    """Return a reference to the component of an object of any fields: its type has a name then."""
    name = field.metadata.get("component")
    if name is None:
        return {}
    schema = {key: ret.pop(key) for key in _OF_OBJECTS if key in ret}
    schemas = converter.spec.components.schemas
    if name not in schemas:
        described = {"type": "object", "description": OBJECTS[name]}
        converter.spec.components.schema(name, described)
    schemas[name].update(schema)  # some fields have limits
    return _in_place(ret, [reference(name)], field)


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


def _either(converter: Any, field: Field[Any], ret: Json) -> Json:
    """Return the types that a value may have."""
    if not isinstance(field, Either):
        return {}
    return _in_place(
        ret, [converter.field2property(each) for each in field.alternatives.values()], field
    )


def _frame_rate(_converter: Any, field: Field[Any], ret: Json) -> Json:
    """Return the two types of a frame rate."""
    if not isinstance(field, FrameRate):
        return {}
    number = {"type": "number", "minimum": MIN_FPS, "maximum": MAX_FPS}
    return _in_place(ret, [number, reference("SourceRate")], field)


def _default(_converter: Any, field: Field[Any], ret: Json) -> Json:
    """Return the default of a body's field in its description.

    Generators of TypeScript clients make a field with a `default` a required one in requests.
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


def reference(name: str) -> Json:
    """Return a reference to a component."""
    return {"$ref": f"#/components/schemas/{name}"}
