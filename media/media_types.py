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

HEIF_TYPES = ("image/heic", "image/heif")  # photos of telephones

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
    **dict.fromkeys(HEIF_TYPES, frozenset(HEIF_TYPES)),
    "font/ttf": _SFNT,
    "font/otf": _SFNT,
}

# Pictures that cameras and browsers save; HEIC photos are taken where they become JPEGs.
_UNSUPPORTED_PICTURES = {"image/heic": "HEIC", "image/heif": "HEIF", "image/avif": "AVIF"}


def media_type_of(declared: str | None, head: bytes, allowed: Sequence[str]) -> str:
    """Return the media type of a file that was sent as `declared` and begins with `head`.

    Without a specific declared type, the first bytes decide. Raises MediaTypeError for a type that
    is not allowed, and for a file whose first bytes contradict its declared type.
    """
    media_type = (declared or "").partition(";")[0].strip().lower()
    media_type = _ALIASES.get(media_type, media_type)
    detected = detect(head)
    if media_type in _UNSPECIFIC:
        return _choose(detected, allowed)
    if media_type not in allowed:
        problem = advice_on_picture(media_type) or f"{media_type}; expected {or_words(allowed)}."
        raise MediaTypeError("Unsupported media type", problem)
    if detected not in _DETECTED_AS.get(media_type, {media_type}):
        content = f"its content is {detected}" if detected else "its content does not match"
        told = f"The file was sent as {media_type}, but {content}."
        problem = advice_on_picture(detected) or told
        raise MediaTypeError("Unsupported media type", problem)
    return media_type


def media_type_by_content(declared: str | None, head: bytes, allowed: Sequence[str]) -> str:
    """Return the media type of another server's file, whose declared type may be wrong.

    It only decides between types that begin alike. Raises MediaTypeError.
    """
    try:
        return media_type_of(declared, head, allowed)
    except MediaTypeError:
        return _choose(detect(head), allowed)


def advice_on_picture(media_type: str | None) -> str | None:
    """Return what to do with a picture of a common type that is not supported; None for others."""
    name = _UNSUPPORTED_PICTURES.get(media_type or "")
    return f"{name} is not supported; save it as JPEG or PNG." if name else None


def detect(head: bytes) -> str | None:
    """Return the type that the first bytes of a file tell; None if they tell none."""
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
    told = f"{detected}; expected" if detected else "The file was not recognised as"
    problem = advice_on_picture(detected) or f"{told} {or_words(allowed)}."
    raise MediaTypeError("Unsupported media type", problem)


def or_words(types: Sequence[str]) -> str:
    """Return types as they are listed in an error."""
    return f"{', '.join(types[:-1])} or {types[-1]}"
