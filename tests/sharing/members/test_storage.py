"""What members store in a project counts for its owner."""

import pytest
from werkzeug.test import TestResponse

from generation.videos.default_project import default_project
from tests.access.members import member, set_members, store_of
from tests.people import Person

MB = 1 << 20

pytestmark = pytest.mark.settings(user_quota_mb=1)


def send(person: Person, work: str, size: int) -> TestResponse:
    video = b"RIFF\0\0\0\0AVI LIST" + bytes(size)
    return person.put(f"{work}/media/reference", data=video, content_type="video/x-msvideo")


def test_uploads_and_jobs_of_members_count_for_the_owner(ana, ben, shared):
    work, own = ben.new_work(shared), ben.new_work(ben.new_project())
    assert send(ben, work, MB - 100_000).status_code == 200

    refused = send(ben, ben.new_work(shared), 200_000)

    assert refused.status_code == 507
    assert refused.json["details"].startswith("The owner of this project stores ")
    assert send(ben, own, 200_000).status_code == 200
    assert (
        send(ana, ana.new_work(ana.new_project()), 200_000).json["details"].startswith("You store")
    )


def test_a_job_of_a_member_needs_room_of_the_owner(ana, ben, shared):
    work = ben.new_work(shared, productDescription="A lamp")
    send(ana, work, MB - 60_000)
    body = {"kind": "scenario", "unknown": "x" * 60_000}

    answer = ben.post(f"{work}/jobs", json=body, headers={"x-llm-provider": "demo"})

    assert (answer.status_code, answer.json["code"]) == (507, "quota_exceeded")


def test_the_project_for_videos_is_a_new_one_once_it_was_handed_over(app, ana, ben):
    store = store_of(app)
    first = default_project(store, ana.user["id"])
    set_members(store, first, member(ben, "editor"))
    ana.post(f"/api/projects/{first}/owner", json={"userId": ben.user["id"]})

    second = default_project(store, ana.user["id"])

    assert second != first
    assert ana.show(f"/api/projects/{second}")["userId"] == ana.user["id"]
    assert default_project(store, ana.user["id"]) == second
