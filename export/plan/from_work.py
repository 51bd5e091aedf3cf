"""The timeline of a work: what the editor arranged, or else its scenes in order."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from errors import FieldsError, InvalidError
from export.plan.checks import check_color, check_range, check_times
from export.plan.framing import stored_crop, stored_motion
from export.plan.from_request import audio_asset
from export.plan.options import output_of, window_of
from export.plan.text_looks import animations_in, look_of
from export.plan.timeline import Clip, Cue, Music, Picture, Tags, Text, Timeline
from schemas.editor import MAX_CLIP_VOLUME, MAX_SPEED, MIN_SPEED
from schemas.exports import MAX_EXPORT_TEXT, MAX_FONT_SIZE, MAX_PIXELS, MAX_TIME, MAX_VOLUME
from schemas.scenes import DEFAULT_SCENE_SECONDS
from timeline.time_map import FREEZE, NORMAL_SPEED
from timeline.transitions import CUT, DEFAULT_TRANSITION_SECONDS
from works.scenario import order_of
from works.timeline import EMPTIED, is_emptied

Work = Mapping[str, Any]
Action = Mapping[str, Any]

_MAX_ARRANGED = 10_000  # pixels of a side of the frame that overlays were arranged in


def timeline_of_work(work: Work, options: Mapping[str, Any]) -> Timeline:
    """Return the timeline of a stored work. Raises FieldsError, InvalidError."""
    state = work["editorState"]
    settings = state.get("exportSettings") or {}
    arranged = {**work["resolution"], "fps": 30, **settings}
    output = output_of(options, arranged)
    first, last = window_of(options)
    if is_emptied(state):
        raise InvalidError("Nothing to export", f"The timeline is empty. {EMPTIED}")
    clips = _clips(state) or _scenes(work)
    if not clips:
        raise InvalidError(
            "Nothing to export", "The work has no scenes: generate or upload some first."
        )
    for side in ("width", "height"):  # also if the output has another size
        check_range(f"editorState.exportSettings.{side}", arranged[side], 1, _MAX_ARRANGED)
    scale = min(output.width / arranged["width"], output.height / arranged["height"])
    return Timeline(
        output,
        clips,
        _texts(state),
        _pictures(state),
        _music(work, state),
        _cues(work, state),
        scale,
        float(arranged["width"]),
        first,
        last,
        tags_of(work),
    ).within_window()


def tags_of(work: Work) -> Tags:
    """Return what a video of a work says of itself."""
    return Tags(work["name"], work["language"], work["createdAt"])


def _track(state: Mapping[str, Any], name: str) -> list[tuple[str, Action]]:
    """Return a track's actions with their paths. Raises FieldsError."""
    actions = (state.get("editorData") or {}).get(name) or []
    result = []
    for number, action in enumerate(actions):
        path = f"editorState.editorData.{name}.{number}"
        for key in ("start", "end", "trimStart", "transitionDuration", "fadeIn", "fadeOut"):
            check_range(f"{path}.{key}", action.get(key) or 0, 0, MAX_TIME)
        check_times(path, action["start"], action["end"])
        result.append((path, action))
    return result


def _clips(state: Mapping[str, Any]) -> list[Clip]:
    clips = []
    for number, (path, action) in enumerate(_track(state, "videoTrack")):
        seconds, asset = action.get("transitionDuration"), action.get("assetId")
        speed, volume = action.get("speed", NORMAL_SPEED), action.get("volume", 1)
        if speed != FREEZE:
            check_range(f"{path}.speed", speed, MIN_SPEED, MAX_SPEED)
        check_range(f"{path}.volume", volume, 0, MAX_CLIP_VOLUME)
        clips.append(
            Clip(
                None if asset else action.get("sceneIndex", number),
                float(action["start"]),
                float(action["end"]),
                float(action.get("trimStart") or 0.0),
                action.get("transitionType") or CUT,
                DEFAULT_TRANSITION_SECONDS if seconds is None else float(seconds),
                asset=asset,
                speed=float(speed),
                volume=float(volume),
                fade_in=float(action.get("fadeIn", 0)),
                fade_out=float(action.get("fadeOut", 0)),
                crop=stored_crop(action, path),
                motion=stored_motion(action, path),
            )
        )
    return clips


def _scenes(work: Work) -> list[Clip]:
    """Return the scenes in order; those with media alone if there is no scenario."""
    scenes = work["scenes"]
    if not scenes:
        return [Clip(index, still_seconds=DEFAULT_SCENE_SECONDS) for index in order_of(work)]
    for number, scene in enumerate(scenes):
        seconds = scene.get("duration_seconds") or 0
        check_range(f"scenes.{number}.duration_seconds", seconds, 0, MAX_TIME)
    return [
        Clip(
            scene["scene_index"],
            transition=scene.get("transition") or CUT,
            still_seconds=float(scene.get("duration_seconds") or DEFAULT_SCENE_SECONDS),
        )
        for scene in scenes
    ]


def _overlays(
    state: Mapping[str, Any], track: str, name: str
) -> Iterator[tuple[str, Action, Mapping[str, Any]]]:
    """Yield the overlays that are on a track, with their paths and actions. Raises FieldsError."""
    overlays = state.get(name) or {}
    for _, action in _track(state, track):
        overlay = overlays.get(action["id"])
        if overlay is None:
            continue
        path = f"editorState.{name}.{action['id']}"
        for key in ("centerX", "centerY"):
            check_range(f"{path}.{key}", overlay[key], -MAX_PIXELS, MAX_PIXELS)
        yield path, action, overlay


def _texts(state: Mapping[str, Any]) -> list[Text]:
    texts = []
    for path, action, overlay in _overlays(state, "textTrack", "textOverlays"):
        check_range(f"{path}.fontSize", overlay["fontSize"], 1, MAX_FONT_SIZE)
        if len(overlay["text"]) > MAX_EXPORT_TEXT:
            raise FieldsError({f"{path}.text": [f"At most {MAX_EXPORT_TEXT:,} characters."]})
        texts.append(
            Text(
                overlay["text"],
                float(action["start"]),
                float(action["end"]),
                float(overlay["fontSize"]),
                check_color(overlay["fontColor"], f"{path}.fontColor"),
                float(overlay["centerX"]),
                float(overlay["centerY"]),
                font_asset=overlay.get("fontAssetId"),
                **look_of(overlay, path),
            )
        )
    return texts


def _pictures(state: Mapping[str, Any]) -> list[Picture]:
    pictures = []
    for path, action, overlay in _overlays(state, "imageTrack", "imageOverlays"):
        for key in ("width", "height"):
            check_range(f"{path}.{key}", overlay[key], 0.01, MAX_PIXELS)
        check_range(f"{path}.opacity", overlay["opacity"], 0, 1)
        check_range(f"{path}.rotation", overlay["rotation"], -MAX_PIXELS, MAX_PIXELS)
        pictures.append(
            Picture(
                overlay["assetId"],
                float(action["start"]),
                float(action["end"]),
                float(overlay["width"]),
                float(overlay["height"]),
                float(overlay["centerX"]),
                float(overlay["centerY"]),
                opacity=float(overlay["opacity"]),
                rotation=float(overlay["rotation"]),
                keep_aspect=overlay.get("maintainAspectRatio", True),
                **animations_in(overlay, path),
            )
        )
    return pictures


def _music(work: Work, state: Mapping[str, Any]) -> list[Music]:
    """Return the music at the places of the audio track in order, or else under the whole video."""
    url = state.get("audioUrl")
    if not url:
        return []
    asset = audio_asset(url, (work["projectId"], work["id"]), "editorState.audioUrl")
    volume = float(state.get("audioVolume", 1))
    check_range("editorState.audioVolume", volume, 0, MAX_VOLUME)
    track = _track(state, "audioTrack")
    if not track:
        return [Music(asset, volume)]
    places = [
        Music(
            asset,
            volume,
            float(action["start"]),
            float(action["end"]),
            float(action.get("trimStart") or 0.0),
            float(action.get("fadeIn", 0)),
            float(action.get("fadeOut", 0)),
        )
        for _, action in track
    ]
    return sorted(places, key=lambda each: each.start)


def _cues(work: Work, state: Mapping[str, Any]) -> list[Cue]:
    """Return the captions: those of the editor, or else the texts of the scenes.

    Those that end before they begin, or at once, are never visible, and left out.
    """
    captions: Sequence[Mapping[str, Any]] = state.get("captions") or []
    for number, each in enumerate(captions):
        path = f"editorState.captions.{number}"
        check_range(f"{path}.start", each["start"], 0, MAX_TIME)
        check_range(f"{path}.end", each["end"], 0, MAX_TIME)
    if captions:
        return [
            Cue(each["text"], float(each["start"]), float(each["end"]))
            for each in captions
            if each["end"] > each["start"]
        ]
    return [
        Cue(scene["text_overlay"], scene=scene["scene_index"])
        for scene in work["scenes"]
        if (scene.get("text_overlay") or "").strip()
    ]
