"""Speech by eSpeak NG, which runs as a program of its own (providers/espeak_program.py)."""

import json
import logging
import sys
import tempfile
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from media.limits import LimitExceededError, NotStartedError, run_limited
from providers.demo_image import RENDERING
from providers.errors import ProviderError
from providers.models import DEMO

_PACKAGE = "espeakng_loader"
_PROGRAM = Path(__file__).with_name("espeak_program.py")
_SECONDS = 120.0
_USUAL_RATE = 150  # words a minute
_WORD = 1

_log = logging.getLogger("vidworks")


class NoLibraryError(Exception):
    """eSpeak NG is not installed, or its library does not load on this machine."""


@dataclass(frozen=True, slots=True)
class Speech:
    """Samples in 16 bits, and where in them and in the text words begin.

    `beginnings` are pairs of a position in the text and a sample, both from 0.
    """

    rate: int  # samples a second
    samples: bytes
    beginnings: tuple[tuple[int, int], ...]


@cache
def is_available() -> bool:
    """Return whether eSpeak NG runs on this machine; the log says so once if it does not.

    Raises ProviderError, MediaBusyError if that cannot be found out now.
    """
    try:
        speak("en", "")
    except NoLibraryError:
        _log.warning("The demo is silent: eSpeak NG (espeakng-loader) does not run on this machine")
        return False
    return True


def speak(voice: str, text: str, speed: float = 1.0) -> Speech:
    """Speak a text with a voice of eSpeak NG.

    Raises NoLibraryError, ProviderError; MediaBusyError if no program can be started now.
    """
    request = {"voice": voice, "text": text, "rate": round(_USUAL_RATE * speed)}
    header, _, samples = _run(json.dumps(request).encode()).partition(b"\n")
    described = json.loads(header)
    words = ((position, sample) for kind, position, sample in described["events"] if kind == _WORD)
    return Speech(described["rate"], samples, tuple(words))


def _run(request: bytes) -> bytes:
    command = [sys.executable, "-I", "-S", str(_PROGRAM), _directory()]
    with tempfile.TemporaryFile() as stdin:
        stdin.write(request)
        stdin.seek(0)
        try:
            ended = run_limited(command, pool=RENDERING, timeout=_SECONDS, stdin=stdin)
        except LimitExceededError as exc:
            raise ProviderError(DEMO, "eSpeak NG took too long, or ended in the middle") from exc
        except NotStartedError as exc:
            raise NoLibraryError from exc
    if ended.returncode == 0:
        return ended.stdout
    if ended.returncode == 3:
        raise NoLibraryError
    raise ProviderError(DEMO, f"eSpeak NG ended with status {ended.returncode}")


def _directory() -> str:
    """Return the directory of the library and its voices. Raises NoLibraryError."""
    spec = find_spec(_PACKAGE)
    if spec is None or not spec.submodule_search_locations:
        raise NoLibraryError
    return spec.submodule_search_locations[0]
