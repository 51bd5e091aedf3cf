"""The takes of a media slot: its current and its earlier files, and where each came from.

    media/<slot>.<extension>        the current file
    takes/<slot>.<id>.<extension>   an earlier file
    takes/<slot>.<id>.json          the facts of an earlier file, or of the current one

The current file's facts are those without a file in `takes/`. What a crash during a change leaves
is recognised: a second name of the current file, and facts that belong to no file (see
storage/media/kept_takes.py). Reading needs no lock.
"""

import hashlib
import stat
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import orjson

from storage.errors import NotAFileError, NotFoundError
from storage.files.directories import BY_PATH, Files
from storage.files.files import read_file
from storage.files.trees import list_names
from storage.layout import FACTS, TakeName, take_name
from storage.media.media_files import EXTENSIONS, MediaFiles, StoredFile, entity_tag, open_stored
from storage.paths import TAKES

PREFIX = "take"  # of ids
MADE_OF = "cleanedFrom"  # facts: the id of the take that a file was made of, which is kept with it

Facts = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Take:
    """A file that a slot has or had; `facts` is None if there are none."""

    id: str
    path: str
    media_type: str
    size: int
    mtime_ns: int  # when it was last made the current file
    etag: str
    current: bool
    facts: Mapping[str, Any] | None

    @property
    def created_at(self) -> int:
        """When it was stored, in Unix milliseconds."""
        if self.facts is None:
            return self.mtime_ns // 1_000_000
        created_at: int = self.facts["createdAt"]
        return created_at


Describe = Callable[[Take], Mapping[str, Any]]  # returns the facts of a file that has none


class TakesState(NamedTuple):
    """The takes of a slot, the newest first, and the paths that an interrupted change left."""

    takes: list[Take]
    leftovers: list[str]

    @property
    def current(self) -> Take | None:
        """The current file; None if the slot is empty."""
        return next((take for take in self.takes if take.current), None)

    @property
    def earlier(self) -> list[Take]:
        """The earlier files."""
        return [take for take in self.takes if not take.current]

    def find(self, take_id: str) -> Take:
        """Return the take with this id. Raises NotFoundError."""
        take = next((take for take in self.takes if take.id == take_id), None)
        if take is None:
            raise NotFoundError(take_id)
        return take

    def made_of(self, take_id: str) -> list[Take]:
        """Return the takes that were made of this one."""
        return [take for take in self.takes if (take.facts or {}).get(MADE_OF) == take_id]


class SlotTakes:
    """The takes of one slot of a document, which accepts files of `media_types`."""

    def __init__(
        self,
        directory: Path,
        media: MediaFiles,
        slot: str,
        media_types: tuple[str, ...],
        describe: Describe,
    ) -> None:
        self.slot = slot
        self.media = media
        self.types = {EXTENSIONS[media_type]: media_type for media_type in media_types}
        self.directory = f"{directory}/{TAKES}"
        self._describe = describe

    def read(self) -> TakesState:
        """Return the takes. A file that is moved concurrently is in exactly one place."""
        while True:
            seen = self.look(list_names(self.directory))
            with suppress(FileNotFoundError):
                state = self.state(seen)
                if seen == self.look(list_names(self.directory)):
                    return state

    def open(self, take_id: str) -> StoredFile:
        """Open the file of a take. Raises NotFoundError, NotAFileError."""
        while True:
            take = self.read().find(take_id)
            with suppress(FileNotFoundError):  # made the current file, or replaced, concurrently
                stored = open_stored(take.path, take.media_type)
                if stored.etag == take.etag:
                    return stored
                stored.file.close()

    def facts(self, take: Take) -> Facts:
        """Return the facts of a take, of one without any those that `describe` returns."""
        if take.facts is not None:
            return dict(take.facts)
        return complete_facts(self._describe(take), take.id, take.created_at, take.size)

    def path(self, take_id: str, extension: str) -> str:
        """Return the path of a take's file or facts."""
        return f"{self.directory}/{TakeName(self.slot, take_id, extension)}"

    def look(self, listed: Sequence[str]) -> "Seen":
        """Return what there is of the slot, given the names in the directory of takes."""
        own = (name for name in listed if name.startswith(f"{self.slot}."))
        names = [name for name in map(take_name, own) if name is not None]
        return Seen(names, self._find_current())

    def state(self, seen: "Seen") -> TakesState:
        """Return the takes. Raises FileNotFoundError if one was moved concurrently."""
        names, current = seen
        place = BY_PATH.open_directory(self.directory) if names else BY_PATH
        with_facts = (name for name in names if name.extension == FACTS)
        facts = {name.id: self._read_facts(place, name) for name in with_facts}
        files = self._files(place, names)
        inode = current.inode if current is not None else None
        current_id = next((i for i, file in files.items() if file.inode == inode), "")
        leftovers = [files.pop(current_id).path] if current_id else []
        loose = {i: fact for i, fact in facts.items() if fact and i not in (current_id, *files)}
        if current is not None:
            current_id = current_id or _find_id(current, loose) or _derived_id(self.slot, current)
            files[current_id] = current
            loose.pop(current_id, None)
        leftovers += [self.path(take_id, FACTS) for take_id in loose]
        takes = [file.take(i, facts.get(i), file is current) for i, file in files.items()]
        takes.sort(key=lambda take: (take.created_at, take.current), reverse=True)
        return TakesState(takes, leftovers)

    def _files(self, place: Files, names: list[TakeName]) -> "dict[str, _File]":
        """Return the media files in `takes/` by id. Raises FileNotFoundError."""
        files: dict[str, _File] = {}
        for name in names:
            if name.extension in self.types:
                path = self.path(name.id, name.extension)
                if file := _file_at(path, self.types[name.extension], place):
                    files.setdefault(name.id, file)  # a second one is for `doctor`
        return files

    def _find_current(self) -> "_File | None":
        found = self.media.find(self.slot, self.types.values())
        with suppress(FileNotFoundError):  # replaced concurrently
            return _file_at(*found) if found else None
        return self._find_current()

    def _read_facts(self, place: Files, name: TakeName) -> Facts | None:
        """Return the facts in a file; None if they cannot be used, which `doctor` repairs."""
        try:
            facts = orjson.loads(read_file(f"{self.directory}/{name}", place.open_file))
            times = (facts["createdAt"], facts["size"])
            usable = facts["id"] == name.id and all(type(value) is int for value in times)
        except (NotAFileError, ValueError, TypeError, KeyError):
            return None
        return facts if usable else None


class _File(NamedTuple):
    """A media file as it is on the disk."""

    path: str
    media_type: str
    inode: tuple[int, int]
    size: int
    mtime_ns: int
    etag: str

    def take(self, take_id: str, facts: Facts | None, current: bool) -> Take:
        """Return the take that has this file."""
        file = (self.path, self.media_type, self.size, self.mtime_ns, self.etag)
        return Take(take_id, *file, current, facts)


class Seen(NamedTuple):
    """The files in `takes/` that belong to a slot, and its current file."""

    names: list[TakeName]
    current: _File | None


def _file_at(path: str, media_type: str, place: Files = BY_PATH) -> _File | None:
    """Return the file at a path; None if it is something else. Raises FileNotFoundError."""
    status = place.link_status(path)
    if not stat.S_ISREG(status.st_mode):
        return None
    inode = (status.st_dev, status.st_ino)
    size, mtime = status.st_size, status.st_mtime_ns
    return _File(path, media_type, inode, size, mtime, entity_tag(status))


def _find_id(current: _File, loose: Mapping[str, Facts]) -> str:
    """Return which facts without a file are those of the current file; empty if none are.

    A file of another size was put there by other means.
    """
    fitting = {facts["createdAt"]: i for i, facts in loose.items() if facts["size"] == current.size}
    return fitting[max(fitting)] if fitting else ""


def _derived_id(slot: str, file: _File) -> str:
    """Return the id of a current file without facts: the same as long as the file is there."""
    return f"{PREFIX}_{hashlib.sha256(f'{slot} {file.etag}'.encode()).hexdigest()[:16]}"


def complete_facts(facts: Mapping[str, Any], take_id: str, created_at: int, size: int) -> Facts:
    """Return the facts of a file, from those that say where it came from."""
    known = {key: value for key, value in facts.items() if value is not None}
    return {"id": take_id, "createdAt": created_at, "size": size, **known}


def read_takes(slots: Sequence[SlotTakes]) -> list[TakesState]:
    """Return the takes of slots of one document, each as its `read` does.

    `takes/` is listed once for all of them: a work may have thousands of takes.
    """
    if not slots:
        return []
    listed = list_names(slots[0].directory)
    found: list[tuple[Seen, TakesState] | None] = []
    for slot in slots:
        found.append(None)
        with suppress(FileNotFoundError):
            seen = slot.look(listed)
            found[-1] = (seen, slot.state(seen))
    again = list_names(slots[0].directory)
    return [
        each[1] if each is not None and each[0] == slot.look(again) else slot.read()
        for slot, each in zip(slots, found, strict=True)
    ]
