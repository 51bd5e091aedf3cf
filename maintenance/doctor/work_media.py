"""Media files that nothing refers to, and works that say otherwise than their media."""

import os
from collections.abc import Iterator
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any

from maintenance.doctor.documents import works_of_valid_projects
from maintenance.doctor.findings import CheckContext, Finding
from storage.documents import read_snapshot
from storage.errors import NotFoundError
from storage.files import list_names
from storage.locks import lock_document
from storage.paths import MEDIA
from storage.tables import DocumentTable
from works.generated_scenes import mismatches
from works.service import touch
from works.slots import slot_of


def check(context: CheckContext) -> Iterator[Finding]:
    """Look at the media of every work that can be used."""
    for works in works_of_valid_projects(context):
        for work_id in works.valid_ids():
            try:
                yield from _Work(context, works.table, work_id).findings()
            except NotFoundError:
                continue  # deleted just now
            except OSError as exc:
                path = f"{works.table.name}/{work_id}/{MEDIA}"
                if context.path(path).exists():
                    yield Finding(path, f"cannot be read: {exc.strerror}")


class _Work:
    """One work with its media, under examination."""

    def __init__(self, context: CheckContext, table: DocumentTable, work_id: str) -> None:
        self._context = context
        self._table = table
        self._id = work_id
        self._home = f"{table.name}/{work_id}"
        self._media = context.path(f"{self._home}/{MEDIA}")

    def findings(self) -> list[Finding]:
        """What is wrong; looked at under the lock, as an upload may be half in its place."""
        with suppress(FileNotFoundError):  # a file was replaced just now
            if not self._seen():
                return []
        with lock_document(self._context.path(self._home)):
            return self._seen()

    def _seen(self) -> list[Finding]:
        seen = [
            Finding(f"{self._home}/{MEDIA}/{name}", words, partial(self._quarantine, name))
            for name, words in _orphans(self._media).items()
        ]
        path = self._table.documents.path_of(self._id)
        if fields := mismatches(read_snapshot(path).values, _slots(self._media)):
            document = os.path.basename(path)
            words = f"says otherwise than the media that is there: {', '.join(fields)}"
            seen.append(Finding(f"{self._home}/{document}", words, self._align))
        return seen

    def _quarantine(self, name: str) -> str:
        with lock_document(self._context.path(self._home)):
            if name not in _orphans(self._media):
                return "nothing: it is in order by now"
            return self._context.quarantine(f"{self._home}/{MEDIA}/{name}")

    def _align(self) -> str:
        def change(work: dict[str, Any]) -> None:
            work.update(mismatches(work, _slots(self._media)))
            touch(work)

        self._table.change(self._id, change)
        return "brought in line with the media"


def _orphans(media: Path) -> dict[str, str]:
    """The files that the service does not serve, and why not."""
    orphans = {name: "is in no place for media" for name in list_names(media) if not slot_of(name)}
    served: dict[str, str] = {}
    names = [name for name in list_names(media) if name not in orphans]
    for name in sorted(names, key=partial(_version, media), reverse=True):
        slot = name.rpartition(".")[0]
        newest = served.setdefault(slot, name)
        if newest != name:
            orphans[name] = f"is superseded by {newest}"
    return orphans


def _slots(media: Path) -> set[str]:
    return {slot.name for name in list_names(media) if (slot := slot_of(name))}


def _version(media: Path, name: str) -> tuple[int, str]:
    return (os.stat(media / name).st_mtime_ns, name.rpartition(".")[2])
