"""What the shapes of operations share, and those of operations on clips. Times are in seconds."""

from typing import Any, ClassVar

from marshmallow import validate

from schemas.editor import CLIP_VOLUME, SPEED
from schemas.exports import MAX_PIXELS, MAX_TIME
from schemas.json_fields import MAX_KEY, MAX_NAME, Boolean, Integer, Number, Text
from schemas.scenes import MAX_SCENE_INDEX
from schemas.strict import Strict, StrictObject
from schemas.text_looks import animation_field, crop_field, motion_field
from schemas.transitions import TRANSITIONS

MIN_CLIP_SECONDS = 0.1
TIME = validate.Range(0, MAX_TIME)
POSITION = validate.Range(-MAX_PIXELS, MAX_PIXELS)

KINDS = ("clip", "text", "picture", "caption", "place", "voice", "sound")  # of what can be deleted


def id_field(description: str = "", **kwargs: Any) -> Text:
    """Return a field for the id of something."""
    told = {"description": description} if description else {}
    return Text(min_size=1, max_size=MAX_KEY, metadata=told, **kwargs)


def time_field(description: str, **kwargs: Any) -> Number:
    """Return a field for a time or a duration, in seconds."""
    return Number(validate=TIME, metadata={"description": description}, **kwargs)


def length_field(description: str) -> Number:
    """Return a field for the length of a clip, in seconds."""
    told = {"description": description}
    return Number(validate=validate.Range(MIN_CLIP_SECONDS, MAX_TIME), metadata=told)


def transition_field() -> Text:
    """Return a field for the name of a transition."""
    return Text(validate=validate.OneOf(TRANSITIONS), metadata={"description": "To the next clip"})


def new_field() -> Text:
    """Return a field for the id of what is added."""
    return id_field("ID of what is added; a random one by default")


def anchor_field() -> Text:
    """Return a field for the id of the clip that an item is anchored to."""
    return id_field("ID of a clip that it moves along with; null for none", allow_none=True)


def from_field(description: str) -> dict[str, Number]:
    """Return the field `from`, which no class can have: it is a keyword of Python."""
    return {"from": time_field(description)}


def fade_field(which: str) -> Number:
    """Return a field for a fade of the sound, in seconds."""
    return time_field(f"Of its sound, {which}; null for none", allow_none=True)


def op_field(name: str) -> Text:
    """Return a field for the name of an operation."""
    return Text(required=True, metadata={"const": name})


class OperationSchema(Strict):
    """What every operation has."""

    one_at_least: ClassVar[tuple[str, ...]] = ()  # arguments of which it needs one
    operationId = Text(
        min_size=1,
        max_size=MAX_NAME,
        metadata={"description": "An operation with the same ID is applied once"},
    )


class ShownSchema(OperationSchema):
    """When an item is shown."""

    id = id_field("What to change; by default, one is added")
    new = new_field()
    start = time_field("Alone, it keeps the end")
    end = time_field("Alone, it keeps the start")
    anchor = anchor_field()


class OverlaySchema(ShownSchema):
    """Where an overlay is, and how it comes and goes.

    Its place is its centre, in pixels from the frame's, y pointing down.
    """

    x = Number(validate=POSITION)
    y = Number(validate=POSITION)
    animationIn = animation_field("How it comes when it starts", StrictObject)
    animationOut = animation_field("How it goes before it ends", StrictObject)


class InsertOperationSchema(OperationSchema):
    """Adds a clip of a scene or an asset; later clips follow. Needs one of them."""

    class Meta(Strict.Meta):
        """Options of marshmallow."""

        include = from_field("Where its media begin")

    op = op_field("insert")
    one_at_least = ("scene", "asset")
    scene = Integer(validate=validate.Range(0, MAX_SCENE_INDEX))
    asset = id_field("Video or image asset that it shows instead of a scene")
    new = new_field()
    after = id_field("Clip before it; null: first; by default last", allow_none=True)
    seconds = length_field("By default what is left of its media; an image as long as its scene")
    gap = time_field("Black before it")
    transition = transition_field()
    transitionSeconds = time_field("By default 0.5")


class MoveOperationSchema(OperationSchema):
    """Puts a clip at another place, with the black before it."""

    op = op_field("move")
    clip = id_field(required=True)
    after = id_field("Clip before it; null: first", required=True, allow_none=True)


class TrimOperationSchema(OperationSchema):
    """Changes what part of its media a clip shows; later clips follow. Needs from or seconds."""

    class Meta(Strict.Meta):
        """Options of marshmallow."""

        include = from_field("Where its media begin")

    op = op_field("trim")
    one_at_least = ("from", "seconds")
    clip = id_field(required=True)
    seconds = length_field("How long the clip is")


class GapOperationSchema(OperationSchema):
    """Sets how long it is black before a clip; later clips follow."""

    op = op_field("gap")
    clip = id_field(required=True)
    seconds = time_field("0 for none", required=True)


class ClipOperationSchema(OperationSchema):
    """Changes what is given of a clip; null removes it."""

    op = op_field("clip")
    one_at_least = ("speed", "volume", "fadeIn", "fadeOut", "crop", "motion")
    clip = id_field(required=True)
    speed = Number(
        allow_none=True,
        validate=SPEED,
        metadata={"description": "0.25 to 4, 0: still. Shows the same part; later clips follow"},
    )
    volume = Number(allow_none=True, validate=CLIP_VOLUME)
    fadeIn = fade_field("in")
    fadeOut = fade_field("out")
    crop = crop_field()
    motion = motion_field()


class SplitOperationSchema(OperationSchema):
    """Divides a clip so that nothing looks different."""

    op = op_field("split")
    clip = id_field(required=True)
    at = time_field("After the clip's start; 0.1 or more from both of its ends", required=True)
    new = new_field()


class DeleteOperationSchema(OperationSchema):
    """Removes something from the timeline; later clips follow. A voice is silenced."""

    op = op_field("delete")
    kind = Text(required=True, validate=validate.OneOf(KINDS))
    id = id_field(required=True)
    leaveGap = Boolean(metadata={"description": "Later clips stay where they are"})


class TransitionOperationSchema(OperationSchema):
    """Sets the transition from a clip to the next one. Needs transition or seconds."""

    op = op_field("transition")
    one_at_least = ("transition", "seconds")
    clip = id_field(required=True)
    transition = transition_field()
    seconds = time_field("As it is by default, or 0.5")
