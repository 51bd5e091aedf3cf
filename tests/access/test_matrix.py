"""The matrix of rights: every request for what is in a project, of everyone, in all projects.

What is expected is computed from the table of rights alone. A third of the cells is requested here:
of each route a third of the callers, of each caller a third of the routes; all of them with
`-m thorough`.
"""

import pytest
from flask import Flask

from tests.access.callers import CALLERS
from tests.access.cells import Sample, check, everywhere, of_each_part
from tests.access.samples import samples
from tests.access.world import World
from tests.walk import Route


@of_each_part
@everywhere
@pytest.mark.parametrize("caller", CALLERS, ids=lambda caller: caller.name)
def test_matrix(world, open_world, caller, relation, part):
    app = open_world(caller, relation)

    check(world, app, caller, relation, part(all_samples(app, world), caller, relation))


def all_samples(app: Flask, world: World) -> list[Sample]:
    """Return all requests in an order in which none takes away what a later one needs."""
    routes = [route for route in world.shared.routes(app) if route.right]
    routes.sort(key=_takes_away)
    return [*samples(world), *map(Sample.of, routes)]


def _takes_away(route: Route) -> int:
    """Return a number that is higher, the more a request takes away from those after it."""
    if route.ends_membership:
        return 2
    if route.method != "DELETE":
        return 0
    return 3 if route.rule == "/api/projects/<id:project_id>" else 1
