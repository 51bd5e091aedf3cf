"""The page's model of a timeline has the rules of exports: what is seen is what is exported."""

import random
import re
from dataclasses import asdict, replace
from fractions import Fraction
from typing import Any

import pytest

from errors import InvalidError
from export.plan.caption_looks import Room, place_captions
from export.plan.clips import Source, View
from export.plan.frame_size import Frame
from export.plan.from_work import timeline_of_work
from export.plan.music_bed import Song
from export.plan.plan import Plan, Segment, make_plan
from export.plan.timeline import MediaId, Timeline
from export.plan.voice_places import PlacedVoice
from export.render.fitting import centred, fitted_size
from media.streams import exact_rate
from tests.browser import needs_browser
from tests.console.timelines import (
    RATES,
    SOURCES,
    SPLIT_CLIPS,
    Case,
    Json,
    random_cases,
    scene,
    work_of,
)
from tests.export.test_music_bed import CASES as MUSIC_BEDS
from tests.timeline.test_ducking import CASES as DUCKING
from tests.timeline.test_voices import VOICE_CASES
from tests.timeline.test_voices import work_of as spoken_work
from timeline.fitted_words import fitted
from timeline.frames import Span
from timeline.spoken_words import Word
from timeline.time_map import TimeMap

pytestmark = needs_browser

CASES = [
    Case(work_of(scenes=[scene(2), scene(0, transition="fade"), scene(3)]), {}),
    Case(work_of(generatedScenes=[{"sceneIndex": 1, "videoUrl": "/v"}, {"sceneIndex": 2}]), {}),
    Case(work_of(), {}),
    *(Case(work_of(editorState=SPLIT_CLIPS), window) for window in ({}, {"from": 0.7, "to": 2.9})),
    *random_cases(150),
]
_MODEL = """async (cases) => {
    const { createModel, frameAt } = await import("/timeline/model.js");
    return cases.map(([work, sources, options, times]) => {
        const model = createModel(work, sources, options);
        const plan = { ...model.plan, spoken: Object.fromEntries(model.plan.spoken) };
        return { ...model, plan, moments: times.map((time) => frameAt(model, time)) };
    });
}"""


_DUCKING = """async (cases) => {
    const { duckingOf, speechOfVoice } = await import("/timeline/ducking.js");
    const named = ([start, end]) => ({ start, end });
    return cases.map(({ voices, duck }) => {
        const spans = voices.flatMap((voice) =>
            speechOfVoice(voice, (voice.words ?? []).map(named), voice.trim, voice.speed));
        return duckingOf(spans, duck).map(({ time, gain }) => [time, gain]);
    });
}"""
_VOICES = """async (works) => {
    const { createModel } = await import("/timeline/model.js");
    const { overrunsOf } = await import("/timeline/voice-fit.js");
    const { pauseAfter } = await import("/timeline/voices.js");
    const rounded = (number) => Math.round(number * 1e6) / 1e6;
    const still = { seconds: null };
    const sources = { 0: { seconds: 4 }, 1: { seconds: 8 }, 2: still, 3: still };
    return works.map((work) => {
        const { voices, duration } = createModel(work, sources);
        const places = voices.map(({ scene, start, end }) => [scene, rounded(start), rounded(end)]);
        const pause = pauseAfter(work.editorState, true);
        const overruns = overrunsOf(voices, duration, pause).map((each) => ({
            ...each, seconds: rounded(each.seconds), longer: rounded(each.longer),
        }));
        return { expect: places, end: rounded(duration), overruns };
    });
}"""
_SPOKEN: dict[MediaId, Source] = {0: Source(4), 1: Source(8), 2: Source(None), 3: Source(None)}
_PLACES = """async (cases) => {
    const { placeCaptions } = await import("/timeline/caption-places.js");
    return cases.map(([cues, heights, room]) => {
        return [...placeCaptions(cues, new Map(heights), room)];
    });
}"""


def planned(case: Case) -> tuple[Timeline, Plan | None]:
    """Return what an export makes of a work; no plan if nothing is left."""
    timeline = timeline_of_work(case.work, case.options)
    try:
        return timeline, make_plan(timeline, SOURCES)
    except InvalidError:
        return timeline, None


def test_plan_is_that_of_an_export(modules):
    cases = [case for case in CASES if case.work != work_of()]
    plans = [planned(case) for case in cases]
    sources = {scene: camel(source._asdict()) for scene, source in SOURCES.items()}
    calls = [
        [case.work, sources, case.options, times_of(plan)]
        for case, (_, plan) in zip(cases, plans, strict=True)
    ]
    models = modules.page.evaluate(_MODEL, calls)

    assert sum(plan is not None for _, plan in plans) > 120
    for (timeline, plan), model in zip(plans, models, strict=True):
        assert shown_timeline(model["timeline"]) == expected_timeline(timeline)
        if plan is None:
            assert model["plan"]["segments"] == []
            continue
        assert shown_plan(model["plan"]) == expected_plan(plan)
        for frame, moment in zip(frames_of(plan), model["moments"], strict=True):
            assert_shown(moment, plan, frame)


def test_captions_of_voices_are_those_of_exports(modules):
    narration = [
        {"sceneIndex": scene, "spokenText": None, "words": said(scene)} for scene in range(3)
    ]
    spoken = {
        scene: [each._asdict() for each in fitted(None, [Word(**word) for word in said(scene)])]
        for scene in range(3)
    }
    made = [
        {
            "sceneIndex": scene,
            "voiceUrl": "/v",
            "voiceDuration": 9.5,
            "voiceGain": 3.2 - scene,
            "videoUrl": "/c",
        }
        for scene in range(3)
    ]
    entry = {"sceneIndex": 1, "start": 9, "end": 12, "trimStart": 1, "trimEnd": 3, "speed": 1.25}
    clip = {"id": "c", "sceneIndex": 0, "start": 0.5, "end": 21}
    effect = {"id": "s", "assetId": "asset_s", "start": 1, "end": 3, "volume": 0.5, "fadeIn": 0.1}
    silent = {"sceneIndex": 0, "start": 1, "end": 2, "volume": 0}
    recording = {"id": "r", "assetId": "asset_r", "start": 2, "end": 9, "voice": True}
    later = {**recording, "id": "q", "start": 18, "end": 20, "trimStart": 1, "volume": 0.5}
    tracks = [
        {"soundTrack": [effect, {**effect, "start": 0, "volume": 0}, recording, later]},
        {"voiceTrack": [entry]},
        {"voiceTrack": [silent, entry], "videoTrack": [clip]},
    ]
    looks = [{"style": "karaoke"}, {"style": "one-word", "color": "#00ff00", "position": "top"}]
    works = [
        work_of(
            scenes=[scene(index) for index in range(3)],
            generatedScenes=made,
            editorState={"editorData": data},
            sound={"captions": look, "duck": duck, "clips": clips},
            resolution={"width": width, "height": 1080},
        )
        for data in tracks
        for look, duck, clips in zip(looks, (-20, 0), ("duck", "mute"), strict=True)
        for width in (1080, 1920)
    ]
    options = {"captions": "burn"}
    sources: dict[MediaId, Source] = {
        0: Source(12.0, 12.0, 30.0),
        1: Source(3.0, 3.0, 30.0),
        2: Source(None),
    }
    shown = {scene: camel(source._asdict()) for scene, source in sources.items()}
    song = Song(3.5, -31.0)
    known = {f"/api/projects/{works[0]['projectId']}/assets/asset_r": song._asdict()}
    given = {**options, "narration": narration, "songs": known}
    calls = [[work, shown, given, []] for work in works]

    for work, model in zip(works, modules.page.evaluate(_MODEL, calls), strict=True):
        timeline = timeline_of_work(work, options, spoken)
        plan = make_plan(timeline, sources, {"asset_r": song})
        assert len(timeline.cues) > 1
        assert shown_timeline(model["timeline"]) == expected_timeline(timeline)
        assert shown_plan(model["plan"]) == expected_plan(plan)


def said(scene: int) -> list[Json]:
    """Return words of nine seconds."""
    texts = "One word, and another one. Then a longer sentence follows, 一个词组 or two."
    words = texts.split()
    return [
        {"text": text, "start": 0.1 + number * 0.7, "end": 0.4 + number * (0.7 + scene * 0.01)}
        for number, text in enumerate(words[scene:])
    ]


def assert_shown(moment: Json, plan: Plan, frame: int) -> None:
    """Check that a moment is what the export's frame of this number shows."""
    segment = next(each for each in plan.segments if frame < each.start + each.frames)
    begin = segment.start - segment.skip
    views = [view for view in (segment.view, segment.incoming) if view]
    passed = frame - begin

    assert moment["frame"] == frame
    assert [view["media"] for view in moment["views"]] == [view.media for view in views]
    expected = pytest.approx([view.after(passed, plan.fps).at for view in views])
    assert [view["at"] for view in moment["views"]] == expected
    framings = [framed(view.after(passed, plan.fps)) for view in views]
    assert [view["framing"] for view in moment["views"]] == framings
    assert moment["overlays"] == list(segment.overlays)
    if segment.incoming is None:
        assert moment["transition"] is None
    else:
        share = (frame - begin) / segment.transition_frames
        assert moment["transition"] == {"movement": segment.transition, "progress": share}


def times_of(plan: Plan | None) -> list[float]:
    return [float(frame / plan.fps) for frame in frames_of(plan)] if plan else []


def frames_of(plan: Plan) -> list[int]:
    """Return the first, a middle and the last frame of each segment."""
    segments = [(each.start, each.start + each.frames - 1) for each in plan.segments]
    return sorted({at for first, last in segments for at in (first, (first + last) // 2, last)})


def expected_timeline(timeline: Timeline) -> Json:
    result: Json = camel(timeline.to_json())
    del result["tags"]
    for name in ("quality", "loudness"):
        del result["output"][name]
    for each in (*result["texts"], *result["pictures"]):
        del each["left"], each["top"]
    result.setdefault("effects", [])
    result.setdefault("recordings", [])
    result.setdefault("ducksClips", False)
    for each in (*result["music"], *result["effects"], *result["recordings"]):
        del each["asset"]
    for each in result["cues"]:
        words = each.setdefault("words", [])
        each["words"] = [dict(zip(("text", "start", "end"), word, strict=True)) for word in words]
        each.setdefault("voice", None)
    result["captionLook"] = camel(asdict(timeline.caption_look))
    return {key: value for key, value in result.items() if key not in {"voices", "duck"}}


def shown_timeline(timeline: Json) -> Json:
    for name in ("clips", "texts", "pictures", "music", "effects", "recordings"):
        for each in timeline[name]:
            del each["id"]
    for each in timeline["clips"]:
        if not each["leastSeconds"]:
            del each["leastSeconds"]
    for each in (*timeline["music"], *timeline["effects"], *timeline["recordings"]):
        del each["url"]
    for each in timeline["cues"]:
        each.pop("from", None)  # which words of a voice it has: what corrections change
    for name in ("voices", "duck", "song", "songs"):
        del timeline[name]
    for name in ("musicLevel", "loopsMusic"):
        if not timeline[name]:
            del timeline[name]
    return timeline


def expected_plan(plan: Plan) -> Json:
    return {
        "rate": {"num": plan.fps.numerator, "den": plan.fps.denominator},
        "first": plan.first,
        "last": plan.last,
        "clips": [{**camel(each._asdict()), "clip": each.clip.media} for each in plan.clips],
        "segments": [expected_segment(segment) for segment in plan.segments],
        "sounds": [camel(sound._asdict()) for sound in plan.sounds],
        "spans": [span._asdict() for span in plan.spans],
        "cues": [[span._asdict() for span in spans] for spans in plan.cues],
        "animations": [
            [each._asdict() for each in plan.animations.get(index, ())]
            for index in range(len(plan.spans))
        ],
        "voices": [placed_voice(each) for each in plan.voices],
        "music": [camel(asdict(replace(each, asset=None))) for each in plan.music],
        "recordings": [
            pytest.approx(camel({**asdict(each), "asset": 0})) for each in plan.recordings
        ],
        "ducking": [pytest.approx([*point]) for point in plan.ducking],
        "spoken": {
            str(index): [state._asdict() for state in states]
            for index, states in plan.spoken.items()
        },
    }


def placed_voice(placed: PlacedVoice) -> Any:
    voice = placed.voice
    times = (placed.start, placed.end, voice.trim, voice.speed, voice.volume)
    return pytest.approx([voice.scene, *times])


def expected_segment(segment: Segment) -> Json:
    return {
        **camel(segment._asdict()),
        "view": expected_view(segment.view),
        "incoming": expected_view(segment.incoming),
        "overlays": list(segment.overlays),
    }


def expected_view(view: View | None) -> Json | None:
    return None if view is None else view._asdict() | {"framing": framed(view)}


def framed(view: View) -> Json | None:
    """Return which part of its picture a view shows, as the page has it."""
    if view.framing is None:
        return None
    windows = {name: getattr(view.framing, name) for name in ("crop", "window", "step")}
    return {name: asdict(window) for name, window in windows.items()}


def shown_plan(plan: Json) -> Json:
    names = ("scene", "start", "end", "trim", "speed", "gain")
    heard = [each for each in plan["voices"] if each["gain"]]
    plan["voices"] = [[each[name] for name in names] for each in heard]
    plan["music"] = [
        {key: value for key, value in each.items() if key not in {"id", "url"}} | {"asset": None}
        for each in plan["music"]
    ]
    plan["recordings"] = [
        {key: value for key, value in each.items() if key not in {"id", "url"}} | {"asset": 0}
        for each in plan["recordings"]
    ]
    plan["ducking"] = [[each["time"], each["gain"]] for each in plan["ducking"]]
    for placed in plan["clips"]:
        placed["clip"] = placed["clip"]["asset"] or placed["clip"]["scene"]
    for segment in plan["segments"]:
        for view in (segment["view"], segment["incoming"]):
            if view is not None:
                del view["clip"]
    for sound in plan["sounds"]:
        del sound["clip"]
    return plan


def camel(value: Any) -> Any:
    """Return JSON values with names as JavaScript writes them."""
    if isinstance(value, dict):
        return {re.sub(r"_(.)", lambda m: m[1].upper(), str(k)): camel(v) for k, v in value.items()}
    return [camel(each) for each in value] if isinstance(value, list) else value


def test_captions_are_stacked_as_in_exports(modules):
    chance = random.Random(7)
    cases = []
    for _ in range(100):
        starts = [chance.randrange(40) for _ in range(12)]
        cues = [[Span(start, start + chance.choice([0, 1, 5, 20]))] for start in starts]
        heights = {index: 64.8 * chance.choice([1, 1, 2, 5]) for index in range(12)}
        del heights[chance.randrange(12)]
        cases.append((cues, heights, Room(27.0, 1053.0, 928.8)))
    calls = [
        [[[span._asdict() for span in cue] for cue in cues], [*heights.items()], room._asdict()]
        for cues, heights, room in cases
    ]

    found = modules.page.evaluate(_PLACES, calls)

    assert [dict(each) for each in found] == [place_captions(*case) for case in cases]


def test_times_of_media_are_those_of_exports(modules):
    chance = random.Random(3)
    maps = [
        TimeMap(
            chance.randrange(900),
            chance.choice([0.0, 0.25, 1.001, 4.0]),
            exact_rate(rate),
            chance.choice([1, 1, 0.25, 0.7, 2, 4]),
        )
        for rate in RATES * 20
    ]
    following = [
        each._replace(begin=each.begin + 45, trim=each.media_at(45 + each.begin) + jump / 100)
        for each, jump in zip(maps, range(len(maps)), strict=True)
    ]

    def called(name: str, others: list[Any]) -> list[Any]:
        calls = [[js_map(each), other] for each, other in zip(maps, others, strict=True)]
        return modules.call_all("timeline/placed-clips.js", name, calls)

    frames = [each.begin + 100 for each in maps]
    media = [each.media_at(frame) for each, frame in zip(maps, frames, strict=True)]
    goes_on = [each.goes_on(after) for each, after in zip(maps, following, strict=True)]
    assert set(goes_on) == {True, False}
    assert called("mediaAt", frames) == media
    assert called("goesOn", [js_map(each) for each in following]) == goes_on


def test_music_steps_back_as_in_exports(modules):
    found = modules.page.evaluate(_DUCKING, DUCKING)

    for case, points in zip(DUCKING, found, strict=True):
        assert [[round(each, 9) for each in point] for point in points] == case["points"]


def test_music_is_heard_as_in_exports(modules):
    music = {"volume": 1, "start": 0, "end": None, "trim": 0, "fadeIn": 0, "fadeOut": 0}
    calls = [
        [
            {
                "music": [music | case["music"]],
                "musicLevel": case.get("level"),
                "loopsMusic": case.get("loops", False),
                "song": case["song"],
            },
            case["end"],
            case.get("isSpoken", True),
        ]
        for case in MUSIC_BEDS
    ]
    found = modules.call_all("timeline/plan.js", "heardMusic", calls)

    for case, heard in zip(MUSIC_BEDS, found, strict=True):
        expected = [music | case["music"] | each for each in case["heard"]]
        for each in expected:
            each["volume"] *= 10 ** (each.pop("decibels", 0) / 20)
        assert heard == [pytest.approx(each) for each in expected], case["name"]


def test_music_that_is_being_measured_is_not_heard(modules):
    bed = {"music": [{"volume": 1}], "musicLevel": -24, "loopsMusic": False, "song": None}

    assert modules.call("timeline/plan.js", "heardMusic", bed, 9, True) == []


def test_voices_are_heard_where_exports_have_them(modules):
    found = modules.page.evaluate(_VOICES, [spoken_work(case) for case in VOICE_CASES])

    for case, shown in zip(VOICE_CASES, found, strict=True):
        plan = make_plan(timeline_of_work(spoken_work(case), {}), _SPOKEN)
        places = [[each.voice.scene, round(each.start, 6)] for each in plan.voices]
        assert [each[:2] for each in shown["expect"] if is_heard(case, each[0])] == places
        assert shown == {name: case[name] for name in ("expect", "end", "overruns")}
        assert plan.seconds == pytest.approx(case["end"])


def is_heard(case: Json, scene: int) -> bool:
    silenced = [each["sceneIndex"] for each in case.get("entries", ()) if each.get("volume") == 0]
    return scene not in silenced


def js_map(times: TimeMap) -> Json:
    rate = {"num": times.fps.numerator, "den": times.fps.denominator}
    return {"begin": times.begin, "trim": times.trim, "rate": rate, "speed": times.speed}


def test_frame_rates_are_the_same_fractions(modules):
    rates = [*RATES, 1, 14.985, 23.98, 29.9, 47.952, 1 / 3 + 1, 17.123456]
    found = modules.call_all("timeline/frames.js", "exactRate", [[rate] for rate in rates])

    assert [Fraction(each["num"], each["den"]) for each in found] == [*map(exact_rate, rates)]


def test_pictures_are_fitted_as_in_exports(modules):
    sizes = [(1080, 1920), (1920, 1080), (641, 361), (100, 99), (1, 4000), (1078, 1916), (720, 404)]
    frames = [(1080, 1920), (640, 360), (98, 96), (1920, 1080)]
    pairs = [(size, frame) for size in sizes for frame in frames]
    for fit in ("contain", "cover"):
        calls = [[named(size), named(frame), fit] for size, frame in pairs]
        found = modules.call_all("timeline/geometry.js", "fitted", calls)
        for (size, frame), each in zip(pairs, found, strict=True):
            full = Frame(*frame, 1.0)
            contained = fitted_size(size, full, cover=False)
            whole = contained == frame
            expected = fitted_size(size, full, cover=fit == "cover" and not whole)
            assert (each["box"]["width"], each["box"]["height"]) == expected
            if fit == "contain":
                assert f"{each['box']['x']}:{each['box']['y']}" == centred(full, *expected)


def test_crops_and_motions_that_exports_refuse_are_left_out(modules):
    whole = {"x": 0, "y": 0, "width": 1, "height": 1}
    for name, good, bad in (
        ("Crop", whole, [{**whole, "x": 0.5}, {"x": 0}, "left", {**whole, "width": "1"}]),
        ("Motion", {"from": whole, "to": whole}, [{"preset": "spin"}, {"from": whole}, {}, 7]),
    ):
        calls = [[{name.lower(): value}] for value in (good, *bad)]
        found = modules.call_all("timeline/framing.js", f"stored{name}", calls)
        assert (found[0] is not None, found[1:]) == (True, [None] * 4)


def test_blurred_copies_are_made_as_in_exports(modules):
    sizes = {"full": (1080, 1920), "wide": (1920, 1080), "square": (500, 500)}
    frame = (1080, 1920)
    calls = [[named(size), named(frame), "blur"] for size in sizes.values()]
    found = modules.call_all("timeline/geometry.js", "fitted", calls)
    assert [each["isOverCopy"] for each in found] == [False, True, True]

    copied = modules.call_all("timeline/geometry.js", "blurredCopy", [each[:2] for each in calls])
    for size, each in zip(sizes.values(), copied, strict=True):
        small = Frame(each["copy"]["width"], each["copy"]["height"], 1.0)
        assert (small.width, small.height) == (136, 240)
        box = (each["box"]["width"], each["box"]["height"])
        assert box == fitted_size(size, small, cover=True)


def named(size: tuple[int, int]) -> Json:
    return {"width": size[0], "height": size[1]}
