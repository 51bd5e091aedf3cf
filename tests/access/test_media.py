"""Media of a shared project by cookies and media tokens, and lists of what is shared."""

import pytest
from flask.testing import FlaskClient

from access.rights import EDITOR, OWNER
from tests.access.callers import MEMBERS, OWNER_OF_SHARED, REMOVED, USERS, Caller, Relation
from tests.access.cells import third_of
from tests.access.world import mirrored
from tests.people import PASSWORD
from tests.walk import Route

SEEING = {OWNER_OF_SHARED, *MEMBERS}


@pytest.fixture
def app(open_world):
    """The application, after a member was removed."""
    return open_world(REMOVED, Relation.SHARED)


def statuses(client: FlaskClient, routes: list[Route], query: str = "") -> set[int]:
    return {route.request(client, None, query).status_code for route in routes}


def test_media_cookies_read_the_media_of_projects_that_are_seen(app, world):
    media = [route for route in world.shared.routes(app) if route.reads_media]
    foreign = [route._replace(url=mirrored(route.url)) for route in media]
    for caller in USERS:
        page = app.test_client()
        email = world.person(caller, app).user["email"]
        login = {"email": email, "password": PASSWORD, "cookie": True}
        origin = {"Origin": "http://localhost"}
        assert page.post("/api/auth/login", json=login, headers=origin).status_code == 200

        in_turn = third_of(media, caller, Relation.SHARED)
        assert statuses(page, in_turn) == ({200} if caller in SEEING else {404}), caller
        assert statuses(page, third_of(foreign, caller, Relation.FOREIGN)) == {404}, caller


def test_media_tokens_end_with_the_membership(world, open_world):
    app = open_world(OWNER_OF_SHARED, Relation.SHARED)  # nobody was removed yet
    media = [route for route in world.shared.routes(app) if route.reads_media]
    tokens: dict[Caller, str] = {}
    for caller in (*SEEING, REMOVED):
        body = {"projectId": world.project_id}
        tokens[caller] = world.person(caller, app).create("/api/media-tokens", body)["token"]
    client = app.test_client()
    assert statuses(client, media[:1], f"?token={tokens[REMOVED]}") == {200}

    world.remove_member(app)

    for caller, token in tokens.items():
        in_turn = third_of(media, caller, Relation.SHARED)
        found = statuses(client, in_turn, f"?token={token}")
        assert found == ({200} if caller in SEEING else {404}), caller


def test_lists_have_what_is_shared_with_those_who_see_it(app, world):
    shared_job = world.shared.job.rpartition("/")[2]
    for caller in USERS:
        person = world.person(caller, app)
        roles = {each["id"]: each["role"] for each in person.show("/api/projects")}
        jobs = {each["id"] for each in person.show("/api/jobs?all=1&limit=100")}

        assert roles.get(world.project_id) == caller.role, caller
        assert mirrored(world.project_id) not in roles, caller
        assert (shared_job in jobs) == (caller in SEEING), caller
        assert mirrored(shared_job) not in jobs, caller
        trash = {each["id"] for each in person.show("/api/trash")["items"]}
        restorable = {*world.trash.values()} if caller.role in {OWNER, EDITOR} else set()
        assert trash & {*world.trash.values()} == restorable, caller
