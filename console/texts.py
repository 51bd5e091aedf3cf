"""The page's texts in other languages than English: modules that stand in for the English ones.

A translation is one file, `languages/<language>.json`, which has the groups of all English modules
(static/i18n/en*.js). Each of these modules gets one with the same groups, and the English texts
where the translation has none. The import map of a page (page.py) names those of its language, so
that browsers load no other.
"""

import posixpath
import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import orjson

from schemas.accounts import DEFAULT_LANGUAGE

Texts = dict[str, Any]

_TRANSLATIONS = Path(__file__).with_name("languages")
_ENGLISH = Path(__file__).with_name("static") / "i18n"
# In the English modules: strings, which stay; comments, which go; names, which JSON quotes; commas
# that JSON has not.
_PART = re.compile(
    r'(?P<string>"(?:[^"\\]|\\.)*")|/\*.*?\*/|//[^\n]*|(?P<name>\w+)(?=\s*:)|,(?=\s*\})', re.DOTALL
)


def path_in(path: str, language: str) -> str:
    """Return the path of the file that stands in for a file of the page in a language."""
    folder, name = posixpath.split(path)
    if language == DEFAULT_LANGUAGE or folder != "i18n" or not re.match(r"en[-.]", name):
        return path
    return f"{folder}/{language}{name.removeprefix('en')}"


def modules() -> dict[str, bytes]:
    """Return the modules of all translations, by their paths below static/."""
    return {
        path_in(f"i18n/{name}", language): b"export default %s;\n"
        % orjson.dumps(_filled(texts, {group: own.get(group) for group in texts}))
        for language, own in translations().items()
        for name, texts in english().items()
    }


def translations() -> dict[str, Texts]:
    """Return the groups of texts of each translation, by its language."""
    return {path.stem: orjson.loads(path.read_bytes()) for path in _TRANSLATIONS.glob("*.json")}


@cache
def english() -> dict[str, Texts]:
    """Return the groups of texts in English, by the names of their modules."""
    return {path.name: _parse(path.read_text("utf-8")) for path in sorted(_ENGLISH.glob("en*.js"))}


def _parse(module: str) -> Texts:
    """Return what a module exports, which is a literal with texts and objects alone."""
    literal = _PART.sub(_as_json, module).strip()
    texts: Texts = orjson.loads(literal.removeprefix("export default").removesuffix(";"))
    return texts


def _as_json(part: re.Match[str]) -> str:
    return part["string"] or (f'"{part["name"]}"' if part["name"] else "")


def _filled(texts: Any, own: Any) -> Any:
    """Return texts in a language, and in English where it has none.

    What has plural forms is the language's as a whole: others have other forms.
    """
    if not isinstance(texts, Mapping):
        return own if isinstance(own, str) else texts
    if "other" in texts and "one" in texts:
        return own if isinstance(own, Mapping) and "other" in own else texts
    own = own if isinstance(own, Mapping) else {}
    return {name: _filled(text, own.get(name)) for name, text in texts.items()}
