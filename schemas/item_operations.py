"""Operations on texts, pictures, captions, voices, sounds, music and the frame. Times: seconds."""

from marshmallow import validate

from schemas import text_looks as looks
from schemas.common import identifier
from schemas.editor import FITS, MAX_CAPTION_TEXT, MAX_CAPTIONS, MUSIC_LEVELS
from schemas.exports import (
    MAX_EXPORT_TEXT,
    MAX_FONT_SIZE,
    MAX_FPS,
    MAX_PIXELS,
    MAX_SIZE,
    MAX_VOLUME,
    MIN_FPS,
    MIN_SIDE,
    MIN_SIZE,
)
from schemas.json_fields import MAX_NAME, Array, Boolean, Integer, Number, Text
from schemas.operation_parts import (
    POSITION,
    OperationSchema,
    OverlaySchema,
    ShownSchema,
    anchor_field,
    fade_field,
    from_field,
    id_field,
    new_field,
    op_field,
    time_field,
)
from schemas.scenes import MAX_SCENE_INDEX
from schemas.sound import MAX_CAPTION_WORDS, words_field
from schemas.sound_tracks import MAX_VOICE_SPEED, MIN_VOICE_SPEED, volume_field
from schemas.strict import Strict, StrictObject

LAYERS = ("text", "picture")  # of which one is above the other

_SIDE = validate.Range(MIN_SIDE, MAX_PIXELS)
_SIZE = validate.Range(MIN_SIZE, MAX_SIZE)


class TextOperationSchema(OverlaySchema):
    """Adds a text, which needs text, start and end, or changes what is given of one."""

    op = op_field("text")
    text = Text(max_size=MAX_EXPORT_TEXT)
    size = Number(validate=validate.Range(1, MAX_FONT_SIZE))
    color = Text(max_size=MAX_NAME, metadata={"description": "Such as `#ffffff`"})
    font = identifier(allow_none=True)
    preset = looks.preset_field()
    weight = looks.weight_field()
    width = looks.width_field()
    align = looks.align_field()
    lineHeight = looks.line_height_field()
    outlineColor = looks.color_field("By default black")
    outlineWidth = looks.outline_width_field()
    shadow = looks.shadow_field()
    background = looks.color_field("Of a box behind the text, such as `#00000099`")


class PictureOperationSchema(OverlaySchema):
    """Adds a picture, which needs asset, start and end, or changes what is given of one.

    Of width and height, one follows the other, unless both are given.
    """

    op = op_field("picture")
    asset = identifier()
    width = Number(validate=_SIDE)
    height = Number(validate=_SIDE)
    opacity = Number(validate=validate.Range(0, 1))
    rotation = Number(validate=POSITION, metadata={"description": "Degrees, clockwise"})
    keepAspect = Boolean()


def _words_field() -> Array:
    description = "When its words are spoken, on the timeline's clock"
    return words_field(MAX_CAPTION_WORDS, metadata={"description": description})


class CaptionOperationSchema(ShownSchema):
    """Adds a caption, which needs text, start and end, or changes what is given of one."""

    op = op_field("caption")
    text = Text(max_size=MAX_CAPTION_TEXT)
    words = _words_field()


class GivenCaptionSchema(Strict):
    """A caption, without an ID."""

    text = Text(required=True, max_size=MAX_CAPTION_TEXT)
    start = time_field("", required=True)
    end = time_field("", required=True)
    words = _words_field()


class CaptionsOperationSchema(OperationSchema):
    """Replaces all captions; null leaves those that the scenes' texts make."""

    op = op_field("captions")
    captions = Array(
        StrictObject(GivenCaptionSchema), required=True, allow_none=True, max_size=MAX_CAPTIONS
    )


class MusicOperationSchema(OperationSchema):
    """Sets the music, how loud it is, or its repetition. Needs asset, volume, level or loop."""

    op = op_field("music")
    one_at_least = ("asset", "volume", "level", "loop")
    asset = Text(
        max_size=MAX_NAME,
        min_size=1,
        allow_none=True,
        metadata={"description": "ID of an audio asset; `work`: the work's audio; null: none"},
    )
    volume = Number(validate=validate.Range(0, MAX_VOLUME))
    level = Number(
        allow_none=True,
        validate=validate.Range(*MUSIC_LEVELS),
        metadata={
            "description": "LUFS of the music beside voices, which have -16; null: as its file is"
        },
    )
    loop = Boolean(metadata={"description": "Whether the music begins again where its file ends"})


class PlaceOperationSchema(ShownSchema):
    """Adds a time at which the music is heard, which needs start and end, or changes one."""

    class Meta(Strict.Meta):
        """Options of marshmallow."""

        include = from_field("Where the music begins")

    op = op_field("place")
    fadeIn = fade_field("in")
    fadeOut = fade_field("out")


class VoiceOperationSchema(OperationSchema):
    """Changes what is given of the voice of a scene; null leaves it to the scene's clip."""

    op = op_field("voice")
    one_at_least = ("start", "trimStart", "trimEnd", "speed", "volume")
    scene = Integer(required=True, validate=validate.Range(0, MAX_SCENE_INDEX))
    start = time_field("By default 0.2 after the start of the scene's clip", allow_none=True)
    trimStart = time_field("Left out at its start", allow_none=True)
    trimEnd = time_field("Left out at its end", allow_none=True)
    speed = Number(
        allow_none=True,
        validate=validate.Range(MIN_VOICE_SPEED, MAX_VOICE_SPEED),
        metadata={"description": "0.8 to 1.25"},
    )
    volume = volume_field()


class SoundOperationSchema(OperationSchema):
    """Adds a sound, which needs asset and start, or changes what is given of one."""

    op = op_field("sound")
    sound = id_field("What to change; by default, one is added")
    new = new_field()
    asset = identifier()
    start = time_field("Alone, it keeps the end")
    end = time_field("Alone, it keeps the start; by default of a new one when the asset ends")
    anchor = anchor_field()
    trimStart = time_field("Left out at its start", allow_none=True)
    volume = volume_field()
    fadeIn = fade_field("in")
    fadeOut = fade_field("out")
    voice = Boolean(metadata={"description": "It is as loud as voices, and music steps back"})


class LayerOperationSchema(OperationSchema):
    """Puts a text or picture above another one of its kind."""

    op = op_field("layer")
    kind = Text(required=True, validate=validate.OneOf(LAYERS))
    id = id_field(required=True)
    above = id_field("null: below all", required=True, allow_none=True)


class FormatOperationSchema(OperationSchema):
    """Changes the frame; texts and pictures keep their place in proportion."""

    op = op_field("format")
    one_at_least = ("width", "height", "fps", "fit")
    width = Integer(validate=_SIZE)
    height = Integer(validate=_SIZE)
    fps = Number(validate=validate.Range(MIN_FPS, MAX_FPS))
    fit = Text(validate=validate.OneOf(FITS))
