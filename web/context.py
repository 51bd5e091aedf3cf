"""What the current request works with: the application's services and the caller."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from flask import current_app, g

from config import Settings
from storage.store import Store

if TYPE_CHECKING:  # packages above this one: only their types are named here
    from accounts.authentication import Signer
    from jobs.service import JobService


@dataclass(frozen=True, slots=True)
class Services:
    """One object per application, looked up for each request: nothing else holds on to its parts.

    So a test replaces it as a whole, and an application serves many tests.
    """

    settings: Settings
    store: Store
    signer: "Signer"
    jobs: "JobService"


def services() -> Services:
    """Return the current application's services."""
    return cast(Services, current_app.extensions["services"])


def store() -> Store:
    """Return the open data directory."""
    return services().store


def settings() -> Settings:
    """Return the settings."""
    return services().settings


def user_id() -> str:
    """Return the id of the user that the request acts for."""
    return cast(str, g.identity.user_id)
