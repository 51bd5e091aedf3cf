"""Works in whose scenes something is said, and jobs that let ElevenLabs speak it."""

from typing import Any

from tests.jobs.helpers import User, start_job
from tests.vendors import Vendors
from tests.works.shapes import scene

NARRATOR = {"provider": "elevenlabs", "voice": "JBFqnCBsd6RMkjVDRZzb"}
SPEECH = {"vendor": "elevenlabs", "kind": "speech"}


def line(index: int) -> str:
    """Return what is said in a scene: another line in each."""
    return f"This is line {index:02d} of all."


def request_of(index: int) -> str:
    """Return what only the request for a scene's line contains: others name it as a neighbour."""
    return f'{{"text":"{line(index)}"'


def new_narrated_work(user: User, project: str, count: int, **fields: Any) -> str:
    """Create a work with a narrator and `count` lines; return its path."""
    work = user.new_work(project, sound={"narrator": NARRATOR}, **fields)
    scenes = [scene(index, narration={"text": line(index)}) for index in range(count)]
    user.save(work, {"scenes": scenes})
    return work


def start_narration(user: User, work: str, **fields: Any) -> str:
    """Start a job that speaks the lines of a work; return its path."""
    return start_job(user, work, "narration", **fields)


def spoken(vendors: Vendors) -> list[str]:
    """Return the lines that were paid for, in the order of payment."""
    return [paid["prompt"] for paid in vendors.counts() if paid["role"] == "speech"]
