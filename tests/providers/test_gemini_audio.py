"""Gemini: speech, music, and the words of recordings."""

from typing import Any

import pytest

from providers.errors import ProviderError
from providers.gemini_audio import GEMINI_VOICES
from providers.http import ApiClient
from providers.sound_contract import Word
from tests.providers.adapters import (
    LINE,
    Adapters,
    music_request,
    speech_request,
    transcript_request,
)
from tests.vendors import audio
from tests.vendors.gemini import VOICES

pytestmark = pytest.mark.slow


def speak(adapters: Adapters, **fields: Any) -> Any:
    return adapters.speech("gemini").speak(speech_request(**{"voice": "Puck", **fields}))


def test_speech_is_a_wav_file(adapters, vendors):
    speech = speak(adapters)

    assert (speech.media_type, audio.label_of(speech.data)) == ("audio/wav", LINE)
    assert speech.words == ()
    assert speech.usage["output_tokens_by_modality"] == [{"modality": "audio", "tokens": 42}]
    [paid] = vendors.counts()
    assert (paid["role"], paid["model"]) == ("speech", "gemini-3.8-flash-tts")
    assert paid["prompt"] == LINE  # the transcript, and nothing else, which would be spoken, too
    assert paid["asked"] == {"voice": "Puck", "style": None, "mime_type": "audio/wav"}


@pytest.mark.parametrize(
    ("fields", "style"),
    [
        ({"style": "calm"}, "calm"),
        ({"speed": 1.1}, "at about 1.1 times the usual pace"),
        ({"style": "calm", "speed": 0.8}, "calm, at about 0.8 times the usual pace"),
    ],
)
def test_style_and_speed_are_described(adapters, vendors, fields, style):
    speak(adapters, **fields)

    assert vendors.counts()[0]["asked"]["style"] == style


def test_first_voice_speaks_where_none_is_named(adapters, vendors):
    speak(adapters, voice="")

    assert vendors.counts()[0]["asked"]["voice"] == "Kore"


def test_voices_are_those_that_the_vendor_knows(adapters, vendors):
    assert {voice.id for voice in GEMINI_VOICES} == VOICES
    assert adapters.speech("gemini").voices() == GEMINI_VOICES
    assert vendors.requests() == []


def test_samples_without_a_header_become_a_wav_file(adapters, monkeypatch):
    monkeypatch.setattr("providers.gemini_audio._SPEECH_FORMAT", {"type": "audio"})

    speech = speak(adapters)

    assert speech.media_type == "audio/wav"
    assert audio.duration_of(speech.data) == pytest.approx(1.7, abs=0.01)


@pytest.mark.parametrize("refuse", [True, "answer"])
def test_refused_text_is_no_uncertain_call(adapters, vendors, refuse):
    vendors.rule(refuse=refuse)

    with pytest.raises(ProviderError, match="violates the usage guidelines") as error:
        speak(adapters)

    assert not error.value.uncertain


def test_interaction_that_is_not_over_is_an_uncertain_call(adapters, vendors):
    vendors.rule(throttled=1)

    with pytest.raises(ProviderError, match="before it was finished") as error:
        speak(adapters)

    assert error.value.uncertain


@pytest.mark.parametrize(
    ("instrumental", "ending"), [(True, "without vocals."), (False, "seconds.")]
)
def test_prompt_of_music_says_its_length(adapters, vendors, instrumental, ending):
    request = music_request(instrumental=instrumental)
    music = adapters.music("gemini").compose(request)

    assert music.media_type == "audio/mpeg"
    assert audio.duration_of(music.data) == pytest.approx(4, abs=0.05)
    [paid] = vendors.counts()
    assert (paid["role"], paid["model"]) == ("music", "lyria-3.5")
    assert paid["prompt"].startswith("a calm piano\n\nLength: about 4 seconds.")
    assert paid["prompt"].endswith(ending)


def test_songs_have_three_minutes_at_most(adapters, vendors):
    adapters.music("gemini").compose(music_request(seconds=500))

    assert "about 180 seconds" in vendors.counts()[0]["prompt"]


def test_recording_is_transcribed(adapters, vendors):
    request = transcript_request("One two, three.", language="deu", text="Known text.")
    found = adapters.transcription("gemini").transcribe(request)

    assert (found.source, found.text, found.language) == ("transcription", "One two, three.", "deu")
    assert found.words == (
        Word("One", 0.1, 0.28),
        Word("two,", 0.34, 0.58),
        Word("three.", 0.64, 0.64),  # the fake vendor leaves out the end of the last word
    )
    assert vendors.counts()[0]["asked"] == {"media_type": "audio/wav", "language_codes": ["de"]}


def test_silence_has_no_words(adapters, vendors):
    vendors.rule(answer="")

    found = adapters.transcription("gemini").transcribe(transcript_request())

    assert (found.text, found.words) == ("", ())


def test_long_recording_is_uploaded_and_deleted_afterwards(adapters, vendors, monkeypatch):
    monkeypatch.setattr("providers.gemini_audio._MAX_INLINE_BYTES", 1000)

    found = adapters.transcription("gemini").transcribe(transcript_request())

    assert found.text == LINE
    kinds = [request["kind"] for request in vendors.requests()]
    assert kinds == ["upload", "upload", "poll", "transcription", "cancel"]


def test_recording_that_cannot_be_downloaded_may_have_been_paid(adapters, vendors, monkeypatch):
    content = {"type": "audio", "uri": "files/abc"}
    answer = {"status": "completed", "steps": [{"type": "model_output", "content": [content]}]}
    monkeypatch.setattr(ApiClient, "post", lambda *_: answer)
    vendors.rule(vendor="gemini", kind="download", status=429, times=None)

    with pytest.raises(ProviderError, match="finished, but could not be downloaded") as error:
        speak(adapters)

    assert type(error.value) is ProviderError  # busy: it would be asked for again, and paid
    assert error.value.uncertain
