"""Who else is in a work, what they edit, and what was done in a project."""

from typing import NamedTuple

import pytest
from playwright.sync_api import Page, Request, expect

from tests.browser import needs_browser
from tests.console.four_people import join
from tests.console.visit import Visit
from tests.service import Client

pytestmark = [needs_browser, pytest.mark.slow]


class Team(NamedTuple):
    """Ana and Ben in her project, and the path of a work in it."""

    ana: Visit
    ben: Visit
    owner: Client
    project: str
    work: str

    def open(self, visit: Visit, tab: str) -> Page:
        visit.open(f"{self.work.removeprefix('/api')}/{tab}")
        expect(visit.page.locator(".save-status")).to_be_visible()
        return visit.page


@pytest.fixture
def team(visit, someone):
    ben = someone()
    owner, editor = visit.log_in("Ana Lund"), ben.log_in("Ben")
    project = owner.new_project(name="Spring")
    work = owner.new_work(project, name="Teaser")
    prompts = [{"scene_index": index, "image_prompt": f"Lamp {index}"} for index in range(2)]
    owner.save(work, {"scenes": prompts})
    join(owner, editor, project)
    return Team(visit, ben, owner, project, work)


def test_others_are_shown_with_what_they_edit_until_they_leave(team):
    ana, ben = team.open(team.ana, "scenes"), team.open(team.ben, "scenes")
    others = ana.get_by_role("list", name="Others in this work").get_by_role("listitem")
    expect(others).to_have_text("BBen")
    expect(ben.get_by_role("list", name="Others in this work")).to_have_text("ALAna Lund")

    ben.locator("#scene-1 textarea").first.focus()
    expect(others).to_have_text("BBen is editing scene 2")
    expect(ana.locator("#scene-1").get_by_text("Ben is editing this")).to_be_visible()
    expect(ana.locator("#scene-0").get_by_text("Ben is editing this")).to_have_count(0)
    assert team.ana.accessibility_violations() == []

    ana.get_by_role("link", name="Edit").click()
    ben.get_by_role("link", name="Edit").click()
    ben.locator(".item.clip").first.click()
    expect(ana.locator(".item.clip").first.locator(".item-editor")).to_have_text("B")
    ana.locator(".item.clip").first.click()
    expect(ana.locator(".inspector").get_by_text("Ben is editing this")).to_be_visible()

    ben.close()
    expect(others).to_have_count(0)


def test_conflict_names_the_other_and_the_status_leads_to_it(team):
    for problem in ("ERR_", "412"):
        team.ana.expect_problem(problem)
    ana, ben = team.open(team.ana, "scenes"), team.open(team.ben, "scenes")
    expect(ana.get_by_role("list", name="Others in this work")).to_be_visible()
    picture = {page: page.locator("#scene-1 textarea").first for page in (ana, ben)}

    team.ana.context.set_offline(True)
    picture[ana].fill("A lamp of Ana")
    expect(ana.locator(".save-status")).to_contain_text("Not saved yet")
    picture[ben].fill("A lamp of Ben")
    expect(ben.locator(".save-status")).to_have_text("Saved")
    ana.set_viewport_size({"width": 1280, "height": 500})
    picture[ana].evaluate("field => field.scrollIntoView({ block: 'end' })")
    team.ana.context.set_offline(False)

    conflict = ana.get_by_role("group", name="Scene 2: Picture")
    expect(conflict).not_to_be_in_viewport()
    ana.locator(".save-status").get_by_role("button", name="Choose").click()
    expect(conflict).to_be_in_viewport()
    expect(ana.get_by_text("Ben changed this, too.")).to_be_visible()
    expect(conflict.get_by_role("button", name="Use Ben")).to_be_visible()
    assert team.ana.accessibility_violations() == []
    conflict.get_by_role("button", name="Keep yours").click()

    # whose text was replaced is told so, and has it back with a click
    expect(ben.get_by_text("Ana Lund replaced your text of Scene 2: Picture:")).to_be_visible()
    assert team.ben.accessibility_violations() == []
    ben.get_by_role("button", name="Restore mine").click()
    conflict.get_by_role("button", name="Use Ben").click()
    expect(picture[ana]).to_have_value("A lamp of Ben")


def test_a_person_alone_sends_no_heartbeats(visit):
    client, sent = visit.log_in(), []

    def note(request: Request) -> None:
        if request.url.endswith("/presence"):
            sent.append(request.url)

    visit.page.on("request", note)
    project = client.new_project(name="Spring")
    visit.open(f"{client.new_work(project, name='Teaser').removeprefix('/api')}/scenes")
    expect(visit.page.locator(".save-status")).to_be_visible()
    visit.open(project.removeprefix("/api"))
    expect(visit.page.get_by_role("link", name="Team")).to_be_visible()

    assert sent == []
    expect(visit.page.get_by_role("link", name="Activity")).to_have_count(0)


def test_the_activity_of_a_project_is_shown_as_it_happens(team):
    page = team.ana.page
    team.ana.open(team.project.removeprefix("/api"))
    page.get_by_role("link", name="Activity").click()
    rows = page.locator(".activity .row")
    expect(rows.first).to_contain_text("Ben joined the project")
    expect(rows.nth(1)).to_contain_text("Ana Lund invited somebody")

    team.owner.request("PATCH", team.work, {"name": "<b>Trailer</b>"})

    expect(rows.filter(has_text="Ana Lund edited “Teaser”")).to_be_visible()
    expect(rows.get_by_role("link", name="Teaser").first).to_be_visible()
    assert team.ana.accessibility_violations() == []
