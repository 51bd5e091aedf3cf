"""The objects of OpenTimelineIO that a timeline consists of, as JSON.

Only the oldest versions of their schemas that say what is needed are written: every program that
reads OpenTimelineIO converts older versions, and no program newer ones. Times are in frames.
"""

from collections.abc import Iterable, Mapping
from fractions import Fraction
from typing import Any

from timeline.time_map import FREEZE, NORMAL_SPEED

Json = dict[str, Any]
Metadata = Mapping[str, Any]

DISSOLVE, CUSTOM = "SMPTE_Dissolve", "Custom_Transition"  # types of transitions
VIDEO, AUDIO = "Video", "Audio"  # kinds of tracks
_NAMESPACE = "vidworks"  # the key of our own metadata


def time_range(start: float, frames: float, rate: Fraction) -> Json:
    """Return a range of frames at a rate."""
    return {
        "OTIO_SCHEMA": "TimeRange.1",
        "start_time": _time(start, rate),
        "duration": _time(frames, rate),
    }


def external_reference(url: str, available: Json | None) -> Json:
    """Return a reference to media; `available` is its time range, None if that is unknown."""
    return {
        "OTIO_SCHEMA": "ExternalReference.1",
        "metadata": {},
        "name": "",
        "available_range": available,
        "target_url": url,
    }


def missing_reference() -> Json:
    """Return the reference of a clip without media."""
    return {
        "OTIO_SCHEMA": "MissingReference.1",
        "metadata": {},
        "name": "",
        "available_range": None,
    }


def clip(
    name: str, reference: Json, shown: Json, metadata: Metadata, speed: float = NORMAL_SPEED
) -> Json:
    """Return a clip that shows a time range of its media.

    At another speed, the range begins where its media begin, and is as long as the clip.
    """
    return {
        **_named("Clip.1", name, metadata),
        **_item(shown),
        "effects": [] if speed == NORMAL_SPEED else [_time_warp(speed)],
        "media_reference": reference,
    }


def _time_warp(speed: float) -> Json:
    name = "FreezeFrame" if speed == FREEZE else "LinearTimeWarp"
    effect = {**_named(f"{name}.1", "", {}), "effect_name": name}
    return {**effect, "time_scalar": float(speed)}


def gap(frames: int, rate: Fraction) -> Json:
    """Return a part of a track with nothing in it."""
    return {**_named("Gap.1", "", {}), **_item(time_range(0, frames, rate))}


def transition(
    kind: str, name: str, in_frames: int, out_frames: int, rate: Fraction, metadata: Metadata
) -> Json:
    """Return a transition that begins and ends these numbers of frames before and after the cut."""
    return {
        **_named("Transition.1", name, metadata),
        "transition_type": kind,
        "in_offset": _time(in_frames, rate),
        "out_offset": _time(out_frames, rate),
    }


def marker(name: str, color: str, marked: Json, metadata: Metadata) -> Json:
    """Return a marker of a time range."""
    return {**_named("Marker.2", name, metadata), "color": color, "marked_range": marked}


def track(kind: str, name: str, children: Iterable[Json]) -> Json:
    """Return a track, whose children follow each other."""
    return {
        **_named("Track.1", name, {}),
        **_item(None),
        "kind": kind,
        "children": [*children],
    }


def timeline(
    name: str, tracks: Iterable[Json], markers: Iterable[Json], metadata: Metadata
) -> Json:
    """Return a timeline of tracks, from bottom to top."""
    stack = {
        **_named("Stack.1", "tracks", {}),
        **_item(None),
        "markers": [*markers],
        "children": [*tracks],
    }
    return {**_named("Timeline.1", name, metadata), "global_start_time": None, "tracks": stack}


def _named(schema: str, name: str, metadata: Metadata) -> Json:
    ours = {_NAMESPACE: dict(metadata)} if metadata else {}
    return {"OTIO_SCHEMA": schema, "metadata": ours, "name": name}


def _item(source_range: Json | None) -> Json:
    return {"source_range": source_range, "effects": [], "markers": []}


def _time(value: float, rate: Fraction) -> Json:
    return {"OTIO_SCHEMA": "RationalTime.1", "rate": float(rate), "value": float(value)}
