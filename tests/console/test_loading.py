"""How much of the page a browser fetches: at a visit of a screen, and after an update."""

import re
import shutil

import pytest
from playwright.sync_api import expect

from console import tree
from console.screens import SCREENS
from console.tree import BASE
from console.uses import imported_by, reached_from
from tests.browser import needs_browser
from tests.console.conftest import SIZE
from tests.console.visit import Visit
from tests.service import ROOT, CommandService

WORK = "/projects/<id:project_id>/works/<id:work_id>"
MODULES = {"/login": 45, "/": 55, f"{WORK}/scenes": 155, f"{WORK}/edit": 260}  # at most
SAID = {"scenes": "no scenes", "edit": "Begin with your clips"}  # in a new work

# The files that were asked for, without those of which the browser had a copy; and all of them.
FETCHED = """() => performance.getEntriesByType("resource")
    .filter(({ transferSize }) => transferSize > 0)
    .map(({ name }) => new URL(name).pathname)"""
USED = (
    """() => performance.getEntriesByType("resource").map(({ name }) => new URL(name).pathname)"""
)
REMEMBER = "performance.setResourceTimingBufferSize(1000)"


@pytest.mark.parametrize(("path", "most"), MODULES.items())
def test_screens_begin_with_few_modules(path, most):
    modules = imported_by("main.js", *SCREENS[path].modules)

    assert len(modules) <= most


def test_name_of_a_file_changes_with_its_contents_alone():
    files = tree.load().files
    before = tree.named(files).names

    for path in ("base.js", "css/base.css", "vendor/icons.svg"):
        changed = files[path]._replace(content=files[path].content + b"\n")
        after = tree.named({**files, path: changed}).names
        assert {name for name in after if after[name] != before[name]} == {path}


def test_style_sheets_have_the_names_of_their_fonts():
    loaded = tree.load()
    name = loaded.names["fonts/inter.woff2"]

    assert f'url("../{name}")'.encode() in loaded.files["css/tokens.css"].content


def test_all_files_that_modules_use_are_in_the_import_map():
    used = reached_from("main.js")

    assert used <= set(tree.load().files)
    assert {"screens/work/edit/edit.css", "vendor/icons.svg", "screens/new-video/index.js"} <= used
    assert {f"css/{name}.css" for name in ("sound", "team", "jobs")} <= used


@needs_browser
@pytest.mark.slow  # a browser, and two starts of the service
class TestBrowser:
    """What Chromium does with it."""

    @pytest.mark.parametrize(("tab", "said"), SAID.items())
    def test_html_names_all_that_a_screen_begins_with(self, opened, tab, said):
        visit, client, _ = opened
        work = client.new_work(client.new_project()).removeprefix("/api")
        page = visit.new_tab()
        page.add_init_script(REMEMBER)
        page.goto(f"{visit.base}{work}/{tab}")
        page.get_by_text(said).first.wait_for()
        used = page.evaluate(USED)
        page.close()

        html = client.get(f"{work}/{tab}").body.decode()
        names = {path for path in used if path.startswith(f"{visit.path}{BASE}")}
        found = {name for name in names if name.endswith((".js", ".css"))}
        assert len(found) > 100
        assert {name for name in found if f'="{name}"' not in html} == set()

    @pytest.mark.parametrize("path", ["/login", "/review/x"])
    def test_browsers_without_import_maps_are_told(self, visit, path):
        visit.expect_problem("404")  # there is no such link
        page = visit.new_tab()
        page.add_init_script("delete HTMLScriptElement.supports")
        page.goto(visit.base + path)

        expect(page.locator("body")).to_have_text(re.compile("needs a newer browser"))

    def test_one_module_is_fetched_after_an_update_of_one(self, browser, updated):
        with browser.new_context(viewport=SIZE) as context:
            context.add_init_script(REMEMBER)
            visit = Visit(context, updated)
            client = visit.log_in()
            edit = client.new_work(client.new_project()).removeprefix("/api") + "/edit"
            fetched = files_fetched(visit, edit)
            assert len(fetched) > 100
            assert files_fetched(visit, edit) == []

            updated.stop()
            with (updated.root / "console/static/base.js").open("a") as module:
                module.write("// changed\n")
            updated.start()
            [name] = files_fetched(visit, edit)

            assert name.startswith(f"{BASE}base.")
            assert name not in fetched


@pytest.fixture
def updated(tmp_path):
    """A service with a copy of the page's files, which a test may change."""
    root = tmp_path / "vidworks"
    root.mkdir()
    for entry in ROOT.iterdir():
        if entry.name == "console":
            shutil.copytree(entry, root / entry.name)
        else:
            (root / entry.name).symlink_to(entry)
    service = CommandService(tmp_path / "data", REGISTRATION="open", FSYNC=0, TRUSTED_PROXIES=1)
    service.root = root
    service.start()
    yield service
    service.stop()


def files_fetched(visit: Visit, path: str) -> list[str]:
    """Open a screen anew; return the addresses of files that were fetched."""
    visit.open(path)
    visit.page.get_by_role("link", name="To the scenes").wait_for()
    fetched: list[str] = visit.page.evaluate(FETCHED)
    return [address for address in fetched if address.startswith(BASE)]
