"""The voices of the provider `demo`, the languages that they speak, and those that they cannot.

eSpeak NG has more voices than these; listed are languages that it reads well enough to be
understood, and only those whose words it reports.
"""

import unicodedata
from collections import Counter
from dataclasses import dataclass
from functools import cache

from media.languages import language_name
from providers.errors import UnspeakableError
from providers.sound_contract import SpeechRequest, Voice

# The code of a language, its script as in the names of Unicode's characters, eSpeak NG's name of
# the voice, and a region if there are several. The first one of a language or script is the usual.
_LANGUAGES = """
eng LATIN en-us US
eng LATIN en UK
afr LATIN af
aze LATIN az
bel CYRILLIC be
ben BENGALI bn
bos LATIN bs
bul CYRILLIC bg
cat LATIN ca
ces LATIN cs
cym LATIN cy
dan LATIN da
deu LATIN de
ell GREEK el
epo LATIN eo
est LATIN et
eus LATIN eu
fin LATIN fi
fra LATIN fr
gle LATIN ga
guj GUJARATI gu
hin DEVANAGARI hi
hrv LATIN hr
hun LATIN hu
hye ARMENIAN hy
ind LATIN id
isl LATIN is
ita LATIN it
kan KANNADA kn
kat GEORGIAN ka
kaz CYRILLIC kk
kor HANGUL ko
lav LATIN lv
lit LATIN lt
mal MALAYALAM ml
mar DEVANAGARI mr
mkd CYRILLIC mk
msa LATIN ms
nep DEVANAGARI ne
nld LATIN nl
nor LATIN nb
pan GURMUKHI pa
pol LATIN pl
por LATIN pt-br Brazil
por LATIN pt Portugal
ron LATIN ro
rus CYRILLIC ru
sin SINHALA si
slk LATIN sk
slv LATIN sl
spa LATIN es Spain
spa LATIN es-419 Latin~America
sqi LATIN sq
srp CYRILLIC sr
swa LATIN sw
swe LATIN sv
tam TAMIL ta
tel TELUGU te
tur LATIN tr
ukr CYRILLIC uk
uzb LATIN uz
vie LATIN vi
zho CJK cmn
"""

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
        language, script, name, *region = line.split()
        for kind, gender, variant in (("woman", "female", "+f3"), ("man", "male", "")):
            details = ", ".join([*region, kind]).replace("~", " ")
            title = f"{language_name(language)} ({details})"
            voice = Voice(f"{name}-{kind}", title, (language,), gender, "sounds like a machine")
            found[voice.id] = DemoVoice(voice, name + variant, script)
    return found


def choose(request: SpeechRequest) -> DemoVoice:
    """Return the voice for a line: the one that it names, else the first of its language.

    A line in an unknown language gets a voice by its letters. Raises UnspeakableError for a
    language that the voice lacks, and for letters that it does not read.
    """
    scripts = _scripts(request.text)
    if request.voice:
        chosen = voices().get(request.voice)
        if chosen is None:
            raise UnspeakableError(f'"{request.voice}" is no voice of the demo', "voice")
        _check_language(chosen, request.language)
    else:
        chosen = _first_voice(request.language or _language_of(scripts))
    _check_scripts(chosen, scripts)
    return chosen


def _first_voice(language: str) -> DemoVoice:
    for each in voices().values():
        if language in each.voice.languages:
            return each
    raise _refusal(language)


def _check_language(chosen: DemoVoice, language: str) -> None:
    if language and language not in chosen.voice.languages:
        if language not in _spoken():
            raise _refusal(language)
        known = ", ".join(map(language_name, chosen.voice.languages))
        details = f"{chosen.voice.name} speaks {known}, not {language_name(language)}"
        raise UnspeakableError(f"{details}: choose a voice of the language.", "voice")


def _check_scripts(chosen: DemoVoice, scripts: Counter[str]) -> None:
    """Raise UnspeakableError if the voice cannot read the letters of a text."""
    foreign = Counter({name: n for name, n in scripts.items() if name not in _read_by(chosen)})
    if foreign.total() <= _MOST_FOREIGN * scripts.total():
        return
    script = foreign.most_common(1)[0][0]
    language = _language_of(foreign)
    if language not in _spoken():
        raise _refusal(language)
    raise UnspeakableError(
        f"{chosen.voice.name} does not read {script.capitalize()} letters: choose a voice of"
        " their language."
    )


def _read_by(chosen: DemoVoice) -> set[str]:
    return {chosen.script, "LATIN"}


def _refusal(language: str) -> UnspeakableError:
    name = language_name(language) or "this script"
    why = _REFUSED.get(language, "it has no voice for it")
    return UnspeakableError(f"The demo (eSpeak NG) cannot speak {name}: {why}. {_HELP}", "language")


@cache
def _spoken() -> frozenset[str]:
    return frozenset(code for each in voices().values() for code in each.voice.languages)


def _language_of(scripts: Counter[str]) -> str:
    """Return the usual language of letters of these scripts; English for Latin ones."""
    for script, _ in scripts.most_common():
        if script in _OF_SCRIPT:
            return _OF_SCRIPT[script]
    for script, _ in scripts.most_common(1):
        for each in voices().values():
            if each.script == script:
                return each.voice.languages[0]
        return ""
    return "eng"


def _scripts(text: str) -> Counter[str]:
    """Return how many letters of each script a text has."""
    names = (unicodedata.name(character, "") for character in text if character.isalpha())
    return Counter(name.split()[0] for name in names if name)
