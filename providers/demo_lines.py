"""What the demo lets a voice say in the scenes of its scenarios, in the language of the work."""

import hashlib
import re
import tomllib
from contextlib import suppress
from functools import lru_cache
from pathlib import Path

from providers import demo_voices
from providers.errors import UnspeakableError
from providers.sound_contract import SpeechRequest

_TABLE = Path(__file__).with_name("demo_lines.toml")
_PAUSE_SECONDS = 0.4  # of a scene
# Characters that the demo's voices say in a second.
_USUAL_PACE = 12.0
_PACES = {"hin": 10.0, "tur": 10.0, "zho": 3.3}

_MAX_SENTENCE = 200  # characters
_SENTENCE = re.compile(r".*?(?:[.!?](?=\s|$)|[。！？।]|$)")  # noqa: RUF001 - full stops of other scripts

Lines = dict[str, list[str]]


def languages() -> list[str]:
    """Return the codes of the languages that the demo has lines in."""
    return list(_table())


def demo_line(language: str, product: str | None, scene: int, scenes: int, seconds: float) -> str:
    """Return what is said in one of a number of scenes; "" in a language without lines.

    It fits into the scene if any line does, and no other scene of the first ones says the same.
    """
    lines = _table().get(language)
    if lines is None:
        return ""
    name = product or str(lines["product"])
    part = "openings" if scene == 0 else "closings" if scene == scenes - 1 else "middles"
    limit = (seconds - _PAUSE_SECONDS) * _PACES.get(language, _USUAL_PACE)
    named = [_capitalized(each.format(it=name)) for each in lines[part]]
    nameless = [_capitalized(each) for each in lines[part] if "{it}" not in each]
    fitting: list[str] = []
    for texts in [named] if product else [nameless, named]:
        fitting = fitting or [text for text in texts if len(text) <= limit]
    fitting = fitting or [min(named, key=len)]
    return fitting[(_number(name) + scene) % len(fitting)]


def first_sentence(text: str) -> str:
    """Return the sentence that a line of text begins with, as far as a scene has time for it."""
    printable = "".join(each if each.isprintable() else " " for each in text)
    found = _SENTENCE.match(" ".join(printable.split()))
    sentence = found[0] if found else ""
    if len(sentence) <= _MAX_SENTENCE:
        return sentence
    return sentence[:_MAX_SENTENCE].rpartition(" ")[0] or sentence[:_MAX_SENTENCE]


def is_speakable(text: str, language: str) -> bool:
    """Return whether the demo's first voice of a language can speak a text."""
    with suppress(UnspeakableError):
        demo_voices.choose(SpeechRequest(text, "", language))
        return True
    return False


def language_of(text: str) -> str:
    """Return the language that the demo reads a text in if nobody names one."""
    with suppress(UnspeakableError):
        return demo_voices.choose(SpeechRequest(text, "", "")).voice.languages[0]
    return "eng"


def _capitalized(text: str) -> str:
    return text[:1].upper() + text[1:]


def _number(name: str) -> int:
    """Return a number by which videos of different products begin with different lines."""
    return hashlib.sha256(name.encode(errors="replace")).digest()[0]


@lru_cache(maxsize=1)
def _table() -> dict[str, Lines]:
    return tomllib.loads(_TABLE.read_text(encoding="utf-8"))
