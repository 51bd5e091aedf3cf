"""Job kind `narration`: a voice speaks what is said in each scene, in its language and manner."""

from collections.abc import Callable, Mapping
from typing import Any

from errors import InvalidError, ServiceError, TooLargeError
from generation import claims
from generation.audio import Made, make_audio
from generation.lengths import fit_warnings
from generation.scene_parts import REPLACED, ScenePart
from generation.scene_slots import JobSlots, SlotFilledError
from jobs import call_ends, paid_calls
from jobs.concurrency import run_concurrently
from jobs.model import Call
from jobs.run import JobRun
from media.languages import language_tag
from providers.registry import speech_model
from providers.sound_contract import Audio, SpeechRequest
from storage.errors import NotFoundError
from storage.media.media_files import IncomingFile
from timeline.scene_numbers import scene_number
from works.narration import (
    Narrator,
    narration_texts,
    narrator_of,
    spaced,
    speaker_hashes,
    spoken_by,
    text_hash,
)
from works.origins import Origin, takes_of
from works.slots import scene_voice
from works.voice_words import sound_seconds, tidy_words

Work = Mapping[str, Any]

Json = dict[str, Any]


def speech_request(work: Work, narrator: Narrator, index: int, provider: str) -> SpeechRequest:
    """Return the request for the voice of a scene. Raises InvalidError if nothing is said in it.

    Without a narrator, or with one that was changed to a voice of another provider since the job
    was ordered, the provider's first voice of the language speaks. A scene with a voice of its own
    is spoken in the language of that.
    """
    texts = narration_texts(work)
    text = texts.get(index)
    if text is None:
        number = scene_number(work, index)
        raise InvalidError(f"Scene {number} has no narration", "Write what is said in it.")
    scene = next(scene for scene in work["scenes"] if scene["scene_index"] == index)
    said = [text or "" for text in texts.values()]
    position = list(texts).index(index)
    own = scene["narration"].get("voice")
    return SpeechRequest(
        spaced(text),
        own or _of_provider(narrator, provider).voice or "",
        "" if own else language_tag(work.get("language") or ""),
        scene["narration"].get("style") or "",
        narrator.speed or 1.0,
        "".join(said[max(0, position - 1) : position]),
        "".join(said[position + 1 : position + 2]),
        " ".join(said),
    )


def speaker_of(work: Work, narrator: Narrator, index: int, provider: str) -> str:
    """Return what the speaker of that request is recognised by."""
    return speaker_hashes(work, _of_provider(narrator, provider))[index]


def _of_provider(narrator: Narrator, provider: str) -> Narrator:
    """Return the narrator; one of another provider lends its speed alone."""
    if narrator.provider in (None, provider):
        return narrator
    return Narrator(speed=narrator.speed)


def narrate(run: JobRun) -> Json:
    """Make the voices of scenes, several at once; one that fails does not stop the others."""
    indexes: list[int] = run.job["request"]["sceneIndexes"]
    # Twice the limit of a provider: voices are measured and stored while others are spoken.
    tasks = [VoiceRun(run, index).try_to_make for index in claims.in_order(run, indexes)]
    run_concurrently(tasks, 2 * run.settings.provider_concurrency, run.threads)
    warnings = fit_warnings(run.store, run.work, indexes)
    voices = {"voices": [_voice(run, index) for index in indexes]}
    return voices | ({"warnings": warnings} if warnings else {})


def _voice(run: JobRun, index: int) -> Json:
    """Return where the voice of a scene is: in the work, or with the job."""
    kept = run.call(f"speech-{index}").get("url")
    return {"sceneIndex": index, "voiceUrl": kept or scene_voice(index).url(run.work_ref)}


def _said(call: Call) -> dict[str, str]:
    """Return what a call was submitted with, as far as it is noted."""
    return {key: call[key] for key in ("prompt", "voice", "speakerHash") if call.get(key)}


class VoiceRun(ScenePart):
    """The voice of one scene while a job makes it."""

    def __init__(self, run: JobRun, index: int) -> None:
        super().__init__(run, index)
        self.slot = scene_voice(index)
        self._slots = JobSlots(run)
        self._said: dict[str, str] = {}  # that was submitted last: `prompt`, `voice`, `speakerHash`

    def check_wanted(self) -> None:
        """Raise SlotFilledError if the scene has another voice by now."""
        self._slots.check_free(self.slot)

    def make(self) -> None:
        """Make the voice, unless that is done. Raises CallFailedError, ServiceError."""
        if (facts := self._stored()) is not None:
            call_ends.mark_done(self.run, self.last_call, facts.get("usage"))
        elif paid_calls.needs_work(self.run, self.last_call):
            try:
                self._make()
            except SlotFilledError:
                self.skip(self.last_call)

    def _make(self) -> None:
        if self.run.call(self.last_call)["state"] != "submitted":
            self.claim()
        model = self.run.model(speech_model, self.last_call)

        def request() -> SpeechRequest:
            self.confirm()
            found, speaker = self._request()
            model.check(found)
            self._said = {"prompt": found.text, "speakerHash": speaker}
            if model.runs_tasks:
                self._said["voice"] = model.voice_of(found)
            return found

        def connect() -> Callable[[SpeechRequest], Audio]:
            speaking = self.run.model(speech_model, self.last_call)

            def speak(request: SpeechRequest) -> Audio:
                self._said["voice"] = speaking.voice_of(request)
                return speaking.speak(request)

            return speak

        make_audio(
            self.run,
            self.last_call,
            model,
            connect,
            request,
            self._slots.files,
            self._store,
            lambda: self._said,
        )

    def _request(self) -> tuple[SpeechRequest, str]:
        """Return what is said in the scene now, and the hash of who speaks.

        Raises InvalidError if nothing is said.
        """
        work = self.run.work
        narrator = narrator_of(work, self.style_guide())
        provider = self.run.call(self.last_call)["provider"]
        request = speech_request(work, narrator, self.index, provider)
        return request, speaker_of(work, narrator, self.index, provider)

    def _store(self, incoming: IncomingFile, media_type: str, made: Made) -> None:
        call = self.run.call(self.last_call)
        said = {**self._said, **_said(call)}  # of a task that was submitted before a crash
        origin: Origin = {
            **self.origin(self.last_call, None, made.usage),
            **spoken_by(said.pop("prompt", "")),
            **said,  # type: ignore[typeddict-item]
            **self._words(incoming, made),
        }
        try:
            self._slots.store(self.slot, incoming, media_type, origin)
        except SlotFilledError:
            self.keep(self.last_call, incoming, media_type, REPLACED.format("voice"))
        except TooLargeError:
            self.keep(self.last_call, incoming, media_type, "it is too long")
            raise

    def _words(self, incoming: IncomingFile, made: Made) -> Origin:
        """Return the words that the provider reports; others are estimated as a voice is stored."""
        if not made.words:
            return {}
        seconds = sound_seconds(self.run.store, incoming.path)
        return {"words": tidy_words(made.words, seconds), "wordsSource": "vendor"}

    def _stored(self) -> Mapping[str, Any] | None:
        """Return the facts of the scene's voice if this job stored it, right before a crash."""
        call = self.run.call(self.last_call)
        if not call["attempts"] or call["state"] not in {"planned", "interrupted"}:
            return None
        takes = takes_of(self.run.store, self.work_ref, self.slot)
        current = takes.read().current
        facts: Mapping[str, Any] = {} if current is None else takes.facts(current)
        try:
            wanted = text_hash(self._request()[0].text)
        except (ServiceError, NotFoundError):
            return None
        is_own = (facts.get("jobId"), facts.get("textHash")) == (self.run.ref.id, wanted)
        return facts if is_own else None
