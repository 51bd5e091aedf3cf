"""The timeline of a work: how a model sees it, under the names by which operations change it."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from errors import FieldsError
from mcp_server.fitting import UNTRUSTED
from mcp_server.spoken import voices_and_sounds
from schemas.text_looks import ANIMATION_FIELDS, LOOK_ARGUMENTS
from schemas.transitions import CUT, FADE, MOVEMENTS
from storage.paths import valid_id
from timeline.clips import Clip
from timeline.context import context_of_work
from timeline.edit import Edit
from timeline.frames import Rate, Span
from timeline.operations.music import OWN_AUDIO
from timeline.sound_fit import music_asset
from timeline.transitions import DEFAULT_TRANSITION_SECONDS
from works.scenario import order_of

Json = dict[str, Any]
Values = Mapping[str, Any]

_FADES = ("fadeIn", "fadeOut")
_PLAYED = ("speed", "volume", *_FADES, "crop", "motion")
_COLORS = ("color", "outlineColor", "background")
_COLOR = re.compile(r"#[0-9a-fA-F]{3,8}|[a-z]{3,20}")


def known_scenes(work: Values) -> list[int]:
    """Return the scenes of a work in their order, then those that only have media."""
    order = order_of(work)
    made = {scene["sceneIndex"] for scene in work["generatedScenes"]}
    return [*order, *sorted(made.difference(order))]


def check_scene(work: Values, index: int | None, argument: str = "scene") -> None:
    """Raise FieldsError for a scene that a work does not have: it is one counted from 1, often.

    A work without any may get media before its scenario.
    """
    known = known_scenes(work)
    if known and index not in (None, *known):
        raise FieldsError({argument: [f"There is no scene {index}; there are {known}."]})


def describe_timeline(work: Values) -> Json:
    """Return a timeline as a model sees it. What has its default value is left out."""
    state = work["editorState"]
    context = context_of_work(work, None, has_audio=True)
    edit = Edit(state, context)
    is_arranged, rate = edit.is_arranged, edit.rate
    clips = edit.clips
    spans = zip(clips.list, clips.spans(), strict=True)
    shown = [_clip(number, clip, span, rate) for number, (clip, span) in enumerate(spans)]
    settings = state.get("exportSettings") or work["resolution"]
    tracks = state.get("editorData") or {}
    return {
        "seconds": rate.seconds(clips.end()),
        "frame": {
            key: settings[key] for key in ("width", "height", "fps", "fit") if key in settings
        },
        "clips": shown,
        "texts": [_text(*each) for each in _placed(state, tracks, "text")],
        "pictures": [_picture(*each) for each in _placed(state, tracks, "image")],
        "music": _music(state),
        "places": [_place(action) for action in tracks.get("audioTrack") or []],
        **voices_and_sounds(work, context),
        **_note(is_arranged=is_arranged, is_empty=not shown),
    }


def known_transition(name: str) -> str:
    """Return the name of a transition; of an unknown one, which is a text, what it is drawn as."""
    return name if name in (CUT, *MOVEMENTS) else FADE


def _note(*, is_arranged: bool, is_empty: bool) -> Json:
    if not is_arranged:
        return {"note": "Not arranged: the scenes play in order, as these clips."}
    return {"note": "The cut is empty; clear lets the scenes play again."} if is_empty else {}


def _clip(number: int, clip: Clip, span: Span, rate: Rate) -> Json:
    view = {
        "clip": number,
        **_named(clip.id),
        **_media(clip),
        "start": rate.seconds(span.start),
        "end": rate.seconds(span.end),
    }
    if clip.gap:
        view["gap"] = rate.seconds(clip.gap)
    if clip.trim:
        view["from"] = clip.trim
    view |= {name: clip.fields[name] for name in _PLAYED if name in clip.fields}
    if name := clip.fields.get("transitionType"):
        seconds = clip.fields.get("transitionDuration", DEFAULT_TRANSITION_SECONDS)
        view["transition"] = known_transition(name)
        view |= {} if view["transition"] == CUT else {"transitionSeconds": seconds}
    return view


def _media(clip: Clip) -> Json:
    """Return what a clip shows; an asset of another name than ours is left out, as it is a text."""
    if clip.asset is None:
        return {"scene": clip.scene}
    return {"asset": clip.asset} if valid_id(clip.asset) else {}


def _text(action: Values, overlay: Values) -> Json:
    fields = {"color": "fontColor", **LOOK_ARGUMENTS, "font": "fontAssetId"}
    given = {name: overlay[key] for name, key in fields.items() if overlay.get(key) is not None}
    hidden = {name: value for name, value in given.items() if _is_untrusted(name, value)}
    view = {**_shown(action, overlay), "size": overlay["fontSize"]}
    view |= {name: value for name, value in given.items() if name not in hidden}
    return _with_hidden(view, action, {"text": overlay["text"], **hidden})


def _is_untrusted(name: str, value: Any) -> bool:
    """Return whether a field of a text may hold any words: an unusual colour, the id of a font."""
    return name == "font" or (name in _COLORS and not _COLOR.fullmatch(value))


def _picture(action: Values, overlay: Values) -> Json:
    view = _shown(action, overlay) | {key: overlay[key] for key in ("width", "height")}
    defaults = {"opacity": 1, "rotation": 0}
    view |= {key: overlay[key] for key, value in defaults.items() if overlay[key] != value}
    if not overlay.get("maintainAspectRatio", True):
        view["keepAspect"] = False
    view |= {key: overlay[key] for key in ANIMATION_FIELDS if overlay.get(key) is not None}
    return _with_hidden(view, action, {"asset": overlay["assetId"]})


def _place(action: Values) -> Json:
    view = {**_named(action["id"]), "start": action["start"], "end": action["end"]}
    view |= {name: action[name] for name in _FADES if name in action}
    return view | ({"from": action["trimStart"]} if action.get("trimStart") else {})


def _shown(action: Values, overlay: Values) -> Json:
    """Return when and where an overlay is shown."""
    times = {key: action[key] for key in ("start", "end")}
    anchor = action.get("anchor")
    anchored = {"anchor": anchor} if anchor is not None and valid_id(anchor) else {}
    place = {"x": overlay["centerX"], "y": overlay["centerY"]}
    return {**_named(action["id"], key=""), **times, **anchored, **place}


def _named(name: str, key: str = UNTRUSTED) -> Json:
    """Return an id; one that is a text is hidden, under `key` if there is one."""
    if valid_id(name):
        return {"id": name}
    return {key: {"id": name}} if key else {}


def _with_hidden(view: Json, action: Values, hidden: Json) -> Json:
    name = {} if "id" in view else {"id": action["id"]}
    return {**view, UNTRUSTED: {**name, **hidden}}


def _music(state: Values) -> Json | None:
    if not (url := state.get("audioUrl")):
        return None
    level, loop = state.get("audioLevel"), state.get("audioLoop")
    return {
        "asset": music_asset(url) or OWN_AUDIO,
        "volume": state.get("audioVolume", 1),
        **({} if level is None else {"level": level}),
        **({"loop": True} if loop else {}),
    }


def _placed(state: Values, tracks: Values, kind: str) -> Iterator[tuple[Values, Values]]:
    """Yield the actions of overlays that are on their track, with the overlays."""
    overlays = state.get(f"{kind}Overlays") or {}
    for action in tracks.get(f"{kind}Track") or []:
        if (overlay := overlays.get(action["id"])) is not None:
            yield action, overlay
