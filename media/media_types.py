"""The media type of an uploaded file: the declared one, if the first bytes match it."""

from collections.abc import Sequence

import filetype

from errors import MediaTypeError

# Other names that clients use for the supported types.
_ALIASES = {
    "audio/x-wav": "audio/wav",
    "audio/wave": "audio/wav",
    "audio/vnd.wave": "audio/wav",
    "audio/mp3": "audio/mpeg",
    "audio/m4a": "audio/x-m4a",
    "image/jpg": "image/jpeg",
    "video/avi": "video/x-msvideo",
    "video/msvideo": "video/x-msvideo",
    "video/vnd.avi": "video/x-msvideo",
    "font/sfnt": "font/ttf",
    "application/font-sfnt": "font/ttf",
    "application/x-font-ttf": "font/ttf",
    "application/x-font-truetype": "font/ttf",
    "application/x-font-otf": "font/otf",
    "application/x-font-opentype": "font/otf",
    "application/vnd.ms-opentype": "font/otf",
    "application/font-woff": "font/woff",
    "application/x-font-woff": "font/woff",
    "application/font-woff2": "font/woff2",
    "application/x-font-woff2": "font/woff2",
}

# Types that carry no information; the last is curl's default with --data-binary.
_UNSPECIFIC = {"", "application/octet-stream", "application/x-www-form-urlencoded"}

# filetype detects containers, not their contents: an MP4 may hold video, or audio only. Likewise,
# TrueType and OpenType fonts may have either kind of outlines.
_SFNT = frozenset({"font/ttf", "font/otf"})
_ISO = frozenset({"video/mp4", "video/quicktime", "video/x-m4v", "video/3gpp", "audio/mp4"})
# What filetype may report for a declared type; for types not listed, only the type itself.
_DETECTED_AS = {
    "video/mp4": _ISO,
    "video/quicktime": _ISO,
    "audio/mp4": _ISO,
    "audio/x-m4a": _ISO,
    "video/webm": frozenset({"video/webm"}),
    "audio/webm": frozenset({"video/webm"}),
    "audio/wav": frozenset({"audio/x-wav"}),
    "font/ttf": _SFNT,
    "font/otf": _SFNT,
}


def media_type_of(declared: str | None, head: bytes, allowed: Sequence[str]) -> str:
    """Return the media type of a file that was sent as `declared` and begins with `head`.

    Without a specific declared type, the first bytes decide. Raises MediaTypeError for a type that
    is not allowed, and for a file whose first bytes contradict its declared type.
    """
    media_type = (declared or "").partition(";")[0].strip().lower()
    media_type = _ALIASES.get(media_type, media_type)
    detected = _detect(head)
    if media_type in _UNSPECIFIC:
        return _choose(detected, allowed)
    if media_type not in allowed:
        raise MediaTypeError("Unsupported media type", f"{media_type}; expected {_or(allowed)}.")
    if detected not in _DETECTED_AS.get(media_type, {media_type}):
        content = f"its content is {detected}" if detected else "its content does not match"
        problem = f"The file was sent as {media_type}, but {content}."
        raise MediaTypeError("Unsupported media type", problem)
    return media_type


def _detect(head: bytes) -> str | None:
    match = filetype.guess(head)
    if match is None:
        return None
    if match in filetype.font_matchers:  # its `mime` is the same for two font formats
        return f"font/{match.extension}"
    return str(match.mime)


def _choose(detected: str | None, allowed: Sequence[str]) -> str:
    """Return the first allowed type that a detected one may stand for. Raises MediaTypeError."""
    if detected in allowed:
        return str(detected)
    for media_type in allowed:
        if detected in _DETECTED_AS.get(media_type, ()):
            return media_type
    problem = f"{detected}; expected" if detected else "The file was not recognised as"
    raise MediaTypeError("Unsupported media type", f"{problem} {_or(allowed)}.")


def _or(types: Sequence[str]) -> str:
    return f"{', '.join(types[:-1])} or {types[-1]}"
