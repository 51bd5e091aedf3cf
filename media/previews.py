"""Previews: what is made of a media file when it is first asked for (docs/decisions/0018)."""

import hashlib
import os
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from io import FileIO
from typing import NamedTuple

from errors import BusyError, MissingError
from media.limits import MediaBusyError, Pool, is_stopping, mutex
from storage.errors import NotFoundError
from storage.media.kept_previews import PreviewCache, PreviewKey
from storage.media.media_files import MediaFiles, StoredFile


class Preview(NamedTuple):
    """The contents of a preview, and its media type."""

    data: bytes
    media_type: str


class NoPreviewError(Exception):
    """A media file of which no preview can be made; the message says why."""


class Source(NamedTuple):
    """The media file that a preview is made of; `version` changes with it."""

    path: str
    media_type: str
    mtime_ns: int
    etag: str
    version: str


class Recipe(NamedTuple):
    """How previews of a kind are made. `failed` begins the sentence that says why there is none.

    `find` returns the source, None if it is gone. `make` raises NoPreviewError, MediaBusyError.
    """

    types: tuple[str, ...]
    pool: Pool
    find: Callable[[], Source | None]
    make: Callable[[Source], Preview]
    failed: str


def source_of(
    files: MediaFiles, slot: str, types: tuple[str, ...], recipe_version: str
) -> Source | None:
    """Return the file in a slot as the source of a preview; None for an empty slot.

    `recipe_version` changes when previews of the same file look otherwise. Raises NotAFileError if
    something else is in the place of the file.
    """
    try:
        stored = files.open(slot, types)
    except NotFoundError:
        return None
    with stored.file:
        path = os.fsdecode(stored.file.name)
    version = hashlib.sha256(f"{recipe_version} {slot} {stored.etag}".encode()).hexdigest()[:16]
    return Source(path, stored.media_type, stored.mtime_ns, stored.etag, version)


def open_preview(
    cache: PreviewCache, place: tuple[str, str, int | str], recipe: Recipe, missing: str
) -> StoredFile:
    """Open a preview for reading; its entity tag is the version of its source.

    `place` is the project, the document and the part that it belongs to. It is made unless it was
    before; of several requests, one makes it. Raises MissingError, which says `missing` if there is
    no source, and BusyError.
    """
    while True:
        source = recipe.find()
        if source is None:
            raise MissingError("Not found", missing)
        key = PreviewKey(*place, source.version)
        preview = _find(cache, key, recipe) or _make_once(cache, key, source, recipe)
        if preview is not None:
            return replace(preview, etag=source.version, mtime_ns=source.mtime_ns)


def _find(cache: PreviewCache, key: PreviewKey, recipe: Recipe) -> StoredFile | None:
    """Open a preview that was made before. Raises MissingError if that failed."""
    if reason := cache.failure(key):
        raise MissingError("Not found", reason)
    return cache.find(key, recipe.types)


def _make_once(
    cache: PreviewCache, key: PreviewKey, source: Source, recipe: Recipe
) -> StoredFile | None:
    """Make a preview, or open what another request has made; None if its source changed."""
    try:
        with mutex(key.file_name("made"), recipe.pool):
            return _find(cache, key, recipe) or _make(cache, key, source, recipe)
    except MediaBusyError as exc:
        raise BusyError("Too many previews are being made", str(exc), 2) from exc


def _make(
    cache: PreviewCache, key: PreviewKey, source: Source, recipe: Recipe
) -> StoredFile | None:
    reason, preview = "", None
    with suppress(FileNotFoundError):  # deleted meanwhile
        try:
            preview = recipe.make(source)
        except NoPreviewError as exc:
            if is_stopping(recipe.pool):  # which may be why
                raise MediaBusyError("The service is stopping") from exc
            reason = f"{recipe.failed}. {exc}."
    if recipe.find() != source:
        return None
    if preview is None:
        cache.add_failure(key, reason)
        raise MissingError("Not found", reason)
    cache.add(key, *preview)
    return _in_memory(preview)


def _in_memory(preview: Preview) -> StoredFile:
    """Return a preview as an open file, also where it could not be kept."""
    file = FileIO(os.memfd_create("preview", os.MFD_CLOEXEC), "r+b")
    file.write(preview.data)
    return StoredFile(file, "", preview.media_type, len(preview.data), 0, "")
