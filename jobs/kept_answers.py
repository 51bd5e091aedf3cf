"""Answers to paid calls that are kept with their job, since what they were for was deleted.

    media/image-0.answer    in the directory of the job, wherever that is

An answer that arrives when its work is in the trash has no place there. It is kept in the job's
directory, which is held open; the call is `answered`. When the work was restored and the job is
resumed, the answer is used as if it had just arrived: nothing is sent.
"""

import base64
from contextlib import suppress
from dataclasses import fields, is_dataclass
from typing import Any

import orjson

from jobs.run import JobRun
from providers.contract import GeneratedImage, Picture, Reply
from providers.sound_contract import Audio, Transcript, Word
from storage.errors import UnreadableError, missing_as_not_found, writing
from storage.files.directories import Directory
from storage.files.files import read_file
from storage.paths import MEDIA

# What answers consist of, besides what JSON has.
_TYPES = {each.__name__: each for each in (GeneratedImage, Picture, Reply, Audio, Word, Transcript)}
_BYTES, _TUPLE, _DICT = "bytes", "tuple", "dict"


def write(run: JobRun, call_id: str, answer: object) -> None:
    """Write an answer durably into the job's directory. Raises NotFoundError if that is gone."""
    job, disk = run.held.directory, run.store.disk
    path = _path(job, call_id)
    with missing_as_not_found(job.path), writing():
        with suppress(FileExistsError):
            job.make_directory(f"{job.path}/{MEDIA}")
            disk.sync_directory(job)
        disk.replace(path, orjson.dumps(_encode(answer)), directory=_media(job))


def read(run: JobRun, call_id: str) -> Any:
    """Return the answer that is kept for a call; None if there is none that can be read."""
    job = run.held.directory
    try:
        return _decode(orjson.loads(read_file(_path(job, call_id), _media(job).open_file)))
    except (FileNotFoundError, UnreadableError, ValueError, KeyError, TypeError):
        return None


def remove(run: JobRun, call_id: str) -> None:
    """Remove the answer that was kept for a call, if there is one, as the call has ended."""
    job = run.held.directory
    with suppress(FileNotFoundError), writing():
        _media(job).remove_if_exists(_path(job, call_id))


def _path(job: Directory, call_id: str) -> str:
    return f"{job.path}/{MEDIA}/{call_id}.answer"


def _media(job: Directory) -> Directory:
    return job.open_directory(f"{job.path}/{MEDIA}")


def _encode(value: Any) -> Any:
    """Return a value as JSON has it: what JSON has not is an object with its type as the key."""
    if isinstance(value, bytes):
        return {_BYTES: base64.b64encode(value).decode()}
    if isinstance(value, tuple):
        return {_TUPLE: [*map(_encode, value)]}
    if isinstance(value, list):
        return [*map(_encode, value)]
    if isinstance(value, dict):
        return {_DICT: {key: _encode(each) for key, each in value.items()}}
    if is_dataclass(value):
        found = {each.name: _encode(getattr(value, each.name)) for each in fields(value)}
        return {type(value).__name__: found}
    return value


def _decode(value: Any) -> Any:
    """Return what `_encode` was given. Raises ValueError, KeyError, TypeError for anything else."""
    if isinstance(value, list):
        return [*map(_decode, value)]
    if not isinstance(value, dict):
        return value
    [(kind, content)] = value.items()
    if kind == _BYTES:
        return base64.b64decode(content)
    if kind == _TUPLE:
        return tuple(map(_decode, content))
    decoded = {key: _decode(each) for key, each in content.items()}
    return decoded if kind == _DICT else _TYPES[kind](**decoded)
