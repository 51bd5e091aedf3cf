"""What tests of the trash do."""

from typing import Any

from tests.people import Person

TRASH = "/api/trash"


def discard(person: Person, url: str) -> str:
    """Delete what is at a URL; return the id of its entry in the trash."""
    response = person.delete(url)
    assert response.status_code == 204, response.text
    return response.headers["X-Deleted"]


def items(person: Person, query: str = "") -> list[Any]:
    """Return what is in a person's trash."""
    found: list[Any] = person.show(f"{TRASH}{query}")["items"]
    return found


def join(owner: Person, project: str, member: Person, role: str) -> None:
    """Make someone a member of a project."""
    body = {"email": member.user["email"], "role": role}
    invitation = owner.create(f"{project}/members", body)["id"]
    assert member.post(f"/api/invitations/{invitation}/accept").status_code == 200


def hand_over(owner: Person, project: str, member: Person) -> None:
    """Make a member the owner of a project."""
    assert owner.post(f"{project}/owner", json={"userId": member.user["id"]}).status_code == 200


def id_of(url: str) -> str:
    """Return the id of the document at a URL."""
    return url.rpartition("/")[2]
