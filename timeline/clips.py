"""The clips of a timeline: their order, the black before each, and how long each is, in frames.

Where a clip begins and ends follows from these. Stored clips that overlap are read as exports show
them: the earlier one ends where the later one begins.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from schemas.transitions import CUT
from timeline.frames import Number, Rate, Span, plain
from timeline.ids import unique_ids
from timeline.orders import Key, are_plain, filled, inserted_at
from timeline.refusals import refuse
from timeline.time_map import NORMAL_SPEED, TimeMap
from timeline.transitions import DEFAULT_TRANSITION_SECONDS, transition_frames

Json = dict[str, Any]
Action = Mapping[str, Any]

_DERIVED = frozenset(("id", "start", "end", "order"))
_CUT = ("start", "end", "trimStart", "speed")  # from which `trimEnd` follows


class Registers(NamedTuple):
    """What a clip is made of: `gap` and `length` are frames, `fields` the rest of its action."""

    order: Key
    gap: int
    length: int
    fields: Action


class Stored(NamedTuple):
    """How a clip is stored, and the frame at which it begins."""

    action: Action
    start: int


@dataclass(slots=True)
class Clip:
    """A clip; `before` are its registers before the operation, None for a new one."""

    id: str
    order: Key
    gap: int
    length: int
    fields: Action
    before: Registers | None = None
    stored: Stored | None = None

    @property
    def registers(self) -> Registers:
        """What it is made of now."""
        return Registers(self.order, self.gap, self.length, self.fields)

    @property
    def scene(self) -> int | None:
        """The scene whose media it shows; None for an asset."""
        scene: int | None = None if self.asset else self.fields["sceneIndex"]
        return scene

    @property
    def asset(self) -> str | None:
        """The asset that it shows; None for a scene."""
        return self.fields.get("assetId")

    @property
    def trim(self) -> Number:
        """Where its media begin, in seconds."""
        return self.fields.get("trimStart") or 0

    @property
    def speed(self) -> Number:
        """How many seconds of its media are shown in a second."""
        speed: Number = self.fields.get("speed", NORMAL_SPEED)
        return speed

    def media_at(self, frame: int, rate: Rate) -> float:
        """Return the time of its media, in seconds, a number of frames after they begin."""
        return TimeMap(0, self.trim, rate.exact, self.speed).media_at(frame)

    def set(self, **fields: Any) -> None:
        """Change fields of its action; None removes one."""
        changed = {**self.fields, **fields}
        self.fields = {key: value for key, value in changed.items() if value is not None}


class Clips:
    """The clips in order; each change keeps the keys of their order in order."""

    def __init__(self, actions: Sequence[Action], rate: Rate) -> None:
        self._actions = actions
        self.rate = rate
        self.list = _read(actions, rate)
        self.before = {clip.id: clip for clip in self.list}
        self.end_before = self.end()

    def __iter__(self) -> Iterator[Clip]:
        return iter(self.list)

    def index(self, clip_id: str, field: str) -> int:
        """Return the index of a clip. Raises FieldsError, naming a field, for an unknown one."""
        for index, clip in enumerate(self.list):
            if clip.id == clip_id:
                return index
        known = ", ".join(clip.id for clip in self.list[:10]) or "none"
        return refuse(field, f"There is no clip with this id; the first ones are: {known}.")

    def named_in(self, operation: Mapping[str, Any]) -> Clip:
        """Return the clip that an operation names with `clip`. Raises FieldsError."""
        return self.list[self.index(operation["clip"], "clip")]

    def starts(self) -> dict[str, int]:
        """Return the frame at which each clip begins."""
        return {clip.id: span.start for clip, span in zip(self.list, self.spans(), strict=True)}

    def spans(self) -> list[Span]:
        """Return the frames of each clip."""
        result, end = [], 0
        for clip in self.list:
            start = end + clip.gap
            end = start + clip.length
            result.append(Span(start, end))
        return result

    def end(self) -> int:
        """Return the frame at which the last clip ends."""
        return sum(clip.gap + clip.length for clip in self.list)

    def end_seconds(self) -> Number:
        """Return when the last clip ends."""
        return self.rate.seconds(self.end())

    def insert(self, index: int, clip: Clip) -> None:
        """Put a clip at a position in the list, with a key between those of its neighbours."""
        keys = inserted_at(index, [each.order for each in self.list])
        self.list.insert(index, clip)
        for each, key in zip(self.list[index:], keys, strict=False):
            each.order = key

    def write(self) -> Sequence[Action]:
        """Return the actions of the video track: those as they were in which nothing changed."""
        keyed = not are_plain([clip.order for clip in self.list])
        written = [
            _written(clip, span, self.rate, keyed=keyed)
            for clip, span in zip(self.list, self.spans(), strict=True)
        ]
        same = len(written) == len(self._actions) and all(
            one is other for one, other in zip(written, self._actions, strict=True)
        )
        return self._actions if same else written


def clip_of(clip_id: str, registers: Registers) -> Clip:
    """Return a new clip."""
    return Clip(clip_id, *registers)


def transition_between(before: Clip, clip: Clip, rate: Rate) -> int:
    """Return how many frames the transition from a clip to the next one lasts."""
    if clip.gap:
        return 0
    name = before.fields.get("transitionType") or CUT
    seconds = before.fields.get("transitionDuration", DEFAULT_TRANSITION_SECONDS)
    return transition_frames(name, seconds, (before.length, clip.length), rate.exact)


def _read(actions: Sequence[Action], rate: Rate) -> list[Clip]:
    ids = unique_ids([action["id"] for action in actions])
    indexes = sorted(range(len(actions)), key=lambda index: actions[index]["start"])
    in_order = [actions[index] for index in indexes]
    orders = filled([each.get("order") for each in in_order], [ids[index] for index in indexes])
    starts = [rate.frame(each["start"]) for each in in_order]
    result, end_before = [], 0
    for number, (order, index, action) in enumerate(zip(orders, indexes, in_order, strict=True)):
        start = max(starts[number], end_before)
        end = max(_stop(rate.frame(action["end"]), starts[number + 1 : number + 2]), start + 1)
        fields = {key: value for key, value in action.items() if key not in _DERIVED}
        if "assetId" not in fields:
            fields.setdefault("sceneIndex", index)
        before = Registers(order, start - end_before, end - start, fields)
        result.append(Clip(ids[index], *before, before, Stored(action, start)))
        end_before = end
    return result


def _stop(end: int, following: Sequence[int]) -> int:
    """Return where a clip ends: where the next one begins, if it overlaps that.

    A gap of one frame, which rounding can make, is closed.
    """
    if following and (end > following[0] or end == following[0] - 1):
        return following[0]
    return end


def _written(clip: Clip, span: Span, rate: Rate, *, keyed: bool) -> Action:
    """Return the action of a clip; the stored one, if it is the same."""
    stored: Action = {} if clip.stored is None else clip.stored.action
    action = {**clip.fields, "id": clip.id, "start": 0, "end": 0}
    for key, at in zip(("start", "end"), span, strict=True):
        is_kept = bool(stored) and rate.frame(stored[key]) == at
        action[key] = stored[key] if is_kept else rate.seconds(at)
    is_cut_anew = any(action.get(key) != stored.get(key) for key in _CUT)
    if "trimEnd" in action and is_cut_anew:
        action["trimEnd"] = plain(clip.media_at(clip.length, rate))
    if keyed:
        action["order"] = clip.order
    return stored if action == stored else action
