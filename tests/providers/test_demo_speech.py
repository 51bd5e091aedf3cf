# ruff: noqa: RUF001 - letters of other scripts that resemble Latin ones are meant
"""The demo speaks: what is heard when, and what it refuses."""

import io
import subprocess
import sys
import wave
from typing import Any

import numpy as np
import pytest

from providers import espeak
from providers.demo_speech import DemoSpeech
from providers.demo_voices import choose, voices
from providers.errors import UnspeakableError
from providers.espeak_words import word_times
from providers.sound_contract import Audio, SpeechModel, SpeechRequest
from providers.sound_redaction import RedactingSpeech
from providers.spoken_text import spoken_text
from tests.service import ROOT

LINES = {
    "eng": "Good morning, Ana! It costs 25 dollars, and it works at once. Try it today.",
    "deu": "Guten Morgen. Die Lampe leuchtet, wenn es dunkel wird. Probier sie aus!",
    "spa": "Buenos días. La lámpara se enciende sola, cuando cae la noche. ¡Pruébala hoy!",
    "tur": "Günaydın. Lamba, hava kararınca kendiliğinden yanar. Bugün deneyin!",
    "hin": "सुप्रभात। यह दीया अपने आप जलता है, जब अंधेरा होता है। आज ही आज़माइए!",
    "zho": "早上好。天黑的时候,这盏灯会自己亮起来。今天就试试吧!",
}
TOLERANCE = 0.05  # seconds
RATE = 22_050  # samples a second


def request(text: str, voice: str = "", language: str = "", **fields: Any) -> SpeechRequest:
    return SpeechRequest(text, voice, language, **fields)


def model() -> SpeechModel:
    return RedactingSpeech(DemoSpeech(), "demo", "")  # type: ignore[arg-type]


def samples(audio: Audio) -> np.ndarray:
    """Return the samples of a WAV file, from -1 to 1."""
    with wave.open(io.BytesIO(audio.data)) as file:
        assert file.getframerate() == RATE
        return np.frombuffer(file.readframes(file.getnframes()), np.int16) / 32768


def is_heard(data: np.ndarray, start: float, end: float) -> bool:
    """Return whether anything is heard in a span of seconds."""
    span = data[max(0, round(start * RATE)) : max(0, round(end * RATE))]
    return bool(span.size and np.abs(span).max() > 0.02 * np.ptp(data) / 2)


@pytest.mark.parametrize("language", LINES)
def test_words_are_where_they_are_heard(language):
    audio = model().speak(request(LINES[language], language=language))

    separator = "" if language == "zho" else " "
    assert separator.join(word.text for word in audio.words) == LINES[language]
    data = samples(audio)
    for before, word in zip((None, *audio.words), audio.words, strict=False):
        assert is_heard(data, word.start, word.start + TOLERANCE), word
        assert is_heard(data, word.end - TOLERANCE, word.end), word
        pause = before.end if before else 0.0
        assert pause <= word.start < word.end
        assert not is_heard(data, pause + TOLERANCE, word.start - TOLERANCE)
    assert not is_heard(data, audio.words[-1].end + TOLERANCE, len(data) / RATE)


def test_words_that_are_reported_together_share_their_time():
    data = (np.sin(np.arange(RATE) / 5) * 9000).astype(np.int16).tobytes()
    speech = espeak.Speech(RATE, data, ((0, 0), (5, RATE // 2)))

    words = word_times("Once at once", speech)

    assert [word.text for word in words] == ["Once", "at", "once"]
    starts, ends = [word.start for word in words], [word.end for word in words]
    assert starts == pytest.approx([0, 1 / 2, 2 / 3], abs=0.01)
    assert ends == pytest.approx([1 / 2, 2 / 3, 1], abs=0.01)


def test_faster_speech_is_shorter():
    usual, faster = (
        model().speak(request(LINES["deu"], "de-woman", speed=speed)).words[-1].end
        for speed in (1.0, 1.25)
    )

    assert faster == pytest.approx(usual / 1.25, rel=0.1)


def test_each_language_has_a_womans_and_a_mans_voice():
    offered = model().voices()

    assert len({voice.id for voice in offered}) == len(offered)
    languages = {language for voice in offered for language in voice.languages}
    assert languages >= {*LINES, "fra", "ita", "por", "rus", "kor", "vie", "ind"}
    for language in languages:
        genders = {voice.gender for voice in offered if language in voice.languages}
        assert genders == {"female", "male"}
    assert all(voice.style == "sounds like a machine" for voice in offered)


@pytest.mark.thorough
@pytest.mark.parametrize("voice", voices())
def test_library_has_each_voice(voice):
    assert len(espeak.speak(voices()[voice].espeak, "1 2 3").samples) > 10_000


@pytest.mark.parametrize(
    ("text", "language", "name", "reason"),
    [
        ("今日は良い天気です", "jpn", "Japanese", "names kanji"),
        ("おはようございます", "", "Japanese", "names kanji"),
        ("สวัสดีตอนเช้า", "tha", "Thai", "without spaces"),
        ("مرحبا", "ara", "Arabic", "vowels"),
        ("שלום", "heb", "Hebrew", "vowels"),
        ("Bos días", "glg", "Galician", "no voice for it"),
        ("Sawubona", "zu", "Zulu", "no voice for it"),
        ("Grüezi mitenand", "Schweizerdeutsch", "Swiss German", "no voice for it"),
        ("nuqneH", "Klingon", "Klingon", "no voice for it"),
    ],
)
def test_languages_that_it_cannot_read_are_refused_by_name(text, language, name, reason):
    with pytest.raises(UnspeakableError) as error:
        model().check(request(text, language=language))

    assert error.value.field == "language"
    assert name in error.value.details
    assert reason in error.value.details
    assert "another provider, or record or upload" in error.value.details


@pytest.mark.parametrize(
    ("language", "voice"),
    [
        ("en", "en-us"),
        ("en-US", "en-us"),
        ("en-GB", "en"),
        ("British English", "en"),
        ("en-NZ", "en"),
        ("en-PH", "en-us"),
        ("pt", "pt-br"),
        ("pt-PT", "pt"),
        ("pt_PT", "pt"),
        ("European Portuguese", "pt"),
        ("pt-AO", "pt"),
        ("es", "es"),
        ("es-MX", "es-419"),
        ("de-AT-1996", "de"),
        ("zh-Hant-TW", "cmn"),
        ("zh-yue", "yue"),
        ("Cantonese", "yue"),
        ("nn", "nb"),
    ],
)
def test_voice_of_a_language_is_looked_up_by_its_tag(language, voice):
    assert choose(request("1", language=language)).voice.id == f"{voice}-woman"


@pytest.mark.parametrize(
    ("text", "voice"),
    [
        (LINES["eng"], "en-us"),
        (LINES["deu"], "de"),
        (LINES["spa"], "es"),
        (LINES["tur"], "tr"),
        (LINES["hin"], "hi"),
        (LINES["zho"], "cmn"),
        ("Cette lampe suit la lumière, et elle s'allume quand il fait nuit.", "fr"),
        ("Questa lampada segue la luce e si accende quando fa buio.", "it"),
        ("Esta lâmpada segue a luz e não faz barulho.", "pt-br"),
        ("Deze lamp volgt het licht en gaat aan als het donker wordt.", "nl"),
        ("Den här lampan följer ljuset, och den tänds när det blir mörkt.", "sv"),
        ("Ta lampa podąża za światłem i zapala się, gdy jest ciemno.", "pl"),
        ("Лампа следует за светом и включается, когда темно.", "ru"),
        ("Лампа йде за світлом і вмикається, коли темно.", "uk"),
        ("呢盞燈好靚,佢自己會着㗎。", "yue"),
        ("A lamp", "en-us"),
        ("1, 2, 3", "en-us"),
    ],
)
def test_text_shows_its_language_if_nobody_names_it(text, voice):
    assert choose(request(text)).voice.id == f"{voice}-woman"


def test_all_lines_of_a_work_show_their_language():
    whole = f"{LINES['deu']} Arc."

    assert choose(request("Arc.", whole=whole)).voice.id == "de-woman"
    assert choose(request(LINES["zho"], whole=whole)).voice.id == "cmn-woman"


@pytest.mark.parametrize(
    ("refused", "field", "reason"),
    [
        (request("Guten Tag", "fr-man", "deu"), "voice", "speaks French, not German"),
        (request("Hello", "nobody", "eng"), "voice", '"nobody" is no voice'),
        (request("Привет, мир", "de-man"), "text", "does not read Cyrillic letters"),
        (request("おはよう", "de-man", "deu"), "language", "Japanese"),
        (request(" \n"), "text", "empty"),
        (request("… !"), "text", "only marks, emoji or addresses"),
        (request("🚀 https://example.com/a"), "text", "only marks, emoji or addresses"),
        (request("a" * 5001), "text", "5001 characters; the model speaks at most 5000"),
        (request("one\x01two"), "text", "U+0001 at position 4"),
        (request('Wait <break time="1s"/> now'), "text", 'remove <break time="1s"/>'),
        (request("<speak>Hello</speak>"), "text", "remove <speak>"),
    ],
)
def test_what_no_voice_can_speak_is_refused(refused, field, reason):
    with pytest.raises(UnspeakableError) as error:
        model().check(refused)

    assert error.value.field == field
    assert reason in error.value.details


@pytest.mark.parametrize(
    "spoken",
    [
        request("a < b, and <3", "en-us-man", "eng"),
        request("Die App heißt 抖音, sagt man, und sie ist neu", "de-man", "deu"),
        request("Vidworks 机器", language="zho"),
        request("Привет, мир"),
    ],
)
def test_what_a_voice_can_read_is_accepted(spoken):
    model().check(spoken)


@pytest.fixture
def no_library(monkeypatch):
    espeak.is_available.cache_clear()
    monkeypatch.setattr("providers.espeak._PACKAGE", "no_such_package")
    yield
    espeak.is_available.cache_clear()


@pytest.mark.usefixtures("no_library")
def test_demo_is_silent_where_the_library_is_not_installed(caplog):
    caplog.set_level("WARNING", "vidworks")  # applications of tests log errors alone
    [voice] = model().voices()
    audio = model().speak(request("Good morning", voice.id))

    assert voice.name == "Silent: eSpeak NG does not run on this machine"
    assert [word.text for word in audio.words] == ["Good", "morning"]
    assert not samples(audio).any()
    assert len(caplog.records) == 1


def test_library_that_does_not_load_is_told_from_other_failures(tmp_path):
    (tmp_path / "libespeak-ng.so").write_text("no library")

    ended = subprocess.run(
        [sys.executable, "-I", ROOT / "providers/espeak_program.py", tmp_path],
        check=False,
        input=b"{}",
    )

    assert ended.returncode == 3


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("New 😀 lamp 🚀!", "New lamp!"),
        ("👩🏽‍🚀 Lift off 1️⃣ 🇩🇪.", "Lift off 1."),
        ("See https://example.com/a?b=1, now.", "See, now."),
        ("Visit www.example.com.", "Visit."),
        ("Mail hello@example.com now", "Mail now"),
        ("Ask booking.com", "Ask booking.com"),
        ("I <b>love</b> it © 2026", "I <b>love</b> it © 2026"),
    ],
)
def test_emoji_and_addresses_are_not_read(text, read):
    assert spoken_text(text) == read
    assert model().speak(request(text, "en-us-man")).data == (
        model().speak(request(read, "en-us-man")).data
    )
