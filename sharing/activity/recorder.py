"""What people do in projects is written to the projects' logs, after it was done.

A line is an action, `{id, at, userId, name, action, kind, targetId, targetName}`, or says how often
it was repeated since, `{again: id, count, last}`. Lines are not synchronized to the disk (decision
36): a crash may lose the last ones, never what they tell of.
"""

import logging
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any, NamedTuple

from storage.clock import DAY_MS, now_ms
from storage.errors import NotFoundError, StorageError
from storage.files.monthly_log import month_of
from storage.files.trees import list_names
from storage.paths import PROJECTS, new_id
from storage.store import Store

_log = logging.getLogger("vidworks.activity")

KEPT_DAYS = 90
WINDOW_MS = 10 * 60 * 1000  # in which repetitions count as one action
_MAX_NOTED = 10_000  # actions that a process remembers


class Action(NamedTuple):
    """What somebody did in a project, such as `changed` a target of the kind `work`."""

    project_id: str
    user_id: str
    action: str
    kind: str
    target_id: str
    target_name: str = ""
    user_name: str = ""  # of a guest, who has no account

    @property
    def key(self) -> tuple[str, ...]:
        """What repetitions have in common."""
        return self[:5]


class _Written:
    """An action that this process has written to the log, and its repetitions not yet written."""

    def __init__(self, item_id: str, at: int) -> None:
        self.id = item_id
        self.at = at
        self.last = at  # when it was repeated last
        self.last_line = time.monotonic()
        self.unwritten = 0

    def is_over(self, now: int) -> bool:
        """Return whether what is done now is no repetition; also if the clock was set back."""
        return abs(now - self.at) >= WINDOW_MS


class Recorder:
    """Writes the logs of all projects.

    How often an action was repeated is written once in `pause` seconds: somebody who edits saves
    twice a second, and on a distributed file system, each line is a request to another machine.
    """

    def __init__(self, store: Store, pause: float) -> None:
        self._store = store
        self._pause = pause
        self._written: dict[tuple[str, ...], _Written] = {}
        self._last = 0  # time of an item, so that later ones are after it
        self._lock = threading.Lock()

    def record(self, action: Action) -> None:
        """Write down what was done. Nothing fails if that is impossible, such as on a full disk."""
        now = now_ms()
        with _unless_impossible(), self._lock:
            written = self._written.get(action.key)
            if written is None or written.is_over(now):
                if written is not None and written.unwritten:
                    self._write_repetitions(action.project_id, written)
                self._begin(action, now)
                return
            written.unwritten += 1
            written.last = now
            if time.monotonic() - written.last_line >= self._pause:
                self._write_repetitions(action.project_id, written)

    def flush(self, project_id: str) -> None:
        """Write what this process knows of repetitions in a project."""
        with _unless_impossible(), self._lock:
            for key, written in self._written.items():
                if key[0] == project_id and written.unwritten:
                    self._write_repetitions(project_id, written)

    def _begin(self, action: Action, now: int) -> None:
        self._make_room(now)
        is_set_back = self._last - now > WINDOW_MS  # the clock, which was ahead
        self._last = now if is_set_back else max(now, self._last + 1)
        item: dict[str, Any] = {
            "id": new_id("act"),
            "at": self._last,
            "userId": action.user_id,
            "name": action.user_name or self._name_of(action.user_id),
            "action": action.action,
            "kind": action.kind,
            "targetId": action.target_id,
            "targetName": action.target_name,
        }
        self._store.activity(action.project_id).append(self._last, item)
        self._written[action.key] = _Written(item["id"], self._last)

    def _name_of(self, user_id: str) -> str:
        return str(self._store.users.documents.recent_snapshot(user_id).values["name"])

    def _write_repetitions(self, project_id: str, written: _Written) -> None:
        line = {"again": written.id, "count": written.unwritten, "last": written.last}
        self._store.activity(project_id).append(written.at, line)
        written.unwritten, written.last_line = 0, time.monotonic()

    def _make_room(self, now: int) -> None:
        """Forget what is repeated no more, or else everything, if much is remembered."""
        if len(self._written) < _MAX_NOTED:
            return
        for key, written in list(self._written.items()):
            if written.is_over(now):
                del self._written[key]
        if len(self._written) >= _MAX_NOTED:
            self._written.clear()


@contextmanager
def _unless_impossible() -> Iterator[None]:
    """Log an error of the disk; the project may have been deleted meanwhile."""
    try:
        yield
    except NotFoundError:
        return
    except (StorageError, OSError) as exc:
        _log.warning("activity is not recorded: %s", exc)


def delete_expired(store: Store) -> None:
    """Delete the logs of months that ended more than KEPT_DAYS ago, of all projects."""
    oldest = month_of(now_ms() - KEPT_DAYS * DAY_MS)
    for project_id in list_names(store.root / PROJECTS):
        with suppress(StorageError, OSError):
            store.activity(project_id).delete_before(oldest)
