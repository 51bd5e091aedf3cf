"""Runs all checks of the data directory, and the repairs."""

from collections.abc import Iterator
from typing import NamedTuple

from commands.doctor import (
    access,
    comments,
    documents,
    file_types,
    housekeeping,
    jobs,
    media_files,
    owners,
    sessions,
    takes,
    trash,
)
from commands.doctor.findings import CheckContext, Finding, Repair
from storage.errors import StorageError
from storage.store import Store

# Access first: it explains what others cannot read. Then types: the others read and lock files.
# Owners before documents: a user's document that is quarantined during the same run must not make
# the user's tokens and projects look ownerless.
_CHECKS = (
    access.check,
    file_types.check,
    housekeeping.check_secrets,
    owners.check,
    documents.check,
    sessions.check,
    media_files.check_works,
    media_files.check_assets,
    media_files.check_exports,
    takes.check,
    comments.check,
    trash.check,
    jobs.check,
    housekeeping.check_permissions,
    housekeeping.check_leftovers,
)


class CheckResult(NamedTuple):
    """A finding, and how it was repaired or why that failed; both empty if nothing was tried."""

    finding: Finding
    repaired: str = ""
    error: str = ""


def run_checks(store: Store, repair: bool = False) -> Iterator[CheckResult]:
    """Yield all findings one by one, each repaired first if that is requested and possible."""
    context = CheckContext(store)
    for check in _CHECKS:
        for finding in check(context):
            if repair and finding.repair is not None:
                yield _repair(finding, finding.repair)
            else:
                yield CheckResult(finding)


def _repair(finding: Finding, repair: Repair) -> CheckResult:
    try:
        return CheckResult(finding, repaired=repair())
    except (StorageError, OSError) as exc:
        return CheckResult(finding, error=str(exc))
