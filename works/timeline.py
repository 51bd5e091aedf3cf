"""The timeline of a work: the video's duration, and adding overlays."""

from collections.abc import Mapping
from typing import Any

from errors import TooLargeError
from schemas.editor import MAX_OVERLAYS

Work = dict[str, Any]

_DEFAULT_SECONDS = 10.0
_TRACKS = {"textOverlays": "textTrack", "imageOverlays": "imageTrack"}


def video_seconds(work: Mapping[str, Any]) -> float:
    """Return the work's `videoDuration`, or else the total of its scenes, or else 10 seconds."""
    total = sum(scene.get("duration_seconds") or 0 for scene in work["scenes"])
    return float(work["videoDuration"] or total or _DEFAULT_SECONDS)


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

    `added`: {textOverlays, textTrackActions, imageOverlays, imageTrackActions, exportSettings?}.
    Raises TooLargeError if the work would have more overlays than it can have.
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


def _check_count(part: str, size: int, added: int) -> None:
    if added and size > MAX_OVERLAYS:
        limit = f"{part} would have {size:,} entries; at most {MAX_OVERLAYS:,} are accepted."
        raise TooLargeError("Too many overlays", limit)
