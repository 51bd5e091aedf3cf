"""Reading web pages: title, description, visible text, character sets, invalid markup."""

import time

import pytest

from outbound.addresses import FetchError
from outbound.page import Page, read
from tests.cases import cases

pytestmark = pytest.mark.slow

LANDING = """<!doctype html>
<html><head><meta charset="utf-8"><title>Arc &mdash; a lamp</title>
<meta name="Description" content="A lamp for small desks.">
<meta property="og:description" content="Not this one">
<style>body { color: #1f2326 } a { color: #1F2326; background: #ffffff }</style>
<script>var secret = "<p>not text</p>";</script></head>
<body><nav><a href="/">Home</a></nav>
<header><h1>Light, <em>your</em> way</h1></header>
<!-- a comment --><main><p>Turned from one piece
of aluminium.</p><ul><li>Dimmable</li><li>Quiet</li></ul><div hidden>hidden</div>
<div style="display: none">hidden</div><div aria-hidden="true">hidden</div>
<div role="navigation">Menu</div><svg><text>drawn</text></svg><p>49&nbsp;€</p>after</main>
<form>Your e-mail</form><footer>Imprint</footer><noscript>Switch on JavaScript</noscript>
</body></html>"""


def test_landing_page_yields_title_description_and_visible_text():
    page = read(LANDING.encode(), "text/html; charset=utf-8")

    assert page.title == "Arc — a lamp"
    assert page.description == "A lamp for small desks."
    assert page.text.splitlines() == [
        *("Light, your way", "Turned from one piece of aluminium.", "Dimmable", "Quiet"),
        *("49 €", "after"),
    ]


def test_open_graph_tags_replace_missing_title_and_description():
    page = read(
        b"<meta property='og:title' content=' Arc  lamp '><meta property='og:description'"
        b" content='For desks'><title></title>",
        "",
    )

    assert (page.title, page.description) == ("Arc lamp", "For desks")


@cases(
    ("data", "content_type"),
    {
        "header UTF-8": ("<p>Größe 5 €".encode(), "text/html; charset=utf-8"),
        "default UTF-8": ("<p>Größe 5 €".encode(), "text/html"),
        "UTF-8 BOM": ("\ufeff<p>Größe 5 €".encode(), "text/html; charset=latin-1"),
        "UTF-16 BOM": ("<p>Größe 5 €".encode("utf-16"), "text/html; charset=utf-8"),
        "header ISO-8859-1": ("<p>Größe 5 €".encode("cp1252"), "text/html; charset=ISO-8859-1"),
        "no charset": ("<p>Größe 5 €".encode("cp1252"), "text/html"),
        "invalid UTF-8": ("<p>Größe 5 €".encode("cp1252"), "text/html; charset=utf-8"),
        "unknown charset": ("<p>Größe 5 €".encode("cp1252"), "text/html; charset=nonsense"),
        "meta tag": ("<meta charset='iso-8859-15'><p>Größe 5 €".encode("iso-8859-15"), "text/html"),
        "header before meta tag": (
            b"<meta http-equiv=content-type content='text/html; charset=koi8-r'><p>"
            + "Größe 5 €".encode("cp1252"),
            "text/html; charset=windows-1252",
        ),
    },
)
def test_charset_comes_from_bom_header_or_meta_tag(data, content_type):
    assert read(data, content_type).text == "Größe 5 €"


@pytest.mark.parametrize("charset", ["punycode", "rot13", "zlib", "unicode_escape", "idna", "hex"])
def test_codec_that_is_no_charset_is_ignored(charset):
    assert read(b"<p>Lamp", f"text/html; charset={charset}").text == "Lamp"
    assert read(b"<meta charset=%b><p>Lamp" % charset.encode(), "text/html").text == "Lamp"


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("", ""),
        ("just text", "just text"),
        ("http://shop.example/", "http://shop.example/"),
        ("<div><p>one<p>two</b></i><div>three", "one\ntwo\nthree"),
        ("<p>one<script>alert(1)", "one"),
        ("<p>one<!-- never closed", "one"),
        ("<p>one<a href='", "one"),
        ("a < b && c > d &amp; &#8364; &#99999999;", "a < b && c > d & € \ufffd"),
        ("<p>a<b>b</b>c<br>d</p>e", "abc\nd\ne"),
        ("<?xml version='1.0'?><html><p>one", "one"),
        ("<?xml version='1.0'?><feed><p>one", "one"),
        ("<![CDATA[x]]><p>one", "one"),
        ("\0<p>o\0ne", "one"),
        ("<frameset><frame src=x></frameset>", ""),
        ("<body><script>render()</script><div id=root></div></body>", ""),
    ],
)
def test_text_of_invalid_markup_is_read(markup, text):
    assert read(markup.encode(), "text/html").text == text


def test_empty_body_is_an_empty_page():
    assert read(b"", "") == Page("", "", "")


@pytest.mark.parametrize(
    "media_type", ["application/pdf", "image/png", "application/json", "video/mp4"]
)
def test_other_media_types_are_rejected(media_type):
    with pytest.raises(FetchError, match=f"leads to {media_type}"):
        read(b"%PDF", media_type)


def test_plain_text_is_not_parsed_as_markup():
    assert read(b"a <b> \n\n c", "text/plain").text == "a <b>\nc"


def test_lengths_of_title_description_and_text_are_limited():
    head = "<title>" + "t" * 5000 + "</title><meta name=description content='" + "d" * 5000 + "'>"
    page = read((head + "<p>lamp lamp</p>" * 3000).encode(), "text/html")

    assert len(page.title) == 300
    assert len(page.description) == 1000
    assert 10_000 < len(page.text) <= 12_000


@pytest.mark.parametrize("megabytes", [0.25, pytest.param(5, marks=pytest.mark.thorough)])
@pytest.mark.parametrize(
    "piece",
    [
        *("<div>", "<a href=x", "<", "<!--", "<a b='", "&", "<script></", "<p hidden>"),
        *(
            pytest.param(piece, marks=pytest.mark.thorough)
            for piece in (
                *("</p>", '<a b="x', "x", "<style><", "<?", "<!", "</", "<meta ", "<!["),
                *("<p style='color:#fff'>x", "<li>", "<table><tr><td>", "<p>lamp <b>and <i>more"),
            )
        ),
    ],
)
def test_repeated_markup_takes_limited_time(piece, megabytes):
    markup = (piece * int(megabytes * 1_000_000 / len(piece))).encode()
    started = time.thread_time()

    read(markup, "text/html")

    assert time.thread_time() - started < 20 * megabytes  # "<div>" takes 5 on a busy machine


def test_deeply_nested_markup_is_read():
    page = read(b"<div>" * 10_000 + b"lamp" + b"</div>" * 10_000 + b"end", "text/html")

    assert page.text == "lamp\nend"
