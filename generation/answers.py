"""Answering with a file that a job made, as a data URL in JSON."""

import base64
from collections.abc import Iterator
from io import FileIO
from typing import Any, cast

from flask import Response

from generation.single import TYPES
from jobs.job import Ref
from storage.store import Store

_CHUNK = 3 << 16  # a multiple of 3, so that the pieces' base64 joins up


def with_file(store: Store, ref: Ref, field: str, slot: str) -> Response:
    """`{field: "data:…"}` with a job's file, read as it is sent: memory stays flat."""
    files = store.media(store.collection(ref.collection), ref.id)
    stored = files.open(slot, TYPES[slot])
    head = b'{"%b":"data:%b;base64,' % (field.encode(), stored.type.encode())
    response = Response(cast(Any, _pieces(stored.file, head)), content_type="application/json")
    response.content_length = len(head) + (stored.size + 2) // 3 * 4 + 2
    return response


def _pieces(file: FileIO, head: bytes) -> Iterator[bytes]:
    with file:
        yield head
        while data := file.read(_CHUNK):
            yield base64.b64encode(data)
        yield b'"}'
