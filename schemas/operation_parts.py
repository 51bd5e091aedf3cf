"""What the shapes of operations share: fields and base classes. Times are in seconds."""

from typing import Any, ClassVar

from marshmallow import validate

from schemas.exports import MAX_PIXELS, MAX_TIME
from schemas.json_fields import MAX_KEY, MAX_NAME, Number, Text
from schemas.strict import Strict, StrictObject
from schemas.text_looks import animation_field
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
