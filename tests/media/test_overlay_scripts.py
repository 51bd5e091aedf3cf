# ruff: noqa: RUF001 - letters of other scripts that resemble Latin ones are meant
"""Scripts of the world in texts over videos: shaping, direction, fonts, emoji."""

import unicodedata

import pytest

from media.drawing.breaking import embedding_levels
from media.drawing.canvas import extent
from media.drawing.fonts import Fonts
from media.drawing.layout import Line, lay_out
from media.drawing.overlays import TextOverlay
from tests.media.overlay_images import FRAME, draw, drawn, image_of, width

pytestmark = pytest.mark.usefixtures("drawn_here")

SCRIPTS = {
    "Latin": "Zażółć gęślą jaźń Þórr Ωδή Ђурађ Việt ſ ŉ",
    "Arabic": "مرحبا بالعالم پچژگ ۱۲۳",
    "Hebrew": "שָׁלוֹם עולם",
    "Devanagari": "नमस्ते क्षत्रिय ज्ञान",
    "Bengali": "বাংলা ক্ষমা",
    "Tamil": "தமிழ் மொழி",
    "Telugu": "తెలుగు క్షేమం",
    "Kannada": "ಕನ್ನಡ",
    "Malayalam": "മലയാളം",
    "Gujarati": "ગુજરાતી",
    "Gurmukhi": "ਪੰਜਾਬੀ",
    "Oriya": "ଓଡ଼ିଆ",
    "Sinhala": "සිංහල",
    "Thai": "สวัสดีชาวโลก น้ำ",
    "Lao": "ສະບາຍດີ",
    "Khmer": "សួស្តី",
    "Burmese": "မင်္ဂလာပါ",
    "Tibetan": "བོད་སྐད",
    "Georgian": "ქართული",
    "Armenian": "Հայերեն",
    "Ethiopic": "አማርኛ",
    "Mongolian": "ᠮᠣᠩᠭᠣᠯ",
    "Japanese": "日本語のテキスト、カタカナ。「」々〆",
    "Korean": "한국어 텍스트 뷁",
    "Chinese": "简体中文繁體中文龜鬱，！",
    "Symbols": "→ ← ✓ ★ € ₹ ₿ № ™ ½ ∞ ≤ • … “”",
    "Mathematics": "∀x∈ℝ ∃∑∏∫√ ⊂⊕⟹ ⌈⌉ 𝗕𝗼𝗹𝗱 𝓢𝓬𝓻𝓲𝓹𝓽 𝔉𝔯𝔞𝔨 𝕏 𝟙𝟚𝟛 𝛂𝛃 𞺀",
    "decomposed": unicodedata.normalize("NFD", "한국어 Việt ガ"),
    "CJK compatibility": "\uf900\ufa19",
}


SHARED_PUNCTUATION = "、。《》「」『』"  # which fonts of other scripts have as well


def test_punctuation_of_east_asia_is_drawn_in_the_font_of_its_text():
    fonts = Fonts(48)
    font = fonts.choose("日")

    assert {char: fonts.choose(char) is font for char in SHARED_PUNCTUATION} == dict.fromkeys(
        SHARED_PUNCTUATION, True
    )
    assert fonts.choose("ᠮ") is not font


ENGLAND = "\U0001f3f4\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f"


def laid_out(text: str) -> Line:
    [line] = lay_out(text, Fonts(48), 1_000_000)
    return line


@pytest.mark.parametrize("text", SCRIPTS.values(), ids=SCRIPTS)
def test_every_letter_has_a_glyph(text):
    glyphs = laid_out(text.replace(" ", "")).glyphs

    assert glyphs
    assert all(glyph.id for glyph in glyphs), "the glyph of what is missing has the number 0"
    assert any(not extent(glyph).is_empty for glyph in glyphs)


@pytest.mark.thorough  # of which SCRIPTS has some
def test_all_syllables_of_hangul_and_all_common_han_have_outlines():
    characters = [*range(0xAC00, 0xD7A4, 11), *range(0x4E00, 0x9FA6, 11)]
    glyphs = laid_out("".join(map(chr, characters))).glyphs

    assert len(glyphs) == len(characters)
    assert all(glyph.id and not extent(glyph).is_empty for glyph in glyphs)


@pytest.mark.thorough  # of which SCRIPTS has some
def test_all_mathematical_letters_and_operators_have_glyphs():
    codes = [*range(0x1D400, 0x1D800), *range(0x2200, 0x2300), *range(0x2A00, 0x2B00)]
    divided = 0x2ADC  # by NFC, into a sign and a mark that no font has
    assigned = [
        chr(code) for code in codes if unicodedata.category(chr(code)) != "Cn" and code != divided
    ]

    assert len(assigned) > 1500
    assert all(glyph.id for glyph in laid_out("".join(assigned)).glyphs)


def test_what_no_font_has_is_harmless():
    assert image_of(drawn("a\U00012345\ue000b")).width > 50


def test_arabic_letters_are_joined():
    assert width("سلام") < width("س\u200cل\u200cا\u200cم") - 10


def test_hindi_consonants_form_a_conjunct():
    assert len(laid_out("क्ष").glyphs) < len(laid_out("क्\u200cष").glyphs)
    assert width("क्ष") < width("क") + width("ष")


def test_thai_marks_stand_above_their_letter():
    assert width("ที่") == pytest.approx(width("ท"), abs=4)


def test_hebrew_runs_from_right_to_left():
    assert drawn("אבג") == drawn("\u202dגבא\u202c")
    assert drawn("אבג") != drawn("\u202dאבג\u202c")


def test_first_strong_character_decides_the_direction():
    # "!" ends the sentence: on the left in Hebrew, on the right in English.
    assert drawn("שלום abc!") == drawn("\u202d!abc \u202eשלום\u202c\u202c")
    assert drawn("abc שלום!") == drawn("\u202dabc \u202eשלום\u202c!\u202c")


def test_numbers_in_hebrew_are_read_from_left_to_right():
    assert drawn("א 12 ב") == drawn("\u202dב 12 א\u202c")


def test_direction_is_of_each_paragraph():
    assert [line.width > 0 for line in lay_out("שלום!\nabc!", Fonts(48), 500)] == [True, True]
    assert drawn("abc!\nשלום!") == drawn("abc!\n\u202d!\u202eשלום\u202c\u202c")


@pytest.mark.parametrize(
    ("text", "levels"),
    [
        ("abc", [0, 0, 0]),
        ("éa א1", [0, 0, 0, 1, 2]),
        ("א(a)", [1, 1, 2, 1]),
        ("\u2067a\u2069", [0, 2, 0]),
        ("é\U0001f600א", [0, 0, 1]),
        ('é levels: [\\n Level(7)"א', [0] * 23 + [1]),
    ],
)
def test_levels_of_the_bidirectional_algorithm(text, levels):
    assert embedding_levels(text) == levels


def test_line_breaks_of_languages_without_spaces():
    lines = lay_out("日本語のテキスト、改行。" * 5, Fonts(48), 500)

    assert len(lines) > 4
    assert all(400 < line.width <= 500 for line in lines[:-1])


@pytest.mark.parametrize("emoji", ["😀", "👍🏽", "🏳️‍🌈", "🇩🇪", "1️⃣", "❤️", ENGLAND])
def test_emoji_is_one_coloured_glyph(emoji):
    glyphs = [glyph for glyph in laid_out(emoji).glyphs if not extent(glyph).is_empty]
    assert len(glyphs) == 1
    image = image_of(draw(TextOverlay(emoji, 100, "#000"), *FRAME)).convert("HSV")
    vivid = [pixel for _, pixel in image.getcolors(1 << 16) or [] if min(pixel[1:]) > 90]
    assert len(vivid) > 20, "the text itself is black"


def test_family_is_one_glyph():
    assert image_of(drawn("👨‍👩‍👧‍👦")).width == pytest.approx(image_of(drawn("😀")).width, abs=4)


@pytest.mark.parametrize("size", [400, pytest.param(2000, marks=pytest.mark.thorough)])
def test_emoji_of_any_size_are_drawn(size):
    small, large = (image_of(drawn("😀", each, (4096, 4096))).width for each in (10, size))

    assert large / small > 0.04 * size


def test_all_emoji_have_glyphs():
    from uniseg.emoji import emoji_presentation

    emoji = [chr(code) for code in range(0x2000, 0x1FA00) if emoji_presentation(chr(code))]
    flags = range(0x1F1E6, 0x1F200)  # half of a flag each
    missing = [
        char
        for char in emoji
        if ord(char) not in flags and any(extent(each).is_empty for each in laid_out(char).glyphs)
    ]

    assert len(emoji) > 1000
    assert not missing


def test_text_style_of_an_emoji_has_the_texts_color():
    outlined = image_of(drawn("\u2665\ufe0e", 100)).convert("RGB")

    assert {color for _, color in outlined.getcolors(100_000)} <= {
        (red, 0, 0) for red in range(256)
    }
