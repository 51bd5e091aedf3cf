"""Write the synchronous client, vidworks_client/_sync, from the asynchronous one.

    python clients/python/make_sync.py

Only `io.py` is written by hand in both.
"""

import re
from pathlib import Path

_PACKAGE = Path(__file__).parent / "vidworks_client"
_BY_HAND = {"io.py"}
_CHANGES = (
    (r"\basync (def|with|for) ", r"\1 "),
    (r"\bawait ", ""),
    (r"\bAsync(?=[A-Z])", ""),
    (r"\basynccontextmanager\b", "contextmanager"),
    (r"\b__a(enter|exit)__", r"__\1__"),
    (r"\b(aclose|aread|aiter_bytes)\b", lambda found: found[0][1:]),
    (r"\bvidworks_client\._async\b", "vidworks_client._sync"),
    (r"`async with`", "`with`"),
    (r"The asynchronous client; vidworks_client/_sync is generated from it", "The client"),
    (r"The asynchronous client", "The client"),
)


def sync_source(source: str) -> str:
    """Return a module of the asynchronous client as one of the synchronous client."""
    for pattern, replacement in _CHANGES:
        source = re.sub(pattern, replacement, source)
    return source


def sources() -> dict[Path, str]:
    """Return the modules of the synchronous client that are generated, and their contents."""
    paths = sorted((_PACKAGE / "_async").glob("*.py"))
    return {
        _PACKAGE / "_sync" / path.name: sync_source(path.read_text(encoding="utf-8"))
        for path in paths
        if path.name not in _BY_HAND
    }


if __name__ == "__main__":
    for path, source in sources().items():
        path.write_text(source, encoding="utf-8")
