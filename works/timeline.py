"""The timeline of a work: the video's duration, adding overlays, and setting transitions."""

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

from errors import InvalidError, TooLargeError
from schemas.editor import MAX_OVERLAYS
from schemas.exports import MAX_TIME

Work = dict[str, Any]

Action = dict[str, Any]

EMPTIED = "Add clips to it, or clear it, so that the scenes play in order."
_DEFAULT_SECONDS = 10.0
_NO_TRANSITION = (None, "", "cut", "none")
_TRACKS = {"textOverlays": "textTrack", "imageOverlays": "imageTrack"}


def video_seconds(work: Mapping[str, Any]) -> float:
    """Return how long the work's video is: until its last clip ends on the timeline.

    Without a timeline it is the planned `videoDuration`, the total of the scenes, or 10 seconds.
    Raises InvalidError if it was arranged to have no clips.
    """
    if is_emptied(work["editorState"]):
        raise InvalidError("The timeline is empty", EMPTIED)
    end = max((action["end"] for action in _clips(work)), default=0)
    return float(end) if end > 0 else _planned_seconds(work)


def is_emptied(timeline: Mapping[str, Any]) -> bool:
    """Return whether a timeline has no clips because somebody removed them all."""
    tracks = timeline.get("editorData") or {}
    return bool(tracks.get("arranged") and not tracks.get("videoTrack"))


def _planned_seconds(work: Mapping[str, Any]) -> float:
    total = sum(scene.get("duration_seconds") or 0 for scene in work["scenes"])
    return float(work["videoDuration"] or total or _DEFAULT_SECONDS)


def _clips(work: Mapping[str, Any]) -> list[Action]:
    """Return the clips on the timeline; they may be in any order."""
    return list((work["editorState"].get("editorData") or {}).get("videoTrack") or [])


def overlay_ids(work: Mapping[str, Any]) -> set[str]:
    """Return the ids that are in use by overlays and by actions on their tracks."""
    timeline = work["editorState"]
    tracks = timeline.get("editorData", {})
    ids: set[str] = set()
    for overlays, track in _TRACKS.items():
        ids.update(timeline.get(overlays, {}))
        ids.update(action["id"] for action in tracks.get(track, []))
    return ids


def add_overlays(work: Work, added: Mapping[str, Any]) -> None:
    """Add overlays and their track actions; change the export settings that are given.

    `added`: {textOverlays, textTrackActions, imageOverlays, imageTrackActions, exportSettings?,
    defaultTransition?}. Scenes that have no transition get the default one. Raises TooLargeError if
    the work would have more overlays than it can have.
    """
    timeline = dict(work["editorState"])
    tracks = dict(timeline.get("editorData", {}))
    for overlays, track in _TRACKS.items():
        timeline[overlays] = {**timeline.get(overlays, {}), **added[overlays]}
        tracks[track] = [*tracks.get(track, []), *added[f"{track}Actions"]]
        _check_count(overlays, len(timeline[overlays]), len(added[overlays]))
        _check_count(track, len(tracks[track]), len(added[f"{track}Actions"]))
    timeline["editorData"] = tracks
    if "exportSettings" in added:
        settings = timeline.get("exportSettings", {})
        timeline["exportSettings"] = {**settings, **added["exportSettings"]}
    work["editorState"] = timeline
    if transition := added.get("defaultTransition"):
        seconds = min(transition["duration"], MAX_TIME)
        _set_transitions(work, transition["type"], seconds)


def _set_transitions(work: Work, name: str, seconds: float) -> None:
    """Set the transition where a clip is cut to one of another scene.

    Without a timeline, the scenes' own transitions are set, which have no length.
    """
    clips = _clips(work)
    if not clips:
        last = len(work["scenes"]) - 1
        work["scenes"] = [
            {**scene, "transition": name}
            if scene.get("transition") in _NO_TRANSITION and number != last
            else scene
            for number, scene in enumerate(work["scenes"])
        ]
        return
    cuts = _cuts(clips)
    changed = {"transitionType": name, "transitionDuration": seconds}
    track = [{**clip, **changed} if number in cuts else clip for number, clip in enumerate(clips)]
    state = work["editorState"]
    work["editorState"] = {**state, "editorData": {**state["editorData"], "videoTrack": track}}


def _cuts(clips: Sequence[Action]) -> set[int]:
    """Return the positions of the clips that are followed by another scene without a transition."""
    order = sorted(range(len(clips)), key=lambda number: clips[number]["start"])
    scenes = [clip.get("sceneIndex", number) for number, clip in enumerate(clips)]
    return {
        number
        for number, following in pairwise(order)
        if scenes[number] != scenes[following]
        and clips[number].get("transitionType") in _NO_TRANSITION
    }


def _check_count(part: str, size: int, added: int) -> None:
    if added and size > MAX_OVERLAYS:
        limit = f"{part} would have {size:,} entries; at most {MAX_OVERLAYS:,} are accepted."
        raise TooLargeError("Too many overlays", limit)
