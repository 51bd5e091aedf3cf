"""The clips of a timeline: their order, the black before each, and how long each is, in frames.

Where a clip begins and ends follows from these. Stored clips may overlap: the gap before the later
one is negative then, and what is seen of the earlier one ends where that begins.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from timeline.context import Context, Scene
from timeline.frames import Number, Rate, Span, plain
from timeline.ids import unique_ids
from timeline.orders import Key, are_plain, between, filled
from timeline.refusals import refuse
from timeline.transitions import CUT, DEFAULT_TRANSITION_SECONDS, transition_frames

Json = dict[str, Any]
Action = Mapping[str, Any]

_DERIVED = frozenset(("id", "start", "end", "order"))


class Registers(NamedTuple):
    """What a clip is made of: `gap` and `length` are frames, `fields` the rest of its action."""

    order: Key
    gap: int
    length: int
    fields: Action


class _Stored(NamedTuple):
    """How a clip is stored: its action, its place in the list, and its frames."""

    action: Action
    place: int
    start: int
    end: int


@dataclass(slots=True)
class Clip:
    """A clip; `before` are its registers before the operation, None for a new one."""

    id: str
    order: Key
    gap: int
    length: int
    fields: Action
    before: Registers | None = None
    stored: _Stored | None = None

    @property
    def registers(self) -> Registers:
        """What it is made of now."""
        return Registers(self.order, self.gap, self.length, self.fields)

    @property
    def scene(self) -> int:
        """The scene whose media it shows."""
        scene: int = self.fields["sceneIndex"]
        return scene

    @property
    def trim(self) -> Number:
        """Where its media begin, in seconds."""
        return self.fields.get("trimStart") or 0

    def set(self, **fields: Any) -> None:
        """Change fields of its action; None removes one."""
        changed = {**self.fields, **fields}
        self.fields = {key: value for key, value in changed.items() if value is not None}


class Clips:
    """The clips in order; each change keeps the keys of their order in order."""

    def __init__(self, actions: Sequence[Action], rate: Rate) -> None:
        self._actions = actions
        self._rate = rate
        self.list = _read(actions, rate)
        self.before = {clip.id: clip for clip in self.list}

    def __iter__(self) -> Iterator[Clip]:
        return iter(self.list)

    def index(self, clip_id: str, field: str) -> int:
        """Return the index of a clip. Raises FieldsError, naming a field, for an unknown one."""
        for index, clip in enumerate(self.list):
            if clip.id == clip_id:
                return index
        known = ", ".join(clip.id for clip in self.list[:10]) or "none"
        return refuse(field, f"There is no clip with this id; the first ones are: {known}.")

    def starts(self) -> dict[str, int]:
        """Return the frame at which each clip begins."""
        return {clip.id: span.start for clip, span in zip(self.list, self.spans(), strict=True)}

    def spans(self) -> list[Span]:
        """Return the frames of each clip; one that overlaps the next goes on below it."""
        result, start, end = [], 0, 0
        for clip in self.list:
            start = max(end + clip.gap, start, 0)
            end = start + clip.length
            result.append(Span(start, end))
        return result

    def end(self) -> int:
        """Return the frame at which the last clip ends."""
        return max((span.end for span in self.spans()), default=0)

    def settle(self, index: int) -> None:
        """Cut a clip that overlaps the one with this index, if there is one, where that begins."""
        if index >= len(self.list) or (gap := self.list[index].gap) >= 0:
            return
        before = self.list[index - 1] if index else None
        if before is not None and before.length + gap >= 1:
            before.length += gap
        self.list[index].gap = 0

    def insert(self, index: int, clip: Clip) -> None:
        """Put a clip at a place, with a key between those of its neighbours."""
        before = self.list[index - 1].order if index else None
        after = self.list[index].order if index < len(self.list) else None
        key = between(before, after)
        self.list.insert(index, clip)
        if key is not None:
            clip.order = key
        else:
            self.renumber(list(range(len(self.list))))

    def renumber(self, keys: Sequence[Key]) -> None:
        """Give all clips new keys of their order."""
        for clip, key in zip(self.list, keys, strict=True):
            clip.order = key

    def write(self) -> Sequence[Action]:
        """Return the actions of the video track: those as they were in which nothing changed."""
        keyed = not are_plain([clip.order for clip in self.list])
        spans, written, end = self.spans(), [], 0
        for place, (clip, span) in enumerate(zip(self.list, spans, strict=True)):
            clip.gap, end = span.start - end, span.end  # none begins before the one before
            written.append(_written(clip, place, span, self._rate, keyed=keyed))
        same = len(written) == len(self._actions) and all(
            one is other for one, other in zip(written, self._actions, strict=True)
        )
        return self._actions if same else written


def clip_of(clip_id: str, registers: Registers) -> Clip:
    """Return a new clip."""
    return Clip(clip_id, *registers)


def scene_seconds(scene: Scene, trim: Number = 0) -> Number:
    """Return how long a scene is shown by itself, from a place in its media on."""
    return scene.still_seconds if scene.seconds is None else max(scene.seconds - trim, 0)


def actions_of_scenes(context: Context, rate: Rate) -> list[Json]:
    """Return the actions of a timeline that is not arranged: the scenes, one after the other."""
    actions: list[Json] = []
    position: Number = 0
    for scene in context.scenes:
        if scene.plays:
            start, position = position, position + scene_seconds(scene)
            span = Span(rate.frame(start), rate.frame(position))
            if span.end > span.start:
                actions.append(
                    {
                        "id": f"scene-{scene.scene}",
                        "start": rate.seconds(span.start),
                        "end": rate.seconds(span.end),
                        "sceneIndex": scene.scene,
                        "transitionType": scene.transition or CUT,
                    }
                )
    return actions


def transition_before(clips: Sequence[Clip], spans: Sequence[Span], index: int, rate: Rate) -> int:
    """Return how many frames the transition to a clip lasts, as exports show it."""
    seen = [
        Span(span.start, min(span.end, following.start))
        for span, following in zip(spans, [*spans[1:], Span(spans[-1].end, 0)], strict=True)
    ]
    before = next((each for each in range(index - 1, -1, -1) if _lasts(seen[each])), None)
    if before is None or seen[before].end < seen[index].start - 1:
        return 0
    fields = clips[before].fields
    seconds = fields.get("transitionDuration", DEFAULT_TRANSITION_SECONDS)
    lengths = (seen[index].start - seen[before].start, seen[index].end - seen[index].start)
    return transition_frames(fields.get("transitionType") or CUT, seconds, lengths, rate.exact)


def _lasts(span: Span) -> bool:
    return span.end > span.start


def _read(actions: Sequence[Action], rate: Rate) -> list[Clip]:
    ids = unique_ids([action["id"] for action in actions])
    places = sorted(range(len(actions)), key=lambda place: actions[place]["start"])
    orders = filled(
        [actions[place].get("order") for place in places], [ids[place] for place in places]
    )
    result, end_before = [], 0
    for order, place in zip(orders, places, strict=True):
        action = actions[place]
        start, end = rate.frame(action["start"]), rate.frame(action["end"])
        fields = {key: value for key, value in action.items() if key not in _DERIVED}
        fields.setdefault("sceneIndex", place)
        before = Registers(order, start - end_before, end - start, fields)
        stored = _Stored(action, place, start, end)
        result.append(Clip(ids[place], *before, before, stored))
        end_before = end
    return result


def _written(clip: Clip, place: int, span: Span, rate: Rate, *, keyed: bool) -> Action:
    """Return the action of a clip at a place of the list; the stored one, if it is the same."""
    stored = clip.stored
    order = clip.order if keyed else None
    if stored is not None and _is_same(clip, stored, place, span, order):
        return stored.action
    start, end = span.start, max(span.end, span.start + 1)
    action: Json = {"id": clip.id, "start": rate.seconds(start), "end": rate.seconds(end)}
    if stored is not None:
        action["start"] = stored.action["start"] if stored.start == start else action["start"]
        action["end"] = stored.action["end"] if stored.end == end else action["end"]
    action |= clip.fields
    if stored is not None and "sceneIndex" not in stored.action and place == stored.place:
        del action["sceneIndex"]
    if "trimEnd" in action and clip.before is not None and _is_cut_anew(clip, clip.before):
        action["trimEnd"] = plain(clip.trim + rate.seconds(clip.length))
    if order is not None:
        action["order"] = order
    return action


def _is_same(clip: Clip, stored: _Stored, place: int, span: Span, order: Key | None) -> bool:
    return (
        span == (stored.start, stored.end)
        and clip.before is not None
        and clip.fields is clip.before.fields
        and stored.action.get("order") == order
        and stored.action["id"] == clip.id
        and (place == stored.place or "sceneIndex" in stored.action)
    )


def _is_cut_anew(clip: Clip, before: Registers) -> bool:
    return (clip.length, clip.trim) != (before.length, before.fields.get("trimStart") or 0)
