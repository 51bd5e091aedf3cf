"""From a template and the length of a video to overlays on its timeline; saves nothing."""

import re
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from schemas.editor import ImageOverlaySchema, TextOverlaySchema

Values = Mapping[str, Any]

SHORTEST = 0.1  # seconds that an overlay is seen at least

_PREFIX = "applied_"
_PLACEHOLDER = re.compile(r"\{\{([^{}]+)\}\}")
_TEXT_FIELDS = tuple(TextOverlaySchema().fields)
_IMAGE_FIELDS = tuple(ImageOverlaySchema().fields)


def applied(
    content: Values, duration: float, values: Mapping[str, str | None], taken: Collection[str] = ()
) -> dict[str, Any]:
    """The overlays of a template's content for a video of `duration` seconds.

    As the editor's state has them: `textOverlays` and `imageOverlays` by id, `textTrackActions`
    and `imageTrackActions` in seconds, and `exportSettings` if the template has any. None of the
    ids is among those that are taken.
    """
    texts, images = content["textOverlays"], content["imageOverlays"]
    ids = _new_ids([overlay["id"] for overlay in (*texts, *images)], taken)
    given = {key.strip(): value for key, value in values.items() if value is not None}
    shown = [{**overlay, "text": _filled(overlay["text"], given)} for overlay in texts]
    result = {
        "textOverlays": {ids[each["id"]]: _picked(each, _TEXT_FIELDS) for each in shown},
        "textTrackActions": [_action(each, ids, duration) for each in texts],
        "imageOverlays": {ids[each["id"]]: _picked(each, _IMAGE_FIELDS) for each in images},
        "imageTrackActions": [_action(each, ids, duration) for each in images],
    }
    if content.get("exportSettings"):
        result["exportSettings"] = content["exportSettings"]
    return result


def asset_ids(content: Values) -> list[str]:
    """The assets that a template's pictures name."""
    return [overlay["assetId"] for overlay in content["imageOverlays"]]


def _new_ids(ids: Iterable[str], taken: Collection[str]) -> dict[str, str]:
    """What the overlays are called on the timeline: with one number for all where it is needed."""
    plain = {each: f"{_PREFIX}{each}" for each in ids}
    new, number = plain, 1
    while any(each in taken for each in new.values()):
        number += 1
        new = {each: f"{name}_{number}" for each, name in plain.items()}
    return new


def _filled(text: str, values: Mapping[str, str]) -> str:
    """A text with values in place of its placeholders; those that have none stay as they are."""
    return _PLACEHOLDER.sub(lambda match: values.get(match[1].strip(), match[0]), text)


def _picked(overlay: Values, fields: Iterable[str]) -> dict[str, Any]:
    return {field: overlay[field] for field in fields if field in overlay}


def _action(overlay: Values, ids: Mapping[str, str], duration: float) -> dict[str, Any]:
    """When an overlay is seen, within the video; an end that is none comes soon after the start.

    Only a video that is shorter than the shortest overlay is outlasted by it.
    """
    last = max(duration, SHORTEST)
    start = min(_moment(overlay, "start", duration, 0.0), last - SHORTEST)
    end = _moment(overlay, "end", duration, duration)
    return {
        "id": ids[overlay["id"]],
        "start": start,
        "end": max(end, min(start + SHORTEST, last)),
    }


def _moment(overlay: Values, edge: str, duration: float, default: float) -> float:
    """When an overlay comes or goes, in seconds from 0 to the end of the video."""
    relative = overlay["timingMode"] == "relative"
    value = overlay.get(f"{edge}Percent" if relative else f"{edge}Seconds")
    if value is None:
        return default
    seconds = value * duration / 100 if relative else value
    return float(min(max(seconds, 0.0), duration))
