"""Archives that were made to do harm: `restore` refuses them quickly, in little memory."""

import gzip
import hashlib
import os
import tarfile
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.command_line import run_command

MAX_MEMORY = 200 << 20  # bytes; the command itself takes some 70 MB
MAX_SECONDS = 60.0


def header_of(name: str, size: int = 4, kind: bytes = tarfile.REGTYPE) -> bytes:
    """Return the header of a member, as it is in a file."""
    header = tarfile.TarInfo(name)
    header.size, header.type = size, kind
    return header.tobuf(tarfile.GNU_FORMAT)


def padded(data: bytes) -> bytes:
    return data + bytes(-len(data) % 512)


def extended(fields: dict[str, str]) -> bytes:
    """Return an extended header (PAX) with these fields."""
    records = b""
    for key, value in fields.items():
        rest = f" {key}={value}\n".encode(errors="surrogateescape")
        length = len(rest) + 1
        while len(str(length)) + len(rest) != length:
            length += 1
        records += str(length).encode() + rest
    return header_of("x", len(records), tarfile.XHDTYPE) + padded(records)


def file(name: str, content: bytes = b"evil", **fields: str) -> bytes:
    """Return a member with a file, with an extended header if there are fields for one."""
    start = extended(fields) if fields else b""
    return start + header_of(name, len(content)) + padded(content)


def manifest(*files: tuple[str, bytes]) -> bytes:
    lines = "".join(f"{hashlib.sha256(content).hexdigest()}  {name}\n" for name, content in files)
    return file("manifest.sha256", lines.encode()) + bytes(1024)


def huge(head: bytes, tail: bytes = b"") -> Callable[[Path], None]:
    """Write an archive with 1 GB of zeros in it, which takes no room as a sparse file."""

    def write(path: Path) -> None:
        with path.open("wb") as archive:
            archive.write(head)
            archive.seek(1 << 30, os.SEEK_CUR)
            archive.write(tail + bytes(1024))

    return write


def compressed_bomb(path: Path) -> None:
    """Write 4 TB of zeros, in the first 4 MB of a compressed file."""
    head = gzip.compress(header_of("users/u/jobs/j/media/image.png", 1 << 42))
    path.write_bytes(head + gzip.compress(bytes(1 << 20), compresslevel=1) * 1024)


def holds(*parts: bytes) -> Callable[[Path], None]:
    def write(path: Path) -> None:
        path.write_bytes(b"".join(parts))

    return write


USER = "users/u/user.json"
DEEP = "projects/p/" + "d/" * 1100 + "file"
SPARSE = {"GNU.sparse.major": "1", "GNU.sparse.minor": "0", "GNU.sparse.name": USER}

HOSTILE: dict[str, tuple[Callable[[Path], None], str]] = {
    "deep directories": (
        holds(file("x", path=DEEP), manifest((DEEP, b"evil"))),
        "which is not allowed in a backup",
    ),
    "a file that no document has": (
        holds(file("projects/p/notes.txt"), manifest(("projects/p/notes.txt", b"evil"))),
        "it contains 'projects/p/notes.txt', which is not allowed in a backup",
    ),
    "a collection in the wrong place": (
        holds(file("users/u/works/w/work.json")),
        "it contains 'users/u/works/w/work.json', which is not allowed in a backup",
    ),
    "media of a user": (holds(file("users/u/media/x.png")), "which is not allowed in a backup"),
    "an extended header of 1 GB": (
        huge(header_of("x", 1 << 30, tarfile.XHDTYPE), file(USER)),
        "it contains a header of more than 64 KB",
    ),
    "a global header of 1 GB": (
        huge(header_of("x", 1 << 30, tarfile.XGLTYPE), file(USER)),
        "it contains a header of more than 64 KB",
    ),
    "a long name of 1 GB": (
        huge(header_of("x", 1 << 30, tarfile.GNUTYPE_LONGNAME), file(USER)),
        "it contains a header of more than 64 KB",
    ),
    "a map of a sparse file of 1 GB": (
        huge(extended(SPARSE) + header_of(USER, 1 << 30) + padded(b"99999999\n" + b"1\n" * 251)),
        "it ",
    ),
    "ten thousand headers of one file": (
        holds(extended({"comment": "x"}) * 10_000, file(USER)),
        "it contains a header of more than 64 KB",
    ),
    "a time that is no number": (
        holds(file(USER, mtime="nan"), manifest((USER, b"evil"))),
        "impossible size or time",
    ),
    "an infinite time": (
        holds(file(USER, mtime="inf"), manifest((USER, b"evil"))),
        "impossible size or time",
    ),
    "a time far in the future": (
        holds(file(USER, mtime="1e300"), manifest((USER, b"evil"))),
        "impossible size or time",
    ),
    "a negative size": (holds(file(USER, size="-1024")), "it "),
    "a size that is no number": (holds(file(USER, size="many")), "it "),
    "a name with a line break": (
        holds(file("x", path="users/u/jobs/j/media/a\nb.png")),
        "which is not allowed in a backup",
    ),
    "a name with a zero byte": (holds(file("x", path="users/u/user.json\0.png")), "it "),
    "a name of 256 bytes": (
        holds(file("x", path=f"users/u/jobs/j/media/{'ä' * 126}.png")),
        "which is not allowed in a backup",
    ),
    "a name that is not UTF-8": (
        holds(file("x", path="users/u/jobs/j/media/\udcff.png")),
        "which is not allowed in a backup",
    ),
    "a file on the way to another": (
        holds(file("projects/p/works", b"evil"), file("projects/p/works/w/work.json")),
        "which is not allowed in a backup",
    ),
    "an empty secret": (
        holds(file("jwt-secret", b""), manifest(("jwt-secret", b""))),
        "its jwt-secret has 0 bytes",
    ),
    "a secret of 1 GB": (huge(header_of("jwt-secret", 1 << 30)), "its jwt-secret has 1073741824"),
    "a compressed file that expands without end": (
        compressed_bomb,
        "it takes 4.4 TB or more, and ",
    ),
}

# Archives that are refused by the same check as others.
LIKE_OTHERS = {
    "a collection in the wrong place",
    "media of a user",
    "a global header of 1 GB",
    "a map of a sparse file of 1 GB",
    "an infinite time",
    "a time far in the future",
    "a size that is no number",
    "a name with a zero byte",
}


@pytest.mark.parametrize(
    "name",
    [
        pytest.param(name, marks=pytest.mark.thorough if name in LIKE_OTHERS else ())
        for name in HOSTILE
    ],
)
def test_hostile_archive_is_refused_quickly_and_in_little_memory(tmp_path, name):
    write, message = HOSTILE[name]
    write(tmp_path / "x.tar")

    ended = run_command(tmp_path / "data", "restore", tmp_path / "x.tar")

    assert ended.returncode == 1, ended.stderr
    error = ended.stderr.strip().splitlines()[-1]
    assert error.startswith(f"Error: Nothing was restored from {tmp_path}/x.tar: it")
    assert message in error
    assert not (tmp_path / "data").exists()
    assert ended.memory < MAX_MEMORY
    assert ended.seconds < MAX_SECONDS
