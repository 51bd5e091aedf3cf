"""What guests write takes no room of what was deleted, and none of whoever made the link."""

import pytest

from settings.config import Settings
from storage.store import Store
from storage.usage import Usage
from tests.people import Person
from tests.works.trash.helpers import discard, items, join

MB = 1 << 20
COMMENT = {"frame": 0, "text": "Brighter"}

pytestmark = pytest.mark.settings(user_quota_mb=1)


def upload(person: Person, size: int) -> str:
    """Upload a file of this size to a new work; return the path of the work."""
    work = person.new_work(person.new_project())
    data = b"RIFF\0\0\0\0AVI LIST".ljust(size, b"\0")
    url, media_type = f"{work}/media/reference", "video/x-msvideo"
    assert person.put(url, data=data, content_type=media_type).status_code == 200
    return work


def fill(store: Store, settings: Settings, person: Person) -> None:
    """Let a person store all that a user may but some KB, half of it in the trash."""
    discard(person, upload(person, 500_000))
    person.create("/api/projects", {})
    usage = Usage(store, person.user["id"], settings.tuning)
    usage.measure()
    upload(person, MB - usage.bytes - 45_000)
    usage.measure()
    assert len(items(person)) == 1


def test_comments_leave_the_trash_of_the_owner(ana, link, store, settings):
    guest = link.enter()
    fill(store, settings, ana)

    for _ in range(20):
        link.say(guest, "x" * 3_000)

    assert len(items(ana)) == 1
    upload(ana, 1_000)  # makes room
    assert items(ana) == []


def test_comments_are_refused_where_all_of_the_trash_would_not_suffice(ana, link):
    guest = link.enter()
    upload(ana, 900_000)

    body = {**COMMENT, "text": "x" * 3_000}
    answers = [link.send("POST", "/comments", guest, json=body) for _ in range(60)]

    assert {each.status_code for each in answers} == {201, 507}


@pytest.mark.parametrize(
    ("path", "body"), [("/comments", COMMENT), ("/decision", {"decision": "approved"})]
)
def test_repeatable_requests_take_nothing_of_whoever_made_the_link(
    ana, ben, work, export, share, store, settings, path, body
):
    join(ana, work.rpartition("/works")[0], ben, "editor")
    link = share(ben)
    guest = link.enter()
    fill(store, settings, ben)
    usage = Usage(store, ben.user["id"], settings.tuning)
    usage.measure()
    before = usage.bytes

    for number in range(20):
        headers = {"Idempotency-Key": f"{number // 2}"}
        assert link.send("POST", path, guest, json=body, headers=headers).status_code == 201

    assert len(items(ben)) == 1
    usage.measure()
    assert usage.bytes == before
    assert len(ana.show(f"{work}/comments")["comments"]) == (10 if path == "/comments" else 0)
