"""A timeline while an operation edits it: tracks are read when needed, and written at the end."""

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any

from timeline.anchors import followed, place_voices, remove_with_clips
from timeline.clips import Clips
from timeline.context import Context
from timeline.frames import Number, rate_of
from timeline.item_kinds import CAPTION, KINDS, VOICE, Item, Kind, Registers, Starts
from timeline.items import Items
from timeline.scene_clips import ARRANGED, State, actions_of_timeline, is_arranged

Json = dict[str, Any]
Operation = Mapping[str, Any]  # as clients send it: schemas/operations.py validates it

MUSIC = ("audioUrl", "audioVolume", "audioLevel", "audioLoop")


class Edit:
    """What an operation changes; `write` returns the result."""

    def __init__(self, state: State, context: Context) -> None:
        self.state = state
        self.context = context
        self.settings: Json = dict(state.get("exportSettings") or {})
        self.music: Json = {key: state[key] for key in MUSIC if state.get(key) is not None}
        self.rate = rate_of(self.settings.get("fps"))
        self._tracks: Mapping[str, Any] = state.get("editorData") or {}
        self.was_arranged = is_arranged(state)
        self.is_arranged = self.was_arranged
        self.edits_clips = False
        self._clips: Clips | None = None
        self._scene_starts: Starts | None = None  # once they were unarranged
        self._items: dict[str, Items] = {}

    @property
    def clips(self) -> Clips:
        """The clips to edit: of a timeline that is not arranged, those of the scenes."""
        self.arrange_scenes()
        return self.stored_clips

    @property
    def shown_clips(self) -> Clips:
        """The clips as they are now, without arranging them."""
        return self._read_clips() if self.is_arranged else self._clips_before

    @property
    def stored_clips(self) -> Clips:
        """The clips to edit: of a timeline that is not arranged, none."""
        self.edits_clips = True
        return self._read_clips()

    def items(self, kind: Kind) -> Items:
        """Return the items of a kind, to edit."""
        if kind.name not in self._items:
            overlays = self.state.get(kind.overlays) or {}
            self._items[kind.name] = Items(kind, self._actions(kind), overlays, self.rate)
        return self._items[kind.name]

    def edited_items(self) -> list[Items]:
        """Return the items of the kinds that were read."""
        return [self._items[kind.name] for kind in KINDS if kind.name in self._items]

    def registers(self, kind: Kind, item: Item) -> Registers:
        """Return what an item is made of now."""
        if item.now is not None:
            return item.now
        return self.items(kind).registers_before(item, self.starts_before)

    def stored_count(self, kind: Kind) -> int:
        """Return how many items of a kind there were before the operation."""
        return len(self._actions(kind))

    def anchors_of(self, kind: Kind) -> set[str]:
        """Return the ids of the clips that items of a kind may be anchored to now."""
        if kind is VOICE and not self.is_arranged:
            return {*self.starts_before}
        return {clip.id for clip in self._read_clips()}

    @cached_property
    def starts_before(self) -> Starts:
        """Return at which frame each clip began before the operation, or each scene."""
        before = self._clips_before.before.values()
        return {clip.id: clip.stored.start for clip in before if clip.stored is not None}

    def frame_size(self) -> tuple[Number, Number]:
        """Return the width and the height of the frame."""
        size = {**self.context.resolution, **self.settings}
        return size["width"], size["height"]

    def arrange_scenes(self) -> None:
        """Let the scenes be clips, unless clips are arranged."""
        if not self.is_arranged:
            self._clips = self._clips_before
            self.edits_clips = self.is_arranged = True

    def arrange(self) -> None:
        """Let the stored clips be the cut, even if there are none."""
        self.edits_clips = True
        self.is_arranged = True

    def unarrange(self) -> None:
        """Remove all clips: the scenes play in order. What is anchored to clips stays there."""
        starts = self.stored_clips.starts()
        self._move_anchored(self.starts_before, starts)
        for kind in KINDS:
            after = starts if kind is VOICE else {}  # voices are still at their scenes' clips
            for item in self.items(kind) if self._is_anchored(kind) else ():
                now = self.registers(kind, item)
                if now.anchor in starts:
                    item.now = followed(now, starts, after)
        self._scene_starts = starts
        self.stored_clips.list = []
        self.is_arranged = False

    def write(self) -> State:
        """Return the timeline as it is now; what did not change is the same object."""
        state, tracks = dict(self.state), dict(self._tracks)
        if self.edits_clips:
            self._write_clips(tracks)
        for items in self.edited_items():
            self._write_items(items, state, tracks)
        if _is_changed(tracks, self._tracks):
            state["editorData"] = tracks
        _put(state, "exportSettings", self.settings, self.settings != state.get("exportSettings"))
        for key in MUSIC:
            _put(state, key, self.music.get(key), self.music.get(key) != state.get(key))
        return state if _is_changed(state, self.state) else self.state

    @cached_property
    def _clips_before(self) -> Clips:
        """The clips before the operation; without an arranged timeline, those of the scenes."""
        if self.was_arranged:
            return self._read_clips()
        return Clips(actions_of_timeline(self.state, self.context, self.rate), self.rate)

    def _read_clips(self) -> Clips:
        if self._clips is None:
            self._clips = Clips(self._tracks.get("videoTrack") or [], self.rate)
        return self._clips

    def _actions(self, kind: Kind) -> Sequence[Mapping[str, Any]]:
        holder = self.state if kind is CAPTION else self._tracks
        return holder.get(kind.track) or []

    def _write_clips(self, tracks: Json) -> None:
        track = self.clips.write() if self.is_arranged else []
        before = self.starts_before
        after = self._read_clips().starts()
        if self.is_arranged and not self.was_arranged and self._is_anchored(VOICE):
            place_voices(self.items(VOICE), before, self.rate)
        if self.is_arranged and before != after:
            self._move_anchored(before, after)
        stored = tracks.get("videoTrack")
        if track or stored:
            tracks["videoTrack"] = track
        is_emptied = self.is_arranged and not track
        _put(tracks, ARRANGED, is_emptied or None, is_emptied != bool(tracks.get(ARRANGED)))

    def _move_anchored(self, before: Starts, after: Starts) -> None:
        """Let items follow the clips that they are anchored to; where one is gone, they stay."""
        for kind in KINDS:
            if not self._is_anchored(kind):
                continue
            items = self.items(kind)
            if kind is VOICE:
                shown = {clip.scene for clip in self._read_clips()}
                remove_with_clips(items, before, after, shown)
            for item in items:
                if item.now is None and item.action is not None and "anchor" in item.action:
                    item.now = items.registers_before(item, before)
                if item.now is not None:
                    item.now = followed(item.now, before, after)

    def _is_anchored(self, kind: Kind) -> bool:
        """Return whether items of a kind may be anchored to clips."""
        if kind.name in self._items:
            return True
        return any("anchor" in action for action in self._actions(kind))

    def _write_items(self, items: Items, state: Json, tracks: Json) -> None:
        kind = items.kind
        holder = state if kind is CAPTION else tracks
        stored = holder.get(kind.track)
        written = items.write(self._starts_after() if self._has_anchors(items) else {})
        if kind.is_optional:
            _put(holder, kind.track, written or None, bool(written or stored))
        elif written or stored:
            tracks[kind.track] = written
        if kind.overlays:
            overlays = _overlays(items, state.get(kind.overlays) or {})
            if overlays or state.get(kind.overlays):
                state[kind.overlays] = overlays

    def _starts_after(self) -> Starts:
        if self.is_arranged:
            return self._read_clips().starts()
        return self.starts_before if self._scene_starts is None else self._scene_starts

    @staticmethod
    def _has_anchors(items: Items) -> bool:
        return any(
            item.now.anchor is not None
            if item.now is not None
            else item.action is not None and "anchor" in item.action
            for item in items
        )


def _overlays(items: Items, stored: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the overlays of the items, and those that are on no track."""
    placed = {item.action["id"] for item in items.before if item.action is not None}
    result = {key: value for key, value in stored.items() if key not in placed}
    for item in items:
        overlay = item.overlay if item.now is None else item.now.overlay
        if overlay is not None:
            result[item.id] = overlay
    return result if _is_changed(result, stored) else stored


def _put(holder: Json, key: str, value: Any, changed: bool) -> None:
    """Set a value that changed; remove one that is None or without fields."""
    if changed:
        holder.pop(key, None)
        if value is not None and value != {}:
            holder[key] = value


def _is_changed(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    return one.keys() != other.keys() or any(one[key] is not other[key] for key in one)
