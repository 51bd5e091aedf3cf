"""Invitations: by a link, or for the account of an email address."""

import re
from functools import partial
from typing import Any

import pytest

from errors import LimitReachedError
from schemas.links import INVITATION, PATHS
from sharing.links import project_links
from sharing.members import invitations, service
from storage.clock import DAY_MS, now_ms
from storage.store import Store
from tests.people import Person
from tests.sharing.members.test_members import id_of, roles, url
from tests.simultaneous import at_once

INVITATIONS = "/api/invitations"


def invite(owner: Person, project: str, role: str = "editor", **fields: Any) -> Any:
    """Make an invitation, and return it."""
    return owner.create(f"{project}/invitations", {"role": role, **fields})


def path(invitation: Any) -> str:
    """Return the path that answers for the link of an invitation."""
    token = invitation["url"].partition("/#/invitations/")[2]
    assert re.fullmatch("[A-Za-z0-9_-]{22}", token)
    return f"{INVITATIONS}/{token}"


def test_whoever_has_the_link_joins_once(ana, ben, cleo, project):
    made = invite(ana, project, "reviewer")
    assert made.keys() == {"id", "url", "role", "mayPay", "email", "expiresAt"}
    assert abs(made["expiresAt"] - now_ms() - 7 * DAY_MS) < 60_000

    accepted = ben.post(f"{path(made)}/accept").json

    assert accepted == {
        "projectId": project.rpartition("/")[2],
        "role": "reviewer",
        "mayPay": False,
    }
    assert ben.show(project)["name"] == "Untitled project"
    for answer in (cleo.post(f"{path(made)}/accept"), ben.get(path(made))):
        assert (answer.status_code, answer.json["error"]) == (
            410,
            "This invitation was accepted or declined",
        )
    assert roles(ana, project) == {"ben": "reviewer"}


def test_an_invitation_tells_to_what_and_by_whom(ana, ben, project):
    shown = ben.show(path(invite(ana, project, mayPay=True)))

    assert (shown["projectName"], shown["role"], shown["mayPay"]) == (
        "Untitled project",
        "editor",
        True,
    )
    assert shown["invitedBy"]["email"] == "ana@example.com"


def test_an_invitation_needs_a_login(client, ana, project):
    made = invite(ana, project)

    assert client.get(path(made)).status_code == 401
    assert (
        client.get(f"{INVITATIONS}/{made['id']}/preview").status_code == 404
    )  # the token shows it
    assert client.post(f"{path(made)}/accept").status_code == 401


def test_whoever_has_the_link_sees_what_it_is_for_before_the_login(client, ana, ben, project):
    made = invite(ana, project, "viewer", email="ben@example.com")
    shown = client.get(f"{path(made)}/preview")

    assert shown.status_code == 200
    assert shown.json == {
        "projectName": "Untitled project",
        "invitedBy": {"name": "ana"},
        "role": "viewer",
        "mayPay": False,
        "email": "ben@example.com",
        "expiresAt": made["expiresAt"],
    }
    ben.post(f"{path(made)}/decline")
    assert client.get(f"{path(made)}/preview").status_code == 410


def test_the_owner_lists_and_revokes_invitations(ana, ben, project):
    made = invite(ana, project, "viewer")
    [listed] = ana.show(f"{project}/members")["invitations"]
    assert listed["id"] == made["id"]
    assert "url" not in listed

    assert ana.delete(f"{project}/invitations/{made['id']}").status_code == 204

    assert ben.get(path(made)).status_code == 404
    assert ana.show(f"{project}/members")["invitations"] == []
    assert ana.delete(f"{project}/invitations/{made['id']}").status_code == 404


def test_members_neither_see_nor_make_invitations(ana, ben, shared):
    made = invite(ana, shared)

    assert "invitations" not in ben.show(f"{shared}/members")
    answers = [
        ben.post(f"{shared}/invitations", json={"role": "viewer"}),
        ben.post(f"{shared}/members", json={"role": "viewer", "email": "cleo@example.com"}),
        ben.delete(f"{shared}/invitations/{made['id']}"),
    ]
    assert {answer.status_code for answer in answers} == {403}


def test_an_invitation_is_revoked_in_its_project_only(ana, project):
    made = invite(ana, project)

    assert ana.delete(f"{ana.new_project()}/invitations/{made['id']}").status_code == 404
    assert len(ana.show(f"{project}/members")["invitations"]) == 1


def test_an_account_that_was_there_before_finds_its_invitation(ana, ben, cleo, project):
    body = {"email": "BEN@example.com", "role": "editor", "mayPay": True}
    ana.create(f"{project}/members", body)

    [found] = ben.show(INVITATIONS)
    assert cleo.show(INVITATIONS) == []
    assert cleo.post(f"{INVITATIONS}/{found['id']}/accept").status_code == 404

    assert ben.post(f"{INVITATIONS}/{found['id']}/accept").status_code == 200
    assert ana.show(f"{project}/members")["members"][0]["mayPay"] is True
    assert ben.show(INVITATIONS) == []


def test_an_account_made_after_its_invitation_needs_the_link(client, ana, project):
    made = ana.create(f"{project}/members", {"email": "ben@example.com", "role": "viewer"})
    ben = Person.register(client, "ben@example.com")

    assert ben.show(INVITATIONS) == []
    assert ben.post(f"{INVITATIONS}/{made['id']}/accept").status_code == 404
    assert ben.post(f"{path(made)}/accept").status_code == 200


def test_the_link_of_another_account_is_refused(ana, ben, cleo, project):
    made = ana.create(f"{project}/members", {"email": "ben@example.com", "role": "viewer"})

    for answer in (
        cleo.get(path(made)),
        cleo.post(f"{path(made)}/accept"),
        cleo.post(f"{path(made)}/decline"),
    ):
        assert answer.status_code == 403
        assert answer.json["error"] == "This invitation is for another account"
    assert ben.post(f"{path(made)}/accept").status_code == 200


def test_the_answer_does_not_tell_whether_there_is_an_account(ana, ben, project):
    answers = [
        ana.post(f"{project}/members", json={"role": "viewer", "email": f"{name}@example.com"})
        for name in ("ben", "nobody")
    ]

    kinds = [{key: type(value) for key, value in answer.json.items()} for answer in answers]
    assert [answer.status_code for answer in answers] == [201, 201]
    assert kinds[0] == kinds[1]


def test_a_new_invitation_of_an_address_replaces_the_earlier_one(ana, ben, project):
    first, second = (
        ana.create(f"{project}/members", {"email": "ben@example.com", "role": role})
        for role in ("viewer", "editor")
    )

    assert [each["id"] for each in ben.show(INVITATIONS)] == [second["id"]]
    assert ben.get(path(first)).status_code == 404


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "role"),
        ({"role": "owner"}, "role"),
        ({"role": "viewer", "mayPay": True}, "mayPay"),
        ({"role": "viewer", "email": "ben"}, "email"),
        ({"role": "viewer", "maypay": True}, "maypay"),
        ({"role": "viewer", "expiresAt": 1}, "expiresAt"),
    ],
)
def test_an_invalid_invitation_is_refused(ana, project, body, field):
    complete = {"email": "ben@example.com", **body}  # as members are invited
    for name, sent in (("invitations", body), ("members", complete)):
        refused = ana.post(f"{project}/{name}", json=sent)

        assert (refused.status_code, [*refused.json["details"]]) == (400, [field])


def test_members_are_not_invited_again(ana, ben, shared):
    for person in (ana, ben):
        body = {"email": person.user["email"], "role": "viewer"}
        assert ana.post(f"{shared}/members", json=body).status_code == 409
        made = invite(ana, shared)
        assert person.post(f"{path(made)}/accept").status_code == 409
    assert ben.get(path(made)).status_code == 200  # it was not used up


def test_a_declined_invitation_has_ended(ana, ben, project):
    made = ana.create(f"{project}/members", {"email": "ben@example.com", "role": "viewer"})

    assert ben.post(f"{INVITATIONS}/{made['id']}/decline").status_code == 204

    assert ben.show(INVITATIONS) == []
    assert ben.post(f"{path(made)}/accept").status_code == 410
    assert ana.show(f"{project}/members")["invitations"] == []


def test_an_expired_invitation_is_gone(store, ana, ben, project):
    made = ana.create(f"{project}/members", {"email": "ben@example.com", "role": "viewer"})
    store.links.change(made["id"], lambda link: link.update(expiresAt=now_ms()))

    assert ben.post(f"{path(made)}/accept").status_code == 410
    assert ben.post(f"{INVITATIONS}/{made['id']}/accept").status_code == 404
    assert ben.show(INVITATIONS) == []


def test_invitations_outlive_a_logout_but_not_the_ownership(ana, ben, cleo, shared):
    made = invite(ana, shared)
    assert ana.post("/api/auth/logout").status_code == 204
    assert cleo.get(path(made)).status_code == 200
    ana = log_in(ana)

    ana.post(f"{shared}/owner", json={"userId": id_of(ben)})

    assert cleo.post(f"{path(made)}/accept").status_code == 404
    assert ben.show(f"{shared}/members")["invitations"] == []


def log_in(person: Person) -> Person:
    account = {"email": person.user["email"], "password": "correct horse battery"}
    answer = person.client.post("/api/auth/login", json=account)
    return Person(person.client, answer.json["accessToken"], person.user)


def test_an_idempotency_key_makes_one_invitation(ana, project):
    first, second = (
        ana.post(
            f"{project}/invitations", json={"role": "viewer"}, headers={"Idempotency-Key": "one"}
        )
        for _ in range(2)
    )

    assert first.json == second.json
    assert len(ana.show(f"{project}/members")["invitations"]) == 1


def test_one_of_two_who_accept_at_once_joins(ana, ben, cleo, project):
    made = invite(ana, project)

    answers = at_once([partial(person.post, f"{path(made)}/accept") for person in (ben, cleo)])

    assert sorted(answer.status_code for answer in answers) == [200, 410]
    assert len(roles(ana, project)) == 1


def test_an_acceptance_that_a_crash_interrupted_is_repeated_by_the_same_user(
    store, ana, ben, cleo, project
):
    made = invite(ana, project)
    claim(store, made, ben)
    assert cleo.post(f"{path(made)}/accept").status_code == 410

    assert ben.post(f"{path(made)}/accept").status_code == 200
    assert roles(ana, project) == {"ben": "editor"}


def claim(store: Store, invitation: Any, person: Person) -> None:
    """Leave an invitation as a crash does at the beginning of an acceptance."""
    claimed = {"claimedBy": id_of(person)}
    project_links.change(store, INVITATION, invitation["id"], lambda link: link.update(claimed))


@pytest.mark.parametrize("leaves", [True, False])
def test_who_was_removed_does_not_repeat_an_interrupted_acceptance(store, ana, ben, shared, leaves):
    made = invite(ana, shared)
    claim(store, made, ben)
    if leaves:
        ben.post(f"{shared}/members/leave")
    else:
        ana.delete(url(shared, ben))

    assert ben.post(f"{path(made)}/accept").status_code == 410


def test_the_limit_of_members_leaves_the_invitation_usable(store, ana, ben, project, monkeypatch):
    token = path(invite(ana, project)).rpartition("/")[2]
    with monkeypatch.context() as patch:
        patch.setattr(service, "MAX_MEMBERS", 0)
        with pytest.raises(LimitReachedError):
            invitations.accept(store, id_of(ben), token)

    assert invitations.accept(store, id_of(ben), token)["role"] == "editor"


def test_invitations_are_no_links_of_their_maker(ana, project):
    made = invite(ana, project)

    assert ana.show("/api/links") == {"links": []}
    assert ana.delete(f"/api/links/{made['id']}").status_code == 404
    assert PATHS[INVITATION] in made["url"]
