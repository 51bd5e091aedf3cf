"""The clips that a timeline shows; if nobody arranged it, the scenes, one after the other."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from schemas.transitions import CUT
from timeline.clips import Action, Clips
from timeline.context import Context, Scene
from timeline.frames import Number, Rate, Span, rate_of
from timeline.voice_lengths import TAIL, end_pause_of, entries_by_scene, least_seconds

Json = dict[str, Any]
State = Mapping[str, Any]

ARRANGED = "arranged"  # the field of a cut without clips


def shown_seconds(seconds: Number | None, still_seconds: Number, trim: Number = 0) -> Number:
    """Return how long media are shown by themselves, from a place in them on."""
    return still_seconds if seconds is None else max(seconds - trim, 0)


def is_arranged(state: State) -> bool:
    """Return whether the clips of a timeline are arranged, if only to none; else scenes play."""
    tracks = state.get("editorData") or {}
    return bool(tracks.get("videoTrack") or tracks.get(ARRANGED))


def rate_of_timeline(state: State) -> Rate:
    """Return the frame rate of a timeline."""
    return rate_of((state.get("exportSettings") or {}).get("fps"))


def clips_of_timeline(state: State, context: Context) -> Clips:
    """Return the clips that a timeline shows."""
    rate = rate_of_timeline(state)
    return Clips(actions_of_timeline(state, context, rate), rate)


def actions_of_timeline(state: State, context: Context, rate: Rate) -> Sequence[Action]:
    """Return the actions of the clips: those on the video track, or else the scenes in order."""
    tracks = state.get("editorData") or {}
    if is_arranged(state):
        return tracks.get("videoTrack") or []
    entries = tracks.get("voiceTrack") or []
    return actions_of_scenes(context, rate, entries, end_pause_of(state))


def actions_of_scenes(
    context: Context, rate: Rate, entries: Iterable[Action], end_pause: Number
) -> list[Json]:
    """Return the actions of a timeline that is not arranged: the scenes, one after the other.

    `entries` are those of its voice track; the last scene lasts for `end_pause` after its voice.
    """
    actions: list[Json] = []
    position: Number = 0
    spoken = entries_by_scene(entries)
    playing = [scene for scene in context.scenes if scene.plays]
    for scene in playing:
        pause = end_pause if scene is playing[-1] else TAIL
        seconds = scene_seconds(scene, spoken.get(scene.scene, {}), pause)
        start, position = position, position + seconds
        span = Span(rate.frame(start), rate.frame(position))
        if span.end > span.start:
            actions.append(_action_of_scene(scene, span, rate))
    return actions


def scene_clip_id(scene: int) -> str:
    """Return the id of a scene's clip in a timeline that nobody arranged."""
    return f"scene-{scene}"


def scene_seconds(scene: Scene, entry: Action, pause: Number = TAIL) -> Number:
    """Return how long a scene is shown by itself: until its clip and its voice have ended."""
    least = least_seconds(scene.voice, entry, pause)
    return max(shown_seconds(scene.seconds, scene.still_seconds), least)


def _action_of_scene(scene: Scene, span: Span, rate: Rate) -> Json:
    times = {"start": rate.seconds(span.start), "end": rate.seconds(span.end)}
    moved = {"motion": scene.motion} if scene.motion else {}
    shown = {"sceneIndex": scene.scene, "transitionType": scene.transition or CUT, **moved}
    return {"id": scene_clip_id(scene.scene), **times, **shown}
