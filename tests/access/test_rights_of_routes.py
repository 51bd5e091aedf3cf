"""Every route in a project requires the right of its kind; every other one has a sample."""

from access.rights import CHANGE, COMMENT, MANAGE, RIGHTS, ROLES, SEE
from tests.access.callers import MEMBERS, OWNER_OF_SHARED, Relation
from tests.access.samples import OF_USERS, samples
from tests.walk import Route

_MANAGED = ("/owner", "/members/<id:member_id>", "/invitations", "/provider-keys")


def right_by_kind(route: Route) -> str:
    """Return the right that a route should require, by what its address says."""
    rule = route.rule.removeprefix("/api/projects/<id:project_id>")
    if rule.startswith(_MANAGED):
        return MANAGE
    if rule.endswith("/reviews/redeliver"):
        return MANAGE
    if route.reads or rule.endswith(
        ("/apply", "/presence", "/members/leave", "/redeliver", "<id:work_id>/duplicate")
    ):
        return SEE
    if not rule or rule == "/members":
        return MANAGE
    return COMMENT if "/comments" in rule or rule.endswith("/decisions") else CHANGE


def test_every_route_in_a_project_requires_the_right_of_its_kind(app, populated):
    routes = [route for route in populated.routes(app) if route.rule.startswith("/api/projects/")]

    assert {route.name: route.right for route in routes} == {
        route.name: right_by_kind(route) for route in routes
    }


def test_every_other_guarded_route_has_a_sample_or_is_of_users(world, open_world):
    app = open_world(OWNER_OF_SHARED, Relation.SHARED)
    urls = app.url_map.bind("localhost")
    matches = [urls.match(each.url, each.method, return_rule=True) for each in samples(world)]
    others = {
        route.rule
        for route in world.shared.routes(app)
        if route.is_guarded and not route.rule.startswith("/api/projects/")
    }

    sampled = {rule.rule for rule, _ in matches if not rule.rule.startswith("/api/projects/")}
    assert others == OF_USERS | sampled, "see tests/access/samples.py"


def test_every_row_and_column_of_the_table_is_requested(world, open_world):
    app = open_world(OWNER_OF_SHARED, Relation.SHARED)
    asked = {route.right for route in world.shared.routes(app)} - {None}
    asked |= {sample.right for sample in samples(world)}

    assert asked == set(RIGHTS)
    assert {caller.role for caller in (OWNER_OF_SHARED, *MEMBERS)} == set(ROLES)


def test_a_stranger_cannot_tell_a_project_from_one_that_does_not_exist(app, populated, ben):
    known = populated.project.rpartition("/")[2]
    unknown = f"proj_{'0' * 16}"
    for route in populated.routes(app):
        if route.right:
            there, nowhere = (
                ben.request(route.method, route.url.replace(known, each))
                for each in (known, unknown)
            )
            assert there.status_code == nowhere.status_code == 404
            assert there.text.replace(known, unknown) == nowhere.text, route.name
            assert {*there.headers.keys()} == {*nowhere.headers.keys()}, route.name
