"""Captions as WebVTT and SubRip files."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Any

from export.plan.plan import Plan
from export.plan.timeline import Timeline

# FFmpeg's arguments to read what `to_track` writes: without them it would take texts for markup.
TRACK_INPUT = ("-c:s", "text", "-keep_ass_markup", "1", "-f", "webvtt")

# FFmpeg takes these for tags and line breaks of SubStation Alpha, unless something is in between.
_CODES = re.compile(r"(?<=\{)(?=\\)|(?<=\\)(?=[nN])")
_WORD_JOINER = "\u2060"  # invisible
_MAX_AT_ONCE = 4  # captions that overlap: of more, the last ones are shown
_MAX_TRACK_TEXT = 10_000  # characters: an MP4 has room for 65,535 bytes

Cues = Sequence[Mapping[str, Any]]  # {start, end, text}, times in seconds of the video


def cues_of(timeline: Timeline, plan: Plan) -> list[dict[str, Any]]:
    """Return the captions of a video: those that are visible in it, in the order of WebVTT.

    Players put the next one above those that are still shown.
    """
    cues = []
    shown = (
        (cue, max(span.start, plan.first), min(span.end, plan.last))
        for cue, spans in zip(timeline.cues, plan.cues, strict=True)
        for span in spans
    )
    for cue, start, end in shown:
        if end > start and cue.text.strip():
            times = [round(float((frame - plan.first) / plan.fps), 3) for frame in (start, end)]
            cues.append({"start": times[0], "end": times[1], "text": cue.text})
    return sorted(cues, key=lambda cue: (cue["start"], -cue["end"]))


def to_vtt(cues: Cues) -> str:
    """Return captions as a WebVTT file."""
    return _webvtt((cue["start"], cue["end"], _vtt_text(cue["text"])) for cue in cues)


def to_srt(cues: Cues) -> str:
    """Return captions as a SubRip file."""
    blocks = []
    for number, cue in enumerate(cues, 1):
        times = f"{_time(cue['start'], ',')} --> {_time(cue['end'], ',')}"
        text = _lines(cue["text"]).replace("-->", "→")  # which could be taken for times
        blocks.append(f"{number}\n{times}\n{text}\n")
    return "\n".join(blocks)


def to_track(cues: Cues) -> str:
    """Return captions in the form that FFmpeg makes a track of, given `TRACK_INPUT`.

    A track of MP4 has one text at a time, so that captions that overlap share one. The first of
    them is the lowest line, where it stays when others come.
    """
    shown = _one_at_a_time(cues)
    return _webvtt((start, end, _CODES.sub(_WORD_JOINER, text)) for start, end, text in shown)


def _webvtt(shown: Iterable[tuple[float, float, str]]) -> str:
    """Return a WebVTT file of texts, and the times from and up to which each is shown."""
    blocks = [f"{_time(start, '.')} --> {_time(end, '.')}\n{text}\n" for start, end, text in shown]
    return "WEBVTT\n\n" + "\n".join(blocks)


def _one_at_a_time(cues: Cues) -> Iterator[tuple[float, float, str]]:
    """Yield what is shown between each two times at which captions appear or disappear."""
    times = sorted({cue[edge] for cue in cues for edge in ("start", "end")})
    for start, end in pairwise(times):
        shown = [cue for cue in cues if cue["start"] <= start < cue["end"]]
        if shown:
            text = "\n".join(_lines(cue["text"]) for cue in reversed(shown[-_MAX_AT_ONCE:]))
            yield start, end, text[:_MAX_TRACK_TEXT]


def _time(seconds: float, separator: str) -> str:
    total = round(seconds * 1000)
    minutes, milliseconds = divmod(total, 60_000)
    hours, minutes = divmod(minutes, 60)
    whole, rest = divmod(milliseconds, 1000)
    return f"{hours:02}:{minutes:02}:{whole:02}{separator}{rest:03}"


def _vtt_text(text: str) -> str:
    """Escape what is markup in WebVTT."""
    escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return _lines(escaped)


def _lines(text: str) -> str:
    """Return the lines of a text without empty ones, which would end the caption."""
    return "\n".join(line for line in text.splitlines() if line.strip())
