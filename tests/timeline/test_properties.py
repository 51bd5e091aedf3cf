"""Random operations: what they make can be exported, and undone, also where two people edit."""

from collections.abc import Mapping
from random import Random
from typing import Any

import orjson
import pytest

from errors import FieldsError, InvalidError
from export.plan.clips import Source
from export.plan.from_work import timeline_of_work
from export.plan.plan import make_plan
from export.plan.timeline import MediaId
from schemas.editor import EditorStateSchema
from schemas.loading import load
from tests.timeline.generated import (
    ASSETS,
    CONTEXT,
    SCENES,
    Names,
    ids_of,
    random_operation,
    random_state,
)
from tests.timeline.running import loaded, undone
from timeline.frames import rate_of
from timeline.operations import apply

Json = dict[str, Any]
State = Mapping[str, Any]

OPERATIONS = 50
SEEDS = [*range(4), *(pytest.param(seed, marks=pytest.mark.thorough) for seed in range(4, 200))]
_SCHEMA = EditorStateSchema()
_SOURCES: dict[MediaId, Source] = {
    **{each.scene: Source(each.seconds) for each in SCENES},
    **{key: Source(asset.get("seconds")) for key, asset in ASSETS.items()},
}


def written(state: State) -> bytes:
    """Return a state as it is stored; the order of keys does not matter."""
    return orjson.dumps(state, option=orjson.OPT_SORT_KEYS)


def work_of(state: State) -> Json:
    """Return a work that has this timeline."""
    made = [{"sceneIndex": each.scene, "status": "done", "imageUrl": "/"} for each in SCENES]
    return {
        "id": "work_1",
        "projectId": "proj_1",
        "name": "",
        "language": "",
        "createdAt": 0,
        "resolution": CONTEXT.resolution,
        "scenes": [],
        "generatedScenes": made,
        "editorState": state,
    }


def check_export(state: State) -> None:
    """Check that a timeline is valid, and can be exported unless it is empty."""
    assert written(load(_SCHEMA, dict(state))) == written(state)
    if not state["editorData"]["videoTrack"] and state["editorData"].get("arranged"):
        with pytest.raises(InvalidError, match="Nothing to export"):
            timeline_of_work(work_of(state), {})
        return
    make_plan(timeline_of_work(work_of(state), {}), _SOURCES)


@pytest.mark.parametrize("seed", SEEDS)
def test_operations_make_timelines_that_can_be_exported_and_undone(seed):
    random, names = Random(seed), Names("n")
    before = random_state(random)
    state: State = before
    changes, refused = [], 0
    for _ in range(OPERATIONS):
        try:
            state, changed = apply(state, loaded(random_operation(random, state, names)), CONTEXT)
        except FieldsError:
            refused += 1
            continue
        changes.append(changed)
        check_export(state)

    assert refused < OPERATIONS * 0.8
    assert written(undone(state, changes, CONTEXT)) == written(before)


def test_changes_of_nothing_are_none_and_the_state_is_the_same_object():
    random, names = Random(1), Names("n")
    state: State = random_state(random)
    for _ in range(200):
        try:
            after, changed = apply(state, loaded(random_operation(random, state, names)), CONTEXT)
        except FieldsError:
            continue
        assert (after == state) == (changed == [])
        assert after is state or after != state
        state = after


class Writer:
    """One of two people: her values are never the other one's, so that it is clear whose they are.

    She moves and deletes what she added, after clips that nobody moves, and changes fields and
    lengths of all others. Not among her operations are those whose result depends on what the other
    one did to something else: splits, gaps that are left, anchors, and formats. Nor does she move
    or delete what was there: while a clip is away, another one may be put at its place, and where
    the two are after it came back is not defined.
    """

    def __init__(self, seed: int, parity: int) -> None:
        self.random = Random(seed * 2 + parity)
        self.parity = parity
        self.names = Names("ab"[parity])

    def operation(self, state: State) -> Json:
        """Return an operation, on what is there."""
        ids = ids_of(state)
        mine = {kind: [each for each in every if self.owns(each)] for kind, every in ids.items()}
        fixed = [each for each in ids["clip"] if each.startswith("fixed")]
        shared = {kind: [*each, *_shared(ids[kind])] for kind, each in mine.items()}
        kind = self.random.choice(("text", "picture", "caption", "place", "sound"))
        new, after = self.names.new(), self.random.choice([None, *fixed])
        choices: list[Json] = [
            {"op": "insert", "scene": 1, "new": new, "after": after, "seconds": self.seconds()},
            {"op": kind, "new": new, **self.times(), **self.part(kind)},
            {"op": "music", "volume": self.number() / 100},
            {"op": "voice", "scene": self.random.randrange(2), "volume": self.number() / 100},
            {
                "op": "voice",
                "scene": 2,
                "start": self.times()["start"],
                "volume": self.number() / 100,
            },
        ]
        if clips := shared["clip"]:
            clip = self.random.choice(clips)
            choices += [
                {"op": "trim", "clip": clip, "seconds": self.seconds()},
                {"op": "trim", "clip": clip, "from": self.number() / 1000},
                {"op": "gap", "clip": clip, "seconds": self.seconds()},
                {"op": "transition", "clip": clip, "seconds": self.number() / 100},
                {"op": "clip", "clip": clip, "volume": self.number() / 100},
            ]
        if shared[kind]:
            item = self.random.choice(shared[kind])
            named = {"sound" if kind == "sound" else "id": item}
            choices += [{"op": kind, **named, **self.times()}]
            choices += [{"op": kind, **named, **self.part(kind)}]
        if mine["clip"]:
            clip = self.random.choice(mine["clip"])
            choices += [{"op": "move", "clip": clip, "after": after}]
            choices += [{"op": "delete", "kind": "clip", "id": clip}]
        if mine[kind]:
            choices.append({"op": "delete", "kind": kind, "id": self.random.choice(mine[kind])})
        return self.random.choice(choices)

    def owns(self, name: str) -> bool:
        """Return whether something is her own."""
        return name.startswith("ab"[self.parity])

    def number(self) -> int:
        """Return a number that the other one never has."""
        return self.random.randint(4, 60) * 2 + self.parity

    def seconds(self) -> float:
        """Return a length that the other one never has."""
        return rate_of(30).seconds(self.number())

    def times(self) -> Json:
        """Return a start and a length that the other one never has."""
        start = self.random.randint(0, 200) * 2 + self.parity
        seconds = rate_of(30).seconds
        return {"start": seconds(start), "end": seconds(start + self.number())}

    def part(self, kind: str) -> Json:
        """Return fields of an item."""
        number = self.number()
        parts: dict[str, Json] = {
            "text": {"text": f"{self.parity} {number}", "size": number},
            "picture": {"asset": "asset_1", "width": number, "height": 1000 + number},
            "caption": {"text": f"{self.parity} {number}"},
            "place": {"from": number},
            "sound": {"asset": "asset_3", "volume": number / 100},
        }
        return parts[kind]


def _shared(ids: list[str]) -> list[str]:
    return [each for each in ids if each.startswith("fixed")]


def shared_state() -> Json:
    """Return a timeline with clips and items that both may change."""
    names = ("fixed_0", "fixed_1", "fixed_2", "fixed_3")
    clips = [
        {"id": name, "start": number * 2, "end": number * 2 + 2, "sceneIndex": 1}
        for number, name in enumerate(names)
    ]
    times = [{"id": name, "start": number, "end": number + 1} for number, name in enumerate(names)]
    text = {"text": "T", "fontSize": 9.5, "fontColor": "#fff", "centerX": 0, "centerY": 0}
    picture = {"assetId": "asset_1", "width": 7, "height": 7, "opacity": 1, "rotation": 0}
    return {
        "editorData": {
            "videoTrack": clips,
            "textTrack": times,
            "imageTrack": times,
            "audioTrack": times,
            "voiceTrack": [
                {
                    "id": names[each.scene],
                    "sceneIndex": each.scene,
                    "start": each.scene,
                    "end": each.scene + (each.voice or 0),
                }
                for each in SCENES[:2]
            ],
            "soundTrack": [{**each, "assetId": "asset_3"} for each in times],
        },
        "textOverlays": dict.fromkeys(names, text),
        "imageOverlays": {name: {**picture, "centerX": 0, "centerY": 0} for name in names},
        "captions": [{**each, "text": "caption"} for each in times],
        "audioVolume": 1,
        "exportSettings": {"width": 1080, "height": 1920, "fps": 30},
    }


def without_keys(state: State) -> bytes:
    """Return a state without the keys of orders: only their order is the same for two people."""
    tracks = {
        name: [{key: value for key, value in each.items() if key != "order"} for each in track]
        for name, track in state["editorData"].items()
    }
    return written({**state, "editorData": tracks})


@pytest.mark.parametrize("seed", SEEDS)
def test_undo_of_all_of_ones_own_leaves_what_the_other_alone_would_have_made(seed):
    turns = Random(seed)
    state: State = shared_state()
    shadow: State = state  # which the other one's operations alone make
    one, other, changes = Writer(seed, 0), Writer(seed, 1), []
    for _ in range(2 * OPERATIONS):
        if turns.random() < 0.5:
            state, changed = apply(state, loaded(one.operation(state)), CONTEXT)
            changes.append(changed)
        else:
            operation = loaded(other.operation(shadow))
            state, shadow = (apply(each, operation, CONTEXT).state for each in (state, shadow))

    assert without_keys(undone(state, changes, CONTEXT)) == without_keys(shadow)
