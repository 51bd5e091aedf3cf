"""The voices of scenes: what they say and when, and what is said in a whole work.

The facts of a voice are kept with its take: text, words, length and gain. What the entry of its
scene has of them follows from these.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from typing import Any

from errors import FieldsError, MediaTypeError, TooLargeError
from media.limits import UPLOADS
from media.loudness import NOISY_GAIN
from media.voice_measures import GAIN, is_measured, measure_voice
from schemas.json_fields import MAX_INVALID
from storage.documents.tables import FileCheck
from storage.errors import NotFoundError, StorageError
from storage.media.take_state import read_takes
from storage.paths import WorkRef
from storage.store import Store
from timeline.scene_numbers import scene_numbers
from works.current_voices import settle_stored_voice, settle_voice
from works.generated_scenes import has_voice
from works.media_fields import update_fields
from works.narration import (
    changed_since,
    narration_texts,
    narrator_in,
    speaker_hashes,
    spoken_by,
    text_hash,
)
from works.origins import UPLOADED, Origin, takes_of
from works.service import Work
from works.slots import Slot, is_voice, media_by_scene, scene_voice

Json = dict[str, Any]
Facts = Mapping[str, Any]

_TOLERANCE = 0.1  # seconds that the last word may end after the file


def uploaded_voice(work: Mapping[str, Any], index: int, says_narration: bool | None) -> Origin:
    """Return the origin of an uploaded voice.

    It says the scene's narration, with None if there is one. Raises FieldsError with True if there
    is none to say.
    """
    text = None if says_narration is False else narration_texts(work).get(index)
    if text is not None:
        return {**UPLOADED, **spoken_by(text)}
    if says_narration:
        raise FieldsError({"narration": ["The scene has no narration."]})
    return UPLOADED


def origin_of(store: Store, ref: WorkRef, slot: Slot, says_narration: bool | None) -> Origin:
    """Return the origin of a file that a user sends for a slot. Raises as `uploaded_voice`."""
    if slot.scene is None or not is_voice(slot):
        return UPLOADED
    work = store.work(ref).values
    return uploaded_voice(work, slot.scene, says_narration)


def work_narration(store: Store, ref: WorkRef) -> Json:
    """Return what is said in all scenes, in their order. Raises NotFoundError."""
    voices = complete_voices(store, ref)
    work = store.work(ref).values
    made = {scene["sceneIndex"]: scene for scene in work["generatedScenes"]}
    numbers = scene_numbers(work)
    texts, speakers = narration_texts(work), speaker_hashes(work, narrator_in(store, work))
    return {
        "scenes": [
            _narration(
                index,
                numbers[index],
                texts.get(index),
                speakers.get(index),
                made.get(index, {}),
                voices.get(index, {}),
            )
            for index in dict.fromkeys([*texts, *voices])
        ]
    }


def voice_words(store: Store, ref: WorkRef, index: int) -> Json:
    """Return the words of a scene's voice. Raises NotFoundError if it has none."""
    slot = scene_voice(index)
    store.work(ref)
    with suppress(StorageError):  # such as a full disk
        settle_stored_voice(store, ref, slot)
    takes = takes_of(store, ref, slot)
    current = takes.read().current
    if current is None:
        raise NotFoundError(takes.slot)
    return words_of(takes.facts(current))


def set_words(
    store: Store,
    ref: WorkRef,
    index: int,
    given: Facts,
    check: FileCheck | None = None,
) -> Json:
    """Change what is known of a scene's voice: `words`, `wordsSource`, `text`. Return its words.

    None removes one, and what is left out stays. `textHash` follows from `text` unless given.
    `check` gets the entity tag of the voice's file; if it raises, nothing changes. Raises
    NotFoundError without a voice, FieldsError for words out of order.
    """
    slot = scene_voice(index)
    media = store.work_media(ref)
    changed = dict(given)
    if "text" in changed:
        text = changed["text"]
        default = None if text is None else text_hash(text)
        changed.setdefault("textHash", default)
    result: Json = {}

    def mutate(work: Work) -> None:
        settle_voice(store, work, slot)
        takes = takes_of(store, ref, slot)
        current = takes.read().current
        if current is None:
            raise NotFoundError(slot.name)
        if check is not None:
            check(current.etag)
        check_words(changed.get("words") or [], takes.facts(current).get("voiceDuration"))
        facts = takes.add_facts(changed)
        update_fields(work, slot, media, stored=True, facts=facts)
        result.update(words_of(facts))

    store.works(ref.project_id).change(ref.work_id, mutate)
    return result


def check_words(words: Sequence[Facts], duration: float | None) -> None:
    """Raise FieldsError unless words follow each other and end within their voice."""
    errors: dict[int, Any] = {}
    before = 0.0
    for number, word in enumerate(words):
        if word["start"] < before:
            errors[number] = {"start": [f"Must not be before {before:g}, where the last one ends."]}
        elif word["end"] < word["start"]:
            errors[number] = {"end": ["Must not be before start."]}
        elif duration is not None and word["end"] > duration + _TOLERANCE:
            errors[number] = {"end": [f"Must be within the voice's {duration:g} seconds."]}
        before = max(before, word["end"])
        if len(errors) == MAX_INVALID:
            break
    if errors:
        raise FieldsError({"words": errors})


def complete_voices(store: Store, ref: WorkRef) -> dict[int, Json]:
    """Return the facts of a work's voices, by the index of their scenes, in this order.

    What the entries of scenes say of them is corrected: a crash may have left it as it was before
    a voice was replaced, and a voice may not have been measured when it was stored. One that
    cannot be measured now either stays without. Raises NotFoundError.
    """
    work = store.work(ref).values
    made = {scene["sceneIndex"]: scene for scene in work["generatedScenes"]}
    voices = _stored_voices(store, work)
    for index, facts in voices.items():
        if not is_measured(facts) or not has_voice(made.get(index, {}), facts):
            voices[index] = _complete(store, work, index, facts) or facts
    return voices


def _complete(
    store: Store, work: Mapping[str, Any], index: int, known: Mapping[str, Any]
) -> Json | None:
    """Correct the entry of a scene that has a voice; return the facts of that, if it was.

    Of `known` facts that were measured otherwise, the gain stays if it is right. What does not
    change the entry is no new version of the voice.
    """
    slot, ref = scene_voice(index), WorkRef.of(work)
    media = store.work_media(ref)
    take = takes_of(store, ref, slot).read().current
    if take is None:
        return None
    measures: Json = {}
    facts: Json = {}
    if not is_measured(known):
        with suppress(MediaTypeError, TooLargeError):
            measures = measure_voice(store, take.path, UPLOADS, known.get(GAIN))

    def mutate(work: Work) -> None:
        takes = takes_of(store, ref, slot)
        current = takes.read().current
        if current is not None and current.etag == take.etag:
            takes.add_facts(measures)
            facts.update(settle_voice(store, work, slot))
            made = {scene["sceneIndex"]: scene for scene in work["generatedScenes"]}
            if not has_voice(made.get(index, {}), facts):
                update_fields(work, slot, media, stored=True, facts=facts)

    if is_measured(known) or measures:
        with suppress(StorageError):  # such as a full disk: what the files say is known anyhow
            store.works(work["projectId"]).change(work["id"], mutate)
    return facts or None


def voices_of(
    store: Store, work: Mapping[str, Any], slot_names: Iterable[str]
) -> Iterator[tuple[int, Json]]:
    """Yield the index of each scene that has a voice, with the facts of that."""
    indexes = [i for i, media in media_by_scene(slot_names).items() if "voice" in media]
    slots = [takes_of(store, WorkRef.of(work), scene_voice(i)) for i in indexes]
    for index, takes, state in zip(indexes, slots, read_takes(slots), strict=True):
        if state.current is not None:
            yield index, takes.facts(state.current)


def _stored_voices(store: Store, work: Mapping[str, Any]) -> dict[int, Json]:
    """Return the facts of a work's voices by the index of their scenes, in this order."""
    slots = store.work_media(WorkRef.of(work)).slots()
    return dict(sorted(voices_of(store, work, slots)))


def noise_warnings(number: int, facts: Facts) -> list[str]:
    """Return a warning if the noise of a scene's voice is heard, as its recording is very quiet."""
    gain = facts.get("voiceGain") or 0
    if gain <= NOISY_GAIN:
        return []
    which = f"The voice of scene {number} is very quiet"
    louder = f"it is made {gain:.0f} dB louder, and its noise as well"
    return [f"{which}: {louder}. Record it again, nearer to the microphone."]


def words_of(facts: Facts) -> Json:
    """Return the words in the facts of a voice."""
    return {
        "words": facts.get("words") or [],
        "source": facts.get("wordsSource"),
        "textHash": facts.get("textHash"),
    }


def _narration(
    index: int, number: int, text: str | None, speaker: str | None, made: Facts, voice: Facts
) -> Json:
    changed = changed_since(voice.get("textHash"), voice.get("speakerHash"), text, speaker)
    words = words_of(voice)
    warnings = noise_warnings(number, voice)
    return {
        **({"warnings": warnings} if warnings else {}),
        "sceneIndex": index,
        "text": text,
        "textHash": None if text is None else text_hash(text),
        "voiceUrl": made.get("voiceUrl") if voice else None,
        "voiceDuration": voice.get("voiceDuration"),
        "spokenText": voice.get("text"),
        "voice": voice.get("voice"),
        "isCurrent": None if changed is None else not changed,
        "changed": changed or [],
        "words": words["words"],
        "source": words["source"],
    }
