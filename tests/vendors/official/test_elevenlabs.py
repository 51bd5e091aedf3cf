"""The official SDK of ElevenLabs against the fake vendor: each call of the service, each error."""

from typing import Any

import pytest
from elevenlabs import ElevenLabs, VoiceSettings
from elevenlabs.core import ApiError
from elevenlabs.errors import UnprocessableEntityError

from tests.vendors import audio

pytestmark = [pytest.mark.slow, pytest.mark.thorough]

_VOICE = "JBFqnCBsd6RMkjVDRZzb"
_TEXT = "Steam rises over the tea."
_OPTIONS: Any = {"max_retries": 0}


def _speak(elevenlabs: ElevenLabs, **fields: Any) -> Any:
    body: Any = {"voice_id": _VOICE, "text": _TEXT, "model_id": "eleven_v4", **fields}
    client = elevenlabs.text_to_speech.with_raw_response
    return client.convert_with_timestamps(**body, request_options=_OPTIONS)


def test_elevenlabs_speaks_with_the_times_of_characters(elevenlabs, vendors):
    settings = VoiceSettings(speed=1.2)
    response = _speak(
        elevenlabs, voice_settings=settings, language_code="en", previous_text="Look."
    )

    speech = response.data
    assert "".join(speech.alignment.characters) == _TEXT
    starts = speech.alignment.character_start_times_seconds
    assert starts == sorted(starts)
    assert speech.alignment.character_end_times_seconds[-1] < 1.6
    assert response.headers["character-cost"] == str(len(_TEXT))
    [paid] = vendors.counts()
    assert (paid["role"], paid["model"], paid["prompt"]) == ("speech", "eleven_v4", _TEXT)
    assert paid["asked"]["voice"] == _VOICE
    assert paid["asked"]["speed"] == 1.2
    assert paid["asked"]["previous_text"] == "Look."


def test_elevenlabs_speech_may_come_without_times(elevenlabs, vendors):
    vendors.rule(kind="speech", empty=True)

    assert _speak(elevenlabs).data.alignment is None


@pytest.mark.parametrize("output_format", ["mp3_44100_128", "wav_24000"])
def test_elevenlabs_returns_audio_of_the_requested_format(elevenlabs, output_format):
    data = b"".join(
        elevenlabs.text_to_speech.convert(
            voice_id=_VOICE, text=_TEXT, model_id="eleven_v4", output_format=output_format
        )
    )

    assert data.startswith(b"RIFF" if output_format == "wav_24000" else b"ID3")
    assert audio.label_of(data) == _TEXT
    assert audio.duration_of(data) == pytest.approx(1.7, abs=0.05)


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"model_id": "eleven_v9"}, "model_not_found"),
        ({"text": "a" * 10_001}, "text_too_long"),
        ({"text": " "}, "empty_text"),
        ({"voice_settings": VoiceSettings(speed=1.25)}, "invalid_voice_settings"),
        ({"model_id": "eleven_multilingual_v2", "language_code": "de"}, "invalid_parameters"),
        ({"model_id": "eleven_v3", "previous_text": "Look."}, "invalid_parameters"),
        ({"output_format": "mp3_44100_192"}, "feature_not_available"),
        ({"output_format": "mp3_1"}, "invalid_output_format"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_elevenlabs_rejects_an_invalid_request(elevenlabs, vendors, fields, code):
    with pytest.raises(ApiError) as error:
        _speak(elevenlabs, **fields)

    assert error.value.body["detail"]["code"] == code
    assert vendors.counts() == []


def test_elevenlabs_rejects_an_unknown_voice_and_an_invalid_key(elevenlabs):
    with pytest.raises(ApiError, match="voice_not_found"):
        _speak(elevenlabs, voice_id="nobody")
    stranger = ElevenLabs(base_url=elevenlabs._client_wrapper.get_base_url(), api_key="wrong-key")
    with pytest.raises(ApiError, match="invalid_api_key"):
        _speak(stranger)


@pytest.mark.parametrize(
    ("status", "code"),
    [(401, "quota_exceeded"), (402, "insufficient_credits"), (429, "system_busy")],
)
def test_elevenlabs_error_status_has_its_code(elevenlabs, vendors, status, code):
    vendors.rule(status=status)

    with pytest.raises(ApiError) as error:
        _speak(elevenlabs)

    assert (error.value.status_code, error.value.body["detail"]["code"]) == (status, code)
    assert vendors.counts() == []


def test_elevenlabs_missing_fields_are_listed(elevenlabs):
    with pytest.raises(UnprocessableEntityError) as error:
        b"".join(elevenlabs.music.compose(music_length_ms=3000))

    assert error.value.body["detail"][0]["loc"] == ["body", "prompt"]


def test_elevenlabs_composes_music(elevenlabs, vendors):
    music = elevenlabs.music.compose(
        prompt="A calm piano", music_length_ms=4000, model_id="music_v2_5", force_instrumental=True
    )

    data = b"".join(music)
    assert audio.duration_of(data) == pytest.approx(4, abs=0.05)
    [paid] = vendors.counts()
    assert (paid["role"], paid["prompt"]) == ("music", "A calm piano")
    assert paid["asked"]["force_instrumental"]


def test_elevenlabs_makes_sounds(elevenlabs, vendors):
    sound = elevenlabs.text_to_sound_effects.convert(
        text="A door", duration_seconds=1.5, model_id="eleven_text_to_sound_v3"
    )

    assert audio.duration_of(b"".join(sound)) == pytest.approx(1.5, abs=0.05)
    assert vendors.counts()[0]["role"] == "sound"
    with pytest.raises(ApiError, match=r"0\.5 and 30"):
        b"".join(elevenlabs.text_to_sound_effects.convert(text="A door", duration_seconds=31))


def test_elevenlabs_aligns_a_known_text(elevenlabs, vendors):
    timed = audio.timed(_TEXT)
    recording = audio.wav(timed.spoken(), timed.seconds, _TEXT)

    found = elevenlabs.forced_alignment.create(file=("a.wav", recording), text=_TEXT)

    assert [word.text for word in found.words] == _TEXT.split()
    assert [(word.start, word.end) for word in found.words] == timed.spoken()
    assert vendors.counts()[0]["model"] == "forced-alignment"


def test_elevenlabs_transcribes_a_recording(elevenlabs, vendors):
    timed = audio.timed(_TEXT)
    recording = audio.mp3(timed.spoken(), timed.seconds, _TEXT)

    found: Any = elevenlabs.speech_to_text.convert(
        model_id="scribe_v2", file=("a.mp3", recording), timestamps_granularity="word"
    )

    assert (found.text, found.language_code) == (_TEXT, "eng")
    assert [word.type for word in found.words[:3]] == ["word", "spacing", "word"]
    assert found.audio_duration_secs == pytest.approx(1.7, abs=0.05)
    assert vendors.counts()[0]["model"] == "scribe_v2"


@pytest.mark.parametrize("data", [b"", b"#EXTM3U\nhttps://example.com/a.mp3\n"])
def test_elevenlabs_rejects_what_is_no_audio(elevenlabs, data):
    with pytest.raises(ApiError, match="invalid_audio"):
        elevenlabs.speech_to_text.convert(model_id="scribe_v2", file=("a.mp3", data))


def test_elevenlabs_lists_voices_in_pages(elevenlabs):
    first = elevenlabs.voices.search(page_size=100)
    second = elevenlabs.voices.search(page_size=100, next_page_token=first.next_page_token)

    assert [voice.name for voice in [*first.voices, *second.voices]] == [
        "George",
        "Sarah",
        "Daniel",
    ]
    assert (first.has_more, second.has_more) == (True, False)
    assert first.voices[0].verified_languages[0].language == "en"
    assert first.voices[0].labels["gender"] == "male"
