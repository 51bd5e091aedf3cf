"""The voices that a vendor's account has: asked for once a day in each process."""

import threading
import time
from collections.abc import Callable, Sequence
from hashlib import sha256

from media.languages import language_code
from providers.http import ApiConfig
from providers.sound_contract import Voice

_SECONDS = 86_400.0
_MAX_ACCOUNTS = 1000

_lists: dict[tuple[str, str, str], tuple[float, tuple[Voice, ...]]] = {}
_lock = threading.Lock()


def remembered(config: ApiConfig, ask: Callable[[], Sequence[Voice]]) -> tuple[Voice, ...]:
    """Return the voices of the key's account; `ask` returns them if they are not known yet."""
    account = (config.provider, config.base_url, sha256(config.key.encode()).hexdigest())
    now = time.monotonic()
    with _lock:
        known = _lists.get(account)
    if known and now - known[0] < _SECONDS:
        return known[1]
    voices = tuple(ask())
    with _lock:
        while len(_lists) >= _MAX_ACCOUNTS:
            del _lists[next(iter(_lists))]
        _lists[account] = (now, voices)
    return voices


def voice_for(language: str, voices: Sequence[Voice]) -> Voice | None:
    """Return the first voice that is made for a language, or else the first one."""
    code = language_code(language)
    made_for = (voice for voice in voices if code in voice.languages)
    return next(made_for, next(iter(voices), None))
