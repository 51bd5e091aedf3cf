"""Calls of a project's members: who may pay, with whose key, and who goes on with a job."""

import pytest
from flask import Flask

from tests.access.members import member, set_members, store_of
from tests.jobs.helpers import (
    MODEL_HEADERS,
    Job,
    keys_sent,
    resume_job,
    start_job,
    until,
    wait_until_finished,
)
from tests.people import Person
from tests.vendors import Vendors

VENDOR = "claude"

# A service without a key of its own for language models, and with the demo.
pytestmark = pytest.mark.settings(claude_api_key="", demo_provider="1")


@pytest.fixture
def shared(app, project, ben):
    """The path of ana's project, in which ben is an editor who may pay."""
    share(app, project, ben, may_pay=True)
    return project


def share(app: Flask, project: str, person: Person, *, may_pay: bool) -> None:
    project_id = project.rpartition("/")[2]
    set_members(store_of(app), project_id, member(person, "editor", may_pay=may_pay))


@pytest.fixture
def work(shared, ben):
    """The path of a work in the shared project."""
    return ben.new_work(shared, productDescription="A lamp")


def keep(person: Person, key: str, project: str = "/api") -> None:
    """Keep a key for a user, or for the project at this path."""
    url = f"{project}/provider-keys/{VENDOR}"
    assert person.put(url, json={"key": f"key-of-the-{key}"}).status_code == 204


def status(person: Person, work: str, provider: str = VENDOR) -> int:
    """Order a scenario; return the status."""
    headers = {"x-llm-provider": provider}
    answer = person.post(f"{work}/jobs", json={"kind": "scenario"}, headers=headers)
    return answer.status_code


def scenario(person: Person, work: str) -> Job:
    """Let a scenario be written."""
    return wait_until_finished(person, start_job(person, work, "scenario"))


def test_only_who_may_pay_starts_paid_calls(app, ana, ben, shared, work, vendors):
    keep(ana, "project", shared)
    share(app, shared, ben, may_pay=False)

    refused = ben.post(f"{work}/jobs", json={"kind": "scenario"}, headers=MODEL_HEADERS)

    assert (refused.status_code, refused.json["right"]) == (403, "pay")
    assert ben.show(f"{work}/jobs") == []
    assert vendors.requests() == []
    assert status(ben, work, "demo") == 202
    share(app, shared, ben, may_pay=True)
    assert scenario(ben, work)["state"] == "succeeded"


def test_an_order_that_is_repeated_takes_the_right_to_pay(app, ana, ben, shared, work, vendors):
    keep(ana, "project", shared)
    order = {"json": {"kind": "scenario"}, "headers": {**MODEL_HEADERS, "Idempotency-Key": "key-1"}}
    wait_until_finished(ben, ben.post(f"{work}/jobs", **order).headers["Location"])

    share(app, shared, ben, may_pay=False)
    repeated = ben.post(f"{work}/jobs", **order)

    assert (repeated.status_code, repeated.json["right"]) == (403, "pay")
    assert len(vendors.requests()) == 1


def test_a_key_of_ones_own_comes_before_the_projects_and_the_owners_is_never_used(
    ana, ben, shared, work, vendors
):
    keep(ana, "ana")
    refused = ben.post(f"{work}/jobs", json={"kind": "scenario"}, headers=MODEL_HEADERS)
    assert (refused.status_code, refused.json["code"]) == (400, "api_key_required")
    assert "The owner of the project can keep one for it" in refused.json["details"]

    keep(ana, "project", shared)
    assert scenario(ben, work)["userId"] == ben.user["id"]
    keep(ben, "ben")
    scenario(ben, work)
    ben.delete(f"/api/provider-keys/{VENDOR}")
    ana.delete(f"{shared}/provider-keys/{VENDOR}")

    assert status(ben, work) == 400
    assert keys_sent(vendors) == ["ject", "-ben"]


def test_the_owner_alone_manages_the_projects_keys(ana, ben, shared):
    url = f"{shared}/provider-keys"
    keep(ana, "project", shared)

    [kept] = ana.show(url)
    assert (kept["provider"], kept["last4"]) == (VENDOR, "ject")
    script = ana.with_scopes("projects:read", "projects:write")
    answers = [
        *(ben.get(url), ben.put(f"{url}/openai", json={"key": "x"}), ben.delete(f"{url}/{VENDOR}")),
        *(script.get(url), script.put(f"{url}/openai", json={"key": "x"})),
    ]
    assert {answer.status_code for answer in answers} == {403}
    assert ana.put(f"{url}/unknown", json={"key": "x"}).status_code == 404
    assert ana.show(url) == [kept]


def test_handing_over_deletes_the_projects_keys(app, ana, ben, shared, work, vendors):
    keep(ana, "project", shared)

    assert ana.post(f"{shared}/owner", json={"userId": ben.user["id"]}).status_code == 200

    assert [*store_of(app).provider_keys.documents] == []
    assert ben.show(f"{shared}/provider-keys") == []
    assert status(ben, work) == status(ana, work) == 400
    assert ben.delete(f"{shared}/provider-keys/{VENDOR}").status_code == 404
    keep(ben, "new", shared)
    scenario(ana, work)
    assert keys_sent(vendors) == ["-new"]


def test_keys_of_a_project_go_with_it(app, ana, shared):
    keep(ana, "project", shared)

    assert ana.delete(f"{shared}?permanently=1").status_code == 204

    assert [*store_of(app).provider_keys.documents] == []


def start_refused_job(ana: Person, ben: Person, shared: str, work: str, vendors: Vendors) -> str:
    """Let ben start a job with ana's key, whose paid call is refused again and again."""
    keep(ana, "project", shared)
    vendors.rule(vendor=VENDOR, times=None, status=429, retry_after=0.05)
    job = start_job(ben, work, "scenario")
    until(vendors.requests)
    return job


def test_who_loses_the_right_to_pay_pays_nothing_more(app, ana, ben, shared, work, vendors):
    job = start_refused_job(ana, ben, shared, work, vendors)

    share(app, shared, ben, may_pay=False)

    ended = wait_until_finished(ben, job)
    assert ended["state"] == "failed"
    assert "may no longer start paid calls" in ended["reason"]
    assert ben.post(f"{job}/resume").status_code == 403


def test_jobs_of_a_disabled_user_pay_nothing_more(app, ana, ben, shared, work, vendors):
    job = start_refused_job(ana, ben, shared, work, vendors)

    result = app.test_cli_runner().invoke(args=["users", "disable", "ben@example.com"])

    assert result.exit_code == 0, result.output
    assert wait_until_finished(ana, job)["state"] == "failed"


def test_a_job_is_resumed_with_the_rights_and_keys_of_who_resumes_it(
    app, ana, ben, shared, work, vendors
):
    keep(ben, "ben")
    keep(ana, "ana")
    vendors.rule(vendor=VENDOR, refuse=True)
    job = start_job(ben, work, "scenario")
    assert wait_until_finished(ben, job)["state"] == "failed"
    vendors.reset()
    share(app, shared, ben, may_pay=False)
    assert ben.post(f"{job}/resume").status_code == 403

    resume_job(ana, job)

    ended = wait_until_finished(ana, job)
    assert (ended["state"], ended["userId"]) == ("succeeded", ana.user["id"])
    assert keys_sent(vendors) == ["-ana"]


def test_descriptions_of_assets_use_the_projects_key(ana, ben, shared, vendors, samples):
    keep(ana, "project", shared)
    asset = ben.upload(f"{shared}/assets", samples / "image.png").json

    answer = ben.post(
        f"{shared}/assets/{asset['id']}/analyze", headers={"x-vision-provider": VENDOR}
    )

    assert answer.status_code == 200
    assert keys_sent(vendors) == ["ject"]


def test_providers_and_voices_are_asked_with_the_projects_keys(app, ana, ben, cleo, shared):
    keep(ana, "project", shared)
    query = f"projectId={shared.rpartition('/')[2]}"

    assert key_of(ben, f"?{query}") == "project"
    assert key_of(ben, "") is key_of(cleo, f"?{query}") is None
    assert ben.get(f"/api/voices?{query}").status_code == 200
    assert cleo.get(f"/api/voices?{query}").status_code == 404
    share(app, shared, ben, may_pay=False)
    assert key_of(ben, f"?{query}") is None
    assert ben.get(f"/api/voices?{query}").status_code == 200


def key_of(person: Person, query: str) -> str | None:
    """Return whose key a person's calls of the vendor use."""
    listed = person.show(f"/api/providers{query}")
    found: str | None = next(each["key"] for each in listed if each["id"] == VENDOR)
    return found
