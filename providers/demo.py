"""The built-in provider `demo`: canned texts and placeholder images, without a key or network."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from io import BytesIO
from typing import Any

from media.languages import language_code
from providers.contract import GeneratedImage, ImageRequest, Picture, Question, Reply
from providers.demo_image import USAGE, draw_placeholder
from providers.demo_lines import demo_line, first_sentence, is_speakable, language_of, languages
from providers.timed_words import word_spans
from schemas.cast import CAST_KINDS
from schemas.scenes import DEFAULT_SCENE_SECONDS

_MAX_SIDE = 1920  # pixels
_MAX_CAST = 3  # in each scene
_CAST_LINE = rf"^- (.+?) \((?:{'|'.join(CAST_KINDS)})\): "

# The image prompt, the camera movement and the text overlay of a scene.
_BEATS = (
    ("{it} stands on a plain table by a window, soft morning light, wide shot", "slow push in", ""),
    ("a close view of {it}, shallow focus, warm side light", "the camera slides past it", ""),
    ("a hand reaches for {it}, natural light, medium shot", "the hand closes around it", "Try it"),
    ("{it} in use outdoors, late sun, a person half in frame", "a gentle arc to the left", ""),
    ("{it} seen from above on a clean coloured ground", "the camera rises slowly", "{it}"),
)


class DemoText:
    """Roles `llm` and `vision`: fills in the fields of the schema by their names."""

    takes_video = True

    def answer(self, question: Question) -> Reply:
        """Generate an answer from the brief."""
        value = _value("answer", question.schema, _Brief.parse(question.user), 0)
        return Reply(value, dict(USAGE))


class DemoImage:
    """Role `image`: a landscape whose shapes and colours depend on the prompt, with a caption."""

    def generate(self, request: ImageRequest) -> GeneratedImage:
        """Draw the placeholder, of at most 1920 pixels a side."""
        factor = min(1.0, _MAX_SIDE / max(request.width, request.height))
        size = max(16, round(request.width * factor)), max(16, round(request.height * factor))
        caption = f"DEMO  {request.width} x {request.height}"
        image = draw_placeholder(request.prompt, caption, size, request.references)
        data = BytesIO()
        image.save(data, "PNG")
        return GeneratedImage(Picture(data.getvalue(), "image/png"), None, dict(USAGE))


@dataclass(frozen=True, slots=True)
class _Brief:
    """The parts of a question that the canned answers depend on."""

    product: str
    scenes: int
    seconds: float
    named: str | None = None  # the product, if the brief names it
    sentence: str = ""  # that the description begins with
    language: str = "eng"  # of what is spoken; "" for an unknown one
    shorter: str = ""  # a given line, cut to the number of words that is asked for
    cast: tuple[str, ...] = ()  # the names of people and things that are to be seen

    @classmethod
    def parse(cls, text: str) -> "_Brief":
        product = re.search(r"^Product: (.{1,80})", text, re.MULTILINE)
        count = re.search(r"scene_count: (\d{1,3})\b", text)
        total = re.search(r"video_duration: (\d{1,5}(?:\.\d+)?)", text)
        scenes = int(count[1]) if count else 3
        seconds = float(total[1]) / max(scenes, 1) if total else DEFAULT_SCENE_SECONDS
        name = product[1].strip() if product else None
        spoken = re.search(r"\(narration\) is in this language: (.{1,60})", text)
        sentence = _sentence(text)
        language = language_code(spoken[1]) if spoken else "eng" if name else language_of(sentence)
        seconds, shorter = round(seconds, 2), _shortened(text)
        cast = tuple(re.findall(_CAST_LINE, text, re.MULTILINE))
        return cls(name or "the product", scenes, seconds, name, sentence, language, shorter, cast)

    def line(self, index: int) -> str | None:
        """Return what is said in a scene; None in a language that the demo has no lines in.

        In every language that has a voice, the first scene says the sentence of the brief, unless
        the demo has lines about a product that it names.
        """
        is_said = bool(self.sentence) and not (self.named and self.language in languages())
        if index == 0 and is_said and is_speakable(self.sentence, self.language):
            return self.sentence
        line = demo_line(self.language, self.named, index, self.scenes, self.seconds)
        return line or None

    def beat(self, index: int, part: int) -> str:
        """Return a part of the beat for a scene, with the product's name."""
        text = _BEATS[index % len(_BEATS)][part].format(it=self.product)
        return text[:1].upper() + text[1:]

    def picture(self, index: int) -> str:
        """Return what the picture of a scene shows."""
        if self.named or not self.sentence:
            return self.beat(index, 0)
        return f"{self.sentence.rstrip('.')}: {_BEATS[index % len(_BEATS)][0].format(it='it')}"

    def overlay(self, index: int) -> str | None:
        """Return the text over the picture of a scene; None for none."""
        text = _BEATS[index % len(_BEATS)][2]
        is_sentence = self.sentence and not self.named and "{it}" in text
        return self.sentence if is_sentence else self.beat(index, 2) or None


_VALUES: dict[str, Callable[[_Brief, int], Any]] = {
    "scene_index": lambda _, index: index,
    "index": lambda _, index: index + 1,
    "scene_count": lambda brief, _: brief.scenes,
    "duration_seconds": lambda brief, _: brief.seconds,
    "image_prompt": lambda brief, index: brief.picture(index),
    "video_prompt": lambda brief, index: brief.beat(index, 1),
    "text_overlay": lambda brief, index: brief.overlay(index),
    "narration": lambda brief, index: brief.line(index),
    "line": lambda brief, _: brief.shorter,
    "cast": lambda brief, _: [*brief.cast[:_MAX_CAST]],
    "negative_prompt": lambda *_: "blurred, distorted, extra objects",
    "description": lambda brief, index: (
        f"{brief.beat(index, 0)}. (Demo: the image was not analysed.)"
    ),
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


def _sentence(text: str) -> str:
    """Return the sentence that the description of the subject in a question begins with."""
    subject = re.search(r'<material name="subject">\n(.*?)\n</material>', text, re.DOTALL)
    about = re.search(r"^Description: (.+)", subject[1], re.MULTILINE) if subject else None
    return first_sentence(about[1]) if about else ""


def _shortened(text: str) -> str:
    """Return the line of a question for a shorter one, cut after the last word that fits."""
    asked = re.search(r"in at most (\d{1,4}) (?:words|characters)", text)
    given = re.search(r'<material name="line">\n(.*)\n</material>', text, re.DOTALL)
    if not (asked and given):
        return ""
    spans = word_spans(given[1])[: int(asked[1])]
    return given[1][: spans[-1][1]] if spans else given[1]


def _value(name: str, schema: Mapping[str, Any], brief: _Brief, index: int) -> Any:
    """Return a value that conforms to the schema, for a field of list item `index`."""
    if name in _VALUES:
        return _VALUES[name](brief, index)
    types = schema.get("type", "string")
    json_type = types if isinstance(types, str) else types[0]
    if json_type == "object":
        fields = schema.get("properties", {}).items()
        return {field: _value(field, each, brief, index) for field, each in fields}
    if json_type == "array":
        return [_value("item", schema["items"], brief, i) for i in range(brief.scenes)]
    if schema.get("enum"):
        return schema["enum"][0]
    return {"string": "Demo", "integer": 1, "number": 1.0, "boolean": False}.get(json_type)
