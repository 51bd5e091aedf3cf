"""Operations on a timeline as models give them: one flat shape, clips by number or id."""

from collections.abc import Mapping
from typing import Any

from marshmallow import ValidationError, validate

from errors import FieldsError
from schemas.editor import FITS
from schemas.json_fields import Array, Boolean, Integer, Map, Number, Text
from schemas.loading import load
from schemas.operations import SHAPES, OperationsBodySchema
from schemas.strict import Strict
from schemas.text_looks import ALIGNMENTS, ANIMATIONS, PRESETS, TEXT_PRESETS
from schemas.timeline_changes import AnyValue
from schemas.transitions import TRANSITIONS
from timeline.context import Context
from timeline.edit import Edit
from timeline.item_kinds import PICTURE, TEXT

Json = dict[str, Any]
Values = Mapping[str, Any]

TEMPLATE, REMOVE = "template", "remove"
# Undoing is for clients that keep what was changed.
NAMES = (*(name for name in SHAPES if name != "revert"), TEMPLATE, REMOVE)
_CLIP_NAMES = ("clip", "after", "anchor")
_BODY = OperationsBodySchema()


def _part(description: str = "") -> Map:
    """Return a field for an object, whose shape is told in words: they cost less than a schema."""
    told = {"description": description} if description else {}
    return Map(values=AnyValue(), allow_none=True, metadata=told)


def _check_name(name: str) -> None:
    """Raise ValidationError for an unknown operation: the tool's text lists the known ones."""
    if name not in NAMES:
        raise ValidationError(f"Must be one of: {', '.join(NAMES)}.")


class ClipName(Text):
    """The id of a clip, or its number."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(metadata={"type": ["string", "integer"]}, **kwargs)

    def _deserialize(self, value: Any, attr: Any, data: Any, **kwargs: Any) -> Any:
        is_number = isinstance(value, int) and not isinstance(value, bool)
        return value if is_number else super()._deserialize(value, attr, data, **kwargs)


class OperationSchema(Strict):
    """One operation; which fields it has depends on `op`."""

    class Meta(Strict.Meta):
        """Options of marshmallow: `from` is a keyword of Python."""

        include = {"from": Number()}  # noqa: RUF012 - as marshmallow requires

    op = Text(required=True, validate=_check_name)
    clip = ClipName()
    after = ClipName(allow_none=True)
    anchor = ClipName(allow_none=True)
    scene = Integer()
    seconds = Number()
    gap = Number()
    at = Number()
    transition = Text(validate=validate.OneOf(TRANSITIONS))
    transitionSeconds = Number()
    kind = Text()
    id = ClipName(allow_none=True)
    new = Text()
    leaveGap = Boolean()
    text = Text()
    start = Number(allow_none=True)
    end = Number()
    size = Number()
    color = Text()
    font = Text(allow_none=True)
    preset = Text(validate=validate.OneOf(TEXT_PRESETS))
    weight = Integer(allow_none=True)
    align = Text(validate=validate.OneOf(ALIGNMENTS), allow_none=True)
    lineHeight = Number(allow_none=True)
    outlineColor = Text(allow_none=True)
    outlineWidth = Number(allow_none=True)
    shadow = Boolean(allow_none=True)
    background = Text(allow_none=True)
    animationIn = _part(f"{{type, seconds}}; type: {', '.join(ANIMATIONS)}")
    animationOut = _part()
    x = Number()
    y = Number()
    asset = Text(allow_none=True)
    width = Number(allow_none=True)
    height = Number()
    opacity = Number()
    rotation = Number()
    keepAspect = Boolean()
    volume = Number(allow_none=True)
    speed = Number(allow_none=True)
    fadeIn = Number(allow_none=True)
    fadeOut = Number(allow_none=True)
    crop = _part("{x, y, width, height} of what is shown, from 0 to 1")
    motion = _part(f"{{preset}}: {', '.join(PRESETS)}; or {{from, to}}, each as crop")
    sound = Text()
    voice = Boolean()
    trimStart = Number(allow_none=True)
    trimEnd = Number(allow_none=True)
    above = Text(allow_none=True)
    level = Number(allow_none=True)
    loop = Boolean()
    fps = Number()
    fit = Text(validate=validate.OneOf(FITS))
    words = Array(_part("{text, start, end}"))
    captions = Array(_part("{text, start, end, words}"), allow_none=True)
    clips = Array(_part("{scene, from, seconds, transition, transitionSeconds}"))
    template = Text()
    values = Map(values=Text())


def check_template(operation: Values, path: str) -> None:
    """Raise FieldsError for an operation `template` without one."""
    if "template" not in operation:
        raise FieldsError({f"{path}.template": ["op=template needs it."]})


def loaded(operation: Values, state: Values, context: Context, path: str) -> Json:
    """Return an operation as the API has it, for the timeline as it is. Raises FieldsError."""
    translated = _translated(operation, state, context, path)
    try:
        body = load(_BODY, {"operations": [translated]})
    except FieldsError as exc:
        details = {key.replace("operations.0", path, 1): [exc.details[key]] for key in exc.details}
        raise FieldsError(details) from exc
    result: Json = body["operations"][0]
    return result


def _translated(operation: Values, state: Values, context: Context, path: str) -> Json:
    given = dict(operation)
    edit = Edit(state, context)
    if given["op"] == REMOVE:
        given = {**given, "op": "delete", "kind": _kind_of(edit, given.get("id"))}
    if given["op"] == "music" and given.get("asset") == "none":
        given["asset"] = None
    if given["op"] == "delete" and given.get("kind") == "clip":
        given["id"] = _clip_id(edit, given.get("id"), f"{path}.id")
    for name in _CLIP_NAMES:
        if name in given:
            given[name] = _clip_id(edit, given[name], f"{path}.{name}")
    return given


def _kind_of(edit: Edit, name: Any) -> str:
    """Return what an id is of, if it is a text or a picture."""
    return next((kind.name for kind in (TEXT, PICTURE) if edit.items(kind).get(name)), TEXT.name)


def _clip_id(edit: Edit, name: Any, path: str) -> Any:
    """Return the id of a clip that is given by its number. Raises FieldsError."""
    if not isinstance(name, int):
        return name
    clips = edit.clips.list
    if not 0 <= name < len(clips):
        raise FieldsError({path: [f"There are {len(clips)} clips, counted from 0."]})
    return clips[name].id
