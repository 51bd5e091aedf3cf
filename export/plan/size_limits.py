"""What is too large to be exported: known from the timeline, or from its plan."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType

from errors import InvalidError, TooLargeError
from export.plan.caption_looks import with_dependencies
from export.plan.clips import Source
from export.plan.cues import Cue
from export.plan.plan import Plan, make_plan
from export.plan.timeline import MediaId, Timeline
from schemas.exports import (
    MAX_BURNED_CAPTIONS,
    MAX_CAPTION_CHARACTERS,
    MAX_CLIPS,
    MAX_DRAWN_CHARACTERS,
    MAX_EXPORT_OVERLAYS,
    MAX_EXPORT_PIXELS,
    MAX_FPS,
    MAX_MUSIC,
    MAX_SECONDS,
    MAX_SOUNDS,
    MAX_VISIBLE,
    MAX_VOICES,
)

_TITLE = "The video is too large to export"


def check_size(timeline: Timeline) -> None:
    """Raise TooLargeError for more of anything on the timeline than is exported at once."""
    burned = len(timeline.cues) if timeline.output.captions == "burn" else 0
    counts = (
        (len(timeline.clips), MAX_CLIPS, "clips"),
        (len(timeline.texts) + len(timeline.pictures), MAX_EXPORT_OVERLAYS, "texts and pictures"),
        (len(timeline.music), MAX_MUSIC, "places with music"),
        (len(timeline.voices), MAX_VOICES, "voices"),
        (len(timeline.effects) + len(timeline.recordings), MAX_SOUNDS, "sounds"),
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


def check_plan(timeline: Timeline, plan: Plan) -> None:
    """Check how much a plan takes to render. Raises TooLargeError, InvalidError."""
    check_seconds(plan.seconds)
    if timeline.target is not None:
        timeline.target.check_length(plan.seconds)
    _check_pixels(timeline, plan)
    _check_texts(timeline, plan)


def check_window(
    timeline: Timeline, sources: Mapping[MediaId, Source] = MappingProxyType({})
) -> Plan | None:
    """Check what is known of a plan before the media are read; return the plan if that is all.

    It is if all clips have times, or their lengths are among the `sources`, as far as those are
    known. Raises InvalidError if nothing is left between `from` and `to`, and as `check_plan`.
    """
    untimed = {clip.media for clip in timeline.clips if clip.start is None or clip.end is None}
    if not untimed <= sources.keys():
        return None
    known = {clip.media: Source(None) for clip in timeline.clips} | {**sources}
    if timeline.output.fps is not None or {clip.media for clip in timeline.clips} <= sources.keys():
        plan = make_plan(timeline, known)
        check_plan(timeline, plan)
        return plan
    fast = replace(timeline, output=replace(timeline.output, fps=MAX_FPS))  # whatever rate it is
    _check_texts(fast, make_plan(fast, known))
    return None


def _check_pixels(timeline: Timeline, plan: Plan) -> None:
    """Raise InvalidError for more pixels than are rendered in an acceptable time."""
    width, height, _ = timeline.frame
    if (pixels := width * height * plan.frames) <= MAX_EXPORT_PIXELS:
        return
    what = f"{width} x {height} pixels in {plan.frames:,} frames are {pixels:,}"
    advice = "Choose a smaller `width` and `height`, a lower `fps`, or a part by `from` and `to`."
    raise InvalidError(_TITLE, f"{what}; at most {MAX_EXPORT_PIXELS:,} are rendered. {advice}")


def _check_texts(timeline: Timeline, plan: Plan) -> None:
    """Raise TooLargeError or InvalidError for too many overlays in a frame, or characters."""
    _check_visible(plan)
    _check_drawn(timeline, plan)
    _check_captions(timeline, plan)


def _check_visible(plan: Plan) -> None:
    """Raise TooLargeError for more overlays in a frame than FFmpeg lays over one another."""
    for segment in plan.segments:
        if (count := len(segment.overlays)) > MAX_VISIBLE:
            at = f"{float(segment.start / plan.fps):.2f} seconds"
            what = f"{count} texts, pictures and burned captions at {at}"
            _refuse(f"{what}; at most {MAX_VISIBLE} may be visible at once.")


def _check_drawn(timeline: Timeline, plan: Plan) -> None:
    """Raise InvalidError for texts that take too long to draw."""
    pictures = [""] * len(timeline.pictures)
    texts = (
        [each.text for each in timeline.texts] + pictures + [each.text for each in timeline.cues]
    )
    drawn = {index for segment in plan.segments for index in segment.overlays}
    drawn |= {len(plan.spans) + cue for cue in with_dependencies(plan.cues, plan.burned)}
    count = sum(len(texts[index]) for index in drawn)
    if count > MAX_DRAWN_CHARACTERS:
        what = f"Its texts and burned captions have {count:,} characters"
        advice = "Shorten some, or remove them."
        raise InvalidError(_TITLE, f"{what}; at most {MAX_DRAWN_CHARACTERS:,} are drawn. {advice}")


def _check_captions(timeline: Timeline, plan: Plan) -> None:
    """Raise InvalidError for captions that take too much room in the export's document."""
    count = sum(
        len(cue.text)
        for cue, spans in zip(timeline.cues, plan.cues, strict=True)
        for span in spans
        if span.end > plan.first and span.start < plan.last
    )
    if count > MAX_CAPTION_CHARACTERS:
        what = f"{_source_of(timeline.cues)} makes captions of {count:,} characters, each as often"
        what += " as it is shown"
        advice = "Shorten some, or show their scenes less often."
        raise InvalidError(_TITLE, f"{what}; at most {MAX_CAPTION_CHARACTERS:,} are kept. {advice}")


def _source_of(cues: Sequence[Cue]) -> str:
    """Return what captions are made of: all of a work are of one kind."""
    if any(cue.voice is not None for cue in cues):
        return "What the voices say"
    if any(cue.scene is not None for cue in cues):
        return "The scenes' `text_overlay`"
    return "`editorState.captions`"


def _refuse(what: str) -> None:
    raise TooLargeError(_TITLE, f"It has {what}" if what[0].isdigit() else what)
