"""The services and the user of the current request."""

from dataclasses import dataclass
from typing import cast

from flask import current_app, g

from access.projects import Access
from accounts.identity import Signer
from jobs.service import JobService
from settings.config import Settings
from sharing.activity.recorder import Recorder
from sharing.links.exports import ExportLinks
from sharing.reviews.notices import Notices
from storage.limits import StorageLimits
from storage.store import Store
from web.wait_limiter import WaitLimiter


@dataclass(frozen=True, slots=True)
class Services:
    """The services of an application.

    They are looked up for each request and not stored anywhere else, so that tests can replace them
    in an existing application.
    """

    settings: Settings
    store: Store
    signer: Signer
    jobs: JobService
    waiters: WaitLimiter
    recorder: Recorder
    notices: Notices


def services() -> Services:
    """Return the current application's services."""
    return cast(Services, current_app.extensions["services"])


def store() -> Store:
    """Return the open data directory."""
    return services().store


def settings() -> Settings:
    """Return the settings."""
    return services().settings


def storage_limits() -> StorageLimits:
    """Return the limits of what is stored."""
    return StorageLimits(store(), settings())


def export_links() -> ExportLinks:
    """Return the links to exports, valid for as long as this service makes them."""
    return ExportLinks(store(), services().signer.derive, settings().tuning.export_link)


def storage_user_id() -> str:
    """Return the id of the user whose quota is charged for the request: the project's owner."""
    access: Access | None = g.get("access")
    return user_id() if access is None else access.owner_id


def user_id() -> str:
    """Return the id of the user that the request acts for."""
    return cast(str, g.identity.user_id)
