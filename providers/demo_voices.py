"""The voices of the provider `demo`, and which of them reads a text, by its language and script.

eSpeak NG has more voices than these; listed are languages that it reads well enough to be
understood, and only those whose words it reports.
"""

import re
import unicodedata
from collections import Counter
from dataclasses import dataclass
from functools import cache

from media.languages import language_code, language_name, language_tag, ranges_of
from media.text_languages import language_of_text
from providers.errors import UnspeakableError
from providers.sound_contract import SpeechRequest, Voice

# The tag of a language, its script as in the names of Unicode's characters, eSpeak NG's name of the
# voice, and a region if there are several.
_LANGUAGES = """
en LATIN en-us US
en-GB LATIN en UK
af LATIN af
az LATIN az
be CYRILLIC be
bn BENGALI bn
bs LATIN bs
bg CYRILLIC bg
ca LATIN ca
cs LATIN cs
cy LATIN cy
da LATIN da
de LATIN de
el GREEK el
eo LATIN eo
et LATIN et
eu LATIN eu
fi LATIN fi
fr LATIN fr
ga LATIN ga
gu GUJARATI gu
hi DEVANAGARI hi
hr LATIN hr
hu LATIN hu
hy ARMENIAN hy
id LATIN id
is LATIN is
it LATIN it
kn KANNADA kn
ka GEORGIAN ka
kk CYRILLIC kk
ko HANGUL ko
lv LATIN lv
lt LATIN lt
ml MALAYALAM ml
mr DEVANAGARI mr
mk CYRILLIC mk
ms LATIN ms
ne DEVANAGARI ne
nl LATIN nl
no LATIN nb
pa GURMUKHI pa
pl LATIN pl
pt LATIN pt-br Brazil
pt-PT LATIN pt Portugal
ro LATIN ro
ru CYRILLIC ru
si SINHALA si
sk LATIN sk
sl LATIN sl
es LATIN es Spain
es-419 LATIN es-419 Latin~America
sq LATIN sq
sr CYRILLIC sr
sw LATIN sw
sv LATIN sv
ta TAMIL ta
te TELUGU te
tr LATIN tr
uk CYRILLIC uk
uz LATIN uz
vi LATIN vi
zh CJK cmn
yue CJK yue
"""
# Where a language is spoken as in another region rather than as the voice of its mere tag does.
_ALIKE = {
    "en-GB": "AU IE IN NZ ZA",
    "es-419": "AR BO CL CO CR CU DO EC GT HN MX NI PA PE PR PY SV US UY VE",
    "pt-PT": "AO CV GW MZ ST TL",
}

# Why it cannot speak some languages that people ask for.
_NO_VOWELS = "it does not know the vowels, which are not written"
_REFUSED = {
    "jpn": "it names kanji instead of reading them",
    "tha": "it does not find the words, which are written without spaces",
    "mya": "it does not find the words, which are written without spaces",
    "ara": _NO_VOWELS,
    "fas": _NO_VOWELS,
    "heb": _NO_VOWELS,
    "urd": _NO_VOWELS,
}
# Languages that a script shows to be one of these.
_OF_SCRIPT = {
    "HIRAGANA": "jpn",
    "KATAKANA": "jpn",
    "THAI": "tha",
    "MYANMAR": "mya",
    "ARABIC": "ara",
    "HEBREW": "heb",
    "KHMER": "khm",
    "LAO": "lao",
}
_CANTONESE = re.compile("[嘅咗喺冇唔啲佢哋嚟]")  # written in no other Chinese language
_MOST_FOREIGN = 0.2  # of the letters, in a script that the voice does not read
_HELP = "Choose a voice of another provider, or record or upload the line."


@dataclass(frozen=True, slots=True)
class DemoVoice:
    """A voice, with its name in eSpeak NG and the script that it reads besides Latin letters."""

    voice: Voice
    espeak: str
    script: str


@cache
def voices() -> dict[str, DemoVoice]:
    """Return all voices by id: a woman's and a man's for each language."""
    found = {}
    for line in _LANGUAGES.strip().splitlines():
        tag, script, name, *region = line.split()
        language = language_code(tag)
        for kind, gender, variant in (("woman", "female", "+f3"), ("man", "male", "")):
            details = ", ".join([*region, kind]).replace("~", " ")
            title = f"{language_name(language)} ({details})"
            voice = Voice(f"{name}-{kind}", title, (language,), gender, "sounds like a machine")
            found[voice.id] = DemoVoice(voice, name + variant, script)
    return found


def choose(request: SpeechRequest) -> DemoVoice:
    """Return the voice for a line: the one that it names, else its language's voice.

    If nobody named the language, the text shows it. Raises UnspeakableError for a language that
    the voice lacks, and for letters that it does not read.
    """
    scripts = _scripts(request.text)
    language = language_tag(request.language)
    if request.voice:
        chosen = voices().get(request.voice)
        if chosen is None:
            raise UnspeakableError(f'"{request.voice}" is no voice of the demo', "voice")
        _check_language(chosen, language)
    else:
        chosen = _voice_of(language or _language_in(request.text, request.whole))
    _check_scripts(chosen, scripts)
    return chosen


def _voice_of(language: str) -> DemoVoice:
    """Return the voice that RFC 4647 looks up for a language. Raises UnspeakableError."""
    by_tag = _by_tag()
    for tag in ranges_of(language_tag(language)):
        if tag in by_tag:
            return by_tag[tag]
    raise _refusal(language)


@cache
def _by_tag() -> dict[str, DemoVoice]:
    """Return the woman's voice for each tag of a language that the demo speaks."""
    found: dict[str, DemoVoice] = {}
    for line in _LANGUAGES.strip().splitlines():
        tag, _, name, *_ = line.split()
        alike = (f"{tag[:2]}-{region}" for region in _ALIKE.get(tag, "").split())
        found |= dict.fromkeys([tag, *alike], voices()[f"{name}-woman"])
    return found


def _check_language(chosen: DemoVoice, language: str) -> None:
    if language and language_code(language) not in chosen.voice.languages:
        _voice_of(language)  # if there is none, that is what is wrong
        known = ", ".join(map(language_name, chosen.voice.languages))
        details = f"{chosen.voice.name} speaks {known}, not {language_name(language)}"
        raise UnspeakableError(f"{details}: choose a voice of the language.", "voice")


def _check_scripts(chosen: DemoVoice, scripts: Counter[str]) -> None:
    """Raise UnspeakableError if the voice cannot read the letters of a text."""
    foreign = Counter({name: n for name, n in scripts.items() if name not in _read_by(chosen)})
    if foreign.total() <= _MOST_FOREIGN * scripts.total():
        return
    script = _main(foreign)
    _voice_of(_usual_language(foreign))
    raise UnspeakableError(
        f"{chosen.voice.name} does not read {script.capitalize()} letters: choose a voice of"
        " their language."
    )


def _read_by(chosen: DemoVoice) -> set[str]:
    return {chosen.script, "LATIN"}


def _refusal(language: str) -> UnspeakableError:
    name = language_name(language) or "this script"
    why = _REFUSED.get(language_code(language), "it has no voice for it")
    return UnspeakableError(f"The demo (eSpeak NG) cannot speak {name}: {why}. {_HELP}", "language")


def _language_in(text: str, whole: str) -> str:
    """Return the language of a text by its letters and words; English if it has none.

    What else is said in the same letters, in `whole`, shows it as well.
    """
    scripts = _scripts(text)
    if not scripts:
        return "eng"
    if not scripts.keys() & _OF_SCRIPT.keys():
        script = _main(scripts)
        shown = whole if _main(_scripts(whole)) == script else text
        if language := language_of_text(shown, script):
            return language
    return _usual_language(scripts, text)


def _usual_language(scripts: Counter[str], text: str = "") -> str:
    """Return the usual language of letters of these scripts; "" for an unknown one."""
    for script, _ in scripts.most_common():
        if script in _OF_SCRIPT:
            return _OF_SCRIPT[script]
    script = _main(scripts)
    if script == "CJK" and _CANTONESE.search(text):
        return "yue"
    found = (each for each in voices().values() if each.script == script)
    return next((each.voice.languages[0] for each in found), "")


def _scripts(text: str) -> Counter[str]:
    """Return how many letters of each script a text has."""
    names = (unicodedata.name(character, "") for character in text if character.isalpha())
    return Counter(name.split()[0] for name in names if name)


def _main(scripts: Counter[str]) -> str:
    """Return the script that most letters are of; "" without letters."""
    return next((script for script, _ in scripts.most_common(1)), "")
