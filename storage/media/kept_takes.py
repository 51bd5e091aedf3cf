"""Changes of a slot's takes: a file that is replaced is kept, and so is where it came from.

A replacement links the current file into `takes/`, writes the facts of the new file, and moves that
over the current one. Whichever step a crash follows, the slot has a file, and no file is lost
(docs/decisions/0014). The next change removes what a crash left. All changes need the lock of the
document.
"""

import os
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from storage.clock import later_than
from storage.documents.snapshots import serialize
from storage.errors import NotFoundError, writing
from storage.files.directories import BY_PATH
from storage.files.durable_files import Disk
from storage.files.files import (
    is_directory,
    link_status,
    remove_if_exists,
    temporary_path,
)
from storage.files.hard_links import NO_LINKS
from storage.layout import FACTS
from storage.media.contents import Contents
from storage.media.media_files import EXTENSIONS, MediaFiles
from storage.media.take_state import (
    MADE_OF,
    PREFIX,
    Describe,
    Facts,
    SlotTakes,
    Take,
    TakesState,
    complete_facts,
)
from storage.paths import MEDIA, new_id
from storage.shared.changes import begin_change


class TakeFiles(SlotTakes):
    """The takes of one slot, to be changed; `limit` is how many earlier files are kept."""

    def __init__(
        self,
        directory: Path,
        disk: Disk,
        slot: str,
        media_types: tuple[str, ...],
        describe: Describe,
        limit: int,
    ) -> None:
        media = MediaFiles(directory / MEDIA, disk)
        super().__init__(directory, media, slot, media_types, describe)
        self._disk = disk
        self._limit = limit
        self._contents = Contents()

    def replace(self, source: str, media_type: str, facts: Mapping[str, Any]) -> None:
        """Move a finished file into the slot; the current one becomes a take.

        If the current file has the same contents, it stays, with its facts. Raises
        ContentsUnknownError, to be called again (see storage/media/contents.py).
        """
        state = self._prepare()
        if state.current is not None and self._is_current(state.current, source, media_type):
            return
        created_at = later_than(max((take.created_at for take in state.takes), default=0))
        new = complete_facts(facts, new_id(PREFIX), created_at, link_status(source).st_size)
        temporary = temporary_path(self.directory)
        with writing():
            directory = BY_PATH.open_directory(self.directory)
            try:
                # Written first, since a full disk must stop this before anything is moved.
                self._disk.write(temporary, serialize(new), directory)
                if state.current is not None:
                    self._keep(state.current)
                os.replace(temporary, self.path(new["id"], FACTS))
            finally:
                directory.remove_if_exists(temporary)
            self._disk.sync_directory(directory)
        self.media.move_in(source, self.slot, media_type, self.types.values())
        if len(state.takes) > self._limit:
            self.prune()

    def use(self, take_id: str) -> bool:
        """Make an earlier file the current one, which becomes a take; False if it was current.

        Takes beyond the limit stay until `prune`. Raises NotFoundError.
        """
        state = self._prepare()
        take, current = state.find(take_id), state.current
        if take.current:
            return False
        if take.facts is None:  # they cannot be used
            self._write_facts(self.facts(take))
        with writing():
            # Of two files in a slot, as a crash may leave them, the one that was changed last is
            # served. The new time also makes clients fetch the file again.
            now = max(time.time_ns(), current.mtime_ns + 1 if current else 0)
            os.utime(take.path, ns=(now, now))
            if current is not None:
                self._keep(current)
                self._disk.sync_directory(self.directory)
        self.media.move_in(take.path, self.slot, take.media_type, self.types.values())
        with writing():
            self._disk.sync_directory(self.directory)
        return True

    def add_facts(self, facts: Mapping[str, Any]) -> Facts:
        """Add facts to the current file's; None removes one. Return all.

        Raises NotFoundError for an empty slot.
        """
        current = self._prepare().current
        if current is None:
            raise NotFoundError(self.slot)
        changed = {**self.facts(current), **facts}
        changed = {key: value for key, value in changed.items() if value is not None}
        if changed != current.facts:
            self._write_facts(changed)
        return changed

    def remove(self, take: Take) -> None:
        """Delete an earlier file and its facts."""
        with writing():
            self._unlink(take)
            self._disk.sync_directory(self.directory)

    def remove_current(self) -> bool:
        """Delete the current file and its facts; return False if the slot is empty."""
        self.mend()
        removed = self.media.remove(self.slot, self.types.values())
        self.mend()
        return removed

    def remove_earlier(self) -> bool:
        """Delete all earlier files and their facts; return False if there were none."""
        earlier = self.read().earlier
        for take in earlier:
            self.remove(take)
        return bool(earlier)

    def prune(self) -> None:
        """Delete the takes beyond the limit: those that were not the current file for longest.

        What another file was made of goes after that. If a power failure brings them back, the
        next change deletes them again.
        """
        takes = sorted(self.read().takes, key=lambda take: (take.mtime_ns, take.created_at))
        with writing():
            while sum(not take.current for take in takes) > self._limit:
                needed = {take.facts.get(MADE_OF) for take in takes if take.facts is not None}
                unused = [take for take in takes if not take.current and take.id not in needed]
                if not unused:
                    break
                self._unlink(unused[0])
                takes.remove(unused[0])

    def mend(self) -> TakesState:
        """Remove what an interrupted change left, write missing facts, and return the takes."""
        state = self.read()
        if state.leftovers:
            with writing():
                for path in state.leftovers:
                    remove_if_exists(path)
                self._disk.sync_directory(self.directory)
        return self._with_facts(state, state.earlier)

    def _prepare(self) -> TakesState:
        """Mend, and write the facts of a current file that has none."""
        if not is_directory(self.directory):
            self._disk.make_subdirectory(self.directory)
        state = self.mend()
        return self._with_facts(state, state.takes)

    def _with_facts(self, state: TakesState, takes: list[Take]) -> TakesState:
        """Write the facts of those takes that have none. Facts that cannot be used are kept."""
        paths = {self.path(take.id, FACTS): take for take in takes if take.facts is None}
        missing = [take for path, take in paths.items() if not os.path.lexists(path)]
        for take in missing:
            self._write_facts(self.facts(take))
        return self.read() if missing else state

    def _is_current(self, current: Take, source: str, media_type: str) -> bool:
        """Return whether the current file is the same as another file."""
        return current.media_type == media_type and self._contents.are_same(current.path, source)

    def _keep(self, current: Take) -> None:
        """Give the current file a second name in `takes/`, which is not durable yet.

        Where the file system has no links, it is moved, and the slot is empty for a moment.
        """
        target = self.path(current.id, EXTENSIONS[current.media_type])
        begin_change()
        try:
            os.link(current.path, target)
        except OSError as exc:
            if exc.errno not in NO_LINKS:
                raise
            os.rename(current.path, target)

    def _unlink(self, take: Take) -> None:
        """Delete the facts first: without a file, they would look like those of the current one."""
        remove_if_exists(self.path(take.id, FACTS))
        remove_if_exists(take.path)

    def _write_facts(self, facts: Facts) -> None:
        self._disk.replace(self.path(facts["id"], FACTS), serialize(facts))
