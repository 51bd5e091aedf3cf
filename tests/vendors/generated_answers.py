"""Answers of the fake language models: JSON that is valid for any given schema.

Each text contains its own position ("image_prompt of scene 2"), so that tests can identify it. A
scenario has as many scenes as the schema's `minItems` or the prompt demand, otherwise three.
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


def generated_answer(schema: Schema | None, prompt: str) -> str:
    """Return a model's answer to this prompt; without a schema, a sentence."""
    if schema is None:
        return f"A description of what was shown: {prompt[:40]}"
    return json.dumps(_Generator(schema, prompt).value(schema, "answer"))


def scene_count(prompt: str) -> int:
    """Return the number of scenes that the prompt demands, 3 by default."""
    for pattern in _SCENE_COUNTS:
        found = re.findall(pattern, prompt, re.IGNORECASE)
        if found and 0 < int(found[-1]) <= 200:
            return int(found[-1])
    return 3


class _Generator:
    """Generates the values for one schema."""

    def __init__(self, root: Schema, prompt: str) -> None:
        self.root = root
        self.scenes = scene_count(prompt)

    def value(self, schema: Schema, name: str, index: int = 0, where: str = "") -> Any:
        """Return a value for the property of this name, in item `index` of a list."""
        schema = self._resolved(schema)
        fixed = schema.get("enum") or [schema.get("const")]
        if fixed != [None]:
            return fixed[0]
        type_ = next((type_ for type_ in _types(schema) if type_ != "null"), "null")
        if type_ == "object":
            return self._object(schema, index, where)
        if type_ == "array":
            return self._array(schema, name)
        return self._scalar(type_, schema, name, index, where)

    def _scalar(self, type_: str, schema: Schema, name: str, index: int, where: str) -> Any:
        if type_ == "string":
            return _text(schema, name, index, where)
        number = self._number(schema, name, index)
        return {"integer": number, "number": float(number), "boolean": False}.get(type_)

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
        """Follow references, and choose the first alternative that is not null."""
        while True:
            if "$ref" in schema:
                place: Any = self.root
                for step in schema["$ref"].removeprefix("#/").split("/"):
                    place = place[step]
                schema = place
            elif "anyOf" in schema or "oneOf" in schema:
                options = schema.get("anyOf") or schema["oneOf"]
                schema = next((one for one in options if _types(one) != ["null"]), options[0])
            else:
                return schema


def _types(schema: Schema) -> list[str]:
    """Return the types that the schema allows, in lower case; Gemini also accepts upper case."""
    types = schema.get("type", "object" if "properties" in schema else "string")
    found = [str(type_).lower() for type_ in (types if isinstance(types, list) else [types])]
    return [*found, "null"] if schema.get("nullable") else found


def _text(schema: Schema, name: str, index: int, where: str) -> str:
    if "color" in name:
        return _COLOURS[index % len(_COLOURS)]
    if name.endswith("url"):
        return "https://example.com/"
    text = _WORDS.get(name, f"{name}{where}")
    return text[: int(schema.get("maxLength", len(text)))]
