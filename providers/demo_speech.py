"""The voices of the provider `demo`: eSpeak NG, or silence where it does not run."""

from collections.abc import Sequence

from media.limits import MediaBusyError
from providers import demo_voices, espeak
from providers.demo_image import USAGE
from providers.errors import ProviderError
from providers.espeak_words import word_times
from providers.models import DEMO
from providers.recordings import wav_file
from providers.sound_contract import Audio, SpeechRequest, Voice
from providers.timed_words import spread_words

_RATE = 22_050  # samples a second, of silence
_CHARACTERS_PER_SECOND = 13.0  # of a language with an alphabet
_SILENT = Voice("silent", "Silent: eSpeak NG does not run on this machine")


class DemoSpeech:
    """Role `speech`."""

    runs_tasks = False
    max_characters = 5000

    def check(self, request: SpeechRequest) -> None:
        """Raise UnspeakableError if the voice cannot speak it."""
        if request.voice != _SILENT.id:
            demo_voices.choose(request)

    def voices(self) -> Sequence[Voice]:
        """Return the voices."""
        if not _is_available():
            return [_SILENT]
        return [each.voice for each in demo_voices.voices().values()]

    def voice_of(self, request: SpeechRequest) -> str:
        """Return the id of the voice that is to speak a line."""
        if request.voice == _SILENT.id or not _is_available():
            return _SILENT.id
        return demo_voices.choose(request).voice.id

    def speak(self, request: SpeechRequest) -> Audio:
        """Speak a line; where eSpeak NG does not run, be silent for about as long."""
        if request.voice == _SILENT.id or not _is_available():
            return _silence(request)
        try:
            speech = espeak.speak(demo_voices.choose(request).espeak, request.text, request.speed)
        except (espeak.NoLibraryError, MediaBusyError) as exc:
            raise ProviderError(DEMO, f"The line could not be spoken: {exc}") from exc
        words = word_times(request.text, speech)
        return Audio(wav_file(speech.samples, speech.rate), "audio/wav", words, dict(USAGE))


def _is_available() -> bool:
    try:
        return espeak.is_available()
    except MediaBusyError as exc:
        raise ProviderError(DEMO, str(exc)) from exc


def _silence(request: SpeechRequest) -> Audio:
    seconds = max(0.5, len(request.text) / _CHARACTERS_PER_SECOND / request.speed)
    words = spread_words(request.text, [(0.0, seconds)])
    return Audio(
        wav_file(bytes(2 * round(seconds * _RATE)), _RATE), "audio/wav", words, dict(USAGE)
    )
