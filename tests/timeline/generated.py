"""Random timelines and operations, the same for a seed everywhere."""

from collections.abc import Mapping, Sequence
from random import Random
from typing import Any

from timeline.context import Context, Scene
from timeline.frames import rate_of

Json = dict[str, Any]
State = Mapping[str, Any]

SCENES = (
    Scene(0, 4.2, 5, "cut", voice=2.6),
    Scene(1, 8, 5, "fade", voice=9.3),
    Scene(2, None, 3.5, "cut", voice=3.4, motion={"preset": "panUp"}),
    Scene(3, 2.52, 5, "slide"),
)
ASSETS: dict[str, Json] = {
    "asset_1": {"type": "image", "width": 640, "height": 480},
    "asset_2": {"type": "image", "width": 300, "height": 900},
    "asset_3": {"type": "audio", "seconds": 2.2},
    "asset_4": {"type": "font"},
    "asset_5": {"type": "video", "seconds": 3.3},
}
CONTEXT = Context("proj_1", "work_1", {"width": 1080, "height": 1920}, SCENES, ASSETS)
TRANSITIONS = ("cut", "fade", "dissolve", "slide", "wipeleft")
COLORS = ("#ffffff", "#f80", "red")
SPEEDS = (0, 0.25, 0.6, 1, 2, 4)
CROP = {"x": 0.1, "y": 0, "width": 0.5, "height": 0.75}
MOTIONS = (None, {"preset": "zoomIn"}, {"preset": "panDown"})
RATES = (24, 25, 29.97, 30, 60)


class Names:
    """New ids, in order."""

    def __init__(self, prefix: str) -> None:
        self.prefix = prefix
        self.count = 0

    def new(self) -> str:
        """Return an id that was not there before."""
        self.count += 1
        return f"{self.prefix}{self.count}"


def random_state(random: Random) -> Json:
    """Return a timeline whose times are on frames: arranged, or not."""
    fps = random.choice(RATES)
    seconds = rate_of(fps).seconds
    clips: list[Json] = []
    end = 0
    for number in range(random.choice((0, 3, 6))):
        start = end + random.choice((0, 0, 0, random.randint(2, 40)))
        end = start + random.randint(8, 200)
        clip = {"id": f"clip_{number}", "start": seconds(start), "end": seconds(end)}
        clips.append(clip | {"sceneIndex": random.randrange(4)} | _clip_fields(random))
    anchors = [clip["id"] for clip in clips]
    texts = [_item(random, f"text_{number}", seconds, anchors) for number in range(3)]
    pictures = [_item(random, f"picture_{number}", seconds, []) for number in range(2)]
    starts = sorted(random.sample(range(500), 5))
    captions: list[Json] = [
        {"start": seconds(at), "end": seconds(at + random.randint(5, 50)), "text": f"caption {at}"}
        for at in starts
    ]
    captions[0]["id"] = "caption_0"
    return {
        "editorData": {
            "videoTrack": clips,
            "textTrack": texts,
            "imageTrack": pictures,
            "audioTrack": [{"id": "music_0", "start": 0, "end": seconds(90), "trimStart": 0}],
        },
        "textOverlays": {each["id"]: _text(random) for each in texts},
        "imageOverlays": {each["id"]: _picture(random) for each in pictures},
        "audioUrl": "/api/projects/proj_1/assets/asset_3",
        "audioVolume": 1,
        "captions": captions,
        "exportSettings": {"width": 1080, "height": 1920, "fps": fps},
    }


def random_operation(random: Random, state: State, names: Names) -> Json:
    """Return an operation; some are refused."""
    ids = ids_of(state)
    some = {kind: random.choice(each) if each else "none" for kind, each in ids.items()}
    start = round(random.uniform(0, 20), 2)
    times = {"start": start, "end": round(start + random.uniform(0.05, 5), 2)}
    kind = random.choice(("text", "picture", "caption", "place"))
    item = {"new": names.new(), **times} if random.random() < 0.4 else {"id": some[kind]}
    moved = random.choice(({}, times, {"start": start}, {"end": start}))
    anchor = random.choice(({}, {}, {"anchor": some["clip"]}, {"anchor": None}))
    choices: Sequence[Json] = (
        {"op": "insert", "scene": random.randrange(4), "new": names.new(), **_placed(random, some)},
        {"op": "insert", "scene": random.randrange(5), "new": names.new(), **_clip(random)},
        {"op": "insert", "asset": random.choice(("asset_5", "asset_1")), "new": names.new()}
        | _clip(random),
        {"op": "move", "clip": some["clip"], "after": random.choice((None, *ids["clip"]))},
        {"op": "trim", "clip": some["clip"], **_cut(random)},
        {"op": "gap", "clip": some["clip"], "seconds": round(random.uniform(0, 2), 2)},
        {"op": "clip", "clip": some["clip"], **_played(random)},
        {"op": "split", "clip": some["clip"], "at": round(random.uniform(0, 4), 2)}
        | {"new": names.new()},
        {"op": "delete", "kind": "clip", "id": some["clip"], "leaveGap": random.random() < 0.5},
        {"op": "delete", "kind": kind, "id": some[kind]},
        {"op": "voice", "scene": random.randrange(4), **_spoken(random)},
        {"op": "sound", **_sound(random, some["sound"], names), **anchor},
        {"op": "delete", "kind": (heard := random.choice(("voice", "sound"))), "id": some[heard]},
        {"op": "transition", "clip": some["clip"], "transition": random.choice(TRANSITIONS)},
        {"op": "transition", "clip": some["clip"], "seconds": round(random.uniform(0, 1.5), 2)},
        {"op": kind, **item, **moved, **(anchor if kind != "place" else {}), **_part(random, kind)},
        {"op": kind, **item, **moved, **_part(random, kind)},
        {"op": "captions", "captions": random.choice((None, [{"text": "all", **times}]))},
        {"op": "music", "asset": random.choice((None, "work", "asset_3", "asset_1"))},
        {"op": "music", "volume": round(random.uniform(0, 3), 2)},
        {"op": "layer", "kind": "text", "id": some["text"]}
        | {"above": random.choice((None, *ids["text"]))},
        {"op": "format", "width": random.choice((640, 1080)), "height": random.choice((640, 1080))},
        {"op": "format", "fit": random.choice(("contain", "cover", "blur"))},
        {"op": "arrange", "clips": [_arranged(random, names) for _ in range(random.randint(0, 4))]},
        {"op": "clear"},
    )
    weights = [4, 3, 3, 5, 5, 3, 5, 4, 3, 3, 5, 5, 2, 2, 2, 8, 8, 1, 1, 1, 3, 1, 1, 1, 0.5]
    return random.choices(choices, weights)[0]


def ids_of(state: State) -> dict[str, list[str]]:
    """Return the ids that operations can name, by kind."""
    tracks = state["editorData"]
    clips = [each["id"] for each in tracks["videoTrack"]]
    if not clips and not tracks.get("arranged"):
        clips = [f"scene-{each.scene}" for each in SCENES]
    return {
        "clip": clips,
        "text": [each["id"] for each in tracks["textTrack"]],
        "picture": [each["id"] for each in tracks["imageTrack"]],
        "place": [each["id"] for each in tracks["audioTrack"]],
        "voice": [f"voice-{scene}" for scene in range(4)],
        "sound": [each["id"] for each in tracks.get("soundTrack", [])],
        "caption": [each["id"] for each in state.get("captions", []) if "id" in each],
    }


def _item(random: Random, name: str, seconds: Any, anchors: Sequence[str]) -> Json:
    start = random.randint(0, 300)
    item = {"id": name, "start": seconds(start), "end": seconds(start + random.randint(5, 90))}
    return item | ({"anchor": random.choice(anchors)} if anchors and random.random() < 0.5 else {})


def _text(random: Random) -> Json:
    size = random.randint(20, 90)
    return {"text": "T", "fontSize": size, "fontColor": "#fff", "centerX": 10, "centerY": -20.5}


def _picture(random: Random) -> Json:
    sides = {"width": random.randint(10, 400), "height": random.randint(10, 400)}
    place = {"centerX": 0, "centerY": 33.25}
    return {"assetId": "asset_1", **sides, **place, "opacity": 0.5, "rotation": 0}


def _clip_fields(random: Random) -> Json:
    trim = round(random.uniform(0, 2), 2)
    return random.choice(
        (
            {},
            {"trimStart": trim},
            {"trimStart": trim, "speed": random.choice(SPEEDS), "fadeOut": 0.5},
            {"crop": CROP, "motion": MOTIONS[1]},
            {"transitionType": random.choice(TRANSITIONS), "transitionDuration": 0.75},
        )
    )


def _placed(random: Random, some: Mapping[str, str]) -> Json:
    return random.choice(({}, {"after": None}, {"after": some["clip"]}, {"after": some["clip"]}))


def _cut(random: Random) -> Json:
    seconds = {"seconds": round(random.uniform(0.05, 6), 2)}
    trim = {"from": round(random.uniform(0, 3), 2)}
    return random.choice((seconds, trim, seconds | trim, {}))


def _played(random: Random) -> Json:
    sound = {"volume": round(random.uniform(0, 2.2), 2), "fadeIn": random.choice((None, 0.5))}
    framed = {"crop": random.choice((None, CROP)), "motion": random.choice(MOTIONS)}
    return random.choice(
        ({"speed": random.choice((None, *SPEEDS))}, sound, {"fadeOut": 1.5}, framed)
    )


def _spoken(random: Random) -> Json:
    trims = {"trimStart": round(random.uniform(0, 3), 2), "trimEnd": random.choice((None, 0.5))}
    start = {"start": random.choice((None, round(random.uniform(0, 20), 2)))}
    played = {"speed": random.choice((None, 0.8, 1.25)), "volume": random.choice((None, 0, 1.5))}
    return random.choice((trims, start, played, trims | start, start | played))


def _sound(random: Random, sound: str, names: Names) -> Json:
    start = round(random.uniform(0, 20), 2)
    if random.random() < 0.5:
        return {"new": names.new(), "asset": "asset_3", "start": start}
    fields = (
        {"volume": 0.5, "fadeIn": None},
        {"trimStart": 0.75},
        {"fadeOut": 1.5},
        {"voice": random.random() < 0.5},
    )
    return {"sound": sound, **random.choice(({}, {"start": start})), **random.choice(fields)}


def _clip(random: Random) -> Json:
    transition = {"transition": random.choice(TRANSITIONS), "transitionSeconds": 0.4}
    return {**_cut(random), **random.choice(({}, transition, {"gap": 0.7}))}


def _arranged(random: Random, names: Names) -> Json:
    return {"scene": random.randrange(4), "new": names.new(), **_cut(random)}


def _part(random: Random, kind: str) -> Json:
    parts: Mapping[str, Sequence[Json]] = {
        "text": (
            {"text": "changed", "size": random.randint(1, 200)},
            {"text": "more", "color": random.choice(COLORS), "x": random.randint(-500, 500)},
            {"text": "font", "font": random.choice(("asset_4", None))},
        ),
        "picture": (
            {"asset": "asset_2", "width": random.randint(1, 900)},
            {"asset": "asset_1", "height": random.randint(1, 900), "keepAspect": False},
            {"asset": "asset_1", "opacity": 0.25, "rotation": random.randint(-90, 90)},
        ),
        "caption": ({"text": f"words {random.randint(0, 99)}"},),
        "place": ({"from": round(random.uniform(0, 9), 2)}, {"fadeIn": 0.5, "fadeOut": None}, {}),
    }
    return random.choice(parts[kind])
