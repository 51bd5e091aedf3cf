"""Lenient marshmallow fields for the answers of language models.

"5 s" is accepted as 5, a list of nouns as a text, and null, "" and "none" as a missing value.
"""

import re
from typing import Any

from marshmallow import fields, missing

from providers.prompts.common import shorten
from schemas.sound import MAX_NARRATION

_EMPTY = {"", "null", "none", "n/a"}
_SECONDS = re.compile(r"([0-9]+(?:[.,][0-9]+)?) *(?:s|sec|secs|second|seconds)?\.?", re.IGNORECASE)
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")
_COLOUR = re.compile(r"#([0-9a-f]{3}|[0-9a-f]{6})(?![0-9a-z])", re.IGNORECASE)


class _Lenient(fields.Field[Any]):
    def deserialize(self, value: Any, attr: Any = None, data: Any = None, **kwargs: Any) -> Any:
        blank = isinstance(value, str) and value.strip().lower() in _EMPTY
        return super().deserialize(missing if value is None or blank else value, attr, data)


class Text(_Lenient, fields.String):
    """A text; numbers and lists of texts are converted."""

    def _deserialize(self, value: Any, attr: Any, data: Any, **kwargs: Any) -> Any:
        if isinstance(value, list) and all(isinstance(each, str) for each in value):
            value = ", ".join(value)
        elif isinstance(value, int | float) and not isinstance(value, bool):
            value = str(value)
        text: str = super()._deserialize(value, attr, data, **kwargs)
        # A lone surrogate is valid in JSON, but cannot be stored.
        return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace").strip()


class Spoken(Text):
    """A text that is spoken: `{"text": …}`, as scenes have it."""

    def _deserialize(self, value: Any, attr: Any, data: Any, **kwargs: Any) -> Any:
        if isinstance(value, dict):
            value = value.get("text") or ""
        text = super()._deserialize(value, attr, data, **kwargs)
        spoken = shorten(" ".join(_CONTROL.sub(" ", text).split()), MAX_NARRATION)
        return {"text": spoken} if spoken else None


class OneOfWords(Text):
    """The first of these words that occurs in the text ("hard cut" is "cut"), else the first."""

    def __init__(self, *words: str, **kwargs: Any) -> None:
        super().__init__(load_default=words[0], metadata={"enum": list(words)}, **kwargs)
        self.words = words

    def _deserialize(self, value: Any, attr: Any, data: Any, **kwargs: Any) -> Any:
        text = super()._deserialize(value, attr, data, **kwargs).lower()
        return next((word for word in self.words if word in text), self.words[0])


class TextList(_Lenient, fields.List[Any]):
    """A list of texts; a single text is split at line breaks and semicolons."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(Text, **kwargs)

    def _deserialize(self, value: Any, attr: Any, data: Any, **kwargs: Any) -> Any:
        if isinstance(value, str):
            value = re.split(r"[\n;]", value)
        items = super()._deserialize(value, attr, data, **kwargs)
        return [item for item in items if item is not missing]


class ColorList(_Lenient, fields.List[Any]):
    """Colours as `#RRGGBB`, extracted from texts; anything else is ignored."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(fields.String, **kwargs)

    def _deserialize(self, value: Any, attr: Any, data: Any, **kwargs: Any) -> Any:
        texts = value if isinstance(value, list) else [value]
        found = [each for text in texts for each in _COLOUR.findall(_with_hash(str(text)))]
        long = ["".join(2 * digit for digit in each) if len(each) == 3 else each for each in found]
        return list(dict.fromkeys(f"#{each.upper()}" for each in long))


class Seconds(_Lenient, fields.Float):
    """A duration in seconds."""

    def _deserialize(self, value: Any, attr: Any, data: Any, **kwargs: Any) -> Any:
        if isinstance(value, bool):
            raise self.make_error("invalid", input=value)
        if isinstance(value, str) and (match := _SECONDS.fullmatch(value.strip())):
            value = match[1].replace(",", ".")
        return super()._deserialize(value, attr, data, **kwargs)


class Flag(_Lenient, fields.Boolean):
    """Yes or no."""


class IgnoredIndex(fields.Integer):
    """An index: helps a model to count, but its value is ignored."""

    def deserialize(self, value: Any, attr: Any = None, data: Any = None, **kwargs: Any) -> Any:
        """Return `missing` for any value."""
        return missing


def _with_hash(text: str) -> str:
    return f"#{text}" if re.fullmatch("[0-9a-fA-F]{6}", text) else text
