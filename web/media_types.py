"""Which type an uploaded file is of: what its sender says, if its first bytes agree."""

from collections.abc import Sequence

import filetype

from web.errors import MediaTypeError

# What clients also call the types of the contract.
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

# Types that say nothing; the last is what curl calls a body given with --data-binary.
_UNTOLD = {"", "application/octet-stream", "application/x-www-form-urlencoded"}

# The library tells containers apart, not what is inside: an MP4 may be video or audio alone.
# In fonts as well, the outlines of either kind come in files of either name.
_SFNT = frozenset({"font/ttf", "font/otf"})
_ISO = frozenset({"video/mp4", "video/quicktime", "video/x-m4v", "video/3gpp", "audio/mp4"})
_LOOKS_LIKE = {
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


def media_type_of(claimed: str | None, head: bytes, allowed: Sequence[str]) -> str:
    """The type of a file whose sender says `claimed` and which begins with `head`.

    Raises MediaTypeError for a type that is not allowed, and for a file that is not what it claims
    to be. A file of no told type is recognised by its first bytes.
    """
    told = (claimed or "").partition(";")[0].strip().lower()
    told = _ALIASES.get(told, told)
    found = _guess(head)
    if told in _UNTOLD:
        return _recognised(found, allowed)
    if told not in allowed:
        raise MediaTypeError("Unsupported media type", f"{told}; expected {_or(allowed)}.")
    if found not in _LOOKS_LIKE.get(told, {told}):
        seen = f"it looks like {found}" if found else "its first bytes are not of that type"
        raise MediaTypeError("Unsupported media type", f"The file is called {told}, but {seen}.")
    return told


def _guess(head: bytes) -> str | None:
    found = filetype.guess(head)
    if found is None:
        return None
    if found in filetype.font_matchers:  # to which the library gives one type for two formats
        return f"font/{found.extension}"
    return str(found.mime)


def _recognised(found: str | None, allowed: Sequence[str]) -> str:
    if found in allowed:
        return str(found)
    for kind in allowed:
        if found in _LOOKS_LIKE.get(kind, ()):
            return kind
    seen = f"{found}; expected" if found else "The file was not recognised as"
    raise MediaTypeError("Unsupported media type", f"{seen} {_or(allowed)}.")


def _or(types: Sequence[str]) -> str:
    return f"{', '.join(types[:-1])} or {types[-1]}"
