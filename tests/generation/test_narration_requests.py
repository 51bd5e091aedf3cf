"""What is asked of a provider for the voice of a scene."""

from generation.narration import speech_request
from works.narration import Narrator

WORK = {
    "language": "German",
    "scenes": [
        {"scene_index": 0, "narration": {"text": "Guten  Tag"}},
        {"scene_index": 1, "narration": {"text": "Merhaba", "voice": "tr-man"}},
    ],
}


def test_lines_are_spoken_by_the_narrator_in_the_language_of_the_work():
    request = speech_request(WORK, Narrator("demo", voice="de-woman"), 0, "demo")

    assert (request.text, request.voice, request.language) == ("Guten Tag", "de-woman", "de")
    assert (request.before, request.after) == ("", "Merhaba")


def test_line_with_a_voice_of_its_own_is_in_the_language_of_that():
    request = speech_request(WORK, Narrator("demo", voice="de-woman"), 1, "demo")

    assert (request.voice, request.language) == ("tr-man", "")


def test_voice_of_another_provider_is_not_asked_for():
    assert speech_request(WORK, Narrator("demo", voice="de-woman"), 0, "gemini").voice == ""
