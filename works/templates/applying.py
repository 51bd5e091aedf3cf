"""Building timeline overlays from a template's content and the duration of a video."""

import re
from collections.abc import Collection, Iterable, Mapping
from itertools import count
from typing import Any

from errors import FieldsError
from schemas.editor import MAX_OVERLAY_TEXT, ImageOverlaySchema, TextOverlaySchema

Values = Mapping[str, Any]

MIN_SECONDS = 0.1  # for which an overlay is visible
MAX_FILLED_TEXT = 4_000_000  # characters of all texts of a template, placeholders replaced

_PREFIX = "applied_"
_NUMBERED = re.compile(r"(.*)_([2-9]|[1-9][0-9]{1,5})", re.DOTALL)
_PLACEHOLDER = re.compile(r"\{\{([^{}]+)\}\}")
_TEXT_FIELDS = tuple(TextOverlaySchema().fields)
_IMAGE_FIELDS = tuple(ImageOverlaySchema().fields)


def build_overlays(
    content: Values,
    duration: float,
    values: Mapping[str, str | None],
    used_ids: Collection[str] = (),
) -> dict[str, Any]:
    """Return the overlays of a template's content for a video of `duration` seconds.

    In the shape of the editor state: `textOverlays` and `imageOverlays` by id, `textTrackActions`
    and `imageTrackActions` in seconds, and `defaultTransition` and `exportSettings` if the template
    has any. `values` are those of the placeholders. Overlay ids are chosen not to be among
    `used_ids`. Raises FieldsError for values that make a text too long.
    """
    texts, images = content["textOverlays"], content["imageOverlays"]
    ids = _new_ids([overlay["id"] for overlay in (*texts, *images)], used_ids)
    given = {key.strip(): value for key, value in values.items() if value is not None}
    filled = _fill_placeholders(texts, given)
    result = {
        "textOverlays": {ids[each["id"]]: _pick(each, _TEXT_FIELDS) for each in filled},
        "textTrackActions": [_action(each, ids, duration) for each in texts],
        "imageOverlays": {ids[each["id"]]: _pick(each, _IMAGE_FIELDS) for each in images},
        "imageTrackActions": [_action(each, ids, duration) for each in images],
    }
    optional = ("defaultTransition", "exportSettings")
    return result | {name: content[name] for name in optional if content.get(name)}


def asset_ids(content: Values) -> list[str]:
    """Return the ids of the assets that a template's images refer to."""
    return [overlay["assetId"] for overlay in content["imageOverlays"]]


def _new_ids(ids: Iterable[str], used_ids: Collection[str]) -> dict[str, str]:
    """Map template overlay ids to timeline ids; one number for all of them avoids used ids."""
    new = {each: f"{_PREFIX}{each}" for each in ids}
    taken = _taken_numbers(new.values(), used_ids)
    number = next(number for number in count(1) if number not in taken)
    return new if number == 1 else {each: f"{name}_{number}" for each, name in new.items()}


def _taken_numbers(names: Collection[str], used_ids: Iterable[str]) -> set[int]:
    """Return the numbers with which one of the names is used; 1 stands for no number."""
    names, taken = set(names), set()
    for used in used_ids:
        if used in names:
            taken.add(1)
        if (match := _NUMBERED.fullmatch(used)) and match[1] in names:
            taken.add(int(match[2]))
    return taken


def _fill_placeholders(texts: Iterable[Values], values: Mapping[str, str]) -> list[Values]:
    """Return the overlays with the placeholders in their texts replaced, where there is a value.

    Raises FieldsError before a text, or all of them, grow beyond their limits.
    """
    filled: list[Values] = []
    total = 0
    for overlay in texts:
        parts = _PLACEHOLDER.split(overlay["text"])  # every second one is the key of a placeholder
        parts[1::2] = [values.get(key.strip(), f"{{{{{key}}}}}") for key in parts[1::2]]
        size = sum(map(len, parts))
        if size > max(MAX_OVERLAY_TEXT, len(overlay["text"])):
            limit = f"{size:,} characters; at most {MAX_OVERLAY_TEXT:,} are accepted."
            raise _too_long(f"The text of overlay {overlay['id']} would have {limit}")
        total += size
        if total > MAX_FILLED_TEXT:
            raise _too_long(f"All texts together must have at most {MAX_FILLED_TEXT:,} characters.")
        filled.append({**overlay, "text": "".join(parts)})
    return filled


def _too_long(message: str) -> FieldsError:
    return FieldsError({"placeholderValues": [message]})


def _pick(overlay: Values, fields: Iterable[str]) -> dict[str, Any]:
    return {field: overlay[field] for field in fields if overlay.get(field) is not None}


def _action(overlay: Values, ids: Mapping[str, str], duration: float) -> dict[str, Any]:
    """Return the track action that shows an overlay for at least MIN_SECONDS within the video.

    Only for a video shorter than MIN_SECONDS the action ends after the video.
    """
    last = max(duration, MIN_SECONDS)
    start = min(_edge_seconds(overlay, "start", duration, 0.0), last - MIN_SECONDS)
    end = _edge_seconds(overlay, "end", duration, duration)
    return {
        "id": ids[overlay["id"]],
        "start": start,
        "end": max(end, min(start + MIN_SECONDS, last)),
    }


def _edge_seconds(overlay: Values, edge: str, duration: float, default: float) -> float:
    """Return the start or end of an overlay in seconds, limited to the video's duration."""
    relative = overlay["timingMode"] == "relative"
    value = overlay.get(f"{edge}Percent" if relative else f"{edge}Seconds")
    if value is None:
        return default
    seconds = value * duration / 100 if relative else value
    return float(min(max(seconds, 0.0), duration))
