"""Facts of the service that the page needs as well, as modules of the page.

Each is stated once, in the room that it belongs to. `facts.d.ts` beside a module says its types.
"""

from collections.abc import Mapping
from typing import Any

import orjson

from export.plan import caption_looks, music_bed, overlays, targets
from export.service import SHAPES
from media import colors
from media.drawing import phrases
from media.levelling import VOICE_LUFS
from providers.models import providers_for
from schemas import cast, editor, exports, json_fields, scenes, sound, sound_tracks, text_looks
from schemas.accounts import LANGUAGES, SCOPES
from schemas.ai import ROLES
from schemas.jobs import FINISHED_STATES
from schemas.transitions import CUT, MOVEMENTS
from timeline import (
    abbreviations,
    ducking,
    frames,
    reframing,
    text_extents,
    text_presets,
    transitions,
    voice_lengths,
)
from timeline.framing import MOTIONS


def modules() -> dict[str, bytes]:
    """Return the modules, by their paths below static/."""
    facts = {
        "facts.js": _of_service(),
        "cast-facts.js": {"CAST": _of_cast()},
        "timeline/facts.js": _of_timelines(),
        # Large tables, which few screens load.
        "timeline/text-facts.js": _of_texts(),
        "timeline/phrase-facts.js": {"PHRASES": phrases.facts()},
    }
    return {path: _module(values) for path, values in facts.items()}


def _module(values: Mapping[str, Any]) -> bytes:
    return b"".join(
        b"export const %s = %s;\n" % (name.encode(), orjson.dumps(values[name]))
        for name in sorted(values)
    )


def _of_service() -> dict[str, Any]:
    providers = {name: each for role in ROLES for name, each in providers_for(role).items()}
    return {
        "EXPORT_FORMATS": {name: each.kind for name, each in targets.FORMATS.items()},
        "FINISHED_STATES": FINISHED_STATES,
        "LANGUAGES": LANGUAGES,
        "SCOPES": SCOPES,
        "SHAPES": SHAPES,
        "VENDORS": {key: each.vendor for key, each in providers.items() if key != each.vendor},
    }


def _of_cast() -> dict[str, Any]:
    return {
        "kinds": cast.CAST_KINDS,
        "maxDescription": cast.MAX_DESCRIPTION,
        "maxPictures": cast.MAX_ASSETS,
        "maxInScene": scenes.MAX_SCENE_CAST,
    }


def _of_timelines() -> dict[str, Any]:
    return {
        "CAPTIONS": _captions(),
        "CUT": CUT,
        "DEFAULT_DUCK": sound.DEFAULT_DUCK,
        "DEFAULT_SCENE_SECONDS": scenes.DEFAULT_SCENE_SECONDS,
        "DEFAULT_TRANSITION_SECONDS": transitions.DEFAULT_TRANSITION_SECONDS,
        "DIRECTIONS": overlays.DIRECTIONS,
        "DUCKING": {"pause": ducking.PAUSE, "down": ducking.DOWN, "up": ducking.UP},
        "LEAD": voice_lengths.LEAD,
        "MAX_TRANSITION_SECONDS": transitions.MAX_TRANSITION_SECONDS,
        "MIN_SECONDS": frames.MIN_SECONDS,
        "MIN_SHARE": text_looks.MIN_SHARE,
        "MOTIONS": MOTIONS,
        "MOVEMENTS": MOVEMENTS,
        "MUSIC_BED": _music_bed(),
        "MUSIC_LEVEL": editor.MUSIC_LEVEL,
        "MUSIC_LEVELS": editor.MUSIC_LEVELS,
        "VOICE_LUFS": VOICE_LUFS,
        "TAIL": voice_lengths.TAIL,
        **_looks(),
        **_limits(),
    }


def _of_texts() -> dict[str, Any]:
    return {
        "ABBREVIATIONS": abbreviations.TABLE,
        "COLOR_NAMES": tuple(colors.NAMES),
        "PRESETS": text_presets.PRESETS,
        "REFRAMING": _reframing(),
    }


def _reframing() -> dict[str, Any]:
    """Return what decides how overlays are arranged for a frame of another shape: shares."""
    names = ("wrap", "padding", "margin", "nearly", "slack", "smaller")
    shares = {name: getattr(reframing, name.upper()) for name in names}
    return {**shares, "lineHeight": reframing.LINE_HEIGHT, "widths": text_extents.WIDTHS}


def _captions() -> dict[str, Any]:
    """Return how captions look: shares of the frame's sides, or of the font's size."""
    looks = caption_looks
    names = ("wrap", "size", "larger", "largest", "margin", "outline", "column", "box", "middles")
    upright = {"bottom": looks.UPRIGHT_BOTTOM, "end": looks.UPRIGHT_END}
    return {name: getattr(looks, name.upper()) for name in names} | {"upright": upright}


def _music_bed() -> dict[str, Any]:
    """Return how music is levelled and repeated: seconds, a number, decibels, LUFS."""
    bed = music_bed
    fades = {"fade": bed.FADE, "join": bed.JOIN, "turns": bed.MAX_TURNS}
    return {**fades, "gain": bed.MAX_GAIN, "silence": bed.SILENCE}


def _looks() -> dict[str, Any]:
    """Return how texts may look."""
    names = (
        *("ALIGNMENTS", "ANIMATIONS", "ANIMATION_SECONDS", "LINE_HEIGHTS", "OUTLINE_WIDTHS"),
        *("TEXT_PRESETS", "TEXT_WIDTHS", "WEIGHTS"),
    )
    return {name: getattr(text_looks, name) for name in names}


def _limits() -> dict[str, Any]:
    """Return what a timeline and its parts may have at most, and at least."""
    return {
        "MAX_CAPTIONS": editor.MAX_CAPTIONS,
        "MAX_CAPTION_TEXT": editor.MAX_CAPTION_TEXT,
        "MAX_CLIPS": exports.MAX_CLIPS,
        "MAX_CLIP_VOLUME": editor.CLIP_VOLUME.max,
        "MAX_FONT_SIZE": exports.MAX_FONT_SIZE,
        "MAX_FPS": exports.MAX_FPS,
        "MAX_ID": json_fields.MAX_KEY,
        "MAX_NARRATION": sound.MAX_NARRATION,
        "MAX_OVERLAYS": exports.MAX_EXPORT_OVERLAYS,
        "MAX_PIXELS": exports.MAX_PIXELS,
        "MAX_PLACES": exports.MAX_MUSIC,
        "MAX_SCENE": scenes.MAX_SCENE_INDEX,
        "MAX_SECONDS": exports.MAX_SECONDS,
        "MAX_SIZE": exports.MAX_SIZE,
        "MAX_SOUNDS": exports.MAX_SOUNDS,
        "MAX_SOUND_VOLUME": sound_tracks.MAX_SOUND_VOLUME,
        "MAX_SPEED": editor.MAX_SPEED,
        "MAX_TEXT": exports.MAX_EXPORT_TEXT,
        "MAX_TIME": exports.MAX_TIME,
        "MAX_VOICE_SPEED": sound_tracks.MAX_VOICE_SPEED,
        "MAX_VOLUME": exports.MAX_VOLUME,
        "MIN_FPS": exports.MIN_FPS,
        "MIN_SIDE": exports.MIN_SIDE,
        "MIN_SIZE": exports.MIN_SIZE,
        "MIN_SPEED": editor.MIN_SPEED,
        "MIN_VOICE_SPEED": sound_tracks.MIN_VOICE_SPEED,
    }
