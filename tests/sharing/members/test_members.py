"""Members of a project: the list, their roles, removing, leaving, handing over."""

from dataclasses import replace

import pytest

from access.errors import RightMissingError
from errors import LimitReachedError
from sharing.members import service
from tests.access.members import set_members
from tests.applications import create_app
from tests.people import Person


def id_of(person: Person) -> str:
    return str(person.user["id"])


def url(project: str, person: Person) -> str:
    return f"{project}/members/{id_of(person)}"


def roles(person: Person, project: str) -> dict[str, str]:
    """Return the roles of the members, by their names."""
    return {each["name"]: each["role"] for each in person.show(f"{project}/members")["members"]}


def test_everybody_in_a_project_sees_its_owner_and_members(ana, ben, shared):
    listed = ben.show(f"{shared}/members")

    assert listed["owner"] == {"userId": id_of(ana), "name": "ana", "email": "ana@example.com"}
    [found] = listed["members"]
    assert found.pop("addedAt") == 1
    assert found == {
        "userId": id_of(ben),
        "name": "ben",
        "email": "ben@example.com",
        "role": "editor",
        "mayPay": False,
    }


def test_a_person_alone_has_no_members(ana, project):
    assert ana.show(f"{project}/members")["members"] == []


def test_members_whose_account_is_lost_have_no_name(store, ana, shared):
    lost = {"userId": "user_lost", "role": "viewer", "mayPay": False, "addedAt": 2}
    set_members(store, shared.rpartition("/")[2], lost)

    [found] = ana.show(f"{shared}/members")["members"]

    assert (found["name"], found["email"]) == (None, None)
    assert ana.delete(f"{shared}/members/user_lost").status_code == 204


def test_only_editors_may_pay(ana, ben, shared):
    changed = ana.patch(url(shared, ben), json={"mayPay": True})
    assert (changed.status_code, changed.json["mayPay"]) == (200, True)

    refused = ana.patch(url(shared, ben), json={"role": "reviewer", "mayPay": True})
    assert refused.status_code == 400
    assert refused.json["details"] == {"mayPay": "Only for editors; the role is reviewer."}

    changed = ana.patch(url(shared, ben), json={"role": "viewer"})
    assert (changed.json["role"], changed.json["mayPay"]) == ("viewer", False)


@pytest.mark.parametrize("role", ["owner", "admin", "", None, 3])
def test_an_unknown_role_is_refused(ana, ben, shared, role):
    refused = ana.patch(url(shared, ben), json={"role": role})

    assert (refused.status_code, [*refused.json["details"]]) == (400, ["role"])


def test_only_the_owner_manages_members(ben, cleo, shared):
    for person, status in ((ben, 403), (cleo, 404)):
        answers = [
            person.patch(url(shared, ben), json={"role": "viewer"}),
            person.delete(url(shared, ben)),
            person.post(f"{shared}/owner", json={"userId": id_of(ben)}),
        ]
        assert {answer.status_code for answer in answers} == {status}
    assert roles(ben, shared) == {"ben": "editor"}


def test_a_removed_member_has_no_access(ana, ben, shared):
    assert ana.delete(url(shared, ben)).status_code == 204

    assert ben.get(shared).status_code == 404
    assert ana.delete(url(shared, ben)).status_code == 404


def test_the_document_of_a_project_without_members_is_as_it_was(store, ana, ben, shared):
    ana.delete(url(shared, ben))

    assert "members" not in store.projects.snapshot(shared.rpartition("/")[2]).values


def test_a_member_leaves(ana, ben, shared):
    assert ben.post(f"{shared}/members/leave").status_code == 204

    assert ben.get(shared).status_code == 404
    assert roles(ana, shared) == {}


def test_the_owner_can_neither_leave_nor_be_changed(ana, shared):
    answers = [
        ana.post(f"{shared}/members/leave"),
        ana.delete(url(shared, ana)),
        ana.patch(url(shared, ana), json={"role": "viewer"}),
    ]

    assert {answer.status_code for answer in answers} == {409}
    assert answers[0].json["error"] == "The owner cannot leave"
    assert all("Hand the project over first" in answer.json["details"] for answer in answers)


def test_handing_over_swaps_the_roles(ana, ben, shared):
    answer = ana.post(f"{shared}/owner", json={"userId": id_of(ben)})

    assert answer.json["owner"]["userId"] == id_of(ben)
    [former] = answer.json["members"]
    assert (former["userId"], former["role"], former["mayPay"]) == (id_of(ana), "editor", True)
    assert ben.patch(shared, json={"name": "Ben's"}).status_code == 200
    assert ana.patch(shared, json={"name": "Ana's"}).status_code == 403


@pytest.mark.parametrize("is_interrupted", [False, True])
def test_what_a_former_owner_gave_is_deleted_and_does_not_revive(
    store, ana, ben, shared, is_interrupted, monkeypatch
):
    made = ana.create(f"{shared}/invitations", {"role": "viewer"})
    ana.put(f"{shared}/provider-keys/claude", json={"key": "key-of-ana"})
    project_id = shared.rpartition("/")[2]

    with monkeypatch.context() as patch:
        if is_interrupted:  # right after the project is the new owner's
            patch.setattr(service, "_delete_of_former_owner", lambda *_: None)
        ana.post(f"{shared}/owner", json={"userId": id_of(ben)})

    assert (made["id"] in store.links.documents) == is_interrupted
    assert (project_id in store.provider_keys.documents) == is_interrupted
    ben.post(f"{shared}/owner", json={"userId": id_of(ana)})
    assert ana.show(f"{shared}/members")["invitations"] == []
    assert ana.show(f"{shared}/provider-keys") == []


def test_a_project_is_handed_over_to_members_only(ana, ben, cleo, shared):
    messages = {cleo: "Must be a member of the project.", ana: "This is the owner already."}
    for person, message in messages.items():
        refused = ana.post(f"{shared}/owner", json={"userId": id_of(person)})
        assert (refused.status_code, refused.json["details"]) == (400, {"userId": message})
    assert ana.show(shared)["userId"] == id_of(ana)


def test_a_project_is_not_handed_over_to_somebody_who_cannot_log_in(store, ana, ben, shared):
    store.users.change(id_of(ben), lambda user: user.update(disabled=True))

    refused = ana.post(f"{shared}/owner", json={"userId": id_of(ben)})

    assert refused.json["details"] == {"userId": "This member cannot log in."}


def test_a_former_owner_changes_nothing_with_a_request_that_was_admitted_before(
    store, ana, ben, shared
):
    project_id = shared.rpartition("/")[2]
    ana.post(f"{shared}/owner", json={"userId": id_of(ben)})

    with pytest.raises(RightMissingError):
        service.remove_member(store, project_id, id_of(ana), id_of(ana))


def test_a_project_has_a_limited_number_of_members(store, ana, cleo, project):
    others = [
        {"userId": f"user_{number}", "role": "viewer", "mayPay": False, "addedAt": 1}
        for number in range(service.MAX_MEMBERS)
    ]
    project_id = project.rpartition("/")[2]
    set_members(store, project_id, *others)

    with pytest.raises(LimitReachedError):
        service.add_member(store, project_id, id_of(ana), id_of(cleo), "viewer", may_pay=False)


@pytest.fixture
def with_quota(settings, client, shared):
    """A client of a service on the same data, with a quota of one megabyte for each user."""
    return create_app(replace(settings, user_quota_mb=1)).test_client()


def test_the_new_owner_needs_room_for_the_project(with_quota, settings, ana, ben, shared):
    own = settings.data_dir / ben.new_project().removeprefix("/api/")
    for directory in (own, settings.data_dir / shared.removeprefix("/api/")):
        (directory / "fill").write_bytes(bytes(600 << 10))
    ana = Person(with_quota, ana.token, ana.user)

    refused = ana.post(f"{shared}/owner", json={"userId": id_of(ben)})
    assert (refused.status_code, refused.json["code"]) == (507, "quota_exceeded")
    assert ana.show(shared)["userId"] == id_of(ana)

    (own / "fill").unlink()
    assert ana.post(f"{shared}/owner", json={"userId": id_of(ben)}).status_code == 200
