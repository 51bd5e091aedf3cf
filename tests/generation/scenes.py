"""What tests of scenes look at."""

import hashlib
from typing import Any

from tests.people import Person
from tests.vendors import Vendors


def paid(vendors: Vendors, role: str) -> dict[str, Any]:
    """The only call of this role that was paid for."""
    [call] = [call for call in vendors.counts() if call["role"] == role]
    return call


def generated(ana: Person, work: str) -> list[dict[str, Any]]:
    return list(ana.show(work)["generatedScenes"])


def digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
