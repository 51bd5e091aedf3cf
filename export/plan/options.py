"""The output of an export (size, rate, fit, quality) from the options of a request. Pure."""

from collections.abc import Mapping
from typing import Any

from errors import FieldsError
from export.plan.targets import MP4, video_options
from export.plan.timeline import Output, Timeline
from schemas.exports import MAX_FPS, MAX_SIZE, MIN_FPS, MIN_SIZE, SOURCE_RATE

Options = Mapping[str, Any]

_RANGES = {
    "width": (MIN_SIZE, MAX_SIZE),
    "height": (MIN_SIZE, MAX_SIZE),
    "fps": (MIN_FPS, MAX_FPS),
}


def output_of(
    options: Options, defaults: Options, path: str = "editorState.exportSettings"
) -> Output:
    """Return the output of given options; `defaults` are width, height, fps and, if any, fit.

    They are found at `path`. Odd sizes are made even. It is that of the video of which an animation
    is made. Raises FieldsError for defaults that cannot
    be exported.
    """
    wanted = video_options(options, defaults)
    given = {key: value for key, value in wanted.items() if value is not None}
    for key, (low, high) in _RANGES.items():
        value: Any = given.setdefault(key, defaults[key])
        if value != SOURCE_RATE and not low <= value <= high:
            raise FieldsError(
                {f"{path}.{key}": [f"Must be from {low} to {high}, or set options.{key}."]}
            )
    return Output(
        int(given["width"]) // 2 * 2,
        int(given["height"]) // 2 * 2,
        None if given["fps"] == SOURCE_RATE else float(given["fps"]),
        given.get("quality", "standard"),
        given.get("fit") or defaults.get("fit", "contain"),
        given.get("captions", "none"),
        given.get("loudness", False),
    )


def window_of(options: Options) -> tuple[float, float | None]:
    """Return from where to where, in seconds, is exported. Raises FieldsError."""
    first, last = float(options.get("from") or 0.0), options.get("to")
    if last is not None and last <= first:
        raise FieldsError({"options.to": [f"Must be after `from`, {first:g}."]})
    return first, None if last is None else float(last)


def public_options(timeline: Timeline) -> dict[str, Any]:
    """Return the options of an export as clients see them."""
    output, target = timeline.output, timeline.target
    made = output if target is None or target.width is None else target
    return {
        "width": made.width,
        "height": made.height,
        "fps": SOURCE_RATE if made.fps is None else made.fps,
        "quality": output.quality,
        "fit": output.fit,
        "captions": output.captions,
        "loudness": output.loudness,
        "from": timeline.first,
        "to": timeline.last,
        "format": MP4 if target is None else target.format,
    }
