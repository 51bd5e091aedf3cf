"""Recordings that vendors return, recognised by their first bytes, whatever type they declare."""

import io
import re
import wave

from providers.http import ApiClient

_PCM = re.compile(r"audio/(?:l16|pcm)\b", re.IGNORECASE)
_PCM_RATE = re.compile(r"rate=(\d{4,6})")
_USUAL_PCM_RATE = 24_000


def recognize(client: ApiClient, data: bytes, declared: str) -> tuple[bytes, str]:
    """Return a recording that has been paid for, and its media type.

    Samples without a header get that of a WAV file. Raises ProviderError, which is uncertain, for
    what is no recording.
    """
    if media_type := _media_type(data):
        return data, media_type
    if _PCM.match(declared) and data:
        rate = _PCM_RATE.search(declared)
        return wav_file(data, int(rate[1]) if rate else _USUAL_PCM_RATE), "audio/wav"
    raise client.bad_response("The response contains no recording", uncertain=True)


def wav_file(samples: bytes, rate: int) -> bytes:
    """Return a WAV file of 16-bit samples in mono."""
    file = io.BytesIO()
    with wave.open(file, "wb") as writer:
        writer.setnchannels(1)
        writer.setsampwidth(2)
        writer.setframerate(rate)
        writer.writeframes(samples)
    return file.getvalue()


def _media_type(data: bytes) -> str | None:
    if data[:4] == b"RIFF" and data[8:12] == b"WAVE":
        return "audio/wav"
    if data[:3] == b"ID3" or (data[:1] == b"\xff" and data[1:2] >= b"\xe0"):
        return "audio/mpeg"
    if data[:4] == b"OggS":
        return "audio/ogg"
    return "audio/flac" if data[:4] == b"fLaC" else None
