"""The index of the page's modules is up to date."""

import re

from tests.console.modules import STATIC

README = (STATIC.parent / "README.md").read_text(encoding="utf-8")


def test_modules_that_the_index_names_exist() -> None:
    rows = "\n".join(line for line in README.splitlines() if line.startswith("|"))
    names = set(re.findall(r"`((?:[\w-]+/)*[\w-]+\.js)`", rows))

    assert len(names) > 20
    assert [name for name in names if not (STATIC / name).exists()] == []
