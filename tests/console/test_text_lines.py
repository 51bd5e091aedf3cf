# ruff: noqa: RUF001 - characters that resemble others are meant
"""Texts have the same lines in the page's player as in exports."""

import unicodedata

import pytest
from playwright.sync_api import Route

from media.drawing.fonts import Fonts
from media.drawing.layout import lay_out
from media.overlays import FONTS
from tests.browser import needs_browser
from tests.console.modules import open_modules
from tests.console.timelines import Json, work_of

pytestmark = [pytest.mark.slow, needs_browser]  # which loads the fonts of eight scripts

SIZE, WIDTH = 24, 150
TEXTS = (
    "สวัสดีชาวโลกทุกคน วันนี้อากาศดีมากและท้องฟ้าแจ่มใสที่กรุงเทพมหานคร บ่อยๆ ครับ",
    "ສະບາຍດີຊາວໂລກທຸກຄົນມື້ນີ້ອາກາດດີຫຼາຍແລະທ້ອງຟ້າແຈ່ມໃສ",
    "សួស្តីពិភពលោកថ្ងៃនេះអាកាសធាតុល្អណាស់ហើយមេឃស្រឡះ",
    "မင်္ဂလာပါကမ္ဘာလောကဒီနေ့ရာသီဥတုအရမ်းကောင်းပါတယ်",
    "Donau\u00addampf\u00adschiff\u00adfahrts\u00adgesell\u00adschaft\u00ad und mehr\u00ad",
    "שלום עולם, שלום עולם! السلام عليكم ورحمة الله",
    "aaa\u200bbbb\u200bccc\u200bddddd\u200beeee\u200bfffff",
    "no\u00a0break\u00a0space word\u2060joiner non\u2011breaking\u2011hyphens and-normal-ones",
    "https://example.com/path/to/some-thing?x=1&y=2 price: $100.00/50% (a)(b) foo/bar",
    "日本語「テスト」です。ー、っ小さい！한국어 텍스트는 단어 사이에서 줄바꿈",
    "Bonjour ! « Oui » e.g.—dash–en… 12-13 A-1 x",
    "👨‍👩‍👧‍👦👩🏽‍🚀🏳️‍🌈🇩🇪🇫🇷👍🏽1️⃣ 👍🏽👍🏽👍🏽👍🏽👍🏽👍🏽",
    "𝗕𝗼𝗹𝗱 𝓢𝓬𝓻𝓲𝓹𝓽 𝔣𝔯𝔞𝔨 𝟙𝟚 ∀x∈ℝ: ∑ ⊕ ⟹ A ⓐ🅰ｆｕｌｌ",
    unicodedata.normalize("NFD", "Ça déjà vu 한국어 텍스트 ガギグ \uf900\ufa19"),
    "spaces at the end   \nof lines\u3000\u2003\nand kept\u00a0\u00a0 ",
)
# The width of each line of each text: from the first to the last character that is no white space.
_LINES = """async ([work, sources, options]) => {
    const { createModel } = await import("/timeline/model.js");
    const { Stage } = await import("/player/stage.js");
    const root = document.createElement("div");
    document.body.append(root);
    Object.assign(root.style, { width: "600px", height: "600px" });
    const stage = new Stage(root, () => "");
    stage.load(createModel(work, sources, options));
    await stage.ready();
    const scale = root.querySelector(".player-frame").getBoundingClientRect().width / 300;
    const linesOf = (element) => {
        const lines = [];
        const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
        for (let node = walker.nextNode(); node; node = walker.nextNode()) {
            for (let at = 0; at < node.length; at += 1) {
                const range = document.createRange();
                range.setStart(node, at);
                range.setEnd(node, at + 1);
                const box = [...range.getClientRects()].at(-1);
                if (!box?.width || /[^\\S\\u00a0]/.test(node.data[at])) continue;
                const last = lines.at(-1);
                const middle = (box.top + box.bottom) / 2;
                if (last && Math.abs(last.middle - middle) < 10 * scale) {
                    last.left = Math.min(last.left, box.left);
                    last.right = Math.max(last.right, box.right);
                } else lines.push({ left: box.left, right: box.right, middle });
            }
        }
        return lines.map(({ left, right }) => (right - left) / scale);
    };
    return [...root.querySelectorAll(".player-text")].map(linesOf);
}"""


@pytest.fixture
def page(browser):
    with open_modules(browser) as modules:
        modules.page.route("**/fonts/**", _serve_font)
        yield modules.page


def _serve_font(route: Route) -> None:
    route.fulfill(path=FONTS / route.request.url.rpartition("/")[2].partition("?")[0])


def work_with(texts: tuple[str, ...]) -> Json:
    """Return a work with texts that are wrapped at a width of `WIDTH`."""
    overlay = {"fontSize": SIZE, "fontColor": "#ffffff", "centerX": 0, "centerY": 0}
    names = [f"text-{number}" for number in range(len(texts))]
    return work_of(
        editorState={
            "editorData": {"textTrack": [{"id": name, "start": 0, "end": 1} for name in names]},
            "textOverlays": {
                name: {**overlay, "text": text} for name, text in zip(names, texts, strict=True)
            },
            "exportSettings": {"width": 2 * WIDTH, "height": 2 * WIDTH, "fps": 30},
        }
    )


def test_texts_have_the_lines_of_exports(page):
    shown = page.evaluate(_LINES, [work_with(TEXTS), {}, {}])

    for text, widths in zip(TEXTS, shown, strict=True):
        drawn = [line.width for line in lay_out(text, Fonts(SIZE), WIDTH) if line.width]
        assert widths == pytest.approx(drawn, abs=1), text
