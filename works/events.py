"""What changes for a user, as server-sent events: jobs of all works and of none, and works.

There is no log of events (docs/decisions/0019). A stream follows the change logs of the user's
projects; its ids are a time and how many works there were then, from which a later stream finds
what changed since, and whether a work was deleted.
"""

import re
from collections.abc import Iterable, Iterator
from contextlib import suppress
from typing import NamedTuple

from jobs.event_stream import Events, encode_event
from jobs.model import FINISHED, JobRef, summarize, to_public
from projects import service as projects
from storage.clock import now_ms
from storage.errors import NotFoundError, UnreadableError
from storage.following import Change, Follower
from storage.index import Entry
from storage.paths import jobs_of_user
from storage.store import Store
from works import listing

# A document gets its `updatedAt` before it is on the disk: so a stream that resumes begins earlier
# than the other one ended.
_OVERLAP_MS = 10_000
_MAX_MISSED = 200  # events; after more, the client loads its lists again

_ID = re.compile("([0-9]{1,15})-([0-9]{1,9})")

Jobs = list[tuple[JobRef, Entry]]


class Changes(NamedTuple):
    """The jobs and the works that changed."""

    jobs: Jobs
    works: list[Change]


class Position(NamedTuple):
    """How far a client has seen: a time in milliseconds, and the works created until then."""

    time: int
    works: int


def watch(store: Store, user_id: str, last_event_id: str | None) -> Events:
    """Return the events of what changes for the user from now on, without an end.

    At first the unfinished jobs; or, with `last_event_id`, what changed since. If that cannot be
    known, `reset` comes first.
    """
    feed = Feed(store, user_id)
    looked_at = now_ms()
    first = _first_events(feed, feed.changes(), last_event_id)
    return _follow(feed, _number(first, feed.position(looked_at)))


def _follow(feed: "Feed", first: Iterator[bytes]) -> Events:
    yield from first
    while True:
        yield None
        looked_at = now_ms()
        changes = feed.changes()
        if changes.jobs or changes.works:
            yield from _number(feed.events(changes), feed.position(looked_at))


class Feed:
    """The projects, works and jobs of a user, and what changed in them since the last look."""

    def __init__(self, store: Store, user_id: str) -> None:
        self._store = store
        self._user_id = user_id
        self._projects = Follower(projects.index(store))
        self._works: dict[str, Follower] = {}
        self._work_jobs: dict[str, Follower] = {}
        self._own_jobs = Follower(store.index(store.user_jobs(user_id), summarize))

    def changes(self) -> Changes:
        """Return what changed since the last call; at first everything, as created."""
        gone = self._follow_projects()
        own = jobs_of_user(self._user_id)
        jobs = [(JobRef(own, entry.id), entry) for entry in _changed(self._own_jobs)]
        works: list[Change] = []
        for project_id, follower in self._works.items():
            works += follower.changes()
            changed = _changed(self._work_jobs[project_id])
            jobs += [(JobRef.in_project(project_id, entry.id), entry) for entry in changed]
        for project_id in gone:
            del self._works[project_id], self._work_jobs[project_id]
        return Changes(jobs, works)

    def events(self, changes: Changes) -> Iterator[bytes]:
        """Yield the events of changes; a job that was deleted meanwhile has none."""
        for ref, _ in changes.jobs:
            with suppress(NotFoundError, UnreadableError):
                job = self._store.collection(ref.collection).snapshot(ref.id).values
                yield encode_event("job", to_public(job))
        for entry, deleted in changes.works:
            values = {key: entry.values[key] for key in ("projectId", "updatedAt")}
            more = {"deleted": True} if deleted else {}
            yield encode_event("work", {"workId": entry.id, **values, **more})

    def position(self, until: int) -> Position:
        """Return the position at a time."""
        works = (entry for each in self._works.values() for entry in each.entries.values())
        return Position(until, sum(entry.values["createdAt"] <= until for entry in works))

    def _follow_projects(self) -> list[str]:
        """Follow the projects that are new; return the ids of those that were deleted."""
        gone = []
        for entry, deleted in self._projects.changes():
            if entry.values["userId"] != self._user_id:
                continue
            if deleted:
                gone.append(entry.id)
            elif entry.id not in self._works:
                works = listing.index(self._store, entry.id)
                self._works[entry.id] = Follower(works)
                self._work_jobs[entry.id] = Follower(self._store.project_jobs(entry.id, summarize))
        return gone


def _changed(follower: Follower) -> list[Entry]:
    return [entry for entry, deleted in follower.changes() if not deleted]


def _first_events(feed: Feed, current: Changes, last_event_id: str | None) -> Iterator[bytes]:
    """Yield what a client gets first that has seen an event, or none."""
    missed = _missed(feed, current, last_event_id) if last_event_id else None
    if missed is not None:
        yield from feed.events(missed)
        return
    if last_event_id:
        yield encode_event("reset", {})
    jobs = [(ref, job) for ref, job in current.jobs if job.values["state"] not in FINISHED]
    yield from feed.events(Changes(jobs, []))


def _missed(feed: Feed, current: Changes, last_event_id: str) -> Changes | None:
    """Return what changed since an event; None if that is too much, or cannot be known."""
    match = _ID.fullmatch(last_event_id)
    if match is None:
        return None
    seen = Position(int(match[1]), int(match[2]))
    if seen.time > now_ms() + _OVERLAP_MS or feed.position(seen.time).works != seen.works:
        return None
    since = seen.time - _OVERLAP_MS
    jobs = [(ref, job) for ref, job in current.jobs if job.values["updatedAt"] > since]
    works = [work for work in current.works if work.entry.values["updatedAt"] > since]
    return Changes(jobs, works) if len(jobs) + len(works) <= _MAX_MISSED else None


def _number(events: Iterable[bytes], position: Position) -> Iterator[bytes]:
    """Complete the events; the last one has an id, since they belong to one position.

    Without events, the id alone is sent, which clients remember.
    """
    last = b""
    for event in events:
        if last:
            yield last + b"\n"
        last = event
    yield b"id: %d-%d\n%b\n" % (*position, last)
