"""Checks of the data directory, safe while the service runs."""

from collections.abc import Iterator
from typing import NamedTuple

from maintenance.doctor import asset_files, documents, jobs, leftovers, owners, work_media
from maintenance.doctor.findings import CheckContext, Finding, Repair
from storage.errors import StorageError
from storage.store import Store

# Owners before documents: while repairing, who has things is not to depend on what was taken away.
_CHECKS = (
    owners.check,
    documents.check,
    work_media.check,
    asset_files.check,
    jobs.check,
    leftovers.check_permissions,
    leftovers.check_leftovers,
    leftovers.check_logins,
)


class CheckResult(NamedTuple):
    """A finding, and what was done about it: nothing where it could not be, or was not asked."""

    finding: Finding
    done: str = ""
    failed: str = ""


def run_checks(store: Store, repair: bool = False) -> Iterator[CheckResult]:
    """Everything that is not as it should be, one by one, repaired where that is asked."""
    context = CheckContext(store)
    for check in _CHECKS:
        for finding in check(context):
            if repair and finding.repair is not None:
                yield _repaired(finding, finding.repair)
            else:
                yield CheckResult(finding)


def _repaired(finding: Finding, repair: Repair) -> CheckResult:
    try:
        return CheckResult(finding, done=repair())
    except (StorageError, OSError) as exc:
        return CheckResult(finding, failed=str(exc))
