"""What waits, in the synchronous client."""

from collections.abc import Iterator as Stream
from threading import Lock
from time import sleep

__all__ = ["Lock", "Stream", "sleep"]
