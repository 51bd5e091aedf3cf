"""Multipart forms, whose files are read as they are sent."""

import secrets
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

_CHUNK_BYTES = 1 << 20


class FormFile(NamedTuple):
    """A file of a form: in memory, or on the disk. Its name is a stem and its type."""

    field: str
    stem: str
    media_type: str
    content: bytes | Path

    @property
    def name(self) -> str:
        """The name by which vendors tell the type."""
        return f"{self.stem}.{self.media_type.rpartition('/')[2]}"


class Form:
    """A form of text fields, then files."""

    def __init__(self, fields: Mapping[str, str], files: Sequence[FormFile]) -> None:
        boundary = secrets.token_hex(16)
        self._parts: list[bytes | Path] = []
        separator = f"--{boundary}"
        for name, value in fields.items():
            header = f'{separator}\r\nContent-Disposition: form-data; name="{name}"'
            self._parts.append(f"{header}\r\n\r\n{value}".encode())
            separator = f"\r\n--{boundary}"
        for file in files:
            named = f'name="{file.field}"; filename="{file.name}"'
            header = f"{separator}\r\nContent-Disposition: form-data; {named}"
            self._parts.append(f"{header}\r\nContent-Type: {file.media_type}\r\n\r\n".encode())
            self._parts.append(file.content)
            separator = f"\r\n--{boundary}"
        self._parts.append(f"{separator}--\r\n".encode())
        self.headers = {
            "Content-Type": f"multipart/form-data; boundary={boundary}",
            "Content-Length": str(sum(map(_length, self._parts))),
        }

    def chunks(self) -> Iterator[bytes]:
        """Yield the body."""
        for part in self._parts:
            if isinstance(part, bytes):
                yield part
                continue
            with part.open("rb") as file:
                while chunk := file.read(_CHUNK_BYTES):
                    yield chunk


def _length(part: bytes | Path) -> int:
    return len(part) if isinstance(part, bytes) else part.stat().st_size
