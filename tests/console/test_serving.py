"""The page and its files over HTTP."""

import gzip
import re
from pathlib import Path

import brotli
import pytest
from flask.testing import FlaskClient

from console import tree
from console.screens import SCREENS as TABLE
from console.texts import path_in
from console.tree import BASE
from console.uses import imported_by
from media.overlays import FONTS
from schemas.accounts import LANGUAGES

STATIC = Path(__file__).parent.parent.parent / "console/static"
SCREENS = (STATIC / "routes.js").read_text(encoding="utf-8")
MODULES = re.findall(r'\(\) => import\("./([^"]+)"\)', SCREENS)
PROJECT = "/projects/project_0"
WORK = f"{PROJECT}/works/work_0"
ADDRESSES = [re.sub(r"<id:(\w+)_id>", r"\1_0", path) for path in TABLE]
FIRST_SCREENS = ("screens/login.js", "screens/projects.js", "screens/demo/index.js")
FIRST_VISIT = 120_000  # bytes, without the HTML and the font
HTML = 9_000  # bytes, of which the import map has most
LARGEST_FONT = 45_000
REVIEW = f"/review/{'x' * 22}"
REVIEW_PAGE = 90_000  # bytes, without the font


def page(client: FlaskClient, path: str = "/", language: str = "en") -> str:
    response = client.get(path, headers={"Accept-Language": language})
    assert response.status_code == 200, path
    assert response.mimetype == "text/html"
    return response.text


def addresses(html: str) -> list[str]:
    """Return the addresses of what browsers load with the HTML."""
    return re.findall(r'(?:href|src)="(/console/[^"]+)"', html)


@pytest.mark.parametrize("address", ADDRESSES)
def test_page_is_served_at_the_address_of_each_screen(client, address):
    assert '<div id="app">' in page(client, address)


def test_addresses_of_all_screens_and_tabs_are_literals_that_the_service_finds():
    first_tabs = SCREENS.count('id: ""')  # which have the addresses of their screens

    assert len(TABLE) + first_tabs == len(MODULES)
    assert {"/", f"{WORK}/edit", "/invitations/token_0", "/settings/mcp"} <= set(ADDRESSES)


def test_each_screen_is_in_the_table():
    screens = {
        path.relative_to(STATIC).as_posix()
        for path in (STATIC / "screens").rglob("*.js")
        if "export default" in path.read_text(encoding="utf-8")
    }

    assert set(MODULES) == screens


@pytest.mark.parametrize(
    "path",
    ["/nothing", "/projects", "/.well-known/x", "/works/x", f"{PROJECT}/x", f"{WORK}/x", "/jobs/x"],
)
def test_other_addresses_are_404(client, path):
    assert client.get(path).status_code == 404


def test_browsers_get_a_page_at_unknown_addresses(client):
    browser = {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}
    response = client.get("/nothing", headers=browser)

    assert response.status_code == 404
    assert '<div id="app">' in response.text
    assert response.headers["Content-Security-Policy"] == page_policy(client)
    for path in ("/api/nothing", "/mcp/x", "/.well-known/x", "/console/0/x"):
        assert client.get(path, headers=browser).is_json, path
    for headers in ({"Accept": "*/*"}, {"Accept": "application/json"}, {}):
        assert client.get("/nothing", headers=headers).is_json
    assert client.post("/nothing", headers=browser).is_json


def page_policy(client: FlaskClient) -> str:
    return client.get("/").headers["Content-Security-Policy"]


def test_html_is_checked_anew_each_time(client):
    first = client.get("/")

    assert first.headers["Cache-Control"] == "no-cache"
    again = client.get("/", headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")


def test_files_are_kept_for_ever_under_names_with_their_contents(client):
    for address in set(addresses(page(client))):
        response = client.get(address)
        assert response.status_code == 200, address
        assert response.headers["Cache-Control"] == "public, max-age=31536000, immutable"
        assert response.headers["X-Content-Type-Options"] == "nosniff"

    for name in ("main.js", "main.0123456789.js", "vendor/fetch.py", "../routes.py"):
        assert client.get(f"{BASE}{name}").status_code == 404
    assert client.get("/console/0123456789abcdef/main.js").status_code == 404


@pytest.mark.parametrize("encoding", ["br", "gzip", None])
def test_files_are_compressed_as_the_client_accepts(client, encoding):
    address = next(name for name in addresses(page(client)) if "/static/main." in name)
    headers = {"Accept-Encoding": encoding} if encoding else {}
    response = client.get(address, headers=headers)

    decode = {"br": brotli.decompress, "gzip": gzip.decompress, None: bytes}[encoding]
    assert decode(response.data) == (STATIC / "main.js").read_bytes()
    assert response.headers.get("Content-Encoding") == encoding
    assert response.headers["Vary"] == "Accept-Encoding"


def test_policy_allows_nothing_foreign_and_no_inline_script_but_the_import_map(client):
    response = client.get("/")
    policy = response.headers["Content-Security-Policy"]
    rules = dict(rule.strip().split(" ", 1) for rule in policy.split(";"))

    assert rules["default-src"] == "'self'"
    assert re.fullmatch(r"'self' 'sha256-[^']{44}'", rules["script-src"])
    assert rules["frame-ancestors"] == "'none'"
    assert "http" not in policy
    assert response.headers["Referrer-Policy"] == "no-referrer"


def sizes_of(
    client: FlaskClient, path: str, *modules: str, language: str = "en"
) -> tuple[int, int]:
    """Return the bytes of a page with its files and these modules, and those of its fonts."""
    headers = {"Accept-Encoding": "gzip"}
    more = {*imported_by(*modules), "vendor/icons.svg"}
    names = {BASE + tree.load().names[path_in(path, language)] for path in more}
    named = {*addresses(page(client, path, language)), *names}
    sizes = {address: len(client.get(address, headers=headers).data) for address in named}
    fonts = [sizes.pop(address) for address in named if address.endswith(".woff2")]
    return sum(sizes.values()), sum(fonts)


@pytest.mark.parametrize("language", LANGUAGES)
def test_first_visit_is_small(client, language):
    """All files of the first screens, from the login to the demo video that is ready."""
    files, fonts = sizes_of(client, "/", *FIRST_SCREENS, language=language)

    assert files < FIRST_VISIT
    assert len(client.get("/", headers={"Accept-Encoding": "gzip"}).data) < HTML
    assert 0 < fonts < LARGEST_FONT


@pytest.mark.parametrize("language", LANGUAGES)
def test_page_of_a_review_link_is_small(client, language):
    assert sizes_of(client, REVIEW, language=language)[0] < REVIEW_PAGE


def test_page_of_a_review_link_is_the_same_for_all_and_cannot_be_framed(client):
    response = client.get(REVIEW)
    policy = response.headers["Content-Security-Policy"]

    assert response.data == client.get("/review/x").data
    assert "frame-ancestors 'none'" in policy
    assert "data:" not in policy
    assert "unsafe" not in policy
    assert response.headers["X-Frame-Options"] == "DENY"
    assert response.headers["Cache-Control"] == "no-store"
    assert response.headers["Referrer-Policy"] == "no-referrer"
    assert response.headers["X-Robots-Tag"] == "noindex, nofollow"
    assert "Set-Cookie" not in response.headers


def test_fonts_of_exports_are_served(client):
    with client.get("/console/fonts/NotoSansThai-Bold.ttf?0123") as response:
        assert response.data == (FONTS / "NotoSansThai-Bold.ttf").read_bytes()
        assert response.headers["Cache-Control"] == "public, max-age=31536000, immutable"

    for name in ("OFL.txt", "none.ttf", "..%2Foverlays.py", "../fonts.ttf"):
        assert client.get(f"/console/fonts/{name}").status_code == 404
