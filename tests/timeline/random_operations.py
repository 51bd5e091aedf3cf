"""Random sequences of operations on a timeline, and what the service makes of each."""

import random
from collections.abc import Callable
from copy import deepcopy
from functools import partial
from typing import Any, NamedTuple

from errors import FieldsError
from tests.timeline.running import BASE, context_of, loaded
from timeline.ids import caption_ids
from timeline.operations import apply

Json = dict[str, Any]

RATES = (30, 25, 24, 29.97, 12.5)
TRANSITIONS = ("cut", "fade", "slide", "wipeleft")
COLORS = ("#ff8800", "gold", "hsl(1, 2%, 3%)")
ANIMATIONS = (None, {"type": "fade", "seconds": 0.5}, {"type": "spin", "seconds": 20})
GAPS = (0, 0.2, 0.3333, 1.5)
SPEEDS = (None, 0, 0.1, 0.25, 0.7, 1, 1.5, 2, 4)
TIMES = (0, 0.04, 0.5, 1, 2.34567, 7, 12.3)
_KINDS = {
    "text": "textTrack",
    "picture": "imageTrack",
    "place": "audioTrack",
    "voice": "voiceTrack",
    "sound": "soundTrack",
}


class Step(NamedTuple):
    """An operation, and the state after it; None if it is refused."""

    operation: Json
    state: Json | None


class Sequence(NamedTuple):
    """Operations one after the other."""

    state: Json
    steps: list[Step]


def random_sequence(seed: int, length: int) -> Sequence:
    """Return the same operations each time."""
    chance = random.Random(seed)
    start: Any = deepcopy(BASE["state"])
    if chance.random() < 0.5:
        start["editorData"]["videoTrack"] = []
        start["exportSettings"]["fps"] = chance.choice(RATES)
    context = context_of({})
    state: Any = start
    steps: list[Step] = []
    changes: list[Any] = []
    for number in range(length):
        operation = _operation(chance, state, number, changes)
        try:
            state, changed = apply(state, loaded(operation), context)
        except FieldsError:
            steps.append(Step(operation, None))
        else:
            steps.append(Step(operation, dict(state)))
            changes.append(changed)
    return Sequence(start, steps)


def _operation(chance: random.Random, state: Any, number: int, changes: list[Any]) -> Json:
    if changes and chance.random() < 0.1:
        return {"op": "revert", "changes": chance.choice(changes)}
    choice = chance.choice([*MAKERS, *_FREQUENT])
    return {"op": choice, **MAKERS[choice](chance, state, f"n{number}")}


def _clips(state: Any) -> list[str]:
    track = state["editorData"]["videoTrack"]
    arranged = track or state["editorData"].get("arranged")
    return [each["id"] for each in track] if arranged else ["scene-0", "scene-1", "scene-2"]


def _clip(chance: random.Random, state: Any) -> str:
    return str(chance.choice([*_clips(state), "none"]))


def _items(state: Any, kind: str) -> list[str]:
    if kind == "caption":
        return caption_ids(state.get("captions") or [])
    return [each["id"] for each in state["editorData"].get(_KINDS[kind]) or []]


def _some(chance: random.Random, **arguments: Callable[[], Any]) -> Json:
    """Return some arguments, one at least."""
    names = chance.sample([*arguments], chance.randint(1, len(arguments)))
    return {name: arguments[name]() for name in names}


def _time(chance: random.Random) -> float:
    return chance.choice([*TIMES, round(chance.uniform(0, 15), 3)])


def _insert(chance: random.Random, state: Any, new: str) -> Json:
    fields = _some(
        chance,
        after=lambda: chance.choice([None, *_clips(state)]),
        seconds=lambda: _time(chance),
        gap=lambda: chance.choice(GAPS),
        transition=lambda: chance.choice(TRANSITIONS),
        transitionSeconds=lambda: chance.choice(TIMES),
    )
    fields["from"] = _time(chance)
    shown = (
        {"asset": "asset_v"} if chance.random() < 0.25 else {"scene": chance.choice([0, 1, 2, 5])}
    )
    return {**shown, "new": new, **fields}


def _move(chance: random.Random, state: Any, _: str) -> Json:
    return {"clip": _clip(chance, state), "after": chance.choice([None, *_clips(state)])}


def _trim(chance: random.Random, state: Any, _: str) -> Json:
    fields = {"from": lambda: _time(chance), "seconds": lambda: _time(chance)}
    return {"clip": _clip(chance, state), **_some(chance, **fields)}


def _gap(chance: random.Random, state: Any, _: str) -> Json:
    return {"clip": _clip(chance, state), "seconds": chance.choice(GAPS)}


def _set_clip(chance: random.Random, state: Any, _: str) -> Json:
    fields = {
        "speed": lambda: chance.choice(SPEEDS),
        "volume": lambda: chance.choice([None, 0, 0.75, 1, 3]),
        "fadeIn": lambda: chance.choice([None, *TIMES]),
        "fadeOut": lambda: chance.choice([None, *TIMES]),
        "crop": lambda: chance.choice([None, _window(chance, 0.1), {"x": 0}]),
        "motion": lambda: chance.choice([None, {"preset": "panLeft"}, _motion(chance)]),
    }
    return {"clip": _clip(chance, state), **_some(chance, **fields)}


def _motion(chance: random.Random) -> Json:
    return {name: _window(chance, 0) for name in ("from", "to")}


def _window(chance: random.Random, longer: float) -> Json:
    side = round(chance.uniform(0.05, 0.8), 3)
    place = {name: round(chance.uniform(0, 0.25), 3) for name in ("x", "y")}
    return {**place, "width": side, "height": side + longer}


def _split(chance: random.Random, state: Any, new: str) -> Json:
    return {"clip": _clip(chance, state), "at": _time(chance), "new": new}


def _transition(chance: random.Random, state: Any, _: str) -> Json:
    fields = {
        "transition": lambda: chance.choice(TRANSITIONS),
        "seconds": lambda: chance.choice(TIMES),
    }
    return {"clip": _clip(chance, state), **_some(chance, **fields)}


def _delete(chance: random.Random, state: Any, _: str) -> Json:
    kind = chance.choice(["clip", "text", "picture", "place", "caption", "voice", "sound"])
    ids = _clips(state) if kind == "clip" else _items(state, kind)
    leaves = {"leaveGap": chance.random() < 0.5} if kind == "clip" else {}
    return {"kind": kind, "id": chance.choice([*ids, "none"]), **leaves}


def _voice(chance: random.Random, _: Any, __: str) -> Json:
    fields = {
        "start": lambda: chance.choice([None, _time(chance)]),
        "trimStart": lambda: chance.choice([None, 0, 0.5, 2.9]),
        "trimEnd": lambda: chance.choice([None, 0.25, 2]),
        "speed": lambda: chance.choice([None, 0.8, 1, 1.25, 1.3]),
        "volume": lambda: chance.choice([None, 0, 0.5, 2.5]),
    }
    return {"scene": chance.choice([0, 1, 1, 2]), **_some(chance, **fields)}


def _item(kind: str, needed: Json, **others: Callable[[random.Random], Any]) -> Callable[..., Json]:
    def make(chance: random.Random, state: Any, new: str) -> Json:
        fields = {name: partial(other, chance) for name, other in others.items()}
        times = {name: partial(_time, chance) for name in ("start", "end")}
        if kind != "place":
            fields["anchor"] = partial(chance.choice, [None, *_clips(state), "none"])
        given = _some(chance, **fields, **times)
        if chance.random() < 0.5:
            start = _time(chance)
            return {
                "new": new,
                **needed,
                **given,
                "start": start,
                "end": start + (_time(chance) or 0.04),
            }
        name = "sound" if kind == "sound" else "id"
        return {name: chance.choice([*_items(state, kind), "none"]), **given}

    return make


def _layer(chance: random.Random, state: Any, _: str) -> Json:
    kind = chance.choice(["text", "picture"])
    ids = [*_items(state, kind), "none"]
    return {"kind": kind, "id": chance.choice(ids), "above": chance.choice([None, *ids])}


def _captions(chance: random.Random, _: Any, __: str) -> Json:
    texts = ["One", "Two", "Three"]
    captions = [{"text": text, "start": _time(chance), "end": _time(chance)} for text in texts]
    for each in captions[:1]:
        each["words"] = [{"text": each["text"], "start": each["start"], "end": each["end"]}]
    return {"captions": chance.choice([None, captions, captions[:1]])}


def _music(chance: random.Random, _: Any, __: str) -> Json:
    assets = (None, "work", "asset_1")
    return _some(
        chance,
        asset=lambda: chance.choice(assets),
        volume=lambda: chance.choice(TIMES),
        level=lambda: chance.choice((None, -24, -30)),
        loop=lambda: chance.choice((True, False)),
    )


def _format(chance: random.Random, _: Any, __: str) -> Json:
    return _some(
        chance,
        width=lambda: chance.choice([640, 1080, 1920]),
        height=lambda: chance.choice([480, 1080, 1920]),
        fps=lambda: chance.choice(RATES),
        fit=lambda: chance.choice(["cover", "blur"]),
    )


def _arrange(chance: random.Random, _: Any, new: str) -> Json:
    clips = [{"scene": chance.choice([0, 1, 2]), "new": f"{new}-{n}"} for n in range(3)]
    clips[0] |= _trim(chance, {"editorData": {"videoTrack": []}}, "")
    del clips[0]["clip"]
    return {"clips": clips[: chance.randint(1, 3)]}


MAKERS: dict[str, Callable[..., Json]] = {
    "insert": _insert,
    "move": _move,
    "trim": _trim,
    "gap": _gap,
    "clip": _set_clip,
    "split": _split,
    "transition": _transition,
    "delete": _delete,
    "text": _item(
        "text",
        {"text": "Spring"},
        text=lambda chance: chance.choice(["", "Grüße", "😀"]),
        size=lambda chance: chance.choice([0, 12, 48.5]),
        color=lambda chance: chance.choice(COLORS),
        x=_time,
        font=lambda chance: chance.choice([None, "asset_f"]),
        weight=lambda chance: chance.choice([None, 400, 500]),
        width=lambda chance: chance.choice([None, 0, 420.5]),
        outlineWidth=lambda chance: chance.choice([None, 3, 201]),
        background=lambda chance: chance.choice([None, *COLORS]),
        animationIn=lambda chance: chance.choice(ANIMATIONS),
    ),
    "picture": _item(
        "picture",
        {"asset": "asset_1"},
        width=lambda chance: chance.choice([0, 300, 123.4]),
        height=lambda chance: chance.choice([200, 33.3]),
        keepAspect=lambda chance: chance.random() < 0.5,
        rotation=_time,
    ),
    "place": _item("place", {}, **{"from": _time, "fadeIn": _time, "fadeOut": _time}),
    "voice": _voice,
    "sound": _item(
        "sound",
        {"asset": "asset_s"},
        trimStart=lambda chance: chance.choice([None, *TIMES]),
        volume=lambda chance: chance.choice([None, 0, 1.5, 3]),
        fadeOut=lambda chance: chance.choice([None, *TIMES]),
        voice=lambda chance: chance.random() < 0.5,
    ),
    "caption": _item("caption", {"text": "Hello"}, text=lambda chance: chance.choice(["Hi", "Ü"])),
    "layer": _layer,
    "captions": _captions,
    "music": _music,
    "format": _format,
    "arrange": _arrange,
    "clear": lambda *_: {},
}
_FREQUENT = (
    *("insert", "move", "trim", "clip", "split", "voice"),
    *("text", "caption", "picture", "layer", "place", "sound"),
) * 2
