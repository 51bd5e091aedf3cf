"""Plan the jobs for what is spoken in a work: its voices, their words, and shorter texts."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from errors import FieldsError, InvalidError
from generation.captions import state_of
from generation.narration import speech_request
from generation.scene_slots import stored_files
from jobs.model import Call, JobSpec
from jobs.planning import JobPlanner
from providers.errors import ProviderChoiceError, UnspeakableError
from providers.sound_contract import SpeechRequest
from schemas.new_jobs import ALL, CHANGED, MISSING
from storage.paths import WorkRef
from timeline.scene_numbers import scene_number
from works.narration import (
    Narrator,
    changed_since,
    narration_texts,
    narrator_in,
    speaker_hashes,
)
from works.slots import scene_voice
from works.voices import complete_voices, words_of

Work = Mapping[str, Any]


def plan_narration(planner: JobPlanner, work: Work, body: Mapping[str, Any]) -> JobSpec:
    """Return the spec of a job that speaks the narration of scenes.

    Raises FieldsError for scenes whose narration cannot be spoken: their language, their length,
    control characters, markup. Nothing is paid for finding that out.
    """
    narrator = narrator_in(planner.store, work)
    chosen = planner.choices.of("speech")
    if not (chosen.provider or chosen.model):
        planner = planner.choosing("speech", narrator.provider, narrator.model)
    check_narrator(planner, narrator)
    indexes = _scenes_to_speak(work, narrator, body.get("scenes"), body.get("only") or MISSING)
    calls = [planner.call("speech", scene_index=index) for index in indexes]
    planner.keys(calls)  # a missing key first: without one, no voice is known
    check_speakable(planner, work, narrator, calls)
    slots = [scene_voice(index) for index in indexes]
    replaced = stored_files(planner.store, WorkRef.of(work), slots)
    request = {"kind": body["kind"], "sceneIndexes": indexes, "replaces": replaced}
    return planner.job(body["kind"], request, calls, body)


def check_narrator(planner: JobPlanner, narrator: Narrator) -> None:
    """Raise FieldsError unless the narrator is a voice of the provider that is to speak.

    Another voice would speak otherwise, or another provider be paid than the one that is asked for.
    """
    if narrator.provider is None:
        return
    try:
        provider = planner.call("speech")["provider"]
    except ProviderChoiceError:
        provider = None
    if provider is None and planner.choices.of("speech").provider == narrator.provider:
        told = f"There is no provider {narrator.provider} here: choose another narrator."
        raise FieldsError({"sound.narrator.provider": [told]})
    if provider not in (None, narrator.provider):
        told = f"The narrator is a voice of {narrator.provider}, and {provider} is asked to speak"
        advice = "choose another narrator, or leave x-speech-provider and the model out."
        raise FieldsError({"sound.narrator.provider": [f"{told}: {advice}"]})


def check_speakable(
    planner: JobPlanner, work: Work, narrator: Narrator, calls: Sequence[Call]
) -> None:
    """Raise FieldsError unless the voices can speak what is said in their scenes.

    The calls have the same provider and model.
    """
    if not calls:
        return
    provider, model = calls[0]["provider"], planner.speech_model(calls[0])
    errors: dict[str, list[str]] = {}
    for index in [call["sceneIndex"] for call in calls]:
        try:
            model.check(speech_request(work, narrator, index, provider))
        except UnspeakableError as exc:
            path = _path(work, index, exc.field)
            errors.setdefault(path, [f"Scene {scene_number(work, index)}: {exc.details}"])
    if errors:
        raise FieldsError(errors)


def check_line(
    planner: JobPlanner, narrator: Narrator, call: Call, text: str, language: str
) -> None:
    """Raise FieldsError unless the narrator can speak a text of the brief in a language."""
    request = SpeechRequest(text, narrator.voice or "", language, "", narrator.speed or 1.0)
    try:
        planner.speech_model(call).check(request)
    except UnspeakableError as exc:
        path = "productDescription" if exc.field == "text" else _path_in_work(exc.field)
        raise FieldsError({path: [exc.details]}) from exc


def plan_captions(planner: JobPlanner, work: Work, body: Mapping[str, Any]) -> JobSpec:
    """Return the spec of a job that finds the words of voices.

    A provider finds them if there is a key for one; else they are estimated, and nothing is paid.
    By default, that are the voices for which nothing better is known. Raises FieldsError for
    scenes without a voice.
    """
    known = complete_voices(planner.store, WorkRef.of(work))
    given: list[int] | None = body.get("scenes")
    errors = {
        number: [f"Scene {scene_number(work, index)} has no voice: record or generate it first."]
        for number, index in enumerate(given or ())
        if index not in known
    }
    if errors:
        raise FieldsError({"scenes": errors})
    call = planner.call_with_key("transcription")
    indexes = [index for index in known if not given or index in given]
    if not (given and call):  # nothing better is replaced by an estimate
        poor = (None,) if call is None else (None, "estimate")
        indexes = [index for index in indexes if known[index].get("wordsSource") in poor]
    calls = [planner.call_with_key("transcription", index) for index in indexes] if call else []
    words = {str(index): state_of(words_of(known[index])) for index in indexes}
    request = {"kind": body["kind"], "sceneIndexes": indexes, "words": words}
    spec = planner.job(body["kind"], request, list(filter(None, calls)), body)
    return replace(spec, parts=len(indexes))


def plan_rewrite(planner: JobPlanner, work: Work, index: int, words: int) -> JobSpec:
    """Return the spec of a job that rewrites what is said in a scene to a number of words.

    Raises InvalidError if nothing is said in it.
    """
    text = narration_texts(work).get(index)
    if text is None:
        raise InvalidError(
            f"Scene {scene_number(work, index)} has no narration", "Write what is said in it."
        )
    client_request = {"kind": "rewrite", "sceneIndex": index, "words": words}
    request = {**client_request, "text": text}
    return planner.job("rewrite", request, [planner.call("llm")], client_request)


def _scenes_to_speak(
    work: Work, narrator: Narrator, given: list[int] | None, only: str
) -> list[int]:
    """Return the indexes of the scenes whose voices are to be made, in the scenes' order."""
    texts = narration_texts(work)
    silent = {
        number: [f"Scene {scene_number(work, index)} has no narration: write what is said in it."]
        for number, index in enumerate(given or ())
        if texts.get(index) is None
    }
    if silent:
        raise FieldsError({"scenes": silent})
    spoken = [index for index, text in texts.items() if text and index in (given or texts)]
    if not spoken:
        raise InvalidError(
            "The work has no narration", "Write what is said in its scenes: scenes[].narration."
        )
    made = {scene["sceneIndex"]: scene for scene in work["generatedScenes"]}
    speakers = speaker_hashes(work, narrator)
    return [
        index
        for index in spoken
        if _is_due(texts[index], speakers[index], made.get(index, {}), only)
    ]


def _is_due(text: str | None, speaker: str, made: Mapping[str, Any], only: str) -> bool:
    """Return whether a scene's voice is to be made, given its entry in `generatedScenes`."""
    if only == ALL or "voiceUrl" not in made:
        return True
    known = made.get("voiceTextHash"), made.get("voiceSpeakerHash")
    return only == CHANGED and bool(changed_since(*known, text, speaker))


def _path(work: Work, index: int, field: str) -> str:
    """Return where in a work is what a voice cannot speak."""
    position, scene = next(
        (position, scene)
        for position, scene in enumerate(work["scenes"])
        if scene["scene_index"] == index
    )
    if field == "text" or (field == "voice" and scene["narration"].get("voice")):
        return f"scenes.{position}.narration.{field}"
    return _path_in_work(field)


def _path_in_work(field: str) -> str:
    return "language" if field == "language" else f"sound.narrator.{field}"
