"""The options of an export, and what is too large to be exported."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from export.encoding import frame_of
from export.plan import DEFAULT_FPS, EmptyTimelineError, Plan, make_plan
from export.slots import Source
from export.timeline import Output, Timeline
from schemas.exports import (
    MAX_BURNED_CAPTIONS,
    MAX_CLIPS,
    MAX_EXPORT_OVERLAYS,
    MAX_FPS,
    MAX_MUSIC,
    MAX_SECONDS,
    MAX_SIZE,
    MAX_VISIBLE,
    MIN_FPS,
    MIN_SIZE,
    SOURCE_RATE,
)
from web.errors import BadRequestError, InvalidError, TooLargeError

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

    They are found at `path`. Odd sizes are made even. Raises InvalidError for defaults that cannot
    be exported.
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
        given.get("fit") or defaults.get("fit", "contain"),
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
    """Raise TooLargeError for more of anything on the timeline than is exported at once."""
    burned = len(timeline.cues) if timeline.output.captions == "burn" else 0
    counts = (
        (len(timeline.clips), MAX_CLIPS, "clips"),
        (len(timeline.texts) + len(timeline.pictures), MAX_EXPORT_OVERLAYS, "texts and pictures"),
        (len(timeline.music), MAX_MUSIC, "places with music"),
        (burned, MAX_BURNED_CAPTIONS, "captions that are burned in"),
    )
    for count, limit, what in counts:
        if count > limit:
            _refuse(f"{count} {what}; at most {limit:,} are accepted.")
    check_seconds(max((clip.end or 0.0 for clip in timeline.clips), default=0.0))


def check_seconds(seconds: float) -> None:
    """Raise TooLargeError for a video that is too long."""
    if seconds > MAX_SECONDS:
        _refuse(f"{seconds / 60:.1f} minutes long; at most {MAX_SECONDS // 60} are accepted.")


def check_visible(plan: Plan) -> None:
    """Raise TooLargeError for more overlays in a frame than FFmpeg lays over one another."""
    for segment in plan.segments:
        if (count := len(segment.overlays)) > MAX_VISIBLE:
            at = f"{float(segment.start / plan.fps):.2f} seconds"
            what = f"{count} texts, pictures and burned captions at {at}"
            _refuse(f"{what}; at most {MAX_VISIBLE} may be visible at once.")


def check_window(timeline: Timeline) -> None:
    """Check what is known of a plan before the media are read: if all clips have times.

    Raises BadRequestError if nothing is left between `from` and `to`, TooLargeError.
    """
    if any(clip.start is None or clip.end is None for clip in timeline.clips):
        return
    output = replace(timeline.output, fps=timeline.output.fps or MAX_FPS)
    stills = {clip.scene: Source(None) for clip in timeline.clips}
    check_visible(plan_of(replace(timeline, output=output), stills))


def plan_of(timeline: Timeline, sources: Mapping[int, Source]) -> Plan:
    """Return the plan of a timeline. Raises BadRequestError if nothing is left to export."""
    try:
        return make_plan(timeline, sources)
    except EmptyTimelineError as exc:
        raise BadRequestError("Nothing to export", str(exc)) from exc


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


def _refuse(what: str) -> None:
    raise TooLargeError(
        "The video is too large to export", f"It has {what}" if what[0].isdigit() else what
    )
