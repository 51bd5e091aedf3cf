"""The built-in provider `demo`: canned texts and placeholder images, without a key or a network."""

import hashlib
import re
import textwrap
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from io import BytesIO
from typing import TYPE_CHECKING, Any

from providers.contract import ImageRequest, MadeImage, Picture, Question, Reply

if TYPE_CHECKING:
    from PIL import Image

_LARGEST_SIDE = 1920  # pixels
_USAGE = {"credits": 0}

# What a scene shows, how it moves on, and what is written over it.
_BEATS = (
    ("{it} stands on a plain table by a window, soft morning light, wide shot", "slow push in", ""),
    ("a close view of {it}, shallow focus, warm side light", "the camera slides past it", ""),
    ("a hand reaches for {it}, natural light, medium shot", "the hand closes around it", "Try it"),
    ("{it} in use outdoors, late sun, a person half in frame", "a gentle arc to the left", ""),
    ("{it} seen from above on a clean coloured ground", "the camera rises slowly", "{it}"),
)


class DemoText:
    """Roles `llm` and `vision`: fills in the asked shape by what its fields are called."""

    takes_video = True

    def answer(self, question: Question) -> Reply:
        """Make something up from the brief."""
        value = _value("answer", question.shape, _Brief.of(question.user), 0)
        return Reply(value, dict(_USAGE))


class DemoImage:
    """Role `image`: the prompt, written on a ground whose colour follows from it."""

    def generate(self, order: ImageRequest) -> MadeImage:
        """Draw the placeholder, at most 1920 pixels long."""
        from PIL import ImageDraw, ImageFont  # heavy, and only for those who try the demo

        factor = min(1.0, _LARGEST_SIDE / max(order.width, order.height))
        size = max(16, round(order.width * factor)), max(16, round(order.height * factor))
        image = _ground(order.prompt, size)
        draw = ImageDraw.Draw(image)
        letters, lines = _set(_printable(order.prompt), *size)
        font = ImageFont.load_default(letters)
        text = "\n".join([f"DEMO  {order.width} x {order.height}", "", *lines])
        place = size[0] * 0.07, size[1] * 0.07
        draw.multiline_text(place, text, fill="white", font=font, spacing=letters * 0.4)
        data = BytesIO()
        image.save(data, "PNG")
        return MadeImage(Picture(data.getvalue(), "image/png"), None, dict(_USAGE))


def _set(text: str, width: int, height: int) -> tuple[int, list[str]]:
    """A size of letters in pixels at which the text fits, and its lines; cut if none is small."""
    for share in (24, 30, 38, 48):
        letters = max(10, min(width, height) // share)
        lines = textwrap.wrap(text, max(8, round(width * 0.85 / letters * 2)))
        most = max(1, round(height * 0.75 / letters / 1.4))
        if len(lines) <= most:
            break
    return letters, lines[:most]


@dataclass(frozen=True, slots=True)
class _Brief:
    """What the canned answers take from a question."""

    product: str
    scenes: int
    seconds: float

    @classmethod
    def of(cls, text: str) -> "_Brief":
        product = re.search(r"^Product: (.{1,80})", text, re.MULTILINE)
        count = re.search(r"scene_count: (\d{1,3})\b", text)
        total = re.search(r"video_duration: (\d{1,5}(?:\.\d+)?)", text)
        scenes = int(count[1]) if count else 3
        seconds = float(total[1]) / max(scenes, 1) if total else 5.0
        return cls(product[1].strip() if product else "the product", scenes, round(seconds, 2))

    def beat(self, index: int, part: int) -> str:
        """A part of the beat for a scene, about the product."""
        text = _BEATS[index % len(_BEATS)][part].format(it=self.product)
        return text[:1].upper() + text[1:]


_WORDS: dict[str, Callable[[_Brief, int], Any]] = {
    "scene_index": lambda _, index: index,
    "index": lambda _, index: index + 1,
    "scene_count": lambda brief, _: brief.scenes,
    "duration_seconds": lambda brief, _: brief.seconds,
    "image_prompt": lambda brief, index: brief.beat(index, 0),
    "video_prompt": lambda brief, index: brief.beat(index, 1),
    "text_overlay": lambda brief, index: brief.beat(index, 2) or None,
    "negative_prompt": lambda *_: "blurred, distorted, extra objects",
    "description": lambda brief, index: f"{brief.beat(index, 0)}. (A demo: nothing was looked at.)",
    "transition": lambda *_: "cut",
    "camera_movement": lambda brief, index: brief.beat(index, 1),
    "overall_tone": lambda *_: "calm and friendly",
    "tone": lambda *_: "calm and friendly",
    "tempo": lambda *_: "medium",
    "camera_style": lambda *_: "steady, slow movements, natural light",
    "brand_voice": lambda *_: "plain and warm",
    "color_palette": lambda *_: ["#22333B", "#EAE0D5", "#C6AC8F"],
    "must_include": lambda *_: ["the product in use"],
    "must_avoid": lambda *_: ["clutter in the background"],
    "product_name": lambda brief, _: brief.product,
    "product_description": lambda *_: "A demo product: nothing was read to describe it.",
    "target_audience": lambda *_: "people who try the demo",
}


def _value(name: str, shape: Mapping[str, Any], brief: _Brief, index: int) -> Any:
    """A value of this shape for a field of this name, in item `index` of a list."""
    if name in _WORDS:
        return _WORDS[name](brief, index)
    kinds = shape.get("type", "string")
    kind = kinds if isinstance(kinds, str) else kinds[0]
    if kind == "object":
        fields = shape.get("properties", {}).items()
        return {field: _value(field, of, brief, index) for field, of in fields}
    if kind == "array":
        return [_value("item", shape["items"], brief, i) for i in range(brief.scenes)]
    if shape.get("enum"):
        return shape["enum"][0]
    return {"string": "Demo", "integer": 1, "number": 1.0, "boolean": False}.get(kind)


def _ground(prompt: str, size: tuple[int, int]) -> "Image.Image":
    """A vertical gradient in a dark colour of the prompt's own."""
    from PIL import Image, ImageOps  # as above

    hue = hashlib.sha256(prompt.encode(errors="replace")).digest()[0] * 360 // 256
    shades = Image.linear_gradient("L").resize(size)
    return ImageOps.colorize(shades, f"hsl({hue}, 45%, 22%)", f"hsl({hue}, 45%, 45%)")


def _printable(text: str) -> str:
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())
