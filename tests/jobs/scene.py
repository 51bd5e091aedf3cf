"""The making of one scene: an image of OpenAI's, then a clip of Runway's."""

from typing import Any

from tests.jobs.following import film, start
from tests.people import Person
from tests.vendors import Vendors

IMAGE = {"vendor": "openai", "kind": "image"}
CLIP = {"vendor": "runway", "kind": "submit"}


def scene(person: Person, work: str, **headers: str) -> str:
    """Start the making of scene 0; returns the job's path."""
    return start(person, work, "scene", headers, sceneIndex=0)


def paid(vendors: Vendors, call: dict[str, str]) -> int:
    """How often a vendor was paid."""
    return sum(submission["vendor"] == call["vendor"] for submission in vendors.counts())


def asked(vendors: Vendors, **wanted: Any) -> list[dict[str, Any]]:
    """The requests of a kind."""
    return [r for r in vendors.requests() if all(r[key] == wanted[key] for key in wanted)]


def new_film(person: Person) -> str:
    """Make a work with one scene; returns its path."""
    return film(person, person.new_project(), 1)
