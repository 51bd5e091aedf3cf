"""The one guard: who is calling, may they do this, and is this project theirs.

Every route is guarded. A view says what it needs with `@requires(...)`; the few that anyone may
call are marked `@opened` and named in OPEN, the one list of exceptions. A route with neither stops
the start of the service.
"""

from collections.abc import Callable
from typing import Any, NamedTuple, TypeVar, cast

from flask import Flask, Request, g, request

from accounts.access import authenticate
from api import describe
from errors import MissingScopeError, UnauthorizedError
from projects import service as projects

View = TypeVar("View", bound=Callable[..., Any])

OPEN = frozenset(
    {
        "accounts.register",
        "accounts.login",
        "accounts.refresh",
        "system.get_health",
        "system.get_readiness",
        "system.get_openapi",
        "generation.list_providers",
        "docs.page",
        "docs.file",
    }
)


class Requirement(NamedTuple):
    """What a route asks for."""

    scopes: tuple[str, ...]
    query_token: bool


def requires(*scopes: str, query_token: bool = False) -> Callable[[View], View]:
    """Let in who has these scopes; with `query_token` the token may come as `?token=` too."""

    def annotate(view: View) -> View:
        vars(view)["requirement"] = Requirement(scopes, query_token)
        ways = ["bearer", "queryToken"] if query_token else ["bearer"]
        security = [{way: list(scopes)} for way in ways]
        responses = {401: "Error401", **({403: "Error403"} if scopes else {})}
        return describe(view, security=security, responses=responses)

    return annotate


def opened(view: View) -> View:
    """Mark a view that anyone may call; it has to be in OPEN as well."""
    return describe(view, security=[])


def register_guard(app: Flask) -> None:
    """Guard all routes of the application, which must all be registered by now."""
    requirements: dict[str, Requirement] = {}
    for endpoint, view in app.view_functions.items():
        requirement = vars(view).get("requirement")
        if (requirement is None) != (endpoint in OPEN):
            raise RuntimeError(f"{endpoint} must either be in OPEN or say what it requires")
        if requirement is not None:
            requirements[endpoint] = requirement

    store, signer = app.extensions["store"], app.extensions["signer"]

    def admit() -> None:
        asked = cast(Any, request)._get_current_object()  # noqa: SLF001 - each use of the proxy costs time
        rule = asked.url_rule
        if rule is None or rule.endpoint in OPEN or asked.method == "OPTIONS":
            return
        required = requirements[rule.endpoint]
        access = authenticate(store, signer, _credential(asked, required.query_token))
        g.access = access
        if not access.scopes.issuperset(required.scopes):
            raise MissingScopeError(list(required.scopes), sorted(access.scopes))
        project_id = (asked.view_args or {}).get("project_id")
        if access.media_of and not (required.query_token and access.media_of == project_id):
            raise UnauthorizedError("A media token is good for reading its project's media only")
        if project_id is not None:
            # With the project gone, its works are gone too, as whoever opens one finds out.
            in_work = "work_id" in asked.view_args
            projects.check_owner(store, project_id, access.user_id, recent=in_work)

    app.before_request(admit)


def _credential(asked: Request, query_token: bool) -> str:
    header = asked.environ.get("HTTP_AUTHORIZATION")
    if header is not None:
        scheme, _, credential = header.partition(" ")
        if scheme.lower() == "bearer" and credential.strip():
            return str(credential.strip())
        raise UnauthorizedError("Expected the header Authorization: Bearer <token>")
    if query_token and (credential := asked.args.get("token")):
        return str(credential)
    raise UnauthorizedError("Authentication required")
