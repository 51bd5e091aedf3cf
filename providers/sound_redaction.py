"""The wrappers of providers/redaction.py for models of speech, music, sounds and transcripts."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any, TypeVar

from providers.contract import Request_contra
from providers.redaction import Redacting, RedactingTasks
from providers.sound_contract import (
    Audio,
    AudioModel,
    MusicModel,
    MusicRequest,
    SoundModel,
    SoundRequest,
    SpeechModel,
    SpeechRequest,
    Transcript,
    TranscriptionModel,
    TranscriptRequest,
    Voice,
)
from providers.spoken_text import spoken_text
from providers.timed_words import check_text

Model = TypeVar("Model", bound=AudioModel[Any])


class _RedactingAudio(RedactingTasks[Model, Request_contra]):
    """A model of speech, music or sounds."""

    def __init__(
        self, model: Model, provider: str, key: str, retirement: str | None = None
    ) -> None:
        super().__init__(model, provider, key, retirement)
        self.runs_tasks = model.runs_tasks

    def _answer(self, send: Callable[[Request_contra], Audio], request: Request_contra) -> Audio:
        with self._errors():
            audio = send(request)
        return replace(audio, usage=self._usage(audio.usage))


class RedactingSpeech(_RedactingAudio[SpeechModel, SpeechRequest]):
    """A model that speaks."""

    def __init__(
        self, model: SpeechModel, provider: str, key: str, retirement: str | None = None
    ) -> None:
        super().__init__(model, provider, key, retirement)
        self.max_characters = model.max_characters

    def check(self, request: SpeechRequest) -> None:
        """Raise UnspeakableError if the voice cannot speak it."""
        check_text(request, self.max_characters)
        self._model.check(_heard(request))

    def voices(self) -> Sequence[Voice]:
        """Return the voices on offer."""
        with self._errors():
            return self._model.voices()

    def voice_of(self, request: SpeechRequest) -> str:
        """Return the id of the voice that is to speak a line."""
        with self._errors():
            return self._model.voice_of(_heard(request))

    def speak(self, request: SpeechRequest) -> Audio:
        """Speak a line, without what is only shown of it."""
        return self._answer(self._model.speak, _heard(request))

    def submit(self, request: SpeechRequest) -> str:
        """Submit a line; return the vendor's id of the task."""
        return super().submit(_heard(request))


def _heard(request: SpeechRequest) -> SpeechRequest:
    """Return a request with what is read of its texts."""
    return replace(
        request,
        text=spoken_text(request.text),
        before=spoken_text(request.before),
        after=spoken_text(request.after),
        whole=spoken_text(request.whole),
    )


class RedactingMusic(_RedactingAudio[MusicModel, MusicRequest]):
    """A model that makes music."""

    def compose(self, request: MusicRequest) -> Audio:
        """Make music."""
        return self._answer(self._model.compose, request)


class RedactingSound(_RedactingAudio[SoundModel, SoundRequest]):
    """A model that makes sound effects."""

    def make(self, request: SoundRequest) -> Audio:
        """Make a sound effect."""
        return self._answer(self._model.make, request)


class RedactingTranscription(Redacting[TranscriptionModel]):
    """A model that writes down what is spoken."""

    def transcribe(self, request: TranscriptRequest) -> Transcript:
        """Write down what is spoken."""
        with self._errors():
            transcript = self._model.transcribe(request)
        return replace(transcript, usage=self._usage(transcript.usage))
