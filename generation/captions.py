"""Job kind `captions`: when each word of a voice is spoken."""

from collections.abc import Mapping
from typing import Any

from accounts.requests import request_hash
from generation import claims
from generation.scene_parts import ScenePart
from generation.transcripts import transcribe
from jobs import call_ends, paid_calls
from jobs.concurrency import run_concurrently
from jobs.run import JobRun
from media.languages import language_code
from providers.sound_contract import Transcript
from storage.errors import NotFoundError
from storage.media.media_files import StoredFile
from timeline.scene_numbers import scene_number
from works import voices
from works.narration import narration_texts
from works.origins import takes_of
from works.slots import scene_voice
from works.voice_words import estimated_words, tidy_words

Json = dict[str, Any]

_NO_TEXT = (
    "Scene {}: it is not known what its voice says. Write its narration, or keep the key of a"
    " provider that transcribes."
)
_SILENT = "Scene {}: nothing is heard in its voice, or it cannot be read."
_NOT_USED = "The voice was replaced, or its words were changed, while this was made."


class _NotWantedError(Exception):
    """A voice was replaced or removed since the job was ordered, or its words were changed."""


def find_words(run: JobRun) -> Json:
    """Find the words of voices: from a provider, or by an estimate if the job has no calls."""
    indexes: list[int] = run.job["request"]["sceneIndexes"]
    if run.job["calls"]:
        tasks = [WordsRun(run, index).try_to_make for index in claims.in_order(run, indexes)]
        run_concurrently(tasks, 2 * run.settings.provider_concurrency, run.threads)
        warnings = []
    else:
        warnings = _estimate_all(run, indexes)
    found = {index: _words_of(run, index) for index in indexes}
    result = {"transcripts": [{"sceneIndex": index, **each} for index, each in found.items()]}
    return result | ({"warnings": warnings} if warnings else {})


def state_of(words: Mapping[str, Any]) -> str:
    """Return a hash that is another one if the words of a voice have changed."""
    return request_hash({"words": words["words"], "source": words["source"]})


def _words_of(run: JobRun, index: int) -> Json:
    try:
        words = voices.voice_words(run.store, run.work_ref, index)
    except NotFoundError:  # removed meanwhile
        return {"words": 0, "source": None}
    return {"words": len(words["words"]), "source": words["source"]}


def _estimate_all(run: JobRun, indexes: list[int]) -> list[str]:
    """Estimate the words of voices; return why there are none, for those without."""
    work, warnings = run.work, []
    for number, index in enumerate(indexes, 1):
        run.check_stop()
        if warning := WordsRun(run, index).estimate():
            warnings.append(warning.format(scene_number(work, index)))
        name = f"The words of scene {scene_number(work, index)}"
        run.report_part(number / len(indexes), name)
    return warnings


def _spaceless(text: str) -> str:
    return "".join(text.split())


class WordsRun(ScenePart):
    """The words of the voice of one scene, while a job finds them."""

    def __init__(self, run: JobRun, index: int) -> None:
        super().__init__(run, index)
        self._before: str = run.job["request"]["words"][str(index)]

    def check_wanted(self) -> None:
        """Raise _NotWantedError if the voice or its words are others than when it was ordered."""
        try:
            words = voices.voice_words(self.run.store, self.work_ref, self.index)
        except NotFoundError:
            raise _NotWantedError from None
        if state_of(words) != self._before:
            raise _NotWantedError

    def make(self) -> None:
        """Find the words with a provider, unless that is done. Raises CallFailedError."""
        if not paid_calls.needs_work(self.run, self.last_call):
            return
        try:
            self.claim()
            self._transcribe()
        except _NotWantedError:
            self.skip(self.last_call)

    def estimate(self) -> str | None:
        """Estimate the words; return why there are none, with a place for the scene's number."""
        text = self._text()
        if text is None:
            return _NO_TEXT
        try:
            stored = self._open()
            words = estimated_words(self.run.store, str(stored.file.name), text)
            if not words:
                return _SILENT
            facts = {"words": words, "wordsSource": "estimate", "text": text}
            self.run.retry_while_disk_full(lambda: self._store(facts, stored.etag))
        except (NotFoundError, _NotWantedError):
            return None
        return None

    def _transcribe(self) -> None:
        stored = self._open()
        language = language_code(self.run.work.get("language") or "")
        path, text = str(stored.file.name), self._text()
        try:
            found = transcribe(self.run, self.last_call, path, text, language, self.confirm)
        except NotFoundError:  # replaced while it was read; nothing was sent
            raise _NotWantedError from None
        with paid_calls.keeping(self.run, self.last_call, found):
            new = self._found(found, text, path)
            try:
                self.run.retry_while_disk_full(lambda: self._store(new, stored.etag))
            except (NotFoundError, _NotWantedError):
                self.run.update_call(self.last_call, note=_NOT_USED)
            call_ends.mark_done(self.run, self.last_call, found.usage)

    def _found(self, found: Transcript, text: str | None, path: str) -> Json:
        """Return the facts of a voice that follow from its transcript; `text` is what it says."""
        facts = self._facts()
        words, spoken = tidy_words(found.words, facts.get("voiceDuration")), found.text
        new: Json = {"words": words, "wordsSource": found.source}
        if not words and text is not None:  # nothing was recognised
            new = {"words": estimated_words(self.run.store, path, text), "wordsSource": "estimate"}
            spoken = text
        if facts.get("text") is None or spoken != text:
            new["text"] = spoken
        return new

    def _store(self, facts: Json, etag: str) -> None:
        """Store the words of the voice that has this entity tag. Raises _NotWantedError."""

        def check(current: str | None) -> None:
            self.run.check_owner()
            if current != etag:
                raise _NotWantedError
            self.check_wanted()

        voices.set_words(self.run.store, self.work_ref, self.index, facts, check)

    def _open(self) -> StoredFile:
        """Return the voice's file, closed. Raises _NotWantedError."""
        slot = scene_voice(self.index)
        try:
            stored = self.run.store.work_media(self.work_ref).open(slot.name, slot.types)
        except NotFoundError:
            raise _NotWantedError from None
        stored.file.close()
        return stored

    def _text(self) -> str | None:
        """Return what the voice says, or should say; None if that is unknown.

        Words that somebody has corrected say it better than its text.
        """
        facts = self._facts()
        said: str | None = facts.get("text") or narration_texts(self.run.work).get(self.index)
        words = [word["text"] for word in facts.get("words") or ()]
        is_corrected = words and _spaceless("".join(words)) != _spaceless(said or "")
        return " ".join(words) if is_corrected else said

    def _facts(self) -> Json:
        takes = takes_of(self.run.store, self.work_ref, scene_voice(self.index))
        current = takes.read().current
        return {} if current is None else takes.facts(current)
