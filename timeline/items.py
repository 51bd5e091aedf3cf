"""The items of a kind on a timeline, read from their track and written while it is edited."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from timeline.frames import Rate, Span
from timeline.ids import DERIVED_LENGTH, caption_id, caption_ids, unique_ids
from timeline.item_kinds import CAPTION, Action, Item, Kind, Registers, Starts
from timeline.orders import Key, are_plain, filled, inserted_at
from timeline.refusals import refuse
from timeline.stored_words import moved

Json = dict[str, Any]

_DERIVED = frozenset(("id", "start", "end", "order", "anchor"))


class Items:
    """The items of a kind, in the order of their list."""

    def __init__(
        self, kind: Kind, actions: Sequence[Action], overlays: Mapping[str, Action], rate: Rate
    ) -> None:
        self.kind = kind
        self._actions = actions
        self._rate = rate
        self.list = _read(kind, actions, overlays)
        self.before = list(self.list)
        self._first = self.list  # which is replaced when something is removed
        ids = [action.get("id") for action in actions]
        self._are_renamed = len(ids) - ids.count(None) != len({*ids} - {None})

    def __iter__(self) -> Iterator[Item]:
        return iter(self.list)

    def find(self, item_id: str, field: str = "id") -> Item:
        """Return an item. Raises FieldsError, naming a field, for an unknown id."""
        if (found := self.get(item_id)) is None:
            refuse(field, f"There is no {self.kind.name} with this id.")
        return found

    def removed(self) -> list[Item]:
        """Return the items that are not there any more."""
        if self.list is self._first:
            return []
        now = {id(item) for item in self.list}
        return [item for item in self.before if id(item) not in now]

    def get(self, item_id: str) -> Item | None:
        """Return an item; None for an unknown id."""
        found = next((each for each in self.list if each.id == item_id), None)
        if found is None and self.kind is CAPTION and self._name_captions():
            found = next((each for each in self.list if each.id == item_id), None)
        return found

    def id_of(self, item: Item) -> str:
        """Return the id of an item."""
        if not item.id:
            self._name_captions()
        return item.id

    def registers_before(self, item: Item, starts: Starts) -> Registers:
        """Return what an item was made of before the operation."""
        if item.was is None:
            item.was = self._read_registers(item, starts)
        return item.was

    def _read_registers(self, item: Item, starts: Starts) -> Registers:
        action: Action = item.action or {}
        start, end = self._frames(action)
        anchor = action.get("anchor")
        if anchor not in starts:
            anchor = None
        after = 0 if anchor is None else starts[anchor]
        fields = {key: value for key, value in action.items() if key not in _DERIVED}
        return Registers(anchor, start - after, end - start, fields, item.overlay)

    def add(self, item: Item) -> None:
        """Add an item: above the others, if they are one above the other."""
        self.insert(len(self.list), item)

    def insert(self, index: int, item: Item) -> None:
        """Put an item at a position in the list, with a key between those of its neighbours."""
        if not self.kind.is_layered:
            self.list.insert(index, item)
            return
        keys = inserted_at(index, [each.order for each in self.list])
        self.list.insert(index, item)
        for each, key in zip(self.list[index:], keys, strict=False):
            each.order = key

    def remove(self, item: Item) -> None:
        """Remove an item."""
        self.list = [each for each in self.list if each is not item]

    def write(self, starts: Starts) -> Sequence[Action]:
        """Return the actions of the track: those as they were in which nothing changed."""
        written = self._layered(starts) if self.kind.is_layered else self._by_start(starts)
        same = len(written) == len(self._actions) and all(
            one is other for one, other in zip(written, self._actions, strict=True)
        )
        return self._actions if same else written

    def _layered(self, starts: Starts) -> list[Action]:
        orders: list[Key | None] = [item.order for item in self.list]
        if are_plain([item.order for item in self.list]):
            orders = [None] * len(self.list)
        return [
            self._written(item, starts, order)
            for item, order in zip(self.list, orders, strict=True)
        ]

    def _by_start(self, starts: Starts) -> list[Action]:
        """Return the actions in which nothing changed, with the others merged in by their start."""
        kept: list[tuple[Item, Action]] = []
        changed: list[tuple[Item, Action]] = []
        for item in self.list:
            if item.now is None and item.action is not None and not self._are_renamed:
                kept.append((item, item.action))
                continue
            action = self._written(item, starts, None)
            (kept if action is item.action else changed).append((item, action))
        if not changed:
            return [action for _, action in kept]
        changed.sort(key=lambda pair: (pair[1]["start"], pair[1]["end"], pair[0].id))
        merged = self._merged(kept, changed)
        if self.kind is not CAPTION:
            return [action for _, action in merged]
        return [
            action if action is item.action else self._without_derived_id(item, action)
            for item, action in merged
        ]

    def _merged(
        self, kept: list[tuple[Item, Action]], changed: list[tuple[Item, Action]]
    ) -> list[tuple[Item, Action]]:
        result: list[tuple[Item, Action]] = []
        left = iter(changed)
        following = next(left, None)
        for number, (item, action) in enumerate(kept):
            while following is not None and self._is_before(following, item, action):
                result.append(following)
                following = next(left, None)
            if following is None:
                return result + kept[number:]
            result.append((item, action))
        return result + ([] if following is None else [following, *left])

    def _is_before(self, changed: tuple[Item, Action], item: Item, action: Action) -> bool:
        start, end = changed[1]["start"], changed[1]["end"]
        if (start, end) != (action["start"], action["end"]):
            return bool((start, end) < (action["start"], action["end"]))
        return changed[0].id < self.id_of(item)

    def _written(self, item: Item, starts: Starts, order: Key | None) -> Action:
        stored, now = item.action, item.now
        if now is None and stored is not None:
            has_order = not self.kind.is_layered or stored.get("order") == order
            if has_order and (not item.id or stored.get("id", item.id) == item.id):
                return stored
            now = self.registers_before(item, starts)
        if now is None:  # new items have registers
            return {}
        start = max(now.start + (0 if now.anchor is None else starts[now.anchor]), 0)
        return self._action(item, now, Span(start, start + now.length), order)

    def _action(self, item: Item, now: Registers, span: Span, order: Key | None) -> Action:
        seconds, frame = self._rate.seconds, self._rate.frame
        stored = item.action
        content: Json = {"start": seconds(span.start), "end": seconds(span.end)}
        for key, at in zip(("start", "end"), span, strict=True):
            if stored is not None and frame(stored[key]) == at:
                content[key] = stored[key]
        content |= now.fields
        if self.kind is CAPTION and stored is not None:
            self._move_words(content, stored, span)
        if now.anchor is not None:
            content["anchor"] = now.anchor
        if order is not None:
            content["order"] = order
        if stored is not None and _is_same(item, stored, content):
            return stored
        return {"id": self.id_of(item), **content}

    def _move_words(self, content: Json, stored: Action, span: Span) -> None:
        """Let the words of a caption that moves, as long as before, move along."""
        words = stored.get("words")
        if not words or content.get("words") != words or content["start"] == stored["start"]:
            return
        before = self._frames(stored)
        if span.end - span.start == before.end - before.start:
            content["words"] = moved(words, content["start"] - stored["start"])

    def _frames(self, action: Action) -> Span:
        start = max(self._rate.frame(action["start"]), 0)
        return Span(start, max(self._rate.frame(action["end"]), start + 1))

    def _without_derived_id(self, item: Item, action: Action) -> Action:
        """Return a caption without its id, if that follows from its contents."""
        if len(item.id) != DERIVED_LENGTH or action["id"] != caption_id(action):
            return action
        self._name_captions()
        if any(each.id.startswith(f"{item.id}-") for each in self.list):
            return action
        bare = {key: value for key, value in action.items() if key != "id"}
        return item.action if item.action == bare else bare

    def _name_captions(self) -> bool:
        """Give captions their ids; return whether there were some without."""
        captions = [item for item in self.before if item.action is not None]
        missing = any(not item.id for item in captions)
        if missing:
            ids = caption_ids([item.action for item in captions if item.action is not None])
            for item, name in zip(captions, ids, strict=True):
                item.id = name
        return missing


def _is_same(item: Item, stored: Action, content: Json) -> bool:
    has_id = stored.get("id", item.id) == item.id
    return has_id and content == {key: value for key, value in stored.items() if key != "id"}


def _read(kind: Kind, actions: Sequence[Action], overlays: Mapping[str, Action]) -> list[Item]:
    if kind is CAPTION:
        return [Item(action.get("id") or "", action) for action in actions]
    ids = unique_ids([action["id"] for action in actions])
    pairs = zip(ids, actions, strict=True)
    if not kind.is_layered:
        return [Item(name, action) for name, action in pairs]
    orders = filled([action.get("order") for action in actions], ids)
    return [
        Item(name, action, overlays.get(action["id"]), order, order)
        for (name, action), order in zip(pairs, orders, strict=True)
    ]
