"""Captions as WebVTT and SubRip files."""

from collections.abc import Mapping, Sequence
from typing import Any

from export.plan import Plan
from export.timeline import Timeline

Cues = Sequence[Mapping[str, Any]]  # {start, end, text}, times in seconds of the video


def cues_of(timeline: Timeline, plan: Plan) -> list[dict[str, Any]]:
    """Return the captions of a video: those that are visible in it, in order."""
    cues = []
    for cue, span in zip(timeline.cues, plan.cues, strict=True):
        start, end = max(span.start, plan.first), min(span.end, plan.last)
        if end > start and cue.text.strip():
            times = [round(float((frame - plan.first) / plan.fps), 3) for frame in (start, end)]
            cues.append({"start": times[0], "end": times[1], "text": cue.text})
    return sorted(cues, key=lambda cue: (cue["start"], cue["end"]))


def to_vtt(cues: Cues) -> str:
    """Return captions as a WebVTT file."""
    blocks = [
        f"{_time(cue['start'], '.')} --> {_time(cue['end'], '.')}\n{_vtt_text(cue['text'])}\n"
        for cue in cues
    ]
    return "WEBVTT\n\n" + "\n".join(blocks)


def to_srt(cues: Cues) -> str:
    """Return captions as a SubRip file."""
    blocks = []
    for number, cue in enumerate(cues, 1):
        times = f"{_time(cue['start'], ',')} --> {_time(cue['end'], ',')}"
        text = _lines(cue["text"]).replace("-->", "→")  # which could be taken for times
        blocks.append(f"{number}\n{times}\n{text}\n")
    return "\n".join(blocks)


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
