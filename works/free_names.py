"""Names that nothing else has: with a number, where the name itself is taken."""

from collections.abc import Iterator
from itertools import count

from schemas.json_fields import MAX_NAME


def free_name(name: str, taken: set[str]) -> str:
    """Return a name, with a number if it is taken: `Videos (2)`."""
    return next(each for each in _numbered(name) if each not in taken)


def _numbered(name: str) -> Iterator[str]:
    yield name
    for number in count(2):
        suffix = f" ({number})"
        yield f"{name[: MAX_NAME - len(suffix)]}{suffix}"
