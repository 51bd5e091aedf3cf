"""What is spoken in a work and when, as models see it: voices and sounds on the timeline."""

from collections.abc import Iterable, Mapping
from typing import Any

from mcp_server.fitting import UNTRUSTED, shorten
from storage.paths import WorkRef, valid_id
from timeline.context import Context, context_of_work
from timeline.voice_fit import voice_warnings
from timeline.voices import Voice, voices_of
from web.context import store
from works.voices import work_narration

Json = dict[str, Any]
Values = Mapping[str, Any]

_VOICE = ("trimStart", "trimEnd", "speed", "volume")
_SOUND = ("start", "end", "trimStart", "volume", "fadeIn", "fadeOut", "voice")
_TEXT = 500  # characters of what is said, among other scenes


def voices_and_sounds(work: Values, context: Context) -> Json:
    """Return the voices and the sounds of a timeline, and what does not fit; empty without any."""
    state = work["editorState"]
    tracks = state.get("editorData") or {}
    entries = {each["sceneIndex"]: each for each in tracks.get("voiceTrack") or []}
    found = {
        "voices": [_voice(each, entries) for each in voices_of(state, context)],
        "sounds": [_sound(each) for each in tracks.get("soundTrack") or []],
        "voiceWarnings": voice_warnings(state, context),
    }
    return {name: value for name, value in found.items() if value}


def spoken_in(ref: WorkRef, indexes: Iterable[int], *, with_words: bool = False) -> Json:
    """Return `{spoken}`: what is said in some scenes and when; empty if nothing is.

    `start` and `end` are seconds of the timeline, as are those of the words.
    """
    said = {each["sceneIndex"]: each for each in work_narration(store(), ref)["scenes"]}
    work = store().work(ref).values
    context = context_of_work(work, None, has_audio=True)
    voices = {each.scene: each for each in voices_of(work["editorState"], context)}
    spoken = [
        _spoken(said[index], voices.get(index), with_words=with_words)
        for index in indexes
        if index in said and (said[index]["text"] or said[index]["voiceUrl"])
    ]
    return {"spoken": spoken} if spoken else {}


def _spoken(said: Json, voice: Voice | None, *, with_words: bool) -> Json:
    view: Json = {"scene": said["sceneIndex"]}
    if voice is not None:
        view |= {"start": round(voice.start, 3), "end": round(voice.end, 3)}
    view |= {"hasVoice": said["voiceUrl"] is not None}
    if said["isCurrent"] is not None:
        view["isCurrent"] = said["isCurrent"]
    if "warnings" in said:
        view["warnings"] = said["warnings"]
    text = said["spokenText"] or said["text"] or ""
    texts: Json = {"text": text if with_words else shorten(text, _TEXT)} if text else {}
    if with_words and voice is not None and said["words"]:
        texts["words"] = [_word(each, voice) for each in said["words"]]
    return {**view, **({UNTRUSTED: texts} if texts else {})}


def _word(word: Json, voice: Voice) -> list[Any]:
    """Return a word with its times on the timeline."""
    return [word["text"], *(round(voice.time_of(word[key]), 2) for key in ("start", "end"))]


def _voice(voice: Voice, entries: Mapping[int, Values]) -> Json:
    entry = entries.get(voice.scene, {})
    own = {name: entry[name] for name in _VOICE if entry.get(name) is not None}
    follows = {} if voice.id is None else {"placed": True}
    times = {"start": round(voice.start, 3), "end": round(voice.end, 3)}
    return {"scene": voice.scene, **times, **own, **follows}


def _sound(action: Values) -> Json:
    view = {name: action[name] for name in _SOUND if action.get(name) is not None}
    names = {"sound": action["id"], "asset": action["assetId"]}
    if anchor := action.get("anchor"):
        names["anchor"] = anchor
    hidden = {key: name for key, name in names.items() if not valid_id(name)}
    shown = {key: name for key, name in names.items() if key not in hidden}
    return {**shown, **view, **({UNTRUSTED: hidden} if hidden else {})}
