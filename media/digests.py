"""Digests of files and of values, by which cached files are found."""

import hashlib
from typing import Any

import orjson

from media.processes import Check, go_on
from storage.files.files import open_file

_BLOCK_BYTES = 1 << 20  # that are hashed between checks


def key_of(*parts: Any) -> str:
    """Return a key that is equal for equal parts, which are JSON values."""
    return hashlib.sha256(orjson.dumps(parts, option=orjson.OPT_SORT_KEYS)).hexdigest()


def digest_of(path: str, check: Check = go_on) -> str:
    """Return a hash of a file's contents; `check` is called often. Raises FileNotFoundError."""
    digest, block = hashlib.sha256(), bytearray(_BLOCK_BYTES)
    with open(path, "rb", buffering=0, opener=open_file) as file:
        while size := file.readinto(block):
            digest.update(memoryview(block)[:size])
            check()
    return digest.hexdigest()
