"""The one guard: who is calling, may they do this, and is this project theirs.

Every route is guarded. A view says what it needs with `@requires(...)`; the few that anyone may
call are marked `@public` and named in PUBLIC, the one list of exceptions. A route with neither
stops the start of the service.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NamedTuple, Protocol, TypeVar, cast

from flask import Flask, Request, g, request

from storage.store import Store
from web.api import describe
from web.errors import MissingScopeError, UnauthorizedError

View = TypeVar("View", bound=Callable[..., Any])

PUBLIC = frozenset(
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


@dataclass(frozen=True, slots=True)
class Identity:
    """A user and the scopes granted; a media token is good for the media of one project only."""

    user_id: str
    scopes: frozenset[str]
    media_project_id: str | None = None

    def require(self, *scopes: str) -> None:
        """Raise MissingScopeError unless all of the scopes are granted."""
        if not self.scopes.issuperset(scopes):
            raise MissingScopeError(list(scopes), sorted(self.scopes))


class Requirement(NamedTuple):
    """What a route asks for."""

    scopes: tuple[str, ...]
    query_token: bool


Authenticate = Callable[[Store, Any, str], Identity]


class CheckOwner(Protocol):
    """What register_guard asks whether a project is the caller's."""

    def __call__(self, store: Store, project_id: str, user_id: str, *, recent: bool) -> None:
        """Raise NotFoundError if it isn't; `recent` accepts what was true a second ago."""


def requires(*scopes: str, query_token: bool = False) -> Callable[[View], View]:
    """Admit callers with these scopes; with `query_token` the token may come as `?token=` too."""

    def annotate(view: View) -> View:
        vars(view)["requirement"] = Requirement(scopes, query_token)
        schemes = ["bearer", "queryToken"] if query_token else ["bearer"]
        security = [{scheme: list(scopes)} for scheme in schemes]
        responses = {401: "Error401", **({403: "Error403"} if scopes else {})}
        return describe(view, security=security, responses=responses)

    return annotate


def public(view: View) -> View:
    """LogPosition a view that anyone may call; it has to be in PUBLIC as well."""
    return describe(view, security=[])


def register_guard(app: Flask, authenticate: Authenticate, check_owner: CheckOwner) -> None:
    """Guard all routes of the application, which must all be registered by now.

    `authenticate` is given the store, the signer and a credential, and returns an Identity or
    raises UnauthorizedError. Both functions belong to packages above this one.
    """
    requirements = _requirements(app)

    def admit() -> None:
        current = cast(Any, request)._get_current_object()  # noqa: SLF001 - each use of the proxy costs time
        rule = current.url_rule
        if rule is None or rule.endpoint in PUBLIC or current.method == "OPTIONS":
            return
        required = requirements[rule.endpoint]
        services = app.extensions["services"]
        credential = _credential(current, required.query_token)
        identity = authenticate(services.store, services.signer, credential)
        g.identity = identity
        identity.require(*required.scopes)
        project_id = (current.view_args or {}).get("project_id")
        media_project_id = identity.media_project_id
        if media_project_id and not (required.query_token and media_project_id == project_id):
            raise UnauthorizedError("A media token is good for reading its project's media only")
        if project_id is not None:
            # With the project deleted, its works are too, which the view finds out by itself.
            in_work = "work_id" in current.view_args
            check_owner(services.store, project_id, identity.user_id, recent=in_work)

    app.before_request(admit)


def _requirements(app: Flask) -> dict[str, Requirement]:
    """Return what each guarded endpoint requires. Raises RuntimeError for one that says nothing."""
    requirements: dict[str, Requirement] = {}
    for endpoint, view in app.view_functions.items():
        requirement = vars(view).get("requirement")
        if (requirement is None) != (endpoint in PUBLIC):
            raise RuntimeError(f"{endpoint} must either be in PUBLIC or say what it requires")
        if requirement is not None:
            requirements[endpoint] = requirement
    return requirements


def _credential(current: Request, query_token: bool) -> str:
    header = current.environ.get("HTTP_AUTHORIZATION")
    if header is not None:
        scheme, _, credential = header.partition(" ")
        if scheme.lower() == "bearer" and credential.strip():
            return str(credential.strip())
        raise UnauthorizedError("Expected the header Authorization: Bearer <token>")
    if query_token and (credential := current.args.get("token")):
        return str(credential)
    raise UnauthorizedError("Authentication required")
