"""What a stored work sounds like: its music, sound effects and voices. Pure."""

from collections.abc import Mapping, Sequence
from typing import Any

from export.plan.checks import check_range
from export.plan.from_request import audio_asset
from export.plan.tracks import Action, actions_of
from export.plan.voices import Music, Voice
from media.levelling import Levelling
from schemas.editor import MUSIC_LEVELS
from schemas.exports import MAX_TIME, MAX_VOLUME
from schemas.sound import DEFAULT_DUCK
from schemas.sound_tracks import MAX_SOUND_VOLUME, MAX_VOICE_SPEED, MIN_VOICE_SPEED
from storage.paths import WorkRef
from timeline import voice_lengths
from timeline.ducking import Speech, gain_of, speech_of_voice
from timeline.voice_lengths import TAIL, end_pause_of, entries_by_scene
from timeline.voices import placed_entries
from works.scenario import order_of

Work = Mapping[str, Any]
Words = Sequence[Mapping[str, Any]]  # text, and start and end in seconds of the voice's file
Spoken = Mapping[int, Words]  # by the scenes' indexes


def music_of(work: Work) -> list[Music]:
    """Return the music at the places of the audio track in order, or else under the whole video."""
    state = work["editorState"]
    url = state.get("audioUrl")
    if not url:
        return []
    asset = audio_asset(url, WorkRef.of(work), "editorState.audioUrl")
    volume = float(state.get("audioVolume", 1))
    check_range("editorState.audioVolume", volume, 0, MAX_VOLUME)
    places = [_placed(asset, volume, action) for _, action in actions_of(state, "audioTrack")]
    return sorted(places, key=lambda each: each.start) or [Music(asset, volume)]


def music_level_of(work: Work) -> float | None:
    """Return the loudness in LUFS of the music beside voices; None if it stays as its file is.

    Raises FieldsError.
    """
    level = work["editorState"].get("audioLevel")
    if level is None:
        return None
    check_range("editorState.audioLevel", level, *MUSIC_LEVELS)
    return float(level)


def effects_of(work: Work) -> list[Music]:
    """Return the sound effects in order. Raises FieldsError."""
    return _sounds(work, is_voice=False)


def recordings_of(work: Work) -> list[Music]:
    """Return the sounds in which someone speaks, in order. Raises FieldsError."""
    return _sounds(work, is_voice=True)


def _sounds(work: Work, *, is_voice: bool) -> list[Music]:
    """Return what is heard of the sound track: the voices on it, or else the effects."""
    sounds = []
    for path, action in actions_of(work["editorState"], "soundTrack"):
        volume = _volume(action)
        check_range(f"{path}.volume", volume, 0, MAX_SOUND_VOLUME)
        if volume and bool(action.get("voice")) == is_voice:
            sounds.append(_placed(action["assetId"], volume, action))
    return sorted(sounds, key=lambda each: each.start)


def is_muted(work: Work) -> bool:
    """Return whether the clips' own sound is not heard."""
    return (work.get("sound") or {}).get("clips") == "mute"


def ducks_clips(work: Work) -> bool:
    """Return whether the clips' own sound steps back while someone speaks, as music does."""
    return (work.get("sound") or {}).get("clips") == "duck"


def _placed(asset: str | None, volume: float, action: Action) -> Music:
    return Music(
        asset,
        volume,
        float(action["start"]),
        float(action["end"]),
        float(action.get("trimStart") or 0.0),
        float(action.get("fadeIn") or 0.0),
        float(action.get("fadeOut") or 0.0),
    )


def voices_of(work: Work, spoken: Spoken) -> list[Voice]:
    """Return the voices of the scenes that have one. Raises FieldsError.

    An entry of the voice track overrides the place of its scene's voice.
    """
    entries: dict[int, tuple[str, Action]] = {}
    for number, entry in enumerate(placed_entries(work["editorState"])):
        path = f"editorState.editorData.voiceTrack.{number}"
        entries.setdefault(entry["sceneIndex"], (path, entry))
    found = []
    for made in work["generatedScenes"]:
        if _has_voice(made):
            scene = made["sceneIndex"]
            path, entry = entries.get(scene, ("", {}))
            found.append(_voice(made, path, entry, spoken.get(scene, ())))
    return [voice for voice in found if voice.volume and voice.seconds > 0]


def duck_of(work: Work) -> float:
    """Return by how many dB the music changes while someone speaks."""
    duck = (work.get("sound") or {}).get("duck")
    return float(DEFAULT_DUCK if duck is None else duck)


def least_seconds(work: Work) -> dict[int, float]:
    """Return how long each scene with a voice lasts at least, if nobody arranged the timeline."""
    state = work["editorState"]
    entries = entries_by_scene(placed_entries(state))
    pauses = dict.fromkeys(order_of(work)[-1:], end_pause_of(state))
    made = {each["sceneIndex"]: each for each in work["generatedScenes"] if _has_voice(each)}
    return {
        scene: voice_lengths.least_seconds(
            each["voiceDuration"], entries.get(scene, {}), pauses.get(scene, TAIL)
        )
        for scene, each in made.items()
    }


def _voice(
    made: Mapping[str, Any], path: str, entry: Action, words: Sequence[Mapping[str, Any]]
) -> Voice:
    for key in ("start", "trimStart", "trimEnd"):
        check_range(f"{path}.{key}", entry.get(key) or 0, 0, MAX_TIME)
    speed, volume = entry.get("speed") or 1, _volume(entry)
    check_range(f"{path}.speed", speed, MIN_VOICE_SPEED, MAX_VOICE_SPEED)
    check_range(f"{path}.volume", volume, 0, MAX_SOUND_VOLUME)
    trim = float(entry.get("trimStart") or 0)
    seconds = max(made["voiceDuration"] - trim - (entry.get("trimEnd") or 0), 0.0)
    spans = [Speech(word["start"], word["end"]) for word in words]
    speech = speech_of_voice(Speech(0.0, seconds / speed), spans, trim, speed)
    start, levelling = entry.get("start"), Levelling.from_facts(made)
    return Voice(
        made["sceneIndex"],
        seconds,
        None if start is None else max(float(start), 0.0),
        trim,
        float(speed),
        volume * gain_of(levelling.gain),
        tuple((each.start, each.end) for each in speech),
        levelling=levelling,
    )


def _has_voice(made: Mapping[str, Any]) -> bool:
    return bool("voiceUrl" in made and made.get("voiceDuration"))


def _volume(entry: Action) -> float:
    volume = entry.get("volume")
    return 1.0 if volume is None else float(volume)
