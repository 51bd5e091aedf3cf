"""The options of an export, and how much room it takes."""

from collections.abc import Mapping
from typing import Any

from errors import FieldsError, InvalidError
from export.encoding import frame_of
from export.plan import DEFAULT_FPS, EmptyTimelineError, Plan, make_plan
from export.slots import Source
from export.timeline import Output, Timeline
from schemas.exports import MAX_FPS, MAX_SIZE, MIN_FPS, MIN_SIZE, SOURCE_RATE

Options = Mapping[str, Any]

# What x264 takes for filmed pictures at the qualities of exports; noise takes ten times as much.
_BITS_PER_PIXEL = 0.2
_SOUND_BYTES = 24_000  # a second
_COPIES = 2  # the parts, and the video that they are joined to

_RANGES = {
    "width": (MIN_SIZE, MAX_SIZE),
    "height": (MIN_SIZE, MAX_SIZE),
    "fps": (MIN_FPS, MAX_FPS),
}


def output_of(
    options: Options, defaults: Options, path: str = "editorState.exportSettings"
) -> Output:
    """Return the output of given options; `defaults` are width, height, fps and, if any, fit.

    They are found at `path`. Odd sizes are made even. Raises FieldsError for defaults that cannot
    be exported.
    """
    given = {key: value for key, value in options.items() if value is not None}
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


def plan_of(timeline: Timeline, sources: Mapping[int, Source]) -> Plan:
    """Return the plan of a timeline. Raises InvalidError if nothing is left to export."""
    try:
        return make_plan(timeline, sources)
    except EmptyTimelineError as exc:
        raise InvalidError("Nothing to export", str(exc)) from exc


def estimated_bytes(timeline: Timeline, plan: Plan | None = None) -> int:
    """Return how much room an export usually takes, temporary files included.

    It is a typical value, for a first check: pictures full of noise take ten times as much, so the
    disk is watched while they are rendered. Before there is a plan, the frame rate of the sources
    counts as 30, and a clip without times as long as an image in its place.
    """
    frame = frame_of(timeline.output, timeline.scale)
    fps = float(plan.fps) if plan else timeline.output.fps or float(DEFAULT_FPS)
    seconds = plan.seconds if plan else _usual_seconds(timeline)
    picture = frame.width * frame.height * fps * _BITS_PER_PIXEL / 8
    return int(_COPIES * seconds * (picture + _SOUND_BYTES))


def _usual_seconds(timeline: Timeline) -> float:
    """Return how long the video is, as far as that is known without its media."""
    end = 0.0
    for clip in timeline.clips:
        start = end if clip.start is None else clip.start
        end = max(end, start + clip.still_seconds if clip.end is None else clip.end)
    last = end if timeline.last is None else min(timeline.last, end)
    return max(last - timeline.first, 0.0)
