"""Jobs whose kept key is deleted or replaced: the server's own key never takes its place."""

import pytest

from access.rights import EDITOR
from tests.access.members import member, set_members, store_of
from tests.jobs.helpers import (
    find_requests,
    keys_sent,
    resume_job,
    start_job,
    until,
    wait_until_finished,
)
from tests.people import Person
from tests.vendors import Vendors

VENDOR = "claude"
SERVERS = "ests"  # how the server's keys end, of which there is one for each vendor


@pytest.fixture
def shared(app, project, ben):
    """The path of ana's project, in which ben is an editor who may pay."""
    project_id = project.rpartition("/")[2]
    set_members(store_of(app), project_id, member(ben, EDITOR, may_pay=True))
    return project


@pytest.fixture
def work(shared, ben):
    return ben.new_work(shared, productDescription="A lamp")


def keep(person: Person, key: str, holder: str) -> None:
    url = f"{holder}/provider-keys/{VENDOR}"
    assert person.put(url, json={"key": f"a-long-key-{key}"}).status_code == 204


def start_refused_job(person: Person, work: str, vendors: Vendors) -> str:
    """Start a job whose paid call is refused again and again, as its provider is busy."""
    vendors.rule(vendor=VENDOR, times=None, status=429, retry_after=0.05)
    job = start_job(person, work, "scenario")
    until(vendors.requests)
    return job


def hand_over(ana: Person, shared: str, ben: Person) -> None:
    assert ana.post(f"{shared}/owner", json={"userId": ben.user["id"]}).status_code == 200


def test_job_with_the_key_of_a_project_that_is_handed_over_stops_until_it_is_resumed(
    ana, ben, shared, work, vendors
):
    keep(ana, "-ana", shared)
    job = start_refused_job(ben, work, vendors)

    hand_over(ana, shared, ben)

    ended = wait_until_finished(ben, job)
    assert ended["state"] == "interrupted"
    assert ended["reason"].startswith("The kept key of claude that this job was to use is gone")
    assert ended["reason"].endswith("Resume the job with a key.")
    assert set(keys_sent(vendors)) == {"-ana"}
    assert find_requests(vendors, ended=None) == []
    vendors.reset()
    resume_job(ben, job, x_api_key="a-long-key-_ben")
    assert wait_until_finished(ben, job)["state"] == "succeeded"
    assert keys_sent(vendors) == ["_ben"]


@pytest.mark.parametrize("holder", ["project", "user"])
def test_job_whose_kept_key_is_deleted_does_not_use_the_servers(
    ana, ben, shared, work, vendors, holder
):
    keeper, place = {"project": (ana, shared), "user": (ben, "/api")}[holder]
    keep(keeper, "kept", place)
    job = start_refused_job(ben, work, vendors)

    assert keeper.delete(f"{place}/provider-keys/{VENDOR}").status_code == 204

    assert wait_until_finished(ben, job)["state"] == "interrupted"
    assert set(keys_sent(vendors)) == {"kept"}
    vendors.reset()
    resume_job(ben, job)  # who resumes it decides: there is no kept key now
    assert wait_until_finished(ben, job)["state"] == "succeeded"
    assert keys_sent(vendors) == [SERVERS]


def test_key_that_replaces_another_is_used_at_once(ana, ben, shared, work, vendors):
    keep(ana, "-old", shared)
    job = start_refused_job(ben, work, vendors)

    keep(ana, "-new", shared)

    until(lambda: "-new" in keys_sent(vendors))
    vendors.reset_rules()
    assert wait_until_finished(ben, job)["state"] == "succeeded"
    assert keys_sent(vendors)[-1] == "-new"
