"""Works with timelines of all kinds, with the facts of their media."""

import random
from collections.abc import Iterator
from typing import Any, NamedTuple

from export.plan.clips import Source
from export.plan.timeline import MediaId
from schemas.editor import FITS
from schemas.transitions import MOVEMENTS
from timeline.framing import MOTIONS

Json = dict[str, Any]

RATES = (24, 25, 29.97, 30, 23.976, 12.5, 50, 59.94, 60, 7.3)
TRANSITIONS = ("cut", "none", "", *MOVEMENTS, "spiral")
# By scene, or asset: longer and shorter than their places, one without sound, an image.
SOURCES: dict[MediaId, Source] = {
    0: Source(10.0, 10.0, 30.0),
    1: Source(3.337, 3.4, 29.97),
    2: Source(1.0, None, 24.0),
    3: Source(None),
    4: Source(0.52, 0.4, 60.0),
    "asset_v": Source(2.2, 2.3, 25.0),
}
# Clips that were split once or twice, at times between two frames, and one that jumps.
SPLIT_CLIPS: Json = {
    "editorData": {
        "videoTrack": [
            {"id": str(number), "sceneIndex": scene, "start": start, "end": end, "trimStart": trim}
            for number, (scene, start, end, trim) in enumerate(
                [
                    *((0, 0, 0.51, 2), (0, 0.51, 1.013, 2.51), (0, 1.013, 1.5, 3.013)),
                    *((0, 1.5, 2, 3.6), (1, 2, 2.6, 0.3), (1, 2.6, 3, 0.9)),
                ]
            )
        ]
    }
}
_CAPTIONS = {"style": "karaoke", "color": None, "accent": "#ff0000", "position": "middle"}
_SIZES = ((1080, 1920), (1920, 1080), (640, 360), (101, 333))


class Case(NamedTuple):
    """A work, and options of its export."""

    work: Json
    options: Json


def work_of(**fields: Any) -> Json:
    """Return a work with an empty timeline, but for these fields."""
    return {
        "id": "work_1",
        "projectId": "proj_1",
        "name": "",
        "language": "",
        "createdAt": 0,
        "resolution": {"width": 1080, "height": 1920},
        "scenes": [],
        "generatedScenes": [],
        "editorState": {},
        **fields,
    }


def scene(index: int, **fields: Any) -> Json:
    return {"scene_index": index, **fields}


def random_cases(count: int) -> Iterator[Case]:
    """Yield the same cases each time."""
    chance = random.Random(7)
    for _ in range(count):
        yield Case(_random_work(chance), _random_options(chance))


def _random_work(chance: random.Random) -> Json:
    scenes = [_random_scene(chance, index) for index in chance.sample(range(5), 4)]
    made = [{"sceneIndex": index, "status": "done", "videoUrl": "/v"} for index in range(3)]
    return work_of(
        scenes=scenes if chance.random() < 0.8 else [],
        generatedScenes=made,
        editorState=_random_state(chance),
        **({"sound": {"captions": _CAPTIONS}} if chance.random() < 0.5 else {}),
    )


def _random_scene(chance: random.Random, index: int) -> Json:
    texts = (None, " ", "A caption")
    return scene(
        index,
        duration_seconds=chance.choice([0, 2, 4.7]),
        text_overlay=chance.choice(texts),
        transition=chance.choice(TRANSITIONS),
    )


def _random_state(chance: random.Random) -> Json:
    width, height = chance.choice(_SIZES)
    tracks = {
        "videoTrack": list(_random_clips(chance)) if chance.random() < 0.8 else [],
        "textTrack": [_action(chance, f"t{number}") for number in range(chance.randint(0, 3))],
        "imageTrack": [_action(chance, f"i{number}") for number in range(chance.randint(0, 2))],
        "audioTrack": [_action(chance, f"a{number}") for number in range(chance.randint(0, 2))],
    }
    words = [{"text": "One", "start": 0.52, "end": 0.9}, {"text": "two", "start": 1.3, "end": 1.4}]
    captions = [
        {"start": 0.5, "end": 1.52, "text": "One,\ntwo", "words": words},
        {"start": 2, "end": 2, "text": "None"},
    ]
    return {
        "editorData": tracks,
        "textOverlays": {f"t{number}": _text(chance) for number in range(2)},
        "imageOverlays": {f"i{number}": _picture(chance) for number in range(2)},
        "exportSettings": {
            "width": width,
            "height": height,
            "fps": chance.choice(RATES),
            **({"fit": chance.choice(FITS)} if chance.random() < 0.5 else {}),
        },
        **({"audioUrl": "/api/projects/proj_1/assets/asset_1"} if chance.random() < 0.6 else {}),
        **({"audioVolume": 0.4} if chance.random() < 0.5 else {}),
        **({"captions": captions} if chance.random() < 0.3 else {}),
        **({"audioLevel": -20} if chance.random() < 0.5 else {}),
        **({"audioLoop": True} if chance.random() < 0.3 else {}),
    }


def _random_clips(chance: random.Random) -> Iterator[Json]:
    """Yield clips, most of which follow each other closely, some with gaps or over each other."""
    position = chance.choice([0.0, 0.0, 0.35])
    for number in range(chance.randint(1, 6)):
        length = chance.choice([0.02, 0.3, 1.0, 1.234, 2.5, 6.01])
        clip = {"id": f"c{number}", "start": position, "end": position + length}
        if chance.random() < 0.1:
            clip["assetId"] = "asset_v"
        if chance.random() < 0.9:
            clip["sceneIndex"] = chance.randrange(5)
        elif number > 4:
            clip["sceneIndex"] = 0
        if chance.random() < 0.4:
            clip["trimStart"] = chance.choice([0, 0.25, 1.001, 4])
        if chance.random() < 0.7:
            clip["transitionType"] = chance.choice(TRANSITIONS)
        if chance.random() < 0.4:
            clip |= _played(chance)
        if chance.random() < 0.4:
            clip |= _framed(chance)
        if chance.random() < 0.5:
            clip["transitionDuration"] = chance.choice([0, 0.1, 0.333, 1, 2])
        yield clip
        gap = chance.choice([0, 0, 0, 0, 0.011, 0.03, 0.5, -0.2])
        position = max(0.0, position + length + gap)


def _played(chance: random.Random) -> Json:
    played = {"speed": chance.choice([0, 0.25, 0.7, 2, 4]), "volume": chance.choice([0, 0.5, 2])}
    fades = {"fadeIn": chance.choice([0, 0.333, 5]), "fadeOut": 0.2}
    return chance.choice([played, fades, {**played, **fades}])


def _framed(chance: random.Random) -> Json:
    crop = {"crop": {"x": 0.1, "y": 0, "width": chance.choice([0.5, 0.9]), "height": 1}}
    window = {"x": 0.25, "y": 0.125, "width": 0.5, "height": 0.5}
    explicit = {"from": window, "to": {**window, "x": chance.choice([0.25, 0.5])}}
    motion = {"motion": chance.choice([*({"preset": name} for name in MOTIONS), explicit])}
    return chance.choice([crop, motion, {**crop, **motion}])


def _action(chance: random.Random, id_: str) -> Json:
    start = chance.choice([0, 0.5, 0.983, 2.017, 3.1])
    end = start + chance.choice([0.01, 0.7, 2.5, 30])
    return {
        "id": id_,
        "start": start,
        "end": end,
        "trimStart": chance.choice([0, 0, 1.5]),
        "fadeOut": 0.5,
    }


def _text(chance: random.Random) -> Json:
    return {
        "text": "Text",
        "fontSize": chance.choice([32, 48.5]),
        "fontColor": "#ffcc00",
        "centerX": chance.choice([0, -20.5]),
        "centerY": 12,
        **({"fontAssetId": "asset_f"} if chance.random() < 0.3 else {}),
        **(_look(chance) if chance.random() < 0.5 else {}),
    }


def _look(chance: random.Random) -> Json:
    return {
        "align": chance.choice(["left", "right"]),
        "width": chance.choice([None, 300.5]),
        "outlineWidth": 2.5,
        "backgroundColor": "#0008",
        "shadow": False,
        **_animations(chance),
    }


def _animations(chance: random.Random) -> Json:
    kinds = [None, "fade", "slideleft", "slidedown"]
    ways = {name: chance.choice(kinds) for name in ("animationIn", "animationOut")}
    seconds = chance.choice([0.1, 0.52, 3])
    return {name: {"type": way, "seconds": seconds} for name, way in ways.items() if way}


def _picture(chance: random.Random) -> Json:
    return {
        "assetId": "asset_p",
        "width": 128,
        "height": 64.5,
        "centerX": -3,
        "centerY": chance.choice([0, 40]),
        "opacity": 0.5,
        "rotation": chance.choice([0, 33]),
        **({"maintainAspectRatio": False} if chance.random() < 0.3 else {}),
        **(_animations(chance) if chance.random() < 0.3 else {}),
    }


def _random_options(chance: random.Random) -> Json:
    options: Json = {}
    if chance.random() < 0.3:
        options["fps"] = chance.choice([*RATES, "source"])
    if chance.random() < 0.2:
        options |= {"width": 1281, "height": 720}
    if chance.random() < 0.2:
        options["fit"] = chance.choice(FITS)
    if chance.random() < 0.3:
        options["captions"] = chance.choice(["burn", "track"])
    if chance.random() < 0.3:
        options |= {"from": chance.choice([0, 0.49, 1.2])}
    if chance.random() < 0.3:
        options |= {"to": chance.choice([1.9, 2.2, 60])}
    return options
