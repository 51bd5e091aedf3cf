"""The prompts for image and video models.

A prompt consists of the style, the instruction of the work, and the scene. Vendors truncate a long
prompt at its end, which would be the scene; therefore the other parts are shortened here.
"""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from providers.prompts.common import shorten, single_line, stripped, utf16_length

MAX_IMAGE_PROMPT = 4000  # UTF-16 units; the smallest limit of all image models
MAX_VIDEO_PROMPT = 1000  # Runway's limit; longer prompts would not improve clips

_MAX_STYLE = 300
_MAX_ASSET = 600
_MIN_PART = 40  # a part that would be cut to less than this is left out
_QUIET = "The camera moves in slowly; what is in the picture moves a little, naturally."
_CAST = "These are in the picture, and look exactly the same in every picture of the film:"
_REAL = "What of these is in the picture looks exactly like this:"

StyleGuide = Mapping[str, Any]
Asset = Mapping[str, Any]  # name and description


class Depicted(NamedTuple):
    """What is to be in an image, with the numbers of the references that show it, from 1."""

    name: str
    kind: str  # of a member of the cast; "" of an asset
    description: str
    references: Sequence[int] = ()


def image_prompt(
    prompt: str,
    *,
    style_guide: StyleGuide | None = None,
    instruction: str | None = None,
    negative: str | None = None,
    cast: Sequence[Depicted] = (),
    assets: Sequence[Asset] = (),
) -> str:
    """Return the prompt for a scene's image, of at most MAX_IMAGE_PROMPT UTF-16 units.

    `cast` is what is to be in it, `assets` are real objects that may appear in it. The parts of a
    style guide that concern the video as a whole (must_include, tempo, voice) are left to the
    scenario.
    """
    guide = style_guide or {}
    style = _style(guide.get("tone"), _colours(guide), guide.get("camera_style"))
    avoid = _avoid(negative, *(guide.get("must_avoid") or ()))
    real = (_cast(cast), _assets(assets))
    return _join_within(MAX_IMAGE_PROMPT, style, stripped(instruction), prompt, *real, avoid)


def video_prompt(
    prompt: str,
    *,
    style_guide: StyleGuide | None = None,
    instruction: str | None = None,
) -> str:
    """Return the prompt for a scene's clip, of at most MAX_VIDEO_PROMPT UTF-16 units.

    The first frame determines the look; of a style guide, only mood and movement are used.
    """
    guide = style_guide or {}
    tempo = f"{guide['tempo']} tempo" if guide.get("tempo") else ""
    style = _style(guide.get("tone"), tempo, guide.get("camera_style"))
    scene = stripped(prompt) or _QUIET
    return _join_within(MAX_VIDEO_PROMPT, style, stripped(instruction), scene)


def _style(*traits: str | None) -> str:
    text = ". ".join(stripped(trait).rstrip(".") for trait in traits if stripped(trait))
    return f"Style: {shorten(text, _MAX_STYLE)}." if text else ""


def _colours(guide: StyleGuide) -> str:
    colours = guide.get("color_palette")
    return f"Colours {', '.join(colours)}" if colours else ""


def _cast(cast: Sequence[Depicted]) -> str:
    return "\n".join([_CAST, *map(_depicted, cast)]) if cast else ""


def _depicted(each: Depicted) -> str:
    """Return a line such as `Mina (person, reference images 1, 2): a woman with short hair`."""
    shown = ", ".join(map(str, each.references))
    images = f"reference image{'s' if len(each.references) > 1 else ''} {shown}" if shown else ""
    facts = ", ".join(filter(None, [each.kind, images]))
    text = single_line(each.description, _MAX_ASSET)
    return f"{each.name}{f' ({facts})' if facts else ''}{f': {text}' if text else ''}"


def _assets(assets: Sequence[Asset]) -> str:
    known = [asset for asset in assets if asset.get("description")]
    lines = [f"{asset['name']}: {single_line(asset['description'], _MAX_ASSET)}" for asset in known]
    return "\n".join([_REAL, *lines]) if lines else ""


def _avoid(*things: str | None) -> str:
    text = "; ".join(stripped(thing) for thing in things if stripped(thing))
    return f"Avoid: {text}." if text else ""


def _join_within(length: int, style: str, instruction: str, prompt: str, *rest: str) -> str:
    """Join the parts in this order; shorten the rest, then the style, then the instruction."""
    kept: dict[int, str] = {}
    parts = [style, instruction, prompt, *rest]
    for index in (2, 1, 0, *range(3, len(parts))):
        text = parts[index].strip()
        cut = shorten(text, length)
        kept[index] = cut if cut == text or utf16_length(cut) >= _MIN_PART else ""
        length -= utf16_length(kept[index]) + 1  # for the line break
    return "\n".join(kept[index] for index in sorted(kept) if kept[index])
