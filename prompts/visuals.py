"""What image and video models are told.

A prompt is the style, then the instruction of the work, then the scene. Vendors cut the end of what
is too long for them, which would be the scene; so prompts are shortened here, at the other parts.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from prompts.common import given, one_line, shortened, units

IMAGE_LENGTH = 4000  # UTF-16 units; the least that an image model takes
VIDEO_LENGTH = 1000  # Runway's; longer ones would not make better clips

_STYLE_LENGTH = 300
_ASSET_LENGTH = 600
_STUB = 40  # less than this of a longer text says nothing
_QUIET = "The camera moves in slowly; what is in the picture moves a little, naturally."
_REAL = "What of these is in the picture looks exactly like this:"

StyleGuide = Mapping[str, Any]
Asset = Mapping[str, Any]  # name and description


def image_prompt(
    prompt: str,
    *,
    style_guide: StyleGuide | None = None,
    instruction: str | None = None,
    negative: str | None = None,
    assets: Sequence[Asset] = (),
    length: int = IMAGE_LENGTH,
) -> str:
    """The prompt for a scene's image, of at most `length` UTF-16 units.

    `assets` are real things that may be in it, by their descriptions. What a style guide demands of
    the video as a whole (must_include, tempo, voice) is the scenario's; a picture gets the rest.
    """
    guide = style_guide or {}
    style = _style(guide.get("tone"), _colours(guide), guide.get("camera_style"))
    avoid = _avoid(negative, *(guide.get("must_avoid") or ()))
    return _fitted(length, style, given(instruction), prompt, _things(assets), avoid)


def video_prompt(
    prompt: str,
    *,
    style_guide: StyleGuide | None = None,
    instruction: str | None = None,
    negative: str | None = None,
    length: int = VIDEO_LENGTH,
) -> str:
    """The prompt for a scene's clip, of at most `length` UTF-16 units.

    The first frame shows the look already, so a style guide tells mood and movement here.
    """
    guide = style_guide or {}
    tempo = f"{guide['tempo']} tempo" if guide.get("tempo") else ""
    style = _style(guide.get("tone"), tempo, guide.get("camera_style"))
    avoid = _avoid(negative)
    return _fitted(length, style, given(instruction), given(prompt) or _QUIET, avoid)


def _style(*traits: str | None) -> str:
    said = ". ".join(given(trait).rstrip(".") for trait in traits if given(trait))
    return f"Style: {shortened(said, _STYLE_LENGTH)}." if said else ""


def _colours(guide: StyleGuide) -> str:
    colours = guide.get("color_palette")
    return f"Colours {', '.join(colours)}" if colours else ""


def _things(assets: Sequence[Asset]) -> str:
    known = [asset for asset in assets if asset.get("description")]
    lines = [f"{asset['name']}: {one_line(asset['description'], _ASSET_LENGTH)}" for asset in known]
    return "\n".join([_REAL, *lines]) if lines else ""


def _avoid(*things: str | None) -> str:
    said = "; ".join(given(thing) for thing in things if given(thing))
    return f"Avoid: {said}." if said else ""


def _fitted(length: int, style: str, instruction: str, prompt: str, *rest: str) -> str:
    """All in this order; what doesn't fit is taken from the rest, the style, the instruction."""
    kept: dict[int, str] = {}
    parts = [style, instruction, prompt, *rest]
    for place in (2, 1, 0, *range(3, len(parts))):
        text = parts[place].strip()
        cut = shortened(text, length)
        kept[place] = cut if cut == text or units(cut) >= _STUB else ""
        length -= units(kept[place]) + 1  # for the line break
    return "\n".join(kept[place] for place in sorted(kept) if kept[place])
