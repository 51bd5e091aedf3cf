"""What changes for a user, as server-sent events: jobs, projects, and what projects contain.

There is no log of events (docs/decisions/0019). A stream follows the change logs of the projects
that the user sees; a project that the user sees no more appears to be deleted. The id of an event
is a time and a checksum of the documents that there were then, from which a later stream finds what
changed since, and whether a document was deleted, or restored.
"""

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import suppress
from functools import partial
from typing import Any, NamedTuple
from zlib import crc32

from access.projects import access_by
from jobs.model import FINISHED, JobRef, shown_to, summarize
from jobs.requests import Events, encode_event
from settings.tuning import Tuning
from sharing.presence.service import PresenceFeed
from storage.clock import now_ms
from storage.documents.index import Change, Entry, Follower, Summary
from storage.errors import NotFoundError, UnreadableError
from storage.paths import jobs_of_user
from storage.project_members import members_by_id
from storage.store import Store
from storage.work_comments import index_of_comments
from works import listing

_ID = re.compile("([0-9]{1,15})-([0-9]{1,10})")
_CHECKSUMS = 1 << 32

# The names of events, and the scope that each needs.
JOB, WORK, PROJECT = "job", "work", "project"
ASSET, TEMPLATE, CAST = "asset", "template", "cast"
REVIEW, PRESENCE, INVITATION = "review", "presence", "invitation"
SCOPES = {
    **dict.fromkeys((JOB, WORK, REVIEW), "works:read"),
    **dict.fromkeys((PROJECT, ASSET, TEMPLATE, CAST), "projects:read"),
}
SCOPES_OF_NEWS = {PRESENCE: "works:read", INVITATION: "projects:read"}

# Returns what is new since the last call, as the data of events; at first everything.
News = Callable[[], Iterable[Mapping[str, Any]]]


class Found(NamedTuple):
    """A change that was found, with the name of its event and the id of its project.

    The latter is "" for a job that belongs to no work.
    """

    name: str
    project_id: str
    change: Change


class Position(NamedTuple):
    """How far a client has seen: a time in milliseconds, and the documents created until then.

    Of those, it has a checksum: their number is the same if one is deleted and another restored.
    """

    time: int
    checksum: int


def watch(
    store: Store,
    user_id: str,
    scopes: Collection[str],
    last_event_id: str | None,
    tuning: Tuning,
    news: Mapping[str, News],
) -> Events:
    """Return the events of what changes for the user from now on, as far as the scopes allow.

    They have no end. At first the unfinished jobs; or, with `last_event_id`, what changed since. If
    that cannot be known, `reset` comes first. `news` are further events, by their names, that begin
    anew with each stream.
    """
    feed = Feed(store, user_id, [name for name, scope in SCOPES.items() if scope in scopes])
    presence = partial(PresenceFeed(store, tuning.presence).changes, feed.project_ids)
    news = {PRESENCE: presence, **news}
    allowed = {name: new for name, new in news.items() if SCOPES_OF_NEWS[name] in scopes}
    looked_at = now_ms()
    first = _first_events(feed, feed.changes(), last_event_id, tuning)
    return _follow(feed, allowed, _number(first, feed.position(looked_at)))


def _follow(feed: "Feed", news: Mapping[str, News], first: Iterator[bytes]) -> Events:
    yield from first
    while True:
        for name, new in news.items():  # no part of what a stream continues with
            yield from (encode_event(name, each) + b"\n" for each in new())
        yield None
        looked_at = now_ms()
        changes = feed.changes()
        if changes:
            yield from _number(feed.events(changes), feed.position(looked_at))


class Feed:
    """A user's jobs, projects and what these contain, and what changed in it since the last look.

    `names` are those of the events to find.
    """

    def __init__(self, store: Store, user_id: str, names: Collection[str]) -> None:
        self._store = store
        self._user_id = user_id
        self._names = names
        self._projects = Follower(store.index(store.projects, _summarize_project))
        self._contents: dict[str, _Contents] = {}  # of each project
        self._own_jobs = Follower(store.index(store.user_jobs(user_id), summarize))

    @property
    def project_ids(self) -> Collection[str]:
        """The ids of the projects that the user sees."""
        return self._contents.keys()

    def changes(self) -> list[Found]:
        """Return what changed since the last call; at first everything, as created."""
        projects = self._follow_projects()
        deleted = {each.project_id for each in projects if each.change.deleted}
        found = [Found(JOB, "", change) for change in self._own_jobs.changes()]
        for project_id, contents in self._contents.items():
            found += contents.changes(is_deleted=project_id in deleted)
        for project_id in deleted:
            self._contents.pop(project_id, None)
        found += projects
        return [each for each in found if each.name in self._names]

    def events(self, changes: Iterable[Found]) -> Iterator[bytes]:
        """Yield the events of changes; a deleted job has none, nor have comments of a work."""
        for name, project_id, (entry, deleted) in changes:
            if name == JOB:
                with suppress(NotFoundError, UnreadableError):
                    job = self._job(project_id, entry.id)
                    yield encode_event(JOB, shown_to(self._user_id, job))
                continue
            if name == REVIEW and deleted:
                continue
            of = WORK if name == REVIEW else name
            ids = {"projectId": project_id, f"{of}Id": entry.id}
            more = {"deleted": True} if deleted else {}
            if name == PROJECT and deleted and entry.id in self._projects.entries:
                more["accessEnded"] = True
            yield encode_event(name, {**ids, "updatedAt": entry.values["updatedAt"], **more})

    def position(self, until: int) -> Position:
        """Return the position at a time.

        What a project contained before the user became a member is not counted before that.
        """
        checksum = 0
        for project_id, contents in self._contents.items():
            project = self._projects.entries[project_id]
            if project.values["members"].get(self._user_id, {}).get("addedAt", 0) <= until:
                checksum += _checksum([project], until) + contents.checksum(until)
        return Position(until, checksum % _CHECKSUMS)

    def _follow_projects(self) -> list[Found]:
        """Follow the projects that are new; return what changed in projects themselves.

        One that the user may not see any more counts as deleted.
        """
        found = []
        for entry, deleted in self._projects.changes():
            project, is_followed = entry.values, entry.id in self._contents
            access = access_by(project["userId"], project["members"], self._user_id)
            if access is not None or is_followed:
                ended = deleted or access is None
                found.append(Found(PROJECT, entry.id, Change(entry, ended)))
                if access is None and not deleted:
                    del self._contents[entry.id]  # what changed there is not the user's to know
                if not ended and not is_followed:
                    self._contents[entry.id] = _Contents(self._store, entry.id, self._names)
        return found

    def _job(self, project_id: str, job_id: str) -> Mapping[str, Any]:
        own = JobRef(jobs_of_user(self._user_id), job_id)
        ref = JobRef.in_project(project_id, job_id) if project_id else own
        return self._store.collection(ref.collection).snapshot(ref.id).values


class _Contents:
    """What a project contains, by two change logs: its works' and its own."""

    def __init__(self, store: Store, project_id: str, names: Collection[str]) -> None:
        self._project_id = project_id
        self._log = store.project_log(project_id)
        indexes = {
            JOB: store.project_jobs(project_id, summarize),
            WORK: listing.index(store, project_id),
            ASSET: store.index(store.assets(project_id), _summarize),
            TEMPLATE: store.index(store.templates(project_id), _summarize),
            CAST: store.index(store.cast(project_id), _summarize),
            REVIEW: index_of_comments(store, project_id, _summarize_comment),
        }
        self._followers = {name: Follower(indexes[name]) for name in indexes if name in names}

    def changes(self, *, is_deleted: bool) -> list[Found]:
        """Return what changed since the last call; of a deleted project, the works only."""
        position = self._log.position()
        found = []
        for name, follower in self._followers.items():
            changes = follower.changes(None if name == WORK else position)
            if changes and (name == WORK or not is_deleted):
                found += [Found(name, self._project_id, change) for change in changes]
        return found

    def checksum(self, until: int) -> int:
        """Return a checksum of documents created until a time, without jobs and comments."""
        names = (WORK, ASSET, TEMPLATE, CAST)
        followers = [each for name, each in self._followers.items() if name in names]
        return sum(_checksum(each.entries.values(), until) for each in followers)


def _checksum(entries: Iterable[Entry], until: int) -> int:
    """Return a checksum of the ids of what was created until a time, which needs no order."""
    return sum(crc32(each.id.encode()) for each in entries if each.values["createdAt"] <= until)


def _summarize(document: Mapping[str, Any]) -> Summary:
    return {key: document[key] for key in ("createdAt", "updatedAt")}


def _summarize_comment(line: Mapping[str, Any]) -> Summary:
    return {"createdAt": line["at"], "updatedAt": line["at"]}


def _summarize_project(project: Mapping[str, Any]) -> Summary:
    owner_id, members = project["userId"], members_by_id(project)
    return {"userId": owner_id, "members": members, **_summarize(project)}


def _first_events(
    feed: Feed, current: list[Found], last_event_id: str | None, tuning: Tuning
) -> Iterator[bytes]:
    """Yield what a client gets first that has seen an event, or none."""
    missed = _missed(feed, current, last_event_id, tuning) if last_event_id else None
    if missed is not None:
        yield from feed.events(missed)
        return
    if last_event_id:
        yield encode_event("reset", {})
    jobs = (each for each in current if each.name == JOB)
    yield from feed.events(
        each for each in jobs if each.change.entry.values["state"] not in FINISHED
    )


def _missed(
    feed: Feed, current: list[Found], last_event_id: str, tuning: Tuning
) -> list[Found] | None:
    """Return what changed since an event; None if that is too much, or cannot be known."""
    match = _ID.fullmatch(last_event_id)
    if match is None:
        return None
    seen = Position(int(match[1]), int(match[2]))
    if seen.time > now_ms() + tuning.event_overlap_ms or feed.position(seen.time) != seen:
        return None
    # A document gets its `updatedAt` before it is on the disk.
    since = seen.time - tuning.event_overlap_ms
    missed = [each for each in current if each.change.entry.values["updatedAt"] > since]
    return missed if len(missed) <= tuning.missed_events else None


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
