"""The options of an export, and what is too large to be exported."""

from collections.abc import Mapping
from typing import Any

from export.plan import Plan
from export.timeline import Output, Timeline
from schemas.exports import (
    MAX_CLIPS,
    MAX_EXPORT_OVERLAYS,
    MAX_FPS,
    MAX_SECONDS,
    MAX_SIZE,
    MIN_FPS,
    MIN_SIZE,
    SOURCE_RATE,
)
from web.errors import InvalidError, TooLargeError

Options = Mapping[str, Any]

_RANGES = {
    "width": (MIN_SIZE, MAX_SIZE),
    "height": (MIN_SIZE, MAX_SIZE),
    "fps": (MIN_FPS, MAX_FPS),
}


def output_of(
    options: Options, defaults: Options, path: str = "editorState.exportSettings"
) -> Output:
    """Return the output of given options; `defaults` are width, height and fps, found at `path`.

    Odd sizes are made even. Raises InvalidError for defaults that cannot be exported.
    """
    given = {key: value for key, value in options.items() if value is not None}
    for key, (low, high) in _RANGES.items():
        value: Any = given.setdefault(key, defaults[key])
        if value != SOURCE_RATE and not low <= value <= high:
            raise InvalidError(
                {f"{path}.{key}": [f"Must be from {low} to {high}, or set options.{key}."]}
            )
    return Output(
        int(given["width"]) // 2 * 2,
        int(given["height"]) // 2 * 2,
        None if given["fps"] == SOURCE_RATE else float(given["fps"]),
        given.get("quality", "standard"),
        given.get("fit", "contain"),
        given.get("captions", "none"),
        given.get("loudness", False),
    )


def window_of(options: Options) -> tuple[float, float | None]:
    """Return from where to where, in seconds, is exported. Raises InvalidError."""
    first, last = float(options.get("from") or 0.0), options.get("to")
    if last is not None and last <= first:
        raise InvalidError({"options.to": [f"Must be after `from`, {first:g}."]})
    return first, None if last is None else float(last)


def public_options(timeline: Timeline) -> dict[str, Any]:
    """Return the options of an export as clients see them."""
    output = timeline.output
    return {
        "width": output.width,
        "height": output.height,
        "fps": SOURCE_RATE if output.fps is None else output.fps,
        "quality": output.quality,
        "fit": output.fit,
        "captions": output.captions,
        "loudness": output.loudness,
        "from": timeline.first,
        "to": timeline.last,
    }


def check_size(timeline: Timeline) -> None:
    """Raise TooLargeError for more clips, overlays or seconds than are exported at once."""
    if len(timeline.clips) > MAX_CLIPS:
        _refuse(f"{len(timeline.clips)} clips; at most {MAX_CLIPS} are accepted.")
    overlays = len(timeline.texts) + len(timeline.pictures)
    if overlays > MAX_EXPORT_OVERLAYS:
        _refuse(f"{overlays} texts and pictures; at most {MAX_EXPORT_OVERLAYS} are accepted.")
    check_seconds(max((clip.end or 0.0 for clip in timeline.clips), default=0.0))


def check_seconds(seconds: float) -> None:
    """Raise TooLargeError for a video that is too long."""
    if seconds > MAX_SECONDS:
        _refuse(f"{seconds / 60:.1f} minutes long; at most {MAX_SECONDS // 60} are accepted.")


def estimated_bytes(timeline: Timeline, plan: Plan | None = None) -> int:
    """Return how much room an export takes at most, temporary files included, roughly.

    Half a bit a pixel is what x264 needs for pictures full of noise at these qualities.
    """
    output = timeline.output
    seconds = (
        plan.seconds if plan else max((clip.end or 0.0 for clip in timeline.clips), default=0.0)
    )
    pixels = output.width * output.height * (output.fps or 30.0) * seconds
    return int(2 * pixels * 0.2 / 8)


def _refuse(what: str) -> None:
    raise TooLargeError(
        "The video is too large to export", f"It has {what}" if what[0].isdigit() else what
    )
