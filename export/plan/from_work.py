"""The timeline of a work: what the editor arranged, or else its scenes in order."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from functools import partial
from typing import Any

from errors import FieldsError, InvalidError
from export.plan.caption_looks import caption_look
from export.plan.checks import check_color, check_range
from export.plan.clips import Source
from export.plan.framing import stored_crop, stored_motion
from export.plan.options import output_of, window_of
from export.plan.overlays import picture_of, text_of
from export.plan.targets import target_of
from export.plan.timeline import Clip, Cover, MediaId, Output, Picture, Tags, Text, Timeline
from export.plan.tracks import actions_of
from export.plan.work_captions import cues_of_work
from export.plan.work_sound import (
    Spoken,
    duck_of,
    ducks_clips,
    effects_of,
    is_muted,
    least_seconds,
    music_level_of,
    music_of,
    recordings_of,
    voices_of,
)
from media.clip_measures import DURATION, FPS, SOUND_DURATION
from media.digests import key_of
from schemas.editor import MAX_CLIP_VOLUME, MAX_SPEED, MIN_SPEED
from schemas.exports import MAX_EXPORT_TEXT, MAX_FONT_SIZE, MAX_PIXELS, MAX_TIME
from schemas.scenes import DEFAULT_SCENE_SECONDS
from schemas.transitions import CUT
from timeline.item_kinds import PICTURE, TEXT, Kind
from timeline.reframing import Size, reframed, virtual_frame
from timeline.time_map import FREEZE, NORMAL_SPEED
from timeline.transitions import DEFAULT_TRANSITION_SECONDS
from works.scenario import order_of
from works.timeline import EMPTIED, is_emptied

Work = Mapping[str, Any]
Fitted = Callable[[Kind, Mapping[str, Any]], Mapping[str, Any]]  # an overlay for the output's shape

_ROUNDED = 2  # pixels of a side that are lost where sides are rounded to even numbers
_MAX_ARRANGED = 10_000  # pixels of a side of the frame that overlays were arranged in

_WORK = ("editorState", "resolution", "sound", "language")
_SCENE = ("scene_index", "duration_seconds", "motion", "text_overlay", "transition")
_MADE = ("sceneIndex", "imageUrl", "videoUrl", "mediaUpdatedAt", "voiceUrl", "voiceUpdatedAt")


def timeline_of_work(
    work: Work, options: Mapping[str, Any], spoken: Spoken | None = None
) -> Timeline:
    """Return the timeline of a stored work. Raises FieldsError, InvalidError.

    `spoken` are the words of the scenes' voices, as far as they are known.
    """
    state = work["editorState"]
    settings = state.get("exportSettings") or {}
    arranged = {**work["resolution"], "fps": 30, **settings}
    output = output_of(options, arranged)
    first, last = window_of(options)
    if is_emptied(state):
        raise InvalidError("Nothing to export", f"The timeline is empty. {EMPTIED}")
    voices = voices_of(work, spoken or {})
    clips = _clips_of(work)
    shown = {clip.scene for clip in clips}
    voices = [voice for voice in voices if voice.start is not None or voice.scene in shown]
    for side in ("width", "height"):  # also if the output has another size
        check_range(f"editorState.exportSettings.{side}", arranged[side], 1, _MAX_ARRANGED)
    look = caption_look(work)
    music, recordings = music_of(work), recordings_of(work)
    is_spoken = bool(voices or recordings)
    size = Size(arranged["width"], arranged["height"])
    frame = _frame_for(output, size)
    fitted = partial(reframed, before=size, after=frame)
    return Timeline(
        output,
        clips,
        texts=_texts(state, fitted),
        pictures=_pictures(state, fitted),
        music=music,
        cues=cues_of_work(work, voices, spoken or {}, output, look),
        scale=min(output.width / frame.width, output.height / frame.height),
        arranged_width=float(frame.width),
        first=first,
        last=last,
        tags=tags_of(work),
        voices=voices,
        effects=effects_of(work),
        recordings=recordings,
        duck=duck_of(work) if is_spoken else 0.0,
        caption_look=look,
        ducks_clips=is_spoken and ducks_clips(work),
        music_level=music_level_of(work) if music else None,
        loops_music=bool(music and state.get("audioLoop")),
        target=target_of(options, output.width, output.height, output.fps),
        cover=_cover_of(state),
    ).within_window()


def _frame_for(output: Output, arranged: Size) -> Size:
    """Return the frame in which overlays have to be arranged for an output.

    It is theirs, or one of the output's shape that has the same shorter side.
    """
    sides = Size(output.width, output.height)
    scale = min(sides.width / arranged.width, sides.height / arranged.height)
    lacks = max(sides.width - arranged.width * scale, sides.height - arranged.height * scale)
    return arranged if lacks < _ROUNDED else virtual_frame(arranged, sides)


def tags_of(work: Work) -> Tags:
    """Return what a video of a work says of itself."""
    return Tags(work["name"], work["language"], work["createdAt"])


def _cover_of(state: Mapping[str, Any]) -> Cover | None:
    given = state.get("cover") or {}
    if asset := given.get("assetId"):
        return Cover(asset=asset)
    return None if given.get("at") is None else Cover(at=float(given["at"]))


def _clips_of(work: Work) -> list[Clip]:
    """Return what is shown: the arranged clips, or else the scenes. Raises InvalidError if none."""
    clips = _arranged_clips(work["editorState"]) or _scenes(work)
    if not clips:
        raise InvalidError(
            "Nothing to export", "The work has no scenes: generate or upload some first."
        )
    return [replace(clip, volume=0.0) for clip in clips] if is_muted(work) else clips


def _arranged_clips(state: Mapping[str, Any]) -> list[Clip]:
    clips = []
    for number, (path, action) in enumerate(actions_of(state, "videoTrack")):
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
    """Return the scenes in order; those with media alone if there is no scenario.

    Each lasts until its voice has ended, and its image moves as the scene says.
    """
    scenes, least = work["scenes"], least_seconds(work)
    if not scenes:
        return [
            Clip(index, still_seconds=DEFAULT_SCENE_SECONDS, least_seconds=least.get(index, 0.0))
            for index in order_of(work)
        ]
    clips = {made["sceneIndex"] for made in work["generatedScenes"] if made.get("videoUrl")}
    for number, scene in enumerate(scenes):
        seconds = scene.get("duration_seconds") or 0
        check_range(f"scenes.{number}.duration_seconds", seconds, 0, MAX_TIME)
    return [
        Clip(
            scene["scene_index"],
            transition=scene.get("transition") or CUT,
            still_seconds=float(scene.get("duration_seconds") or DEFAULT_SCENE_SECONDS),
            motion=None
            if scene["scene_index"] in clips
            else stored_motion(scene, f"scenes.{number}"),
            least_seconds=least.get(scene["scene_index"], 0.0),
        )
        for number, scene in enumerate(scenes)
    ]


def known_sources(work: Work) -> dict[MediaId, Source]:
    """Return what is known of the media of scenes without reading them.

    Clips that could not be measured when they were stored are not among them.
    """
    return {
        made["sceneIndex"]: _known_source(made)
        for made in work["generatedScenes"]
        if made.get(DURATION) or ("imageUrl" in made and "videoUrl" not in made)
    }


def _known_source(made: Mapping[str, Any]) -> Source:
    if "videoUrl" not in made:
        return Source(None)
    return Source(made[DURATION], made.get(SOUND_DURATION), made.get(FPS))


def _overlays(
    state: Mapping[str, Any], track: str, name: str
) -> Iterator[tuple[Mapping[str, Any], tuple[float, float], str]]:
    """Yield the overlays on a track with their times and paths. Raises FieldsError."""
    overlays = state.get(name) or {}
    for _, action in actions_of(state, track):
        overlay = overlays.get(action["id"])
        if overlay is None:
            continue
        path = f"editorState.{name}.{action['id']}"
        for key in ("centerX", "centerY"):
            check_range(f"{path}.{key}", overlay[key], -MAX_PIXELS, MAX_PIXELS)
        yield overlay, (float(action["start"]), float(action["end"])), path


def _texts(state: Mapping[str, Any], fitted: Fitted) -> list[Text]:
    texts = []
    for overlay, times, path in _overlays(state, "textTrack", "textOverlays"):
        check_range(f"{path}.fontSize", overlay["fontSize"], 1, MAX_FONT_SIZE)
        if len(overlay["text"]) > MAX_EXPORT_TEXT:
            raise FieldsError({f"{path}.text": [f"At most {MAX_EXPORT_TEXT:,} characters."]})
        check_color(overlay["fontColor"], f"{path}.fontColor")
        text_of(overlay, times, path)  # refuses what cannot be exported, before it is changed
        texts.append(text_of(fitted(TEXT, overlay), times, path))
    return texts


def _pictures(state: Mapping[str, Any], fitted: Fitted) -> list[Picture]:
    pictures = []
    for overlay, times, path in _overlays(state, "imageTrack", "imageOverlays"):
        for key in ("width", "height"):
            check_range(f"{path}.{key}", overlay[key], 0.01, MAX_PIXELS)
        check_range(f"{path}.opacity", overlay["opacity"], 0, 1)
        check_range(f"{path}.rotation", overlay["rotation"], -MAX_PIXELS, MAX_PIXELS)
        pictures.append(picture_of(fitted(PICTURE, overlay), times, path))
    return pictures


def content_of(work: Mapping[str, Any]) -> str:
    """Return a hash of what exports of a work show; its name and its prompts are not in it."""
    scenes = [_chosen(scene, _SCENE) for scene in work["scenes"]]
    made = [_chosen(each, _MADE) for each in work["generatedScenes"]]
    return key_of(_chosen(work, _WORK), scenes, made)


def _chosen(values: Mapping[str, Any], names: tuple[str, ...]) -> dict[str, Any]:
    return {name: values.get(name) for name in names}
