"""The interfaces of models of speech, music, sounds and transcripts, as in providers/contract.py.

A model with `runs_tasks` has the methods of TaskModel, one without has the method that answers at
once (`speak`, `compose`, `make`). Languages are codes as in media/languages.py, such as `deu`;
times are in seconds.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, Protocol

from providers.contract import Request_contra, TaskModel, Usage


@dataclass(frozen=True, slots=True)
class Word:
    """A spoken word; `text` is as it was written, with its punctuation."""

    text: str
    start: float
    end: float


@dataclass(frozen=True, slots=True)
class Audio:
    """A finished recording; `words` in the order of time, if the vendor reports them."""

    data: bytes
    media_type: str  # audio/wav, audio/mpeg …
    words: tuple[Word, ...] = ()
    usage: Usage | None = None


@dataclass(frozen=True, slots=True)
class Voice:
    """A voice that a provider offers; `languages` is empty if it speaks all of the model's.

    `samples` are the public URLs of recordings of the voice, by language.
    """

    id: str
    name: str
    languages: tuple[str, ...] = ()
    gender: str | None = None
    style: str | None = None
    preview_url: str | None = None
    samples: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class SpeechRequest:
    """A line to speak; `before` and `after` are the lines around it, for the intonation.

    `language` is a tag, a code, or a name, also of a language that is not known here. `whole` is
    all that is said in the work: it shows the language if `language` is empty.
    """

    text: str
    voice: str  # "" for the provider's first voice of the language
    language: str
    style: str = ""
    speed: float = 1.0
    before: str = ""
    after: str = ""
    whole: str = ""


class AudioModel(TaskModel[Request_contra], Protocol):
    """A model of speech, music or sounds: it answers at once, or with a task."""

    runs_tasks: bool


class SpeechModel(AudioModel[SpeechRequest], Protocol):
    """Role `speech`."""

    max_characters: int

    def check(self, request: SpeechRequest) -> None:
        """Raise UnspeakableError if the voice cannot speak it: its language, or its length.

        It is called before anything is paid, and calls no vendor.
        """
        ...

    def voices(self) -> Sequence[Voice]:
        """Return the voices on offer, free of charge."""
        ...

    def voice_of(self, request: SpeechRequest) -> str:
        """Return the id of the voice that is to speak a line, free of charge.

        It may ask the vendor; a model that runs tasks knows it.
        """
        ...

    def speak(self, request: SpeechRequest) -> Audio:
        """Speak a line, which is charged."""
        ...


@dataclass(frozen=True, slots=True)
class MusicRequest:
    """Music of about this length; vendors use the nearest that they offer."""

    prompt: str
    seconds: float
    instrumental: bool = True


class MusicModel(AudioModel[MusicRequest], Protocol):
    """Role `music`."""

    def compose(self, request: MusicRequest) -> Audio:
        """Make music, which is charged."""
        ...


@dataclass(frozen=True, slots=True)
class SoundRequest:
    """A sound effect of about this length."""

    prompt: str
    seconds: float


class SoundModel(AudioModel[SoundRequest], Protocol):
    """Role `sound`."""

    def make(self, request: SoundRequest) -> Audio:
        """Make a sound effect, which is charged."""
        ...


@dataclass(frozen=True, slots=True)
class TranscriptRequest:
    """A recording to write down; with a known `text`, only the times of its words are missing."""

    path: Path
    media_type: str
    language: str = ""  # "" if it is unknown
    text: str | None = None


@dataclass(frozen=True, slots=True)
class Transcript:
    """What is spoken in a recording, and when."""

    text: str
    language: str
    words: tuple[Word, ...]
    source: Literal["alignment", "transcription"]
    usage: Usage | None = None


class TranscriptionModel(Protocol):
    """Role `transcription`."""

    def transcribe(self, request: TranscriptRequest) -> Transcript:
        """Write down what is spoken, which is charged."""
        ...
