"""Links in the documentation lead to files and headings that exist."""

import re
from pathlib import Path

import pytest

from tests.service import ROOT

PATTERNS = ("*.md", "docs/**/*.md", "[!.]*/README.md", "[!.]*/*/README.md")
PAGES = sorted(
    {page.relative_to(ROOT).as_posix() for pattern in PATTERNS for page in ROOT.glob(pattern)}
)


def prose(page: Path) -> str:
    """Return the page without its blocks of code."""
    return re.sub(r"^ *```.*?^ *```$", "", page.read_text(), flags=re.MULTILINE | re.DOTALL)


def anchors(page: Path) -> set[str]:
    """Return the anchors of the page's headings, as GitHub makes them."""
    titles = re.findall(r"^#+ (.+)$", prose(page), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


def test_pages_are_found() -> None:
    assert {"README.md", "docs/README.md", "docs/api.md", "benchmarks/README.md"} <= set(PAGES)


@pytest.mark.parametrize("name", PAGES)
def test_links_lead_somewhere(name: str) -> None:
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


def test_every_page_of_the_documentation_is_in_the_index() -> None:
    index = prose(ROOT / "docs" / "README.md")
    pages = [name for name in PAGES if name.startswith("docs/") and name != "docs/README.md"]

    assert [name for name in pages if f"]({name.removeprefix('docs/')})" not in index] == []
