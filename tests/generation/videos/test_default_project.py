"""The project of videos that are ordered without one: which it is; its id is not used again."""

from collections.abc import Callable
from functools import partial
from itertools import count
from typing import Any

import pytest

from generation.videos.default_project import default_project
from projects import service as projects
from storage.errors import StorageError
from storage.paths import derived_id
from storage.store import Store
from tests.access.members import member, set_members
from tests.generation.videos.test_videos import BRIEF
from tests.people import Person
from tests.simultaneous import at_once
from tests.storage.steps import KilledError, failing_at
from tests.walk import DEMO
from tests.works.trash.helpers import TRASH, discard, id_of, items

UserSettings = Callable[..., Person]


@pytest.fixture
def videos(store, ana):
    """The path of ana's project of videos."""
    return path_of(default_project(store, ana.user["id"]))


def path_of(project_id: str) -> str:
    return f"/api/projects/{project_id}"


def hand_over(store: Store, project: str, owner: Person, new_owner: Person) -> None:
    set_members(store, id_of(project), member(new_owner, "editor"))
    answer = owner.post(f"{project}/owner", json={"userId": new_owner.user["id"]})
    assert answer.status_code == 200, answer.text


def ordered(person: Person, **fields: Any) -> str:
    """Order a video and cancel it; return the path of its project."""
    video = person.order("/api/videos", {**BRIEF, **fields}, DEMO)
    person.post(f"{video}/cancel")
    return path_of(person.show(video)["projectId"])


def test_orders_have_one_project_until_it_is_deleted_or_handed_over(ana, ben, store):
    first = ordered(ana)
    assert ordered(ana) == first
    ana.save(first, {"name": "Films"})
    assert ordered(ana) == first

    hand_over(store, first, ana, ben)
    second = ordered(ana)
    trash_id = discard(ana, second)
    third = ordered(ana)

    assert len({first, second, third}) == 3
    assert ana.post(f"{TRASH}/{trash_id}/restore").status_code == 200
    assert ordered(ana) == third
    assert {each["id"] for each in ana.show("/api/projects?shared=0")} == {
        id_of(second),
        id_of(third),
    }
    assert ordered(ben) != first


def test_what_the_new_owner_deletes_is_not_the_former_owners(ana, ben, store, videos):
    hand_over(store, videos, ana, ben)
    ben.delete(f"{videos}/members/{ana.user['id']}")
    of_work, of_project = discard(ben, ben.new_work(videos)), discard(ben, videos)

    second = ordered(ana)

    assert items(ana) == []
    for trash_id in (of_work, of_project):
        assert ana.post(f"{TRASH}/{trash_id}/restore").status_code == 404
    assert ben.post(f"{TRASH}/{of_project}/restore").status_code == 200
    assert ben.post(f"{TRASH}/{of_work}/restore").status_code == 200
    assert ana.get(videos).status_code == 404
    assert ana.show(second)["role"] == "owner"


def test_links_to_a_deleted_project_do_not_open_the_next_one(client, ana, ben, samples, videos):
    invitation = ana.create(f"{videos}/invitations", {"role": "editor"})["url"].rpartition("/")[2]
    link = ana.create("/api/links", {"kind": "upload", "projectId": id_of(videos)})["url"]
    discard(ana, videos)

    second = ordered(ana)

    assert ben.post(f"/api/invitations/{invitation}/accept").status_code == 404
    image = (samples / "image.png").read_bytes()
    assert client.put(f"/api/{link.partition('/api/')[2]}", data=image).status_code == 404
    assert ana.show(f"{second}/assets")["count"] == 0
    assert ben.get(second).status_code == 404


def test_project_that_was_handed_over_and_back_stays_the_one_of_videos_unless_there_is_another(
    ana, ben, store, videos
):
    hand_over(store, videos, ana, ben)
    hand_over(store, videos, ben, ana)
    assert ordered(ana) == videos

    hand_over(store, videos, ana, ben)
    second = ordered(ana)
    hand_over(store, videos, ben, ana)

    assert ordered(ana) == second


def test_project_of_earlier_versions_stays_the_one_of_videos(ana, ben, store):
    """Its id followed from the user, and no document noted it."""
    former = derived_id("proj", f"{ana.user['id']}/Videos")
    projects.create(store, ana.user["id"], {"name": "Videos"}, former)

    assert ordered(ana) == path_of(former)
    assert store.users.snapshot(ana.user["id"]).values["videosProjectId"] == former
    discard(ana, path_of(former))
    assert ordered(ana) != path_of(former)


@pytest.mark.parametrize("is_deleted", [True, False])
def test_id_of_earlier_versions_is_not_given_again(ana, ben, store, is_deleted):
    former = derived_id("proj", f"{ana.user['id']}/Videos")
    projects.create(store, ana.user["id"], {"name": "Videos"}, former)
    if is_deleted:
        discard(ana, path_of(former))
    else:
        hand_over(store, path_of(former), ana, ben)
    second = derived_id("proj", f"{ana.user['id']}/Videos1")

    assert default_project(store, ana.user["id"]) not in (former, second)


@pytest.mark.parametrize(
    ("order", "status"),
    [
        ({"webhookUrl": "http://10.0.0.1/"}, 400),
        ({"webhookUrl": "nowhere"}, 400),
        ({"project": "proj_1"}, 400),
        ({}, 429),
    ],
)
def test_refused_order_makes_and_notes_no_project(ana, store, user_with, order, status):
    before = store.users.snapshot(ana.user["id"]).data
    headers = DEMO if status == 400 else {}
    person = ana if status == 400 else user_with(daily_calls=1)

    answer = person.post("/api/videos", json={**BRIEF, **order}, headers=headers)

    assert answer.status_code == status, answer.text
    assert list(store.projects.documents) == []
    assert store.users.snapshot(ana.user["id"]).data == before


def test_simultaneous_first_orders_make_one_project(ana, settings):
    stores = [Store(settings.data_dir, fsync=False) for _ in range(2)]

    chosen = at_once([partial(default_project, each, ana.user["id"]) for each in stores * 4])

    assert {*chosen} == {*stores[0].projects.documents}
    assert len({*chosen}) == 1


@pytest.mark.parametrize("error", [KilledError(), OSError(5, "I/O error")])
def test_crash_leaves_at_most_one_project_of_videos(ana, store, error):
    user_id, known = ana.user["id"], set[str]()
    for step in count(1):
        with failing_at(step, error) as steps:
            try:
                default_project(store, user_id)
            except (type(error), StorageError):
                pass
        later = Store(store.root, fsync=False)

        project_id = default_project(later, user_id)

        assert [*later.projects.documents] == [project_id]
        assert project_id not in known
        known.add(project_id)
        later.projects.delete(project_id)
        if steps.taken < step:
            return
