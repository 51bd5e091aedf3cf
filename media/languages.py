"""Languages by what people write, "de-AT", "German", "Deutsch": tags, codes in media files, names.

Tags are those of BCP 47 (RFC 5646): what they share of subtags is found as RFC 4647 looks it up.
"""

import re
from pathlib import Path

_TABLE = Path(__file__).with_suffix(".txt").read_text(encoding="utf-8")
_ENTRIES = [line.split() for line in _TABLE.splitlines() if not line.startswith("#")]
_CODES = {code: entry[0] for entry in _ENTRIES for code in entry[:2]}
_NAMES = {name.casefold().replace("~", " "): entry[0] for entry in _ENTRIES for name in entry[2:]}
_ENGLISH = {entry[0]: entry[2].replace("~", " ") for entry in _ENTRIES}
_TAGS = {entry[0]: entry[1] for entry in _ENTRIES}
# What people write of where a language is spoken, and the region's subtag.
_REGIONS = {
    "419": ("latin american", "latin america", "latinoamérica", "latinoamericano"),
    "AT": ("austrian", "austria", "österreich"),
    "AU": ("australian", "australia"),
    "BR": ("brazilian", "brazil", "brasil", "brasileiro"),
    "CA": ("canadian", "canada"),
    "CH": ("swiss", "switzerland", "schweiz"),
    "ES": ("european spanish", "castilian spanish", "spain", "españa"),
    "GB": ("british", "united kingdom", "uk", "britain", "england"),
    "IE": ("ireland",),
    "IN": ("indian", "india"),
    "MX": ("mexican", "mexico", "méxico"),
    "PT": ("european portuguese", "portugal"),
    "US": ("american", "united states", "us", "usa"),
}
_OF_REGIONS = {name: region for region, names in _REGIONS.items() for name in names}
# A language, one that extends it (zh-yue), a script, a region.
_TAG = re.compile(r"([a-z]{2,3})(-[a-z]{3}\b)?(-[a-z]{4}\b)?(-(?:[a-z]{2}|\d{3})\b)?")
_CODE = re.compile(r"[a-z]{2,3}(?:[-_]\w+)*")  # of a tag, with what else may follow
_GAPS = re.compile(r"[\s,;/()\uff08\uff09-]+")
_MOST_WORDS = 2  # of a name


def language_tag(text: str) -> str:
    """Return the tag of a language, such as `de-AT`; the text itself for an unknown one.

    It is given by a tag, by a code, or by its name, also among other words ("Brazilian
    Portuguese", which is `pt-BR`).
    """
    text = " ".join(text.split())
    folded = text.casefold()
    if _CODE.fullmatch(folded) and folded not in _NAMES:
        return _canonical(folded) or text
    words = [word for word in _GAPS.split(folded) if word]
    runs = [
        " ".join(words[begin : begin + count])
        for count in range(_MOST_WORDS, 0, -1)
        for begin in range(len(words))
    ]
    place = next((run for run in runs if run in _OF_REGIONS), "")
    names = [run for run in runs if run in _NAMES]
    if not names:
        return text
    name = next((name for name in names if name not in place.split()), names[0])
    tag, region = _TAGS[_NAMES[name]], _OF_REGIONS.get(place)
    return f"{tag}-{region}" if region else tag


def language_code(text: str) -> str:
    """Return the code of ISO 639-2/T for a language, such as `deu`; "" for an unknown one.

    The language is given as for `language_tag`.
    """
    return _CODES.get(language_tag(text).partition("-")[0], "")


def language_name(text: str) -> str:
    """Return the English name of a language by its tag or code; the text for an unknown one."""
    return _ENGLISH.get(language_code(text), text)


def short_code(text: str) -> str:
    """Return a language's code of ISO 639-1, such as `de`, by its tag or code; "" if unknown."""
    return _TAGS.get(language_code(text), "")


def ranges_of(tag: str) -> list[str]:
    """Return a tag and what RFC 4647 looks up after it: without its last subtag, and so on."""
    subtags = tag.split("-")
    return ["-".join(subtags[:count]) for count in range(len(subtags), 0, -1)]


def _canonical(tag: str) -> str:
    """Return a tag in its usual form; "" for an unknown language. Variants are left out."""
    found = _TAG.match(tag.replace("_", "-"))
    if found is None:
        return ""
    language, extended, script, region = found.groups(default="")
    code = _CODES.get(extended[1:]) or _CODES.get(language) or _NAMES.get(language)
    return _TAGS[code] + script.title() + region.upper() if code else ""
