"""Authentication and authorization of every request: identity, scopes, rights in the project.

Every route is guarded. A view states its scopes with `@requires(...)`; the few public ones are
marked `@public` and listed in PUBLIC. A route in a project also states the right that the user's
role must have there (access/rights.py), and its view finds that role in `g.access`. The service
does not start if a route lacks one of these.
"""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, NamedTuple, TypeVar, cast

from flask import Flask, Request, g, request

from access.projects import Access, check
from access.rights import RIGHTS
from accounts.authentication import authenticate
from accounts.identity import Credential, Identity
from errors import UnauthenticatedError
from storage.locking.permits import current_user
from storage.store import Store
from web.context import Services
from web.cookies import MEDIA
from web.openapi_operations import describe
from web.permission import ask_before_answers, set_permission

View = TypeVar("View", bound=Callable[..., Any])

PUBLIC = frozenset(
    {
        "accounts.register",
        "accounts.get_registration",
        "accounts.login",
        "accounts.refresh",
        "accounts.refresh_session",
        "invitations.preview_invitation",  # whose token the view checks
        "links.upload_by_link",  # the link's token is checked by the views
        "links.download_by_link",
        "links.get_file_by_link",
        "guest_reviews.make_guest",  # as by the views of all of these
        "guest_reviews.get_review",
        "guest_media.get_review_video",
        "guest_media.get_review_poster",
        "guest_media.get_review_captions",
        "guest_reviews.list_review_comments",
        "guest_reviews.make_review_comment",
        "guest_reviews.update_review_comment",
        "guest_reviews.delete_review_comment",
        "guest_reviews.make_review_decision",
        "system.get_health",
        "system.get_readiness",
        "system.get_openapi",
        "generation.list_providers",
        "metrics.get_metrics",
        "docs.page",
        "docs.file",
        "llms.get_llms_text",
        "llms.docs",
        "llms.examples",
        "llms.clients",
        "console.get_page",
        "console.get_review_page",
        "console.get_file",
        "console.get_font",
    }
)


class Requirement(NamedTuple):
    """What a route requires: all of the scopes, one of the alternatives, a right in the project."""

    scopes: tuple[str, ...]
    query_token: bool = False
    alternatives: tuple[str, ...] = ()
    right: str | None = None


def requires(
    *scopes: str, right: str | None = None, query_token: bool = False
) -> Callable[[View], View]:
    """Require these scopes, and the right in the project whose id is in the address.

    `query_token` also accepts `?token=` and the media cookie.
    """

    def annotate(view: View) -> View:
        vars(view)["requirement"] = Requirement(scopes, query_token, right=right)
        schemes = ["bearer", "queryToken", "mediaCookie"] if query_token else ["bearer"]
        security = [{scheme: list(scopes)} for scheme in schemes]
        responses = {401: "Error401", **({403: "Error403"} if scopes or right else {})}
        return _describe(view, security, responses, right)

    return annotate


def requires_any(*scopes: str, right: str | None = None) -> Callable[[View], View]:
    """Require one of these scopes; the view then requires the one that its request needs.

    `right` is as in `requires`.
    """

    def annotate(view: View) -> View:
        vars(view)["requirement"] = Requirement((), alternatives=scopes, right=right)
        security = [{"bearer": [scope]} for scope in scopes]
        return _describe(view, security, {401: "Error401", 403: "Error403"}, right)

    return annotate


def _describe(
    view: View, security: list[dict[str, list[str]]], responses: dict[int, str], right: str | None
) -> View:
    more = {"x-right": right} if right else {}
    return describe(view, security=security, responses=responses, **more)


def public(view: View) -> View:
    """Mark a view as public; its endpoint has to be in PUBLIC as well."""
    return describe(view, security=[])


def register_guard(app: Flask) -> None:
    """Guard all routes of the application; call this once all of them are registered."""
    requirements = _requirements(app)

    def admit() -> None:
        current = cast(Any, request)._get_current_object()  # noqa: SLF001 - each access through the proxy costs time
        rule = current.url_rule
        if rule is None or rule.endpoint in PUBLIC or current.method == "OPTIONS":
            return
        required = requirements[rule.endpoint]
        credential = credential_of(current, required.query_token)
        services, wanted = app.extensions["services"], current.view_args or {}
        # The identity first: the log tells whose request was refused.
        g.identity = authenticate(services.store, services.signer, credential)
        current_user.set(g.identity.user_id)
        g.access = _authorize(services.store, required, g.identity, wanted)
        check_again = partial(_check_again, services, required, credential, wanted)
        set_permission(check_again, services.settings.tuning.permission, current.environ)

    app.before_request(admit)
    ask_before_answers(app)


def _authorize(
    store: Store,
    required: Requirement,
    identity: Identity,
    wanted: Mapping[str, Any],
    *,
    recent: bool = True,
) -> Access | None:
    """Return the access to the project of what is `wanted`; None if it is in none.

    `recent` accepts that this was permitted a second ago. Raises UnauthenticatedError,
    ForbiddenError, NotFoundError.
    """
    identity.require(*required.scopes)
    identity.require_any(required.alternatives)
    project_id = wanted.get("project_id")
    media_project_id = identity.media_project_id
    if media_project_id and not (required.query_token and media_project_id == project_id):
        raise UnauthenticatedError("A media token can only read the media of its project")
    if required.right is None:
        return None
    # Deleting a project deletes its works, and their views check that the work exists.
    recent = recent and "work_id" in wanted
    return check(store, str(project_id), identity.user_id, required.right, recent=recent)


def _check_again(
    services: Services,
    required: Requirement,
    credential: Credential,
    wanted: Mapping[str, Any],
) -> None:
    """Check what admitted a request, as it is stored now. Raises as `_authorize`."""
    identity = authenticate(services.store, services.signer, credential, recent=False)
    _authorize(services.store, required, identity, wanted, recent=False)


def _requirements(app: Flask) -> dict[str, Requirement]:
    """Return the requirement of each guarded endpoint. Raises RuntimeError if one has none."""
    requirements: dict[str, Requirement] = {}
    in_projects = {
        rule.endpoint for rule in app.url_map.iter_rules() if "project_id" in rule.arguments
    }
    for endpoint, view in app.view_functions.items():
        requirement = vars(view).get("requirement")
        if (requirement is None) != (endpoint in PUBLIC):
            raise RuntimeError(f"{endpoint} must either be in PUBLIC or say what it requires")
        if requirement is not None:
            right = requirement.right
            if (right is None) == (endpoint in in_projects) or right not in (None, *RIGHTS):
                raise RuntimeError(f"{endpoint} must state a right if its address has a project")
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
