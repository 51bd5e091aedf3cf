"""What waits, in the asynchronous client."""

from collections.abc import AsyncIterator as Stream

from anyio import Lock, sleep

__all__ = ["Lock", "Stream", "sleep"]
