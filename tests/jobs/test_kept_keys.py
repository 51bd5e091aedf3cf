"""Jobs with keys that users keep on the server."""

import pytest

from tests.jobs.helpers import new_work_with_scenes, resume_job, start_job, wait_until_finished
from tests.people import Person
from tests.vendors import Vendors

VENDORS = ("openai", "runway")


def keep_keys(person: Person) -> None:
    for vendor in VENDORS:
        body = {"key": f"kept-key-{vendor[:4]}"}
        assert person.put(f"/api/provider-keys/{vendor}", json=body).status_code == 204


def delete_keys(person: Person) -> None:
    for vendor in VENDORS:
        assert person.delete(f"/api/provider-keys/{vendor}").status_code == 204


def keys_sent(vendors: Vendors) -> set[str]:
    """Return the last four characters of each key that was sent."""
    return {each["key"] for each in vendors.requests()}


@pytest.fixture
def eve(user_with):
    """A user of a service without keys of its own."""
    return user_with(openai_api_key="", runway_api_key="")


def test_kept_key_is_used_where_a_request_brings_none(eve, vendors):
    work = new_work_with_scenes(eve, eve.new_project(), 1)
    assert start_job_status(eve, work) == 400
    keep_keys(eve)

    job = wait_until_finished(eve, start_job(eve, work))

    assert job["state"] == "succeeded"
    assert keys_sent(vendors) == {"open", "runw"}
    assert "kept-key" not in eve.get(job_url(work, job)).text


def start_job_status(person: Person, work: str) -> int:
    headers = {"x-image-provider": "dalle", "x-video-provider": "runway"}
    return person.post(f"{work}/jobs", json={"kind": "scenes"}, headers=headers).status_code


def job_url(work: str, job: dict[str, str]) -> str:
    return f"{work}/jobs/{job['id']}"


def test_key_of_a_request_comes_before_the_kept_one_and_that_before_the_servers(
    ana, work_with_scenes, vendors
):
    keep_keys(ana)
    headers = {"x-image-api-key": "key-of-request"}

    ordered = start_job(ana, work_with_scenes, headers=headers, sceneIndexes=[0])
    job = wait_until_finished(ana, ordered)

    assert job["state"] == "succeeded"
    assert keys_sent(vendors) == {"uest", "runw"}


def test_limits_of_the_servers_keys_do_not_apply(user_with):
    eve = user_with(server_key_users=("ana@example.com",), daily_calls_total=1)
    work = new_work_with_scenes(eve, eve.new_project(), 2)
    keep_keys(eve)

    assert wait_until_finished(eve, start_job(eve, work))["state"] == "succeeded"


def test_job_whose_key_was_deleted_is_resumed_with_a_new_one(eve, vendors):
    work = new_work_with_scenes(eve, eve.new_project(), 1)
    keep_keys(eve)
    vendors.rule(vendor="openai", refuse=True)
    job = start_job(eve, work)
    assert wait_until_finished(eve, job)["state"] == "failed"
    delete_keys(eve)
    assert eve.post(f"{job}/resume").status_code == 400
    vendors.reset()
    keep_keys(eve)

    resume_job(eve, job)

    assert wait_until_finished(eve, job)["state"] == "succeeded"
