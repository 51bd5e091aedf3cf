"""Checks of the data directory, safe while the service runs."""

from collections.abc import Iterator
from typing import NamedTuple

from maintenance import asset_files, documents, media, owners, tidiness, unfinished
from maintenance.findings import Finding, Patient, Repair
from storage.errors import StorageError
from storage.store import Store

# Owners before documents: while repairing, who has things is not to depend on what was taken away.
_CHECKS = (
    owners.check,
    documents.check,
    media.check,
    asset_files.check,
    unfinished.check,
    tidiness.check_permissions,
    tidiness.check_leftovers,
    tidiness.check_logins,
)


class Told(NamedTuple):
    """A finding, and what was done about it: nothing where it could not be, or was not asked."""

    finding: Finding
    done: str = ""
    failed: str = ""


def examine(store: Store, repair: bool = False) -> Iterator[Told]:
    """Everything that is not as it should be, one by one, repaired where that is asked."""
    patient = Patient(store)
    for check in _CHECKS:
        for finding in check(patient):
            if repair and finding.repair is not None:
                yield _repaired(finding, finding.repair)
            else:
                yield Told(finding)


def _repaired(finding: Finding, repair: Repair) -> Told:
    try:
        return Told(finding, done=repair())
    except (StorageError, OSError) as exc:
        return Told(finding, failed=str(exc))
