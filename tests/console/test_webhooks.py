"""Webhooks on the page: their address, a test, and one that is sent again."""

from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser import needs_browser
from tests.jobs.helpers import start_job, wait_until
from tests.service import Service

pytestmark = [needs_browser, pytest.mark.slow]

DEMO = {"x-llm-provider": "demo"}


@pytest.fixture(scope="module")
def console_service(tmp_path_factory):
    """A service that may call receivers on this machine."""
    data: Path = tmp_path_factory.mktemp("console") / "data"
    settings = {"DEMO_PROVIDER": "auto", "INTRANET_HOSTS": "127.0.0.1", "REGISTRATION": "open"}
    with Service.running(data, FSYNC=0, **settings) as service:
        yield service


def test_address_is_set_tested_and_removed(visit, receiver):
    visit.expect_problem("400")
    client, page = visit.log_in(), visit.page
    visit.open("/settings/tokens")
    panel = page.get_by_role("region", name="Webhook")
    address = panel.get_by_label("Address")
    expect(panel.get_by_role("button", name="Send a test")).to_have_count(0)

    address.fill("http://10.0.0.1/")
    panel.get_by_role("button", name="Save").click()
    expect(address).to_have_attribute("aria-invalid", "true")
    address.fill(receiver.url)
    panel.get_by_role("button", name="Save").click()
    panel.get_by_role("button", name="Send a test").click()
    expect(panel.get_by_role("status")).to_have_text("Accepted, with status 204")
    receiver.statuses = [500]
    panel.get_by_role("button", name="Send a test").click()
    expect(panel.get_by_role("status")).to_have_text("Refused, with status 500")
    assert visit.accessibility_violations() == []
    assert [b'"webhook.test"' in message.body for message in receiver.messages] == [True, True]
    assert client.get("/api/webhook").json == {"url": receiver.url, "events": ["job.ended"]}

    panel.get_by_role("button", name="Remove the address").click()
    expect(address).to_have_value("")
    assert client.get("/api/webhook").json["url"] is None


def test_webhook_of_a_job_is_sent_again(visit, receiver):
    client, page = visit.log_in(), visit.page
    work = client.new_work(client.new_project(name="Spring"), name="Teaser")
    receiver.statuses = [500]
    job = start_job(client, work, "scenario", headers=DEMO, webhookUrl=receiver.url)
    wait_until(client, job, lambda each: each["webhook"]["tries"])
    visit.open("/jobs")
    entry = page.get_by_role("listitem").filter(has=page.get_by_role("heading", name="Scenario"))
    entry.get_by_role("button", name="Details of Scenario").click()
    expect(entry.get_by_text("Refused, with status 500")).to_be_visible()

    entry.get_by_role("button", name="Send it again").click()

    expect(entry.get_by_text("Accepted, with status 204")).to_be_visible()
    assert visit.accessibility_violations() == []
    first, second = receiver.messages
    assert first.headers["webhook-id"] == second.headers["webhook-id"]
