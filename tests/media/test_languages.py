"""Languages by their tags, codes and names."""

from pathlib import Path

import pytest

from media import languages
from media.languages import language_code, language_tag

TABLE = Path(languages.__file__).with_suffix(".txt").read_text("utf-8")
ENTRIES = [line.split() for line in TABLE.splitlines() if not line.startswith("#")]


def test_each_code_and_name_means_the_language_of_its_line():
    wrong = {
        (code, name)
        for code, tag, *names in ENTRIES
        for name in (code, tag, f"{tag}-ZZ", *names)
        if language_code(name.replace("~", " ")) != code
    }

    assert wrong == set()


@pytest.mark.parametrize(
    ("text", "tag"),
    [
        ("Deutsch (Österreich)", "de-AT"),
        ("zh-yue-HK", "yue-HK"),
        ("zh-nan", "nan"),
        ("Chinese (Cantonese)", "yue"),
        ("Serbo-Croatian", "sh"),
        ("Judeo-Spanish", "lad"),
        ("Crimean Tatar", "crh"),
        ("bm-ML", "bm-ML"),
        ("Klingon", "Klingon"),
    ],
)
def test_tag_of_what_people_write(text, tag):
    assert language_tag(text) == tag
