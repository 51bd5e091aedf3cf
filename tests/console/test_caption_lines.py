"""Captions from spoken words in the page's modules: lines, and how they look."""

import json
from collections.abc import Iterable, Mapping
from typing import Any

import pytest

from export.plan.caption_looks import caption_look, caption_room, line_columns
from export.plan.cues import Cue, CueWord
from export.plan.frame_size import Frame
from export.render.burned_captions import caption_overlay
from schemas.sound import CAPTION_POSITIONS, CAPTION_STYLES
from tests.browser import needs_browser
from tests.console.modules import Modules
from tests.service import ROOT
from timeline.caption_lines import MAX_COLUMNS

pytestmark = needs_browser

CASES = ROOT / "tests" / "timeline"
_LOOKS = """async (cases) => {
    const looks = await import("/timeline/caption-looks.js");
    const { captionLook, captionOverlay, captionRoom, lineColumns } = looks;
    return cases.map(([captions, width, height, cue]) => {
        const [look, frame] = [captionLook({ sound: { captions } }), { width, height }];
        const overlay = captionOverlay(cue, look, frame, 1);
        return {
            room: captionRoom(frame, look), columns: lineColumns(frame, look),
            middle: overlay.centerY + height / 2, size: overlay.fontSize,
            outline: overlay.outlineWidth, shadow: overlay.shadow,
            background: overlay.background, isAlone: overlay.spoken?.isAlone ?? false,
        };
    });
}"""

_LOAD_PHRASES = """async () =>
    (await import("/timeline/phrases.js")).loadPhrases("字")"""

_PHRASES = """async (texts) => {
    const { phraseStarts } = await import("/timeline/phrases.js");
    return texts.map((text) => {
        const starts = text ? [0, ...phraseStarts(text)] : [];
        return starts.map((start, index) => text.slice(start, starts[index + 1]));
    });
}"""

_SHOWN = """async (cases) => {
    const { cueSpans, statesOf } = await import("/timeline/cue-spans.js");
    return cases.map(({ cues, starts }) => {
        const listed = cues.map(([start, end, voice, words]) => ({
            start, end, voice, scene: null,
            words: words.map(([text, from, to]) => ({ text, start: from, end: to })),
        }));
        const rate = { num: 30, den: 1 };
        const times = new Map(Object.entries(starts).map(([key, at]) => [Number(key), at]));
        const spans = cueSpans(listed, [], times, rate).map(([span]) => span);
        const states = listed.map((cue, index) =>
            statesOf(cue, times.get(cue.voice), spans[index], rate));
        return [
            spans.map(({ start, end }) => [start, end]),
            states.map((each) => each.map(({ frame, word }) => [frame, word])),
        ];
    });
}"""


def read_cases(name: str) -> list[dict[str, Any]]:
    """Return the cases of a file, with their words as the page has them."""
    cases: list[dict[str, Any]] = json.loads((CASES / name).read_text("utf-8"))
    for case in cases:
        case["words"] = [{"text": text, "start": a, "end": b} for text, a, b in case["words"]]
    return cases


def listed(word: dict[str, Any]) -> list[Any]:
    return [word["text"], round(word["start"], 3), round(word["end"], 3)]


def lines_of(modules: Modules, spoken: Iterable[Mapping[str, Any]]) -> list[Any]:
    """Return the captions of each of many texts with the words that were spoken."""
    modules.page.evaluate(_LOAD_PHRASES)
    cases = list(spoken)
    calls = [[case.get("text"), case["words"]] for case in cases]
    fitted = modules.call_all("timeline/fitted-words.js", "fitted", calls)
    parts = modules.call_all("timeline/spoken-words.js", "partsOf", [[each] for each in fitted])
    rooms = [case.get("columns", MAX_COLUMNS) for case in cases]
    lines = zip(parts, rooms, strict=True)
    return modules.call_all("timeline/caption-lines.js", "linesOf", list(map(list, lines)))


def test_lines(modules):
    cases = read_cases("caption_lines.json")

    found = lines_of(modules, cases)

    for case, captions in zip(cases, found, strict=True):
        for each in captions:
            each["words"] = [listed(word) for word in each["words"]]
            each["start"], each["end"] = round(each["start"], 3), round(each["end"], 3)
        assert captions == case["expect"], case["name"]


def test_phrases_of_chinese_and_japanese(modules):
    cases = json.loads((CASES / "phrases.json").read_text("utf-8"))
    modules.page.evaluate(_LOAD_PHRASES)

    found = modules.page.evaluate(_PHRASES, ["".join(phrases) for phrases in cases])

    assert found == cases


def test_words_of_a_text(modules):
    cases = read_cases("fitted_words.json")
    calls = [[case["text"], case["words"]] for case in cases]

    found = modules.call_all("timeline/fitted-words.js", "fitted", calls)

    for case, words in zip(cases, found, strict=True):
        assert [[*listed(word), word.get("glued", False)] for word in words] == case["expect"], (
            case["name"]
        )


def test_captions_and_words_are_shown_as_in_exports(modules):
    cases = json.loads((CASES / "spoken_cues.json").read_text("utf-8"))

    for case, (spans, states) in zip(cases, modules.page.evaluate(_SHOWN, cases), strict=True):
        assert spans == case["spans"], case["name"]
        assert case["states"] in ([], states), case["name"]


def test_looks_of_captions_are_those_of_exports(modules):
    looks: list[Any] = [None, *({"style": each, "color": "#00ff00"} for each in CAPTION_STYLES)]
    looks += [{"style": "box", "position": each} for each in CAPTION_POSITIONS]
    frames = [(1920, 1080), (1080, 1920), (1080, 1080), (1080, 1350)]
    cases = [(look, *frame) for look in looks for frame in frames]
    cue = Cue("One two", 0, 1, words=(CueWord("One", 0, 0.5), CueWord("two", 0.5, 1)))

    shown_cue = {"text": cue.text, "words": [word._asdict() for word in cue.words]}

    found = modules.page.evaluate(_LOOKS, [[*case, shown_cue] for case in cases])

    for (given, width, height), shown in zip(cases, found, strict=True):
        look = caption_look({"sound": {"captions": given}})
        overlay = caption_overlay(cue, look, Frame(width, height, 1.0))
        room = caption_room(width, height, look)
        assert shown == {
            "room": pytest.approx(room._asdict()),
            "columns": line_columns(width, height, look),
            "middle": pytest.approx(room.middle),
            "size": pytest.approx(overlay.font_size),
            "outline": pytest.approx(overlay.outline_width),
            "shadow": overlay.shadow,
            "background": overlay.background,
            "isAlone": bool(overlay.spoken and overlay.spoken.alone),
        }


def said(text: str | None, *words: tuple[str, float, float]) -> dict[str, Any]:
    return {
        "spokenText": text,
        "words": [{"text": each, "start": a, "end": b} for each, a, b in words],
    }


SPRING = said(
    "Spring is here. Come in!",
    *[
        ("Spring", 0.1, 0.4),
        ("is", 0.5, 0.7),
        ("here", 0.9, 1.1),
        ("Come", 1.5, 1.7),
        ("in", 1.9, 2),
    ],
)
FIRST, LAST = {"from": 0, "to": 3}, {"from": 3, "to": 5}


def test_corrected_captions_change_the_words_of_their_voice(modules):
    unknown = {**SPRING, "spokenText": None}
    calls = [
        [SPRING, FIRST, "Spring\nwas here."],
        [SPRING, FIRST, "Here is spring."],
        [SPRING, LAST, "Come"],
        [SPRING, LAST, "Come on in!"],
        [unknown, LAST, "Get in"],
        [SPRING, FIRST, " ?! "],
        [SPRING, {"from": 7, "to": 9}, "Nobody says this"],
    ]

    *found, empty, elsewhere = modules.call_all("timeline/voice-words.js", "correctedSpeech", calls)

    assert [each["text"] for each in found] == [
        "Spring was here. Come in!",
        "Here is spring. Come in!",
        "Spring is here. Come",
        "Spring is here. Come on in!",
        "Spring is here Get in",
    ]
    times = [[word["start"], word["end"]] for word in SPRING["words"]]
    for each in (found[0], found[1], found[4]):
        assert [[word["start"], word["end"]] for word in each["words"]] == times
    assert [listed(word) for word in found[2]["words"][3:]] == [["Come", 1.5, 2]]
    assert [listed(word) for word in found[3]["words"][2:]] == [
        ["here.", 0.9, 1.1],
        ["Come", 1.5, 1.722],
        ["on", 1.722, 1.833],
        ["in!", 1.833, 2],
    ]
    assert empty is None
    assert elsewhere is None


def test_text_that_is_not_corrected_leaves_the_words(modules):
    cases = [case for case in read_cases("caption_lines.json") if case["expect"]]
    captions = lines_of(modules, cases)
    calls = []
    for case, lines in zip(cases, captions, strict=True):
        number, begin = (
            len(lines) // 2,
            sum(len(line["words"]) for line in lines[: len(lines) // 2]),
        )
        span = {"from": begin, "to": begin + len(lines[number]["words"])}
        voice = {"spokenText": case.get("text"), "words": case["words"]}
        calls.append([voice, span, lines[number]["text"]])

    found = modules.call_all("timeline/voice-words.js", "correctedSpeech", calls)

    columns = [case.get("columns", MAX_COLUMNS) for case in cases]
    said = [{**each, "columns": most} for each, most in zip(found, columns, strict=True)]
    again = lines_of(modules, said)
    for case, before, after in zip(cases, captions, again, strict=True):
        assert [line["text"] for line in after] == [line["text"] for line in before], case["name"]
