"""Building timeline overlays from a template's content and the duration of a video."""

import re
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from schemas.editor import ImageOverlaySchema, TextOverlaySchema

Values = Mapping[str, Any]

MIN_SECONDS = 0.1  # for which an overlay is visible

_PREFIX = "applied_"
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
    and `imageTrackActions` in seconds, and `exportSettings` if the template has any. `values` are
    those of the placeholders. Overlay ids are chosen not to be among `used_ids`.
    """
    texts, images = content["textOverlays"], content["imageOverlays"]
    ids = _new_ids([overlay["id"] for overlay in (*texts, *images)], used_ids)
    given = {key.strip(): value for key, value in values.items() if value is not None}
    filled = [{**overlay, "text": _fill_placeholders(overlay["text"], given)} for overlay in texts]
    result = {
        "textOverlays": {ids[each["id"]]: _pick(each, _TEXT_FIELDS) for each in filled},
        "textTrackActions": [_action(each, ids, duration) for each in texts],
        "imageOverlays": {ids[each["id"]]: _pick(each, _IMAGE_FIELDS) for each in images},
        "imageTrackActions": [_action(each, ids, duration) for each in images],
    }
    if content.get("exportSettings"):
        result["exportSettings"] = content["exportSettings"]
    return result


def asset_ids(content: Values) -> list[str]:
    """Return the ids of the assets that a template's images refer to."""
    return [overlay["assetId"] for overlay in content["imageOverlays"]]


def _new_ids(ids: Iterable[str], used_ids: Collection[str]) -> dict[str, str]:
    """Map template overlay ids to timeline ids; one number for all of them avoids used ids."""
    plain = {each: f"{_PREFIX}{each}" for each in ids}
    new, number = plain, 1
    while any(each in used_ids for each in new.values()):
        number += 1
        new = {each: f"{name}_{number}" for each, name in plain.items()}
    return new


def _fill_placeholders(text: str, values: Mapping[str, str]) -> str:
    """Replace the placeholders in a text; those without a value stay as they are."""
    return _PLACEHOLDER.sub(lambda match: values.get(match[1].strip(), match[0]), text)


def _pick(overlay: Values, fields: Iterable[str]) -> dict[str, Any]:
    return {field: overlay[field] for field in fields if field in overlay}


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
