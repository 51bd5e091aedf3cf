"""Undo and redo in the editor, across reloads, visits elsewhere and restarts of the browser."""

import pytest
from PIL import Image
from playwright.sync_api import BrowserContext, Locator, Page, expect

from tests import browser as browsers
from tests.browser import needs_browser
from tests.console.conftest import SIZE
from tests.console.forms import enter
from tests.console.four_people import join
from tests.console.visit import Visit
from tests.jobs.helpers import until
from tests.media.image_files import encoded
from tests.service import Client

pytestmark = [needs_browser, pytest.mark.slow]

CLIPS = 3
NO_DATABASE = "Object.defineProperty(window, 'indexedDB', { value: undefined })"
FULL = """IDBObjectStore.prototype.put = () => {
    throw new DOMException("There is no space left", "QuotaExceededError");
}"""
# How many steps the browser has stored, and how many of them are undone.
STORED = """async () => {
    const done = (request) => new Promise((resolve) => {
        request.onsuccess = () => resolve(request.result);
    });
    const database = await done(indexedDB.open("vidworks.undo"));
    const steps = await done(database.transaction("steps").objectStore("steps").getAll());
    database.close();
    return [steps.length, steps.filter(({ isUndone }) => isUndone).length];
}"""


class Cut:
    """The editor of a work with three pictures, each shown for a second."""

    def __init__(self, visit: Visit, client: Client, path: str, page: Page | None = None) -> None:
        self.visit, self.client, self.path = visit, client, path
        self.page = page or visit.page
        self.undo, self.redo = (
            self.page.get_by_role("button", name=name, exact=True) for name in ("Undo", "Redo")
        )

    @property
    def clips(self) -> Locator:
        return self.page.get_by_role("group", name="Clips").get_by_role("button")

    def open(self) -> None:
        self.page.goto(f"{self.visit.base}{self.path.removeprefix('/api')}/edit")
        expect(self.clips.first).to_be_visible()

    def delete(self, number: int) -> None:
        """Delete a clip."""
        self.clips.nth(number).click()
        self.page.keyboard.press("Delete")

    def kept(self) -> list[str]:
        """Return the ids of the clips, once all is saved."""
        expect(self.page.locator(".save-status")).to_have_text("Saved")
        state = self.client.get(self.path).json["editorState"]
        return [clip["id"] for clip in state["editorData"]["videoTrack"]]


def new_work(client: Client) -> str:
    """Make a work with three clips; return its path."""
    work = client.new_work(client.new_project(name="Spring"), scenes=[{"scene_index": 0}])
    picture = encoded(Image.new("RGB", (36, 64), "teal"))
    client.put(f"{work}/media/scene/0/image", picture, Content_Type="image/png")
    clips = [{"id": f"c{n}", "start": n, "end": n + 1, "sceneIndex": 0} for n in range(CLIPS)]
    client.save(work, {"editorState": {"editorData": {"videoTrack": clips}}})
    return work


@pytest.fixture
def cut(visit):
    """Ana's editor."""
    client = visit.log_in()
    cut = Cut(visit, client, new_work(client))
    cut.open()
    return cut


def test_cut_is_undone_and_redone_after_reloads(cut):
    cut.delete(1)
    expect(cut.clips).to_have_count(2)
    assert until(lambda: cut.page.evaluate(STORED) == [1, 0], True)
    cut.page.reload()
    expect(cut.clips).to_have_count(2)
    cut.undo.click()
    expect(cut.clips).to_have_count(3)
    assert cut.kept() == ["c0", "c1", "c2"]

    cut.page.reload()
    expect(cut.redo).to_be_enabled()
    expect(cut.undo).to_be_disabled()
    cut.page.keyboard.press("ControlOrMeta+Shift+z")
    expect(cut.clips).to_have_count(2)
    assert cut.kept() == ["c0", "c2"]
    cut.page.reload()
    expect(cut.undo).to_be_enabled()
    cut.page.keyboard.press("ControlOrMeta+z")
    expect(cut.clips).to_have_count(3)


def test_cuts_are_undone_after_a_visit_to_projects(cut):
    cut.delete(2)
    cut.delete(1)
    expect(cut.clips).to_have_count(1)
    cut.page.get_by_role("link", name="Projects").first.click()
    expect(cut.page.get_by_role("heading", name="Projects", exact=True)).to_be_visible()
    cut.page.go_back()
    for count in (2, 3):
        cut.undo.click()
        expect(cut.clips).to_have_count(count)
    expect(cut.undo).to_be_disabled()
    assert cut.kept() == ["c0", "c1", "c2"]


def test_cut_is_undone_after_a_restart_of_the_browser(browser, console_service, tmp_path):
    def start() -> BrowserContext:
        return browser.browser_type.launch_persistent_context(
            tmp_path, executable_path=browsers.CHROMIUM, args=browsers.OPTIONS, viewport=SIZE
        )

    with start() as context:
        visit = Visit(context, console_service)
        client = visit.log_in()
        before = Cut(visit, client, new_work(client))
        before.open()
        before.delete(1)
        assert before.kept() == ["c0", "c2"]
        until(lambda: before.page.evaluate(STORED) == [1, 0])
    with start() as context:
        after = Cut(Visit(context, console_service), client, before.path)
        after.open()
        after.undo.click()
        assert after.kept() == ["c0", "c1", "c2"]


def test_changes_of_others_meanwhile_stay(cut):
    cut.delete(1)
    assert cut.kept() == ["c0", "c2"]
    cut.page.goto(f"{cut.visit.base}/settings")
    operations = [
        {"op": "trim", "clip": "c0", "seconds": 0.5},
        {"op": "text", "text": "Theirs", "start": 0, "end": 1},
    ]
    assert (
        cut.client.post(f"{cut.path}/timeline/operations", {"operations": operations}).status == 200
    )
    cut.open()
    cut.undo.click()
    expect(cut.clips).to_have_count(3)
    assert cut.kept() == ["c0", "c1", "c2"]
    data = cut.client.get(cut.path).json["editorState"]["editorData"]
    assert [(each["start"], each["end"]) for each in data["videoTrack"]] == [
        (0, 0.5),
        (0.5, 1.5),
        (1.5, 2.5),
    ]
    assert len(data["textTrack"]) == 1


def test_steps_belong_to_a_person_and_to_a_tab_that_is_open(cut):
    cut.delete(1)
    assert cut.kept() == ["c0", "c2"]
    until(lambda: cut.page.evaluate(STORED) == [1, 0])
    other = Cut(cut.visit, cut.client, cut.path, cut.visit.new_tab())
    other.open()
    expect(other.clips).to_have_count(2)
    expect(other.undo).to_be_disabled()

    cut.visit.expect_problem("401")  # of what is asked while somebody logs out
    email = f"ben-{cut.visit.email}"
    ben = cut.visit.service.client(cut.visit.service.register(email))
    join(cut.client, ben, cut.path.partition("/works/")[0])
    cut.page.close()
    change_user(other.page, email)
    other.open()
    expect(other.clips).to_have_count(2)
    expect(other.undo).to_be_disabled()
    change_user(other.page, cut.visit.email)
    other.open()
    expect(other.undo).to_be_enabled()


def test_what_the_page_kept_is_not_there_for_another_user(cut):
    page, address = cut.page, f"{cut.path.removeprefix('/api')}/edit"
    email = f"eve-{cut.visit.email}"
    eve = cut.visit.service.client(cut.visit.service.register(email))
    join(cut.client, eve, cut.path.partition("/works/")[0])
    page.get_by_role("tab", name="Project").click()
    cut.clips.first.click()
    page.keyboard.press("ControlOrMeta+c")
    cut.visit.expect_problem("401")  # of what is asked while somebody logs out

    change_user(page, email)

    cut.visit.go(address)
    expect(page.get_by_role("tab", name="Scenes")).to_have_attribute("aria-selected", "true")
    cut.clips.first.click()
    page.keyboard.press("ControlOrMeta+v")
    page.keyboard.press("Delete")  # which removes what was pasted, if anything was
    expect(cut.clips).to_have_count(2)


def change_user(page: Page, email: str) -> None:
    page.get_by_role("button", name="Account of").click()
    page.get_by_role("menuitem", name="Log out").click()
    enter(page, email)
    expect(page.get_by_role("button", name="Account of")).to_be_visible()


@pytest.mark.parametrize("trouble", [NO_DATABASE, FULL], ids=["no database", "full"])
def test_undo_lasts_as_long_as_the_page_where_nothing_can_be_stored(visit, trouble):
    client = visit.log_in()
    with visit.page.add_init_script(trouble):
        cut = Cut(visit, client, new_work(client))
        cut.open()
        cut.delete(1)
        expect(cut.clips).to_have_count(2)
        for name in ("Brief", "Edit"):
            cut.page.get_by_role("link", name=name, exact=True).first.click()
        cut.undo.click()
        expect(cut.clips).to_have_count(3)
        cut.redo.click()
        assert cut.kept() == ["c0", "c2"]
        cut.page.reload()
        expect(cut.clips).to_have_count(2)
        expect(cut.undo).to_be_disabled()
