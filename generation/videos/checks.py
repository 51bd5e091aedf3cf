"""What of an order would fail at a later step, found before anything is made or paid."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from errors import FieldsError
from schemas.exports import MAX_CLIPS, MAX_SECONDS, MAX_SIZE, MIN_SIZE
from schemas.json_fields import MAX_INTEGER
from schemas.works import DEFAULT_RESOLUTION

Json = dict[str, Any]
Order = Mapping[str, Any]


def check_resolution(brief: Order, export: Order | None) -> None:
    """Raise FieldsError for sides of the video that are none, or that cannot be exported."""
    resolution = brief.get("resolution") or DEFAULT_RESOLUTION
    errors: dict[str, list[str]] = {}
    for side in ("width", "height"):
        if export is None or export.get(side) is not None:
            smallest, largest, told = 1, MAX_INTEGER, "Must be at least 1."
        else:
            smallest, largest = MIN_SIZE, MAX_SIZE
            told = f"Must be from {MIN_SIZE} to {MAX_SIZE} to be exported, or set export.{side}."
        if not smallest <= resolution[side] <= largest:
            errors[f"resolution.{side}"] = [told]
    if errors:
        raise FieldsError(errors)


def check_export(brief: Order, scenes: list[Json], options: Order, *, is_narrated: bool) -> None:
    """Raise FieldsError for what cannot be exported: lengths, an empty part."""
    errors: dict[str, list[str]] = {}
    if brief["sceneCount"] > MAX_CLIPS:
        errors["sceneCount"] = [f"Must be at most {MAX_CLIPS} to be exported."]
    seconds = _seconds(brief, scenes)
    if seconds is not None and seconds > MAX_SECONDS:
        field = "scenes" if scenes else "videoDuration"
        told = f"{seconds / 60:.1f} minutes; at most {MAX_SECONDS // 60} are exported."
        errors[field] = [told]
    first, last = options.get("from") or 0, options.get("to")
    if last is not None and last <= first:
        errors["export.to"] = [f"Must be after `from`, {first:g}."]
    elif not is_narrated and seconds is not None and first >= seconds:
        errors["export.from"] = [f"Must be before the end of the video, {seconds:g}."]
    if errors:
        raise FieldsError(errors)


@contextmanager
def as_in_order(body: Order) -> Iterator[None]:
    """Name the fields of a FieldsError as an order has them: lines may be texts alone."""
    try:
        yield
    except FieldsError as exc:
        messages = {_field_of(body, field): text for field, text in exc.details.items()}
        raise FieldsError(messages) from exc


def _field_of(body: Order, field: str) -> str:
    """Return where an order has what is at a field of its work."""
    parts = field.split(".")
    if parts[0] == "scenes" and isinstance(body["scenes"][int(parts[1])]["narration"], str):
        return f"scenes.{parts[1]}.narration"
    return "prompt" if field == "productDescription" and body.get("prompt") else field


def _seconds(brief: Order, scenes: list[Json]) -> float | None:
    """Return how long the video is before anybody speaks; None if the models decide it."""
    if scenes:
        return float(sum(scene["duration_seconds"] for scene in scenes))
    return brief.get("videoDuration")
