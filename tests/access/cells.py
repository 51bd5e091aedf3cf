"""Cells of the matrix: a request of a caller to a project, and how it is answered."""

import json
from collections.abc import Callable, Collection, Iterable, Mapping
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

import pytest
from flask import Flask

from schemas.error_codes import ERROR_CODES
from tests.access.callers import CALLERS, Caller, Outcome, Relation, outcome_of
from tests.access.members import store_of
from tests.access.world import World
from tests.walk import DEMO, Route

Item = TypeVar("Item")
Part = Callable[[Iterable[Any], Caller, Relation], list[Any]]

_DONE = ("200", "201", "202", "204")
_VALIDATED = (*_DONE, "400", "409")  # without a body, some requests are not valid
_OF_OTHERS = {  # what members may do with what they have made themselves
    f"{method} /api/projects/<id:project_id>/works/<id:work_id>/comments/<id:comment_id>": (
        *(*_VALIDATED, "403 forbidden"),
    )
    for method in ("PATCH", "DELETE")
} | {
    # what members may do with jobs that they have ordered themselves
    "POST /api/projects/<id:project_id>/works/<id:work_id>/jobs/<id:job_id>/redeliver": (
        *(*_VALIDATED, "403 right_missing"),
    ),
    # which takes another right in the project of the copy
    "POST /api/projects/<id:project_id>/works/<id:work_id>/duplicate": (
        *(*_VALIDATED, "403 right_missing"),
    ),
}


class Sample(NamedTuple):
    """A request for what is in the shared project, and the right that it needs there.

    `admitted` are the answers, or their statuses, to who has the right; `unknown` is the code of
    the error for a stranger, and for what does not exist.
    """

    name: str
    right: str
    method: str
    url: str
    body: Mapping[str, Any] | None = None
    headers: Mapping[str, str] = {}
    admitted: Collection[str] = _DONE
    unknown: str = "not_found"

    @classmethod
    def of(cls, route: Route) -> "Sample":
        """Return a request without a body for a route in a project, which pays for nothing."""
        assert route.right
        admitted = ("200",) if route.reads else _OF_OTHERS.get(route.name, _VALIDATED)
        return cls(route.name, route.right, route.method, route.url, None, DEMO, admitted)

    def answer_to(self, outcome: Outcome) -> str:
        """Return how it is refused, with the code unless the answer has no body."""
        codes = {
            Outcome.UNAUTHENTICATED: "unauthenticated",
            Outcome.FORBIDDEN: "right_missing",
            Outcome.NOT_FOUND: self.unknown,
        }
        code = codes[outcome]
        status = ERROR_CODES[code].status
        return str(status) if self.method == "HEAD" else f"{status} {code}"


def third_of(items: Iterable[Item], caller: Caller, relation: Relation) -> list[Item]:
    """Return a third of the items, so that of each item a third of the callers gets its turn."""
    turn = CALLERS.index(caller) + [*Relation].index(relation)
    return [item for place, item in enumerate(items) if (place + turn) % 3 == 0]


def all_of(items: Iterable[Item], caller: Caller, relation: Relation) -> list[Item]:
    """Return all items."""
    return [*items]


everywhere = pytest.mark.parametrize("relation", Relation, ids=lambda relation: relation.value)
of_each_part = pytest.mark.parametrize(
    "part", [third_of, pytest.param(all_of, marks=pytest.mark.thorough)]
)


def check(
    world: World, app: Flask, caller: Caller, relation: Relation, samples: Iterable[Sample]
) -> None:
    """Send these requests. Those that are refused come first, and change nothing."""
    expected = [(each, outcome_of(caller, relation, each.right)) for each in samples]
    before = stored_files(app)
    for sample, outcome in expected:
        if outcome is not Outcome.ADMITTED:
            answer = send(world, app, caller, relation, sample)
            assert answer == sample.answer_to(outcome), sample.name
    assert stored_files(app) == before
    for sample, outcome in expected:
        if outcome is Outcome.ADMITTED:
            answer = send(world, app, caller, relation, sample)
            assert {answer, answer.partition(" ")[0]} & {*sample.admitted}, (sample.name, answer)


def send(world: World, app: Flask, caller: Caller, relation: Relation, sample: Sample) -> str:
    """Send a request of a caller for what is in the project of this relation.

    Return the status, followed by the code of an error.
    """
    body = sample.body and json.loads(world.address(json.dumps(sample.body), relation))
    response = app.test_client().open(
        world.address(sample.url, relation),
        method=sample.method,
        headers={**sample.headers, **world.headers(caller)},
        json=body,
        buffered=True,
    )
    is_error = response.status_code >= 400 and sample.method != "HEAD"
    return f"{response.status_code} {response.json['code']}" if is_error else response.status[:3]


def stored_files(app: Flask) -> dict[str, bytes]:
    """Return the contents of all documents in projects."""
    projects = Path(store_of(app).root, "projects")
    return {str(path): path.read_bytes() for path in projects.rglob("*.json*")}
