"""ElevenLabs: speech with its words, music, sounds, words of recordings, and voices."""

from types import SimpleNamespace

import pytest

from providers import voice_lists
from providers.errors import ProviderBusyError, ProviderError, UnspeakableError
from providers.sound_contract import Word
from tests.providers.adapters import (
    LINE,
    music_request,
    sound_request,
    speech_request,
    transcript_request,
)
from tests.vendors import audio

pytestmark = pytest.mark.slow


@pytest.fixture(autouse=True)
def forget_voices():
    """Voices are remembered for each address of a vendor, which tests share."""
    voice_lists._lists.clear()


def words_of(text: str) -> list[Word]:
    timed = audio.timed(text)
    spans = zip(timed.matches(), timed.spoken(), strict=True)
    return [Word(match[0], *span) for match, span in spans]


def test_speech_has_the_times_of_its_words(adapters, vendors):
    speech = adapters.speech("elevenlabs").speak(speech_request())

    assert (speech.media_type, audio.label_of(speech.data)) == ("audio/mpeg", LINE)
    assert list(speech.words) == words_of(LINE)
    assert speech.usage["credits"] == len(LINE)
    assert speech.usage["requestId"]
    [paid] = vendors.counts()
    assert (paid["role"], paid["model"], paid["prompt"]) == ("speech", "eleven_v4", LINE)
    asked = {"language_code": "en", "previous_text": None, "next_text": None, "speed": 1.0}
    asked |= {"voice": "JBFqnCBsd6RMkjVDRZzb", "output_format": "mp3_44100_128"}
    assert paid["asked"] == asked


@pytest.mark.parametrize(
    ("model", "fields", "prompt", "asked"),
    [
        ("eleven_v4", {"style": "calm", "speed": 1.2}, f"[calm] {LINE}", {"speed": 1.2}),
        ("eleven_v3", {"style": "[calm]", "before": "Look."}, f"[calm] {LINE}", {}),
        ("eleven_v4", {"before": "A.", "after": "B."}, LINE, {"previous_text": "A."}),
        ("eleven_flash_v2_5", {"style": "calm"}, LINE, {"language_code": "en"}),
        ("eleven_multilingual_v2", {"after": "B."}, LINE, {"next_text": "B."}),
        ("eleven_multilingual_v2", {}, LINE, {"language_code": None}),
    ],
)
def test_models_are_asked_for_what_they_know(adapters, vendors, model, fields, prompt, asked):
    speech = adapters.speech("elevenlabs", model).speak(speech_request(**fields))

    [paid] = vendors.counts()
    assert paid["prompt"] == prompt
    assert asked.items() <= paid["asked"].items()
    assert [word.text for word in speech.words] == LINE.split()


def test_tags_in_a_text_are_no_words(adapters):
    speech = adapters.speech("elevenlabs").speak(speech_request(text="Well [laughs] done."))

    assert [word.text for word in speech.words] == ["Well", "done."]


def test_speech_without_times_has_no_words(adapters, vendors):
    vendors.rule(kind="speech", empty=True)

    assert adapters.speech("elevenlabs").speak(speech_request()).words == ()


@pytest.mark.parametrize(
    ("model", "fields", "message"),
    [
        ("eleven_v4", {"text": "a" * 10_001}, "10001 characters; the model speaks at most 10000"),
        ("eleven_multilingual_v2", {"language": "tha"}, "does not speak Thai"),
        ("eleven_multilingual_v2", {"language": "Klingon"}, "does not speak Klingon"),
        ("eleven_v4", {"speed": 1.25}, "speaks at a speed of 0.7 to 1.2, not 1.25"),
    ],
)
def test_what_a_model_cannot_speak_is_found_before_it_is_paid(
    adapters, vendors, model, fields, message
):
    with pytest.raises(UnspeakableError) as error:
        adapters.speech("elevenlabs", model).check(speech_request(**fields))

    assert message in str(error.value.details)
    assert vendors.requests() == []


def test_what_a_model_can_speak_passes(adapters):
    adapters.speech("elevenlabs").check(speech_request(language="tha"))
    adapters.speech("elevenlabs", "eleven_flash_v2_5").check(speech_request(language=""))


def test_voices_of_all_pages_are_asked_for_once(adapters, vendors):
    voices = adapters.speech("elevenlabs").voices()

    assert [voice.name for voice in voices] == ["George", "Sarah", "Daniel"]
    assert voices[0].languages == ("eng", "deu")
    assert (voices[0].gender, voices[0].style) == ("male", "warm, british")
    assert voices[0].preview_url == "https://storage.example/JBFqnCBsd6RMkjVDRZzb.mp3"
    assert adapters.speech("elevenlabs").voices() == voices
    assert [request["kind"] for request in vendors.requests()] == ["voices", "voices"]


def test_voices_are_asked_for_again_after_a_day(adapters, vendors, monkeypatch):
    now = 1000.0
    monkeypatch.setattr(voice_lists, "time", SimpleNamespace(monotonic=lambda: now))
    for now in (1000.0, 87_300.0, 87_500.0):  # noqa: B007 - the clock reads it
        adapters.speech("elevenlabs").voices()

    assert len(vendors.requests()) == 4


def test_voices_are_remembered_for_each_key(make_adapters, vendors):
    for key in ("key-of-ana", "key-of-ben"):
        make_adapters(key).speech("elevenlabs").voices()

    assert len(vendors.requests()) == 4


@pytest.mark.parametrize(
    ("language", "voice"), [("tur", "EXAVITQu4vr4xnSDxMaL"), ("fin", "JBFqnCBsd6RMkjVDRZzb")]
)
def test_first_voice_of_the_language_speaks_where_none_is_named(adapters, vendors, language, voice):
    adapters.speech("elevenlabs").speak(speech_request(voice="", language=language))

    assert vendors.counts()[0]["asked"]["voice"] == voice


def test_music_has_the_requested_length(adapters, vendors):
    music = adapters.music("elevenlabs").compose(music_request())
    short = adapters.music("elevenlabs").compose(music_request(seconds=1, instrumental=False))

    assert (music.media_type, music.words) == ("audio/mpeg", ())
    assert audio.duration_of(music.data) == pytest.approx(4, abs=0.05)
    assert audio.duration_of(short.data) == pytest.approx(3, abs=0.05)
    first, second = vendors.counts()
    assert (first["role"], first["model"], first["prompt"]) == (
        "music",
        "music_v2_5",
        "a calm piano",
    )
    asked = [call["asked"]["force_instrumental"] for call in (first, second)]
    assert asked == [True, False]


@pytest.mark.parametrize(("seconds", "asked"), [(1.5, 1.5), (0.1, 0.5), (90, 30), (2.04, 2.0)])
def test_sounds_have_the_nearest_length(adapters, vendors, seconds, asked):
    sound = adapters.sound("elevenlabs").make(sound_request(seconds=seconds))

    assert audio.duration_of(sound.data) == pytest.approx(asked, abs=0.05)
    assert sound.usage["credits"] == round(100 * asked)
    assert vendors.counts()[0]["asked"]["duration_seconds"] == asked


def test_html_instead_of_music_is_uncertain(adapters, vendors):
    vendors.rule(html=True)

    with pytest.raises(ProviderError, match="contains no recording") as error:
        adapters.music("elevenlabs").compose(music_request())

    assert error.value.uncertain


def test_known_text_is_aligned(adapters, vendors):
    found = adapters.transcription("elevenlabs").transcribe(transcript_request(text=LINE))

    assert (found.source, found.text, found.language) == ("alignment", LINE, "")
    assert list(found.words) == words_of(LINE)
    [paid] = vendors.counts()
    assert paid["model"] == "forced-alignment"
    assert paid["asked"] == {"filename": "recording.wav", "media_type": "audio/wav"}


def test_recording_is_transcribed(adapters, vendors):
    found = adapters.transcription("elevenlabs").transcribe(transcript_request(language="eng"))

    assert (found.source, found.text, found.language) == ("transcription", LINE, "eng")
    assert list(found.words) == words_of(LINE)
    assert found.usage["seconds"] == pytest.approx(1.7, abs=0.01)
    assert vendors.counts()[0]["asked"]["language"] == "eng"


def test_transcription_may_find_nothing(adapters, vendors):
    vendors.rule(answer="")

    found = adapters.transcription("elevenlabs").transcribe(transcript_request())

    assert (found.text, found.words) == ("", ())


def test_missing_credits_are_no_wrong_key(adapters, vendors):
    vendors.rule(status=401, error="You have 3 credits remaining.")

    with pytest.raises(ProviderError, match="3 credits") as error:
        adapters.speech("elevenlabs").speak(speech_request())

    assert (error.value.status, error.value.uncertain) == (402, False)


def test_call_waits_briefly_for_others_of_the_same_account(adapters, vendors):
    vendors.rule(status=429, error="Too many concurrent requests")

    with pytest.raises(ProviderBusyError) as busy:
        adapters.sound("elevenlabs").make(sound_request())

    assert busy.value.retry_after == 3


def test_refused_content_is_no_uncertain_call(adapters, vendors):
    vendors.rule(refuse=True)

    with pytest.raises(ProviderError, match="terms of service") as error:
        adapters.music("elevenlabs").compose(music_request())

    assert not error.value.uncertain
