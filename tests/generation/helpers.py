"""Helpers of several tests: jobs, paid calls, the state of scenes."""

import hashlib
from typing import Any

from tests.people import Person
from tests.vendors import Vendors


def start_job(
    person: Person,
    work: str,
    kind: str = "scenes",
    headers: dict[str, str] | None = None,
    **fields: Any,
) -> str:
    """Start a job of a work; return its path."""
    answer = person.post(f"{work}/jobs", json={"kind": kind, **fields}, headers=headers or {})
    assert answer.status_code == 202, answer.text
    return str(answer.headers["Location"])


def paid_call(vendors: Vendors, role: str) -> dict[str, Any]:
    """Return the only paid call of a role."""
    [call] = [call for call in vendors.counts() if call["role"] == role]
    return call


def sent_pictures(vendors: Vendors) -> list[str]:
    """Return the SHA-256 digests of the pictures in all paid calls."""
    return [picture for call in vendors.counts() for picture in call["pictures"]]


def generated_scenes(person: Person, work: str) -> list[dict[str, Any]]:
    return list(person.show(work)["generatedScenes"])


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
