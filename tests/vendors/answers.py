"""What the language models say: JSON that fits the schema they were given, whatever it is.

Each text says where it is from ("image_prompt of scene 2"), so that tests find it again. A scenario
has as many scenes as the schema's `minItems` or the prompt ask for, else three.
"""

import json
import re
from collections.abc import Mapping
from typing import Any

Schema = Mapping[str, Any]

_SCENE_COUNTS = (
    r"exactly\W+(\d+)\W+scenes?",
    r"(\d+)[ -]scenes?\b",
    r"scene[_ ]?count\W{1,10}(\d+)",
    r"number of scenes\W{1,10}(\d+)",
)
_COLOURS = ("#22333b", "#eae0d5", "#c6ac8f")
_WORDS = {
    "tempo": "medium",
    "transition": "cut",
    "language": "en",
    "tone": "warm",
    "overall_tone": "warm",
}


def said(schema: Schema | None, prompt: str) -> str:
    """What a model answers to this prompt; without a schema, a sentence."""
    if schema is None:
        return f"A description of what was shown: {prompt[:40]}"
    return json.dumps(_Author(schema, prompt).value(schema, "answer"))


def scene_count(prompt: str) -> int:
    """How many scenes the prompt asks for; 3 if it doesn't say."""
    for pattern in _SCENE_COUNTS:
        found = re.findall(pattern, prompt, re.IGNORECASE)
        if found and 0 < int(found[-1]) <= 200:
            return int(found[-1])
    return 3


class _Author:
    """Fills one schema."""

    def __init__(self, root: Schema, prompt: str) -> None:
        self.root = root
        self.scenes = scene_count(prompt)

    def value(self, schema: Schema, name: str, index: int = 0, where: str = "") -> Any:
        """A value of this schema for the property of this name, in item `index` of a list."""
        schema = self._resolved(schema)
        fixed = schema.get("enum") or [schema.get("const")]
        if fixed != [None]:
            return fixed[0]
        kind = next((kind for kind in _kinds(schema) if kind != "null"), "null")
        if kind == "object":
            return self._object(schema, index, where)
        if kind == "array":
            return self._array(schema, name)
        return self._single(kind, schema, name, index, where)

    def _single(self, kind: str, schema: Schema, name: str, index: int, where: str) -> Any:
        if kind == "string":
            return _text(schema, name, index, where)
        number = self._number(schema, name, index)
        return {"integer": number, "number": float(number), "boolean": False}.get(kind)

    def _object(self, schema: Schema, index: int, where: str) -> dict[str, Any]:
        properties = schema.get("properties", {})
        return {name: self.value(inner, name, index, where) for name, inner in properties.items()}

    def _array(self, schema: Schema, name: str) -> list[Any]:
        wanted = self.scenes if name == "scenes" else 3
        count = max(schema.get("minItems", 0), min(wanted, schema.get("maxItems", wanted)))
        items = schema.get("items", {"type": "string"})
        singular = name.removesuffix("s")
        return [self.value(items, name, i, f" of {singular} {i}") for i in range(count)]

    def _number(self, schema: Schema, name: str, index: int) -> int:
        wanted = {"scene_index": index, "index": index + 1, "scene_count": self.scenes}.get(name, 4)
        most = min(wanted, int(schema.get("maximum", wanted)))
        return max(int(schema.get("minimum", most)), most)

    def _resolved(self, schema: Schema) -> Schema:
        """Without references and alternatives: the first alternative that isn't null."""
        while True:
            if "$ref" in schema:
                place: Any = self.root
                for step in schema["$ref"].removeprefix("#/").split("/"):
                    place = place[step]
                schema = place
            elif "anyOf" in schema or "oneOf" in schema:
                options = schema.get("anyOf") or schema["oneOf"]
                schema = next((one for one in options if _kinds(one) != ["null"]), options[0])
            else:
                return schema


def _kinds(schema: Schema) -> list[str]:
    """The types that the schema allows, in small letters; Gemini also takes capitals."""
    kinds = schema.get("type", "object" if "properties" in schema else "string")
    found = [str(kind).lower() for kind in (kinds if isinstance(kinds, list) else [kinds])]
    return [*found, "null"] if schema.get("nullable") else found


def _text(schema: Schema, name: str, index: int, where: str) -> str:
    if "color" in name:
        return _COLOURS[index % len(_COLOURS)]
    if name.endswith("url"):
        return "https://example.com/"
    text = _WORDS.get(name, f"{name}{where}")
    return text[: int(schema.get("maxLength", len(text)))]
