# ruff: noqa: RUF001 - characters that resemble others are meant
"""Where the lines of texts over videos break: at words, soft hyphens and special spaces."""

import itertools
import time

import pytest

from media.drawing.breaking import lines
from media.drawing.fonts import Fonts
from media.drawing.layout import Line, lay_out
from media.drawing.words import inner_boundaries

SIZE = 24
WORDS = {
    "Thai": "สวัสดี|ชาว|โลก|ทุก|คน|วัน|นี้|อากาศ|ดี|มาก|และ|ท้องฟ้า|แจ่มใส|ที่|กรุงเทพมหานคร",
    "Thai signs": "บ่อยๆ|ครับ|กรุงเทพฯ|สวย",
    "Thai that no dictionary has": "มห|โว|พธิ์|ชื่น",
    "Lao": "ສະບາຍດີ|ຊາວ|ໂລກ|ທຸກ|ຄົນ|ມື້|ນີ້|ອາກາດ|ດີ|ຫຼາຍ|ແລະ|ທ້ອງ|ຟ້າ|ແຈ່ມ|ໃສ",
    "Khmer": "ថ្ងៃ|នេះ|អាកាស|ធាតុ|ល្អ|ណាស់|ហើយ|មេឃ|ស្រឡះ",
    "Burmese": "မင်္ဂလာ|ပါ|ကမ္ဘာ|လောက|ဒီ|နေ့|ရာသီဥတု|အရမ်း|ကောင်း|ပါ|တယ်",
    "Latin": "no boundaries in words of other languages",
}


def broken(text: str, width: float) -> list[str]:
    """Return the lines of a text whose characters are all one wide, as is a hyphen."""
    clusters = range(len(text) + 1)
    return [text[a:b] for a, b in lines(text, clusters, [1.0] * len(text), 1.0, width)]


def laid_out(text: str, width: float = 1e6) -> list[Line]:
    return lay_out(text, Fonts(SIZE), width)


@pytest.mark.parametrize("marked", WORDS.values(), ids=WORDS)
def test_words_of_languages_without_spaces(marked):
    text = marked.replace("|", "")
    edges = [0, *inner_boundaries(text), len(text)]

    assert "|".join(text[a:b] for a, b in itertools.pairwise(edges)) == marked


def test_lines_of_thai_break_between_words():
    text = WORDS["Thai"].replace("|", "")

    found = broken(text, 16)

    assert found == ["สวัสดีชาวโลกทุก", "คนวันนี้อากาศดี", "มากและท้องฟ้า", "แจ่มใสที่", "กรุงเทพมหานคร"]


def test_division_into_words_takes_linear_time():
    begin = time.process_time()
    for text in ("ก" * 10_000, "กขค" * 3_300, "ေ" * 10_000, "កក្" * 3_300):
        list(inner_boundaries(text))

    assert time.process_time() - begin < 2


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("extra\u00adordinary", ["extra\u00ad", "ordinary"]),
        ("abcdefg\u00adhij", ["abcdefg\u00ad", "hij"]),  # the hyphen is as wide as what it replaces
        ("ab\u200bcdefgh\u200bij", ["ab\u200b", "cdefgh\u200b", "ij"]),
        ("ab cd\u00a0efg", ["ab ", "cd\u00a0efg"]),
        ("ab cd\u2060-\u2060efg", ["ab ", "cd\u2060-\u2060efg"]),
        ("ab c‑d‑efg", ["ab ", "c‑d‑efg"]),
        ("ab-cd-efg", ["ab-cd-", "efg"]),
        ("https://ab.example/c", ["https://", "ab.examp", "le/c"]),
        ("見て、ちょっとキャーッ", ["見て、ちょっとキ", "ャーッ"]),
        ("hello, (you)[me]", ["hello, ", "(you)", "[me]"]),
        ("Bonjour !", ["Bonjour ", "!"]),
    ],
)
def test_lines_break_where_browsers_break_them(text, expected):
    assert broken(text, 8) == expected


def test_soft_hyphen_is_drawn_only_where_a_line_breaks_at_it():
    text = "extra\u00adordinary\u00ad"
    [whole] = laid_out(text)
    [plain] = laid_out("extraordinary")
    first, second = laid_out(text, whole.width - 1)

    assert whole.width == pytest.approx(plain.width)
    assert first.width == pytest.approx(laid_out("extra\u2010")[0].width)
    assert second.width == pytest.approx(laid_out("ordinary")[0].width)


def test_hyphen_needs_room_in_its_line():
    text = "un\u00adim\u00adportant"
    width = laid_out("unim")[0].width + 1

    assert laid_out(text, width)[0].width == pytest.approx(laid_out("un\u2010")[0].width)


def test_hyphen_of_a_line_from_right_to_left_is_at_its_left():
    [whole] = laid_out("שלום\u00adעולם")
    first, _ = laid_out("שלום\u00adעולם", whole.width - 1)
    hyphen = Fonts(SIZE).choose("\u2010").get_nominal_glyph(0x2010)

    assert min(first.glyphs, key=lambda glyph: glyph.x).id == hyphen


@pytest.mark.parametrize("invisible", ["\u00ad", "\u200b", "\u2060", "\ufeff"])
def test_invisible_characters_change_no_width_and_join_letters(invisible):
    [plain], [with_it] = laid_out("AVسلام"), laid_out(f"A{invisible}Vسل{invisible}ام")

    assert with_it.width == pytest.approx(plain.width, abs=0.1 if invisible != "\u200b" else 3)


def test_no_break_space_at_the_end_of_a_line_takes_room_and_others_do_not():
    [plain], [spaces], [kept] = laid_out("ab"), laid_out("ab \u3000 "), laid_out("ab\u00a0")

    assert spaces.width == plain.width < kept.width
