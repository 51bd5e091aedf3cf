"""The timeline of a work: how long it is, and overlays that are added to it."""

from collections.abc import Mapping
from typing import Any

Work = dict[str, Any]

_UNKNOWN_SECONDS = 10.0
_OVERLAYS = {"textOverlays": "textTrack", "imageOverlays": "imageTrack"}


def seconds(work: Mapping[str, Any]) -> float:
    """How long the video is to be: as the brief says, else as the scenes are together."""
    scenes = sum(scene.get("duration_seconds") or 0 for scene in work["scenes"])
    return float(work["videoDuration"] or scenes or _UNKNOWN_SECONDS)


def overlay_ids(work: Mapping[str, Any]) -> set[str]:
    """The ids that overlays and their actions have by now."""
    timeline = work["editorState"]
    tracks = timeline.get("editorData", {})
    taken: set[str] = set()
    for overlays, track in _OVERLAYS.items():
        taken.update(timeline.get(overlays, {}))
        taken.update(action["id"] for action in tracks.get(track, []))
    return taken


def add_overlays(work: Work, added: Mapping[str, Any]) -> None:
    """Add overlays and the actions that show them; take over export settings if any are given.

    `added`: textOverlays, textTrackActions, imageOverlays, imageTrackActions, exportSettings?.
    """
    timeline = dict(work["editorState"])
    tracks = dict(timeline.get("editorData", {}))
    for overlays, track in _OVERLAYS.items():
        timeline[overlays] = {**timeline.get(overlays, {}), **added[overlays]}
        tracks[track] = [*tracks.get(track, []), *added[f"{track}Actions"]]
    timeline["editorData"] = tracks
    if "exportSettings" in added:
        timeline["exportSettings"] = added["exportSettings"]
    work["editorState"] = timeline
