"""A program of its own that speaks with eSpeak NG, whose library is under the GPL.

    python -I espeak_program.py <directory of the library> < request > speech

The request is JSON: `{"voice": "en-us", "text": "…", "rate": 165}`, the rate in words a minute. The
speech is a line of JSON, `{"rate": <samples a second>, "events": [[kind, position, sample], …]}`,
followed by its samples (16 bits, mono). An event is the beginning of a word (kind 1), at a position
in characters of the text, or the end of a clause (kind 5). Exit status 3 means that the library
does not load, 4 that it has no such voice.
"""

import ctypes
import itertools
import json
import os
import sys
from pathlib import Path
from typing import Any

_LIBRARIES = ("libespeak-ng.so", "libespeak-ng.dylib", "espeak-ng.dll")
_SYNCHRONOUS, _DO_NOT_EXIT = 2, 0x8000  # of espeak_Initialize
_RATE_PARAMETER, _CHARACTERS, _UTF8 = 1, 1, 1
_WORD, _CLAUSE_END = 1, 5


class _Event(ctypes.Structure):
    _fields_ = (
        ("type", ctypes.c_int),
        ("unique_identifier", ctypes.c_uint),
        ("text_position", ctypes.c_int),  # from 1
        ("length", ctypes.c_int),
        ("audio_position", ctypes.c_int),  # milliseconds
        ("sample", ctypes.c_int),
        ("user_data", ctypes.c_void_p),
        ("id", ctypes.c_char * 8),
    )


_CALLBACK = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_int, ctypes.POINTER(_Event))


def main(directory: str) -> None:
    """Speak the request of the standard input."""
    os.chdir(directory)  # the library refuses paths of 160 characters
    library = _load()
    rate = library.espeak_Initialize(_SYNCHRONOUS, 0, b".", _DO_NOT_EXIT) if library else -1
    if library is None or rate <= 0:
        raise SystemExit(3)
    request = json.load(sys.stdin.buffer)
    samples, events = _speak(library, request)
    header = json.dumps({"rate": rate, "events": events})
    sys.stdout.buffer.write(header.encode() + b"\n" + samples)


def _load() -> Any:
    for name in _LIBRARIES:
        if Path(name).exists():
            try:
                return ctypes.CDLL(str(Path(name).resolve()))
            except OSError:
                return None
    return None


def _speak(library: Any, request: dict[str, Any]) -> tuple[bytes, list[tuple[int, int, int]]]:
    """Return the samples and the events of a speech."""
    pieces: list[bytes] = []
    events: list[tuple[int, int, int]] = []

    def receive(wave: int | None, count: int, event: Any) -> int:
        if wave and count:
            pieces.append(ctypes.string_at(wave, 2 * count))
        for number in itertools.count():
            found = event[number]
            if not found.type:  # ends the list
                break
            if found.type in (_WORD, _CLAUSE_END):
                events.append((found.type, found.text_position - 1, found.sample))
        return 0

    callback = _CALLBACK(receive)
    library.espeak_SetSynthCallback(callback)
    if library.espeak_SetVoiceByName(request["voice"].encode()):
        raise SystemExit(4)
    library.espeak_SetParameter(_RATE_PARAMETER, request["rate"], 0)
    text = request["text"].encode() + b"\0"
    library.espeak_Synth(text, len(text), 0, _CHARACTERS, 0, _UTF8, None, None)
    return b"".join(pieces), events


if __name__ == "__main__":
    main(sys.argv[1])
