"""The cast of a project: its tab, and the chips of scenes."""

import pytest
from playwright.sync_api import expect

from tests.browser import needs_browser
from tests.console import edited_work

pytestmark = [needs_browser, pytest.mark.slow]


def test_deletion_of_a_picture_says_who_is_shown_by_it(opened, samples):
    visit, client, page = opened
    project = client.new_project(name="Spring")
    asset = edited_work.upload(client, f"{project}/assets", samples / "image.png")
    client.post(f"{project}/cast", {"name": "Mina", "kind": "person", "assetIds": [asset]})
    visit.go(f"{project.removeprefix('/api')}/assets")

    page.get_by_role("button", name="Actions for image.png").click()
    page.get_by_role("menuitem", name="Delete").click()

    question = page.get_by_role("dialog", name="Delete “image.png”?")
    expect(question).to_contain_text("1 member of the cast is shown by it:")
    expect(question.get_by_role("listitem")).to_have_text(["Mina"])
