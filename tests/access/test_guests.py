"""What guests of a review link reach: what the link shows, and nothing else of the service."""

import pytest
from flask import Flask

from tests.sharing.reviews.conftest import GUEST, ReviewLink
from tests.walk import PopulatedProject, Route, routes_of

REVIEW = "/api/review/<link_token>"
DONE = {200, 201, 204}
WRITES = {  # bodies for those routes that need a guest who has said a name
    "POST /comments": {"frame": 0, "text": "Brighter"},
    "POST /decision": {"decision": "approved"},
    "PATCH /comments/<id:comment_id>": {"text": "Darker"},
    "DELETE /comments/<id:comment_id>": None,
}


@pytest.fixture
def link(populated):
    """A review link of the populated work."""
    return make_link(populated)


def make_link(populated: PopulatedProject, **fields: str) -> ReviewLink:
    made = populated.owner.create(f"{populated.work}/reviews", fields)
    return ReviewLink(populated.owner.client.application.test_client(), made)


def routes_for_guests(app: Flask, comment_id: str = "x") -> list[Route]:
    """Return them, those that delete last; their addresses have no link yet."""
    routes = routes_of(app, {"link_token": "LINK", "comment_id": comment_id})
    found = [route for route in routes if route.rule.startswith(REVIEW)]
    return sorted(found, key=lambda route: (route.method == "DELETE", route.name))


def send_all(app: Flask, link: ReviewLink, guest: str, comment_id: str) -> dict[str, int]:
    """Send a valid request to every route for guests; return the statuses."""
    found = {}
    for route in routes_for_guests(app, comment_id):
        name = route.name.replace(REVIEW, "")
        path = route.url.partition("LINK")[2]
        body = WRITES.get(name, {"name": "Gus"} if name == "POST /guest" else None)
        found[name] = link.send(route.method, path, guest, json=body).status_code
    return found


def test_a_guest_reaches_every_route_for_guests(app, link):
    guest = link.enter()
    comment = link.say(guest)

    assert set(send_all(app, link, guest, comment["id"]).values()) <= DONE


@pytest.mark.parametrize("token", ["none", "of another link", "made up"])
def test_who_is_no_guest_of_the_link_reads_and_writes_nothing(app, populated, link, token):
    other = make_link(populated)
    guest = {"none": "", "of another link": other.enter(), "made up": "a.b.c"}[token]
    comment = link.say(link.enter())
    before = link.show("/comments")

    found = send_all(app, link, guest, comment["id"])

    assert {name: found[name] for name in WRITES} == dict.fromkeys(WRITES, 401)
    assert link.show("/comments") == before


def test_without_the_password_all_links_answer_the_same(app, populated):
    locked = [make_link(populated, password="a secret"), make_link(populated, password="another")]
    for route in routes_for_guests(app):
        path = route.url.partition("LINK")[2]
        body = WRITES.get(route.name.replace(REVIEW, ""), {"name": "Gus"})
        first, second = (
            link.send(route.method, path, json=None if route.reads else body) for link in locked
        )
        assert first.status_code == second.status_code == 401, route.name
        assert first.data == second.data, route.name


@pytest.mark.parametrize("ending", ["revoked", "unknown"])
def test_an_ended_link_answers_as_one_that_never_was(app, populated, link, ending):
    guest = link.enter()
    if ending == "revoked":
        url = f"{populated.work}/reviews/{link.made['id']}"
        assert populated.owner.delete(url).status_code == 204
    else:
        link.path = f"/api/review/{'x' * 22}"

    assert set(send_all(app, link, guest, "comment_0").values()) == {404}


def test_a_guest_reaches_no_other_route(app, populated, link):
    guest, before = link.enter(), populated.state()
    client = app.test_client()

    for route in populated.routes(app):
        if route.is_guarded:
            as_guest = client.open(route.url, method=route.method, headers={GUEST: guest})
            as_token = route.request(client, guest)
            in_query = route.request(client, None, f"?token={guest}")
            found = {each.status_code for each in (as_guest, as_token, in_query)}
            assert found == {401}, route.name

    assert populated.state() == before


def test_a_link_to_one_export_shows_no_other(app, populated, link):
    for path in ("", "/video", "/poster", "/captions.vtt"):
        assert link.send("GET", f"{path}?exportId=export_1").status_code == 200
        assert link.send("GET", f"{path}?exportId=export_2").status_code == 404
