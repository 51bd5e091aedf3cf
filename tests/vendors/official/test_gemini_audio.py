"""The official SDK of Gemini against the fake vendor: speech, music, transcription."""

import base64
import io
from typing import Any

import pytest
from google import genai
from google.genai import _interactions_errors as interactions_errors

from tests.cases import cases
from tests.vendors import audio
from tests.vendors.helpers import gemini_file_name

pytestmark = [pytest.mark.slow, pytest.mark.thorough]

_TEXT = "Steam rises over the tea."


def _speak(gemini: genai.Client, **fields: Any) -> Any:
    note = {"type": "speech_metadata", "style": "calm"}
    content = [{"type": "text", "text": _TEXT, "annotations": [note]}]
    body: Any = {
        "model": "gemini-3.8-flash-tts",
        "input": [{"type": "user_input", "content": content}],
        "response_format": {"type": "audio", "mime_type": "audio/wav", "sample_rate": 24_000},
        "generation_config": {"speech_config": [{"voice": "Puck"}]},
        **fields,
    }
    return gemini.interactions.create(**body)


def _transcribe(gemini: genai.Client, recording: dict[str, Any], **config: Any) -> Any:
    body: Any = {
        "model": "gemini-3.5-transcribe",
        "input": [{"type": "audio", "mime_type": "audio/wav", **recording}],
        "generation_config": {"transcription_config": config},
    }
    return gemini.interactions.create(**body)


def _recording() -> bytes:
    timed = audio.timed(_TEXT)
    return audio.wav(timed.spoken(), timed.seconds, _TEXT)


_WORDS = {"mode": {"type": "verbatim", "timestamp_granularities": ["word"]}}


def test_gemini_speaks(gemini, vendors):
    done = _speak(gemini)

    assert done.status == "completed"
    data = base64.b64decode(done.output_audio.data)
    assert (data[:4], audio.label_of(data)) == (b"RIFF", _TEXT)
    assert done.usage.output_tokens_by_modality[0].modality == "audio"
    [paid] = vendors.counts()
    assert (paid["role"], paid["prompt"]) == ("speech", _TEXT)
    assert paid["asked"] == {"voice": "Puck", "style": "calm", "mime_type": "audio/wav"}


@cases(("media_type", "head"), {"mp3": ("audio/mp3", b"ID3"), "samples": (None, b"\0\0")})
def test_gemini_speaks_in_other_formats(gemini, media_type, head):
    form = {"type": "audio"} | ({"mime_type": media_type} if media_type else {})

    done = _speak(gemini, response_format=form)

    assert base64.b64decode(done.output_audio.data).startswith(head)


@cases(
    "fields",
    {
        "voice": {"generation_config": {"speech_config": [{"voice": "Nobody"}]}},
        "no text": {"input": " "},
        "type": {"response_format": {"type": "video"}},
        "media type": {"response_format": {"type": "audio", "mime_type": "audio/flac"}},
    },
)
def test_gemini_rejects_invalid_speech(gemini, fields):
    with pytest.raises(interactions_errors.BadRequestError):
        _speak(gemini, **fields)


def test_gemini_refuses_speech(gemini, vendors):
    vendors.rule(refuse=True)

    refused = _speak(gemini)

    assert (refused.status, refused.errors[0].code) == ("failed", "content_blocked")


def test_gemini_rejects_an_invalid_key(vendors):
    options: Any = {"base_url": f"{vendors.url}/gemini", "retry_options": {"attempts": 1}}
    with (
        genai.Client(api_key="wrong-key", http_options=options) as stranger,
        pytest.raises(interactions_errors.BadRequestError, match="API key not valid"),
    ):
        _speak(stranger)


def test_gemini_makes_music(gemini, vendors):
    done: Any = gemini.interactions.create(
        model="lyria-3.5", input="A calm piano, 4 seconds", response_format={"type": "audio"}
    )

    data = base64.b64decode(done.output_audio.data)
    assert audio.duration_of(data) == pytest.approx(4, abs=0.05)
    assert done.output_text == "[0:00] Intro"
    assert vendors.counts()[0]["role"] == "music"


def test_gemini_transcribes_inline(gemini, vendors):
    data = base64.b64encode(_recording()).decode()

    done = _transcribe(gemini, {"data": data}, language_codes=["en-US"], **_WORDS)

    content = done.steps[0].content[0]
    assert (done.output_text, content.text) == (_TEXT, _TEXT)
    words = content.annotations
    assert [word.text for word in words] == _TEXT.split()
    assert (words[0].start_offset, words[0].end_offset) == ("0.100s", "0.400s")
    assert words[-1].end_offset is None
    asked = {"media_type": "audio/wav", "language_codes": ["en-US"]}
    assert vendors.counts()[0]["asked"] == asked


def test_gemini_transcribes_an_uploaded_file(gemini, vendors):
    vendors.rule(kind="upload", polls=0, times=2)
    config: Any = {"mime_type": "audio/wav"}
    file = gemini.files.upload(file=io.BytesIO(_recording()), config=config)

    done = _transcribe(gemini, {"uri": file.uri}, **_WORDS)

    assert done.output_text == _TEXT
    gemini.files.delete(name=gemini_file_name(str(file.uri)))


def test_gemini_returns_no_steps_for_silence(gemini, vendors):
    vendors.rule(answer="")

    done = _transcribe(gemini, {"data": base64.b64encode(_recording()).decode()})

    assert (done.status, done.steps) == ("completed", None)


def test_gemini_rejects_what_is_no_recording(gemini):
    with pytest.raises(interactions_errors.BadRequestError):
        _transcribe(gemini, {"data": "not base64"})
