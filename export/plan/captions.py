"""Captions as WebVTT and SubRip files."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Any

from export.plan.cues import Cue
from export.plan.plan import Plan
from export.plan.timeline import Timeline

# FFmpeg's arguments to read what `to_track` writes: without them it would take texts for markup.
TRACK_INPUT = ("-c:s", "text", "-keep_ass_markup", "1", "-f", "webvtt")

# FFmpeg takes these for tags and line breaks of SubStation Alpha, unless something is in between.
_CODES = re.compile(r"(?<=\{)(?=\\)|(?<=\\)(?=[nN])")
_TAG = re.compile(r"<(?=/?[a-z])", re.IGNORECASE)  # players take it for markup in SubRip files
_WORD_JOINER = "\u2060"  # invisible
_MAX_AT_ONCE = 4  # captions that overlap: of more, the last ones are shown
_MAX_TRACK_TEXT = 10_000  # characters: an MP4 has room for 65,535 bytes

# {start, end, text}, and {text, start, end} of its words if known; in seconds of the video.
Caption = Mapping[str, Any]
Cues = Sequence[Caption]


def cues_of(timeline: Timeline, plan: Plan) -> list[dict[str, Any]]:
    """Return the captions of a video: those that are visible in it, in the order of WebVTT.

    Players put the next one above those that are still shown.
    """
    cues = []
    starts = {each.voice.scene: each.start for each in plan.voices}
    shown = (
        (cue, max(span.start, plan.first), min(span.end, plan.last))
        for cue, spans in zip(timeline.cues, plan.cues, strict=True)
        for span in spans
    )
    for cue, start, end in shown:
        if end > start and cue.text.strip():
            times = [round(float((frame - plan.first) / plan.fps), 3) for frame in (start, end)]
            shown_cue: dict[str, Any] = {"start": times[0], "end": times[1], "text": cue.text}
            if cue.words:
                offset = 0.0 if cue.voice is None else starts[cue.voice]
                shown_cue["words"] = _words(cue, offset - float(plan.first / plan.fps), *times)
            cues.append(shown_cue)
    return sorted(cues, key=lambda cue: (cue["start"], -cue["end"]))


def _words(cue: Cue, offset: float, start: float, end: float) -> list[dict[str, Any]]:
    """Return the words of a caption that are spoken between two times of the video."""
    return [
        {
            "text": word.text,
            "start": round(max(offset + word.start, start), 3),
            "end": round(min(offset + word.end, end), 3),
        }
        for word in cue.words
        if offset + word.end > start and offset + word.start < end
    ]


def to_vtt(cues: Cues) -> str:
    """Return captions as a WebVTT file, with the times of words that are known."""
    return _webvtt((cue["start"], cue["end"], _lines(_vtt_text(cue))) for cue in cues)


def to_srt(cues: Cues) -> str:
    """Return captions as a SubRip file."""
    blocks = []
    for number, cue in enumerate(cues, 1):
        times = f"{_time(cue['start'], ',')} --> {_time(cue['end'], ',')}"
        # What could be taken for tags, or for times.
        text = _TAG.sub(f"<{_WORD_JOINER}", _lines(cue["text"])).replace("-->", "→")
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


def _vtt_text(cue: Caption) -> str:
    """Return the text of a caption with a time before each word but the first."""
    text, parts, position, time = cue["text"], [], 0, cue["start"]
    for word in cue.get("words", [])[1:]:
        begin = text.find(word["text"].split()[0], position) if word["text"].strip() else -1
        if begin >= 0 and time < word["start"] < cue["end"]:
            time = word["start"]
            parts += [_escaped(text[position:begin]), f"<{_time(time, '.')}>"]
            position = begin
    return "".join([*parts, _escaped(text[position:])])


def _escaped(text: str) -> str:
    """Escape what is markup in WebVTT."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _lines(text: str) -> str:
    """Return the lines of a text without empty ones, which would end the caption."""
    return "\n".join(line for line in text.splitlines() if line.strip())
