"""What a voice reads of a text: not its emoji and addresses, which are shown only."""

import re

_EMOJI = re.compile(
    "(?:[\U0001f000-\U0001faff\u2600-\u27bf\u2b00-\u2bff]"
    "[\ufe0f\u200d\u20e3\U0001f3fb-\U0001f3ff\U000e0020-\U000e007f]*)+"
    "|[\ufe0f\u20e3]+"  # of a digit in a box, which is read
)
# Web addresses that begin as such, and those of mail; the name of a site ("example.com") is read.
_ADDRESS = re.compile(
    r"\b(?:[a-z][a-z0-9+.-]*://|www\.)[^\s<>\"]*[^\s<>\".,;:!?…)\]}'\u2019»”]"
    r"|(?<![\w.+-])[\w.+-]+@[\w-]+(?:\.[\w-]+)+",
    re.IGNORECASE,
)
_SPACE_BEFORE = re.compile(r"\s+(?=[.,;:!?…](?:\s|$))")


def spoken_text(text: str) -> str:
    """Return what is read of a text; the text itself if that is all of it."""
    heard = _EMOJI.sub(" ", _ADDRESS.sub(" ", text))
    return text if heard == text else _SPACE_BEFORE.sub("", " ".join(heard.split()))
