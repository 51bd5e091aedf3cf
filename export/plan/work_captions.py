"""The captions of a stored work: its own, or what its voices say, or the scenes' texts. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from export.plan.caption_looks import CaptionLook, line_columns
from export.plan.checks import check_range
from export.plan.cues import Cue, CueWord
from export.plan.timeline import Output
from export.plan.voices import Voice
from export.plan.work_sound import Spoken
from schemas.exports import MAX_TIME
from timeline.caption_lines import lines_of
from timeline.fitted_words import fitted
from timeline.spoken_words import Word, parts_of

Work = Mapping[str, Any]
Words = Sequence[Mapping[str, Any]]


def cues_of_work(
    work: Work, voices: Sequence[Voice], spoken: Spoken, output: Output, look: CaptionLook
) -> list[Cue]:
    """Return the captions of a work, of the first of these kinds that has any.

    Own captions that end before they begin, or at once, are never visible, and left out. Raises
    FieldsError.
    """
    if captions := work["editorState"].get("captions"):
        return list(_own(captions))
    columns = line_columns(output.width, output.height, look)
    said = (cue for voice in voices for cue in _said(voice, spoken.get(voice.scene, ()), columns))
    return list(said) or [
        Cue(scene["text_overlay"], scene=scene["scene_index"])
        for scene in work["scenes"]
        if (scene.get("text_overlay") or "").strip()
    ]


def _own(captions: Sequence[Mapping[str, Any]]) -> Iterator[Cue]:
    for number, each in enumerate(captions):
        path = f"editorState.captions.{number}"
        check_range(f"{path}.start", each["start"], 0, MAX_TIME)
        check_range(f"{path}.end", each["end"], 0, MAX_TIME)
        if each["end"] > each["start"]:
            words = fitted(each["text"], _words(each.get("words") or ()))
            yield Cue(
                each["text"],
                float(each["start"]),
                float(each["end"]),
                words=_cue_words(words),
            )


def _said(voice: Voice, words: Words, columns: int) -> Iterator[Cue]:
    """Yield the captions of a voice; their clock begins with it."""
    shown = [
        word._replace(
            start=max((word.start - voice.trim) / voice.speed, 0.0),
            end=min((word.end - voice.trim) / voice.speed, voice.length),
        )
        for word in parts_of(_words(words))
        if word.end > voice.trim and word.start < voice.trim + voice.seconds
    ]
    for caption in lines_of(shown, columns):
        yield Cue(
            caption.text,
            caption.start,
            caption.end,
            words=_cue_words(caption.words),
            voice=voice.scene,
        )


def _words(words: Words) -> list[Word]:
    return [
        Word(each["text"], float(each["start"]), float(each["end"]), each.get("glued", False))
        for each in words
    ]


def _cue_words(words: Sequence[Word]) -> tuple[CueWord, ...]:
    return tuple(CueWord(*word[:3]) for word in words)
