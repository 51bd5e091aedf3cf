"""Authentication and authorization of every request: identity, scopes, project owner.

Every route is guarded. A view states its scopes with `@requires(...)`; the few public ones are
marked `@public` and listed in PUBLIC. The service does not start if a route has neither.
"""

from collections.abc import Callable
from functools import partial
from typing import Any, NamedTuple, TypeVar, cast

from flask import Flask, Request, g, request

from accounts.authentication import authenticate
from accounts.identity import Credential
from errors import UnauthenticatedError
from projects.service import check_owner
from storage.locking.fair_places import current_user
from web.api import describe
from web.cookies import MEDIA

View = TypeVar("View", bound=Callable[..., Any])

PUBLIC = frozenset(
    {
        "accounts.register",
        "accounts.get_registration",
        "accounts.login",
        "accounts.refresh",
        "accounts.refresh_session",
        "links.upload_by_link",  # the link's token is checked by the views
        "links.download_by_link",
        "system.get_health",
        "system.get_readiness",
        "system.get_openapi",
        "generation.list_providers",
        "metrics.get_metrics",
        "docs.page",
        "docs.file",
        "console.get_page",
        "console.get_file",
        "console.get_font",
    }
)


class Requirement(NamedTuple):
    """What a route requires of a credential: all of the scopes, and one of the alternatives."""

    scopes: tuple[str, ...]
    query_token: bool = False
    alternatives: tuple[str, ...] = ()


def requires(*scopes: str, query_token: bool = False) -> Callable[[View], View]:
    """Require these scopes; `query_token` also accepts `?token=` and the media cookie."""

    def annotate(view: View) -> View:
        vars(view)["requirement"] = Requirement(scopes, query_token)
        schemes = ["bearer", "queryToken", "mediaCookie"] if query_token else ["bearer"]
        security = [{scheme: list(scopes)} for scheme in schemes]
        responses = {401: "Error401", **({403: "Error403"} if scopes else {})}
        return describe(view, security=security, responses=responses)

    return annotate


def requires_any(*scopes: str) -> Callable[[View], View]:
    """Require one of these scopes; the view then requires the one that its request needs."""

    def annotate(view: View) -> View:
        vars(view)["requirement"] = Requirement((), alternatives=scopes)
        security = [{"bearer": [scope]} for scope in scopes]
        return describe(view, security=security, responses={401: "Error401", 403: "Error403"})

    return annotate


def public(view: View) -> View:
    """Mark a view as public; its endpoint has to be in PUBLIC as well."""
    return describe(view, security=[])


def credential_check() -> Callable[[], bool]:
    """Return whether the current request's credential is valid, as a function for later.

    It may be called when the request's context has ended: by a response that takes long.
    """
    authenticate_again = g.authenticate_again

    def is_valid() -> bool:
        try:
            authenticate_again()
        except UnauthenticatedError:
            return False
        return True

    return is_valid


def register_guard(app: Flask) -> None:
    """Guard all routes of the application; call this once all of them are registered."""
    requirements = _requirements(app)

    def admit() -> None:
        current = cast(Any, request)._get_current_object()  # noqa: SLF001 - each access through the proxy costs time
        rule = current.url_rule
        if rule is None or rule.endpoint in PUBLIC or current.method == "OPTIONS":
            return
        required = requirements[rule.endpoint]
        services = app.extensions["services"]
        credential = credential_of(current, required.query_token)
        identity = authenticate(services.store, services.signer, credential)
        g.identity = identity
        current_user.set(identity.user_id)
        g.authenticate_again = partial(authenticate, services.store, services.signer, credential)
        identity.require(*required.scopes)
        identity.require_any(required.alternatives)
        project_id = (current.view_args or {}).get("project_id")
        media_project_id = identity.media_project_id
        if media_project_id and not (required.query_token and media_project_id == project_id):
            raise UnauthenticatedError("A media token can only read the media of its project")
        if project_id is not None:
            # Deleting a project deletes its works, and their views check that the work exists.
            in_work = "work_id" in current.view_args
            check_owner(services.store, project_id, identity.user_id, recent=in_work)

    app.before_request(admit)


def _requirements(app: Flask) -> dict[str, Requirement]:
    """Return the requirement of each guarded endpoint. Raises RuntimeError if one has none."""
    requirements: dict[str, Requirement] = {}
    for endpoint, view in app.view_functions.items():
        requirement = vars(view).get("requirement")
        if (requirement is None) != (endpoint in PUBLIC):
            raise RuntimeError(f"{endpoint} must either be in PUBLIC or say what it requires")
        if requirement is not None:
            requirements[endpoint] = requirement
    return requirements


def credential_of(current: Request, query_token: bool = False) -> Credential:
    """Return the credential of a request: a header, else `?token=`, else the media cookie.

    Raises UnauthenticatedError.
    """
    header = current.environ.get("HTTP_AUTHORIZATION")
    if header is not None:
        scheme, _, credential = header.partition(" ")
        if scheme.lower() == "bearer" and credential.strip():
            return Credential(credential.strip())
        raise UnauthenticatedError("Expected the header Authorization: Bearer <token>")
    if query_token and (credential := current.args.get("token")):
        return Credential(credential)
    if query_token and "token" not in current.args and _may_send_cookies(current):
        return Credential(current.cookies[MEDIA], from_cookie=True)
    raise UnauthenticatedError("Authentication required")


def _may_send_cookies(current: Request) -> bool:
    """Return whether a request has the media cookie, reads, and comes from no foreign page."""
    own_page = current.headers.get("Sec-Fetch-Site", "same-origin") in {"same-origin", "none"}
    return current.method in {"GET", "HEAD"} and own_page and MEDIA in current.cookies
