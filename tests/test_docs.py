"""What the documentation names exists: files, headings, modules and functions."""

import os
import re
from functools import cache
from pathlib import Path

import pytest

from settings.version import VERSION
from tests.service import ROOT

PATTERNS = ("*.md", "docs/**/*.md", "[!.]*/README.md", "[!.]*/*/README.md")
PAGES = sorted(
    {page.relative_to(ROOT).as_posix() for pattern in PATTERNS for page in ROOT.glob(pattern)}
)
DOCS = [name for name in PAGES if name.startswith("docs/")]
NAMED = re.compile(r"`([\w./-]+\.(?:py|js|toml))(?:: ([\w.]+))?`")  # a module, and what is in it


def prose(page: Path) -> str:
    """Return the page without its blocks of code."""
    return re.sub(r"^ *```.*?^ *```$", "", page.read_text(), flags=re.MULTILINE | re.DOTALL)


def anchors(page: Path) -> set[str]:
    """Return the anchors of the page's headings, as GitHub makes them."""
    titles = re.findall(r"^#+ (.+)$", prose(page), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


def test_pages_are_found():
    assert {"README.md", "docs/README.md", "docs/api.md", "benchmarks/README.md"} <= set(PAGES)


@pytest.mark.parametrize("name", PAGES)
def test_no_conflict_of_a_merge_is_left(name):
    assert re.findall("^[<>]{7} .*$", (ROOT / name).read_text(), re.MULTILINE) == []


@pytest.mark.parametrize("name", PAGES)
def test_links_lead_somewhere(name):
    page = ROOT / name
    broken = []
    for link in re.findall(r"\]\(([^)\s]+)\)", prose(page)):
        if link.startswith(("https://", "http://")):
            continue
        path, _, anchor = link.partition("#")
        target = page.parent / path if path else page
        if not target.exists() or (anchor and anchor not in anchors(target)):
            broken.append(link)

    assert broken == []


def test_every_page_of_the_documentation_is_in_the_index():
    index = prose(ROOT / "docs" / "README.md")
    pages = {name.removeprefix("docs/") for name in DOCS} - {"README.md"}

    assert {page for page in pages if f"]({page})" not in index} == set()


def test_newest_version_of_the_changelog_is_the_services():
    versions = re.findall(
        r"^## (\d\S*) - \d{4}-\d\d-\d\d$", prose(ROOT / "CHANGELOG.md"), re.MULTILINE
    )

    assert versions[0] == VERSION


@cache
def sources() -> tuple[Path, ...]:
    """Return the files of the program."""
    found = []
    for folder, folders, names in os.walk(ROOT):
        folders[:] = [each for each in folders if each[0] != "." and each != "data"]
        found += [Path(folder, name) for name in names]
    return tuple(found)


@pytest.mark.parametrize("name", ["CONTRIBUTING.md", "console/README.md", *DOCS])
def test_modules_and_functions_that_are_named_exist(name):
    missing = []
    for path, member in NAMED.findall(prose(ROOT / name)):
        files = [file for file in sources() if f"/{file.as_posix()}".endswith(f"/{path}")]
        text = "".join(file.read_text() for file in files)
        if "acme" not in path and not (files and member.rpartition(".")[2] in text):
            missing.append(f"{path}: {member}")

    assert missing == []
