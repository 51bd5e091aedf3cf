"""The readable text of a web page, without markup, navigation and other boilerplate."""

import codecs
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from outbound.addresses import FetchError

if TYPE_CHECKING:
    from bs4 import BeautifulSoup
    from bs4.element import Tag

_MAX_TEXT = 12_000  # characters
_MAX_TITLE = 300
_MAX_DESCRIPTION = 1_000

# Characters: the parser takes seconds for this much hostile markup, and content comes early.
_MAX_MARKUP = 1 << 20

# Closes any open tag, quote or comment: html.parser would search for its end again and again.
_CLOSING = "\n<!--'\"-->"

# XML declarations have no meaning in HTML, and html.parser fails on some of them.
_XML_DECLARATION = re.compile(r"<(\?|!\[)\[*")

_MEDIA_TYPES = frozenset(
    {"text/html", "application/xhtml+xml", "text/plain", "text/xml", "", "*/*"}
)
_HEAD_BYTES = 1024  # that may declare the charset (HTML standard, 13.2.3.2); more is slow to search

# Text encodings of Python that are not charsets; decoding megabytes of Punycode takes minutes.
_NOT_CHARSETS = frozenset({"idna", "punycode", "raw-unicode-escape", "unicode-escape"})

_INVISIBLE = frozenset(
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


class Page(NamedTuple):
    """The text of a page; each part may be empty."""

    title: str
    description: str
    text: str


def read(data: bytes, content_type: str) -> Page:
    """Parse a page with this Content-Type. Raises FetchError if it is not a web page."""
    media_type = content_type.partition(";")[0].strip().lower()
    if media_type not in _MEDIA_TYPES:
        raise FetchError(f"The URL leads to {media_type}, not to a web page.")
    markup = _decode(data, content_type)[:_MAX_MARKUP]
    if media_type == "text/plain":
        return Page("", "", _normalize(markup)[:_MAX_TEXT])
    soup = _parse(markup)
    title = _meta(soup, "og:title") or (soup.title.get_text() if soup.title else "")
    description = _meta(soup, "description") or _meta(soup, "og:description")
    return Page(
        _normalize(title)[:_MAX_TITLE],
        _normalize(description)[:_MAX_DESCRIPTION],
        _normalize("".join(_visible_text(soup)))[:_MAX_TEXT],
    )


def _decode(data: bytes, content_type: str) -> str:
    """Decode by byte order mark, Content-Type, the page's own declaration, or UTF-8.

    UnicodeDammit as a whole is not used: it searches 5% of a page for its declaration, which takes
    many seconds for a hostile page, and its guesses depend on which detectors are installed.
    """
    from bs4.dammit import EncodingDetector

    data, bom_charset = EncodingDetector.strip_byte_order_mark(data)
    if bom_charset is not None:
        return data.decode(bom_charset, "replace")
    header = re.search(r"charset\s*=\s*[\"']?([\w.:-]+)", content_type, re.IGNORECASE)
    declared = EncodingDetector.find_declared_encoding(
        data[:_HEAD_BYTES], is_html=True, search_entire_document=True
    )
    for name in (header[1] if header else "", declared or "", "utf-8"):
        try:
            charset = codecs.lookup(name).name
            if charset not in _NOT_CHARSETS:
                # On the web, Latin-1 and ASCII mean their superset Windows-1252.
                return data.decode("cp1252" if charset in {"iso8859-1", "ascii"} else charset)
        except (LookupError, ValueError):
            continue
    return data.decode("cp1252", "replace")


def _parse(markup: str) -> "BeautifulSoup":
    from bs4 import BeautifulSoup  # imported only by processes that read pages

    return BeautifulSoup(_XML_DECLARATION.sub("<!", markup) + _CLOSING, "html.parser")


def _meta(soup: "BeautifulSoup", name: str) -> str:
    for attribute in ("name", "property"):
        for found in soup.find_all("meta", {attribute: re.compile(f"^{name}$", re.IGNORECASE)}):
            if content := str(found.get("content") or "").strip():
                return content
    return ""


def _visible_text(soup: "BeautifulSoup") -> Iterator[str]:
    """Yield the visible text up to _MAX_TEXT, with line breaks around block elements.

    Not recursive: pages can be nested deeper than Python's recursion limit.
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
            if length > _MAX_TEXT:
                return


def _is_hidden(tag: "Tag") -> bool:
    if tag.name in _INVISIBLE or tag.name in _BOILERPLATE or "hidden" in tag.attrs:
        return True
    style = str(tag.get("style") or "").replace(" ", "").lower()
    return (
        str(tag.get("role") or "").lower() in _BOILERPLATE_ROLES
        or tag.get("aria-hidden") == "true"
        or "display:none" in style
        or "visibility:hidden" in style
    )


def _normalize(text: str) -> str:
    """Collapse white space within lines, and drop empty lines and NULs."""
    lines = (" ".join(line.split()) for line in text.replace("\0", "").splitlines())
    return "\n".join(line for line in lines if line)
