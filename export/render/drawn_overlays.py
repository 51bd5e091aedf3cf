"""The overlays of an export: drawn when a segment that shows them is rendered."""

import threading
from collections.abc import Mapping, Sequence
from dataclasses import asdict, fields
from fractions import Fraction
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

from errors import InvalidError
from export.plan.cues import Cue
from export.plan.frame_size import Frame
from export.plan.overlays import DIRECTIONS, LOOKS, Animation
from export.plan.spoken_captions import NO_WORD, State
from export.plan.timeline import Picture, Text, Timeline
from export.render.burned_captions import caption_overlay, name_of
from export.sources.held_media import Media
from export.sources.openers import asset_name
from media.drawing.overlays import PictureOverlay, TextOverlay
from media.limits import retry_while_busy
from media.overlays import OverlayError, Sprite, draw_overlays, fonts_version
from media.processes import Check, go_on
from storage.files.files import write_private

_TEXT_WRAP = 0.5  # of the arranged frame's width, as in the web editor's preview
_AHEAD = 16  # overlays that one run of the program draws
_TIMES = ("start", "end", "enter", "enter_seconds", "leave", "leave_seconds")
_DEFAULTS = {each.name: each.default for each in fields(Text) if each.name in LOOKS}


class Overlay(NamedTuple):
    """A picture to lay over the frames: a PNG at a path, its top left in the frame, its size.

    `words` are the paths of the pictures that show each spoken word.
    """

    path: str
    x: int
    y: int
    width: int
    height: int
    words: tuple[str, ...] = ()


class Shown(NamedTuple):
    """An overlay, the frames of the rendered ones in which it is visible, and its animations.

    Frames are counted from the first rendered one; animations may have begun before. `playlist` is
    the path of a list of its pictures, if it has several.
    """

    overlay: Overlay
    start: int
    end: int
    animations: tuple[Animation, ...] = ()
    playlist: str | None = None


class Overlays:
    """The texts and pictures of a timeline, and its captions if they are burned in.

    Indexes are those of `Segment.overlays`; `middles` are those of `caption_middles`.
    """

    def __init__(
        self,
        timeline: Timeline,
        frame: Frame,
        media: Mapping[str, Media],
        directory: Path,
        middles: Mapping[int, float],
        check: Check = go_on,
        wait: Check = go_on,
    ) -> None:
        burned = timeline.cues if timeline.output.captions == "burn" else []
        self._items: list[Text | Picture | Cue] = [
            *timeline.texts,
            *timeline.pictures,
            *burned,
        ]
        self._look = timeline.caption_look
        self._frame = frame
        self._media = media
        self._directory = directory
        before = len(self._items) - len(burned)
        self._middles = {before + cue: middle for cue, middle in middles.items()}
        self._check = check
        self._wait = wait
        # Texts keep their lines in a frame of another shape than the one they were arranged in.
        arranged = timeline.arranged_width or frame.width / frame.scale
        self._wrap = _TEXT_WRAP * arranged * frame.scale / frame.width
        self._drawn: dict[int, Overlay | None] = {}
        self._lock = threading.Lock()

    def keys(self, indexes: Sequence[int]) -> list[Any]:
        """Return JSON values that are equal for overlays that look the same."""
        return [self._key(index) for index in indexes]

    def draw(self, indexes: Sequence[int]) -> list[Overlay | None]:
        """Return the overlays, drawn into files; None for one that is outside of the frame.

        `check` is called while they are drawn, and `wait` between two programs that draw. Raises
        InvalidError naming one that cannot be drawn, and what both raise.
        """
        with self._lock:  # segments that are rendered at once share overlays
            wanted = self._with_following(indexes)
            retry_while_busy(partial(self._draw_missing, wanted), self._wait)
        return [self._drawn[index] for index in indexes]

    def _with_following(self, indexes: Sequence[int]) -> list[int]:
        """Return overlays with the captions that follow them, as starting the program takes long.

        Nothing is added unless one of the captions has to be drawn.
        """
        missing = [index for index in indexes if index not in self._drawn]
        captions = [index for index in missing if index in self._middles]
        if not captions:
            return list(indexes)
        ahead = range(max(captions) + 1, max(captions) + 1 + max(0, _AHEAD - len(missing)))
        return [*indexes, *(index for index in ahead if index in self._middles)]

    def _draw_missing(self, indexes: Sequence[int]) -> None:
        """Draw those that are not drawn yet. Raises InvalidError, MediaBusyError."""
        missing = [index for index in indexes if index not in self._drawn]
        described = [self._described(index) for index in missing]
        width, height, scale = self._frame
        sprites = draw_overlays(described, width, height, scale, self._check)
        try:
            for index, sprite in zip(missing, sprites, strict=True):
                self._wait()
                self._drawn[index] = None
                if sprite is not None:
                    self._drawn[index] = self._written(index, sprite)
        except OverlayError as exc:
            name = self._name(missing[exc.index])
            raise InvalidError(f"{name} cannot be drawn", str(exc)) from exc

    def _written(self, index: int, sprite: Sprite) -> Overlay:
        """Write the pictures of an overlay into files."""
        paths = [self._directory / f"overlay-{index}.png"]
        paths += [self._directory / f"overlay-{index}-{n}.png" for n in range(len(sprite.words))]
        for path, picture in zip(paths, (sprite.png, *sprite.words), strict=True):
            write_private(path, picture)
        first, *words = map(str, paths)
        return Overlay(first, sprite.x, sprite.y, sprite.width, sprite.height, tuple(words))

    def _key(self, index: int) -> Any:
        item = self._items[index]
        if isinstance(item, Cue):
            overlay = caption_overlay(item, self._look, self._frame)
            look: dict[str, Any] = overlay._asdict()
            look["spoken"] = overlay.spoken and [*overlay.spoken]
        else:
            look = {key: value for key, value in asdict(item).items() if key not in _TIMES}
        if isinstance(item, Text):  # equal to the keys of before these fields were there
            look = {key: value for key, value in look.items() if not _is_default(key, value)}
        files = [look.pop(name, None) for name in ("asset", "font_asset")]
        names = [asset_name(asset) for asset in files if asset is not None]
        return [
            type(item).__name__,
            look,
            [self._media[name].digest for name in names],
            [*self._frame, self._wrap, self._middles.get(index)],
            fonts_version(),
        ]

    def _described(self, index: int) -> TextOverlay | PictureOverlay:
        item = self._items[index]
        if isinstance(item, Cue):
            return caption_overlay(item, self._look, self._frame, self._middles.get(index, 0.0))
        if isinstance(item, Picture):
            path = self._media[asset_name(item.asset)].path
            return PictureOverlay(path, **_values(item, PictureOverlay._fields))
        font = item.font_asset
        width = item.width and item.width * self._frame.scale / self._frame.width
        return TextOverlay(
            **_values(item, TextOverlay._fields),
            font_path=None if font is None else self._media[asset_name(font)].path,
            wrap=width or self._wrap,
        )

    def _name(self, index: int) -> str:
        item = self._items[index]
        if isinstance(item, Picture):
            return f"The picture {item.asset}"
        return name_of(item.text)


def _values(item: Text | Picture, names: Sequence[str]) -> dict[str, Any]:
    """Return the values of these fields, and whether it slides in from beyond the frame, or out."""
    slides = [DIRECTIONS[kind] for kind in (item.enter, item.leave) if kind in DIRECTIONS]
    return {name: getattr(item, name) for name in names if hasattr(item, name)} | {
        "beyond_x": any(x for x, _ in slides),
        "beyond_y": any(y for _, y in slides),
    }


def _is_default(name: str, value: Any) -> bool:
    return name in _DEFAULTS and value == _DEFAULTS[name]


def playlist(
    overlay: Overlay, states: Sequence[State], shown: tuple[int, int], fps: Fraction
) -> str:
    """Return the list of the pictures that are shown from frame 0 on, the first one before too.

    A picture begins half a frame early, so that no rounding of times makes it late. FFmpeg rounds
    them to the frame rate of a picture, which is 25 unless the list says another one.
    """
    rate = f"option framerate {2 * fps}"
    begins = [Fraction(0), *((state.frame - Fraction(1, 2)) / fps for state in states[1:])]
    lines = ["ffconcat version 1.0"]
    for state, (begin, end) in zip(states, pairwise([*begins, shown[1] / fps]), strict=True):
        path = overlay.path if state.word == NO_WORD else overlay.words[state.word]
        lines += [f"file {_quoted(path)}", rate, f"duration {float(end - begin):.6f}"]
    return "\n".join(lines) + "\n"


def _quoted(path: str) -> str:
    return "'" + path.replace("'", "'\\''") + "'"
