"""The names under which browsers save what is downloaded."""

from urllib.parse import quote

_MAX_LENGTH = 80


def attachment(work_name: str, extension: str) -> str:
    """Return the header that makes browsers save a file named after a work (RFC 6266)."""
    return f"attachment; {_parameters(work_name, extension)}"


def inline(work_name: str, extension: str) -> str:
    """Return the header that lets browsers show a file, and save it under a work's name."""
    return f"inline; {_parameters(work_name, extension)}"


def _parameters(work_name: str, extension: str) -> str:
    name = f"{_file_name(work_name)}.{extension}"
    plain = name.encode("ascii", "replace").decode().replace("?", "_")
    return f"filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"


def _file_name(name: str) -> str:
    """Return a work's name as a file name: without what file systems or headers don't take."""
    cleaned = "".join(
        char if char.isprintable() and char not in '\\/:*?"<>|' else " " for char in name
    )
    return " ".join(cleaned.split())[:_MAX_LENGTH].strip(". ") or "video"
