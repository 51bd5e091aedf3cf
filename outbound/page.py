"""What a web page says: the part of it that is meant for people, as text."""

import codecs
import re
from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from outbound.errors import FetchError

if TYPE_CHECKING:
    from bs4 import BeautifulSoup
    from bs4.element import Tag

_MOST_TEXT = 12_000  # characters
_MOST_TITLE = 300
_MOST_DESCRIPTION = 1_000
_MOST_COLORS = 8

# The parser takes some seconds for as much of the worst; what a page is about comes before.
_MOST_MARKUP = 1 << 20

# Ends whatever tag, quote or comment is left open: html.parser would look for its end each time.
_END = "\n<!--'\"-->"

# Declarations of XML mean nothing here; html.parser stumbles over some of them.
_XML = re.compile(r"<(\?|!\[)\[*")

_TYPES = frozenset({"text/html", "application/xhtml+xml", "text/plain", "text/xml", "", "*/*"})
_CHARSETS = re.compile(
    "utf-8|utf-16(-[lb]e)?|ascii|iso8859-[0-9]+|cp125[0-8]|cp866|koi8-[ru]|shift_jis|cp932|euc_jp"
    "|iso2022_jp|euc_kr|cp949|gb2312|gbk|gb18030|big5(hkscs)?|mac-roman"
)
_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_DECLARED = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([\w.:-]{1,40})", re.IGNORECASE)
_HEAD = 4096  # bytes in which a page has to declare its charset

_UNSEEN = frozenset(
    {
        *("head", "title", "script", "style", "noscript", "template", "iframe", "object"),
        *("svg", "math", "select", "option", "textarea"),
    }
)
_BOILERPLATE = frozenset({"nav", "footer", "form", "dialog"})
_BOILERPLATE_ROLES = frozenset({"navigation", "contentinfo", "search", "dialog", "alertdialog"})
_BLOCKS = frozenset(
    {
        *("address", "article", "aside", "blockquote", "br", "dd", "div", "dl", "dt", "fieldset"),
        *("figcaption", "figure", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "li", "main"),
        *("ol", "p", "pre", "section", "table", "td", "th", "tr", "ul"),
    }
)
_COLOR = re.compile(r"#([0-9a-f]{6}|[0-9a-f]{3})\b", re.IGNORECASE)


class Page(NamedTuple):
    """What a page says; all of it may be empty. Colours are as `#1F2326`, the most used first."""

    title: str
    description: str
    text: str
    colors: tuple[str, ...]


def read(data: bytes, kind: str) -> Page:
    """Read a page that came with this Content-Type. Raises FetchError for what is no page."""
    media_type = kind.partition(";")[0].strip().lower()
    if media_type not in _TYPES:
        raise FetchError(f"The address leads to {media_type}, not to a web page.")
    markup = _decoded(data, kind)[:_MOST_MARKUP]
    if media_type == "text/plain":
        return Page("", "", _tidy(markup)[:_MOST_TEXT], ())
    soup = _parsed(markup)
    title = _meta(soup, "og:title") or (soup.title.get_text() if soup.title else "")
    description = _meta(soup, "description") or _meta(soup, "og:description")
    return Page(
        _tidy(title)[:_MOST_TITLE],
        _tidy(description)[:_MOST_DESCRIPTION],
        _tidy("".join(_visible(soup)))[:_MOST_TEXT],
        _colors(soup),
    )


def _decoded(data: bytes, kind: str) -> str:
    """The text, by its byte order mark, the header, what the page says, or what it looks like."""
    for mark, name in _BOMS:
        if data.startswith(mark):
            return data.decode(name, "replace")
    declared = _DECLARED.search(data[:_HEAD])
    by_header = re.search(r"charset\s*=\s*[\"']?([\w.:-]+)", kind, re.IGNORECASE)
    names = [by_header[1] if by_header else "", declared[1].decode() if declared else "", "utf-8"]
    for name in names:
        try:
            charset = codecs.lookup(name).name
            if _CHARSETS.fullmatch(charset):
                # What calls itself Latin-1 on the web is Windows' extension of it.
                return data.decode("cp1252" if charset in {"iso8859-1", "ascii"} else charset)
        except (LookupError, ValueError):
            continue
    return data.decode("cp1252", "replace")


def _parsed(markup: str) -> "BeautifulSoup":
    from bs4 import BeautifulSoup  # only those need it who read pages

    return BeautifulSoup(_XML.sub("<!", markup) + _END, "html.parser")


def _meta(soup: "BeautifulSoup", name: str) -> str:
    for attribute in ("name", "property"):
        for found in soup.find_all("meta", {attribute: re.compile(f"^{name}$", re.IGNORECASE)}):
            if content := str(found.get("content") or "").strip():
                return content
    return ""


def _visible(soup: "BeautifulSoup") -> Iterator[str]:
    """The visible text, piece by piece, and line breaks around blocks; until it is enough.

    By a stack of its own: pages can be nested deeper than Python's calls.
    """
    from bs4.element import NavigableString, Tag

    open_tags: list[Tag] = []
    hidden: Tag | None = None
    length = 0
    for element in soup.descendants:
        while open_tags and open_tags[-1] is not element.parent:
            closed = open_tags.pop()
            hidden = None if closed is hidden else hidden
            yield "\n" if closed.name in _BLOCKS else ""
        if isinstance(element, Tag):
            open_tags.append(element)
            if hidden is None and _is_hidden(element):
                hidden = element
            yield "\n" if element.name in _BLOCKS else ""
        elif hidden is None and type(element) is NavigableString:
            text = re.sub(r"\s+", " ", element)
            length += len(text.strip())
            yield text
            if length > _MOST_TEXT:
                return


def _is_hidden(tag: "Tag") -> bool:
    if tag.name in _UNSEEN or tag.name in _BOILERPLATE or "hidden" in tag.attrs:
        return True
    style = str(tag.get("style") or "").replace(" ", "").lower()
    return (
        str(tag.get("role") or "").lower() in _BOILERPLATE_ROLES
        or tag.get("aria-hidden") == "true"
        or "display:none" in style
        or "visibility:hidden" in style
    )


def _colors(soup: "BeautifulSoup") -> tuple[str, ...]:
    """The theme's colour, then those that the page's own styles use most."""
    styles = [style.get_text() for style in soup.find_all("style")]
    styles += [str(tag["style"]) for tag in soup.find_all(style=True)]
    used = Counter(_long(match[1]) for style in styles for match in _COLOR.finditer(style))
    theme = _COLOR.fullmatch(_meta(soup, "theme-color"))
    first = [_long(theme[1])] if theme else []
    return tuple(dict.fromkeys([*first, *(color for color, _ in used.most_common())]))[
        :_MOST_COLORS
    ]


def _long(digits: str) -> str:
    return "#" + (digits if len(digits) == 6 else "".join(2 * digit for digit in digits)).upper()


def _tidy(text: str) -> str:
    """The text in lines without empty ones, and with single spaces."""
    lines = (" ".join(line.split()) for line in text.replace("\0", "").splitlines())
    return "\n".join(line for line in lines if line)
