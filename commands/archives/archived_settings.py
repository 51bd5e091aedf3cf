"""The settings of the machine in the archive of its data: `settings.json`, by their names.

The values of secret ones are null there, unless they were asked for. `restore` tells what is set
otherwise on its machine, and applies nothing: an archive may come from anywhere.
"""

import json
import os
import re
import secrets
from collections.abc import Mapping
from pathlib import Path

from commands.archives.archive import SETTINGS, ArchiveError, reading_archive
from settings.config import given_settings, secret_by_name
from storage.files.durable_files import Disk
from storage.files.files import file_type, remove_if_exists
from storage.files.privileges import as_caller

ArchivedSettings = Mapping[str, str | None]  # None: secret, and not in the archive

_PLAIN = re.compile(r"[\w./:,@%+*-]*", re.ASCII)


def settings_here() -> dict[str, str]:
    """Return the settings that have values on this machine, also if only root may read `.env`."""
    with as_caller():
        return given_settings()


def is_secret(name: str, value: str) -> bool:
    """Return whether a value may not be shown: a secret setting's, or an address with a login."""
    return bool(value) and (secret_by_name()[name] or ("://" in value and "@" in value))


def settings_to_archive(*, with_secrets: bool) -> ArchivedSettings:
    """Return the settings of this machine as an archive gets them."""
    return {
        name: value if with_secrets or not is_secret(name, value) else None
        for name, value in settings_here().items()
    }


def as_json(settings: ArchivedSettings) -> bytes:
    """Return the file in the archive; empty without any settings."""
    return json.dumps(settings, indent=2).encode() if settings else b""


def parse_settings(data: bytes) -> ArchivedSettings:
    """Return what the file in an archive says of settings that exist. Raises ArchiveError."""
    try:
        values = dict(json.loads(data))
    except (ValueError, TypeError, RecursionError) as exc:
        raise ArchiveError(f"its {SETTINGS} is damaged: expected a JSON object") from exc
    known = {name: values[name] for name in secret_by_name() if name in values}
    for name, value in known.items():
        if not isinstance(value, str | None) or "\0" in (value or ""):
            raise ArchiveError(f"its {SETTINGS} is damaged: {name} is neither a string nor null")
    return known


def read_settings_of(archive: Path) -> ArchivedSettings:
    """Verify an archive, and return the settings in it, as a file can have them.

    Raises ArchiveError if it has none, or one with characters that a terminal does not show.
    """
    settings: ArchivedSettings = {}
    with reading_archive(archive, "Verifying") as members:
        for member in members:
            if member.name == SETTINGS:
                settings = parse_settings(member.file.read(member.size))
    if not settings:
        raise ArchiveError("it has no settings: none were set, or an earlier version made it")
    for name, value in settings.items():
        if not (value or "").isprintable():
            raise ArchiveError(f"its {SETTINGS} has control characters in {name}")
    return settings


def is_path(name: str, value: str | None) -> bool:
    """Return whether a setting names a path on its machine; FFMPEG may be a name instead."""
    return value is not None and (name == "DATA_DIR" or (name == "FFMPEG" and "/" in value))


def write_settings(settings: ArchivedSettings, target: Path) -> list[str]:
    """Write settings as a `.env` file that only its owner can read; return the names of those set.

    Paths are comments. DATA_DIR is that of this machine if it has one, so that the service which
    is started with the file finds what was restored here. Only an empty file is replaced, such as
    the one that was made for its mode. Raises ArchiveError, OSError.
    """
    found = file_type(target)
    if found not in ("a file", "missing") or (found == "a file" and target.stat().st_size):
        raise ArchiveError(f"{target} exists already, and is not replaced: name a new file")
    lines = [_line(name, value) for name, value in settings.items()]
    names = [
        name for name, value in settings.items() if not (value is None or is_path(name, value))
    ]
    if data_dir := settings_here().get("DATA_DIR"):
        lines.insert(0, _assignment("DATA_DIR", data_dir))
        names.insert(0, "DATA_DIR")
    part = f"{target}.{secrets.token_hex(4)}.part"
    try:
        Disk(fsync=True).write(part, "".join(lines).encode(errors="replace"))
        os.replace(part, target)
    except BaseException:
        remove_if_exists(part)
        raise
    return names


def _line(name: str, value: str | None) -> str:
    if value is None:
        return f"# {name}=   is secret, and not in the backup\n"
    if is_path(name, value):
        return f"# {name}={value}   is a path on the machine that was backed up\n"
    return _assignment(name, value)


def _assignment(name: str, value: str) -> str:
    if _PLAIN.fullmatch(value):
        return f"{name}={value}\n"
    quoted = value.replace("\\", "\\\\").replace("'", "\\'")
    return f"{name}='{quoted.replace('${', '${:-$}{')}'\n"  # else it would name a variable
