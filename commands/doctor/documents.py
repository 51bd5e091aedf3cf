"""Documents that cannot be used, and entries of collections that are not documents."""

import os
from collections.abc import Iterator
from contextlib import ExitStack
from functools import cache, partial
from typing import NamedTuple

from marshmallow import Schema

from commands.doctor.findings import (
    ALREADY_FIXED,
    CheckContext,
    Finding,
    reason_of,
    validation_error,
)
from commands.doctor.stored_documents import SCHEMAS
from schemas.json_fields import without_limits
from storage.documents.snapshots import Snapshot, read_snapshot
from storage.documents.tables import DocumentTable
from storage.errors import NotAFileError, NotFoundError, UnavailableError, UnreadableError
from storage.files.files import file_type
from storage.files.trees import list_names
from storage.paths import (
    ASSETS,
    EXPORTS,
    JOBS,
    NOTICES,
    PROJECTS,
    TEMPLATES,
    USERS,
    WORKS,
    valid_id,
)

# The field by which documents name the document that they are in.
_OWNER_FIELDS = {USERS: "userId", PROJECTS: "projectId", WORKS: "workId"}


class Problem(NamedTuple):
    """What is wrong with an entry of a collection."""

    path: str
    description: str
    repairable: bool = True


@cache
def _schema_of(kind: str) -> Schema:
    """Return the schema of a kind of documents, without limits of size: they are for new ones."""
    return without_limits(SCHEMAS[kind]())


class CheckedCollection:
    """Checks the entries of one collection.

    `expected` are the values that fields of every document must have.
    """

    def __init__(self, context: CheckContext, table: DocumentTable, **expected: str) -> None:
        self._context = context
        self.table = table
        self._kind = table.name.rpartition("/")[2]
        self._schema = _schema_of(self._kind)
        self._expected = expected

    def findings(self) -> Iterator[Finding]:
        """Yield the invalid entries; their repair is to quarantine the whole entry."""
        for name in self._names():
            if problem := self._problem(name):
                if problem.repairable:
                    repair = partial(self._quarantine, name)
                    yield Finding(problem.path, problem.description, repair)
                else:
                    advice = "Check its permissions and the disk."
                    yield Finding(problem.path, problem.description, advice=advice)

    def valid_ids(self) -> Iterator[str]:
        """Yield the ids of the valid documents."""
        yield from (name for name in self._names() if self._problem(name) is None)

    def nested(self, doc_id: str, name: str) -> "CheckedCollection":
        """Return a collection in one of the documents."""
        table = self._context.store.collection(f"{self.table.name}/{doc_id}/{name}")
        expected = {**self._expected, _OWNER_FIELDS[self._kind]: doc_id}
        return CheckedCollection(self._context, table, **expected)

    def in_valid(self, name: str) -> Iterator["CheckedCollection"]:
        """Yield the collections of a name in the valid documents.

        What is in an invalid document is quarantined with it.
        """
        yield from (self.nested(doc_id, name) for doc_id in self.valid_ids())

    def _names(self) -> list[str]:
        return list_names(self.table.documents.directory)

    def _problem(self, name: str) -> Problem | None:
        """Return what is wrong with an entry; None if it is valid or was deleted concurrently."""
        entry = f"{self.table.name}/{name}"
        if not self._is_directory(name):
            return (
                Problem(entry, "is not part of the service's data") if self._exists(name) else None
            )
        path = self.table.documents.path_of(name)
        return None if self._context.is_known_as_valid(path) else self._problem_in(name, path)

    def _problem_in(self, name: str, path: str) -> Problem | None:
        """Return what is wrong with a document, or with what is in its place."""
        entry, file = f"{self.table.name}/{name}", os.path.basename(path)
        try:
            snapshot = read_snapshot(path)
        except NotFoundError:
            return Problem(entry, f"does not contain {file}") if self._exists(name) else None
        except NotAFileError:
            return Problem(f"{entry}/{file}", f"is {file_type(path)} instead of a file")
        except (UnreadableError, UnavailableError, OSError) as exc:
            problem = f"cannot be read: {reason_of(exc)}"
            return Problem(f"{entry}/{file}", problem, repairable=False)
        if error := self._validation_error(name, snapshot):
            return Problem(f"{entry}/{file}", error)
        self._context.note_valid(path, snapshot)
        return None

    def _is_directory(self, name: str) -> bool:
        return valid_id(name) and os.path.isdir(self.table.documents.directory_of(name))

    def _exists(self, name: str) -> bool:
        return os.path.lexists(f"{self.table.documents.directory}/{name}")

    def _validation_error(self, doc_id: str, snapshot: Snapshot) -> str:
        """Return what is wrong with a document's contents; empty if they are valid."""
        try:
            values = snapshot.parse()
        except UnreadableError as exc:
            return f"is {exc}"
        expected = {"id": doc_id, **self._expected}
        if "id" not in self._schema.fields:
            del expected["id"]
        for field, value in expected.items():
            if values.get(field, value) != value:
                return f"has a different {field} than its path"
        return validation_error(self._schema, values)

    def _quarantine(self, name: str) -> str:
        with ExitStack() as locks:
            if self._is_directory(name):
                locks.enter_context(self.table.lock(name))
            if self._problem(name) is None:
                return ALREADY_FIXED
            return self._context.quarantine_document(self.table, name)


def in_valid_projects(context: CheckContext, name: str) -> Iterator[CheckedCollection]:
    """Yield the collections of a name in valid projects."""
    return CheckedCollection(context, context.store.projects).in_valid(name)


def in_valid_works(context: CheckContext, name: str) -> Iterator[CheckedCollection]:
    """Yield the collections of a name in valid works of valid projects."""
    for works in in_valid_projects(context, WORKS):
        yield from works.in_valid(name)


def jobs_of_valid_owners(context: CheckContext) -> Iterator[CheckedCollection]:
    """Yield the collections of jobs, of works and of users."""
    yield from in_valid_works(context, JOBS)
    yield from CheckedCollection(context, context.store.users).in_valid(JOBS)


def check(context: CheckContext) -> Iterator[Finding]:
    """Check every document that is not in the trash."""
    store = context.store
    for table in (
        *(store.users, store.tokens, store.links, store.logins, store.requests),
        *(store.collection(NOTICES), store.budgets, store.presence, store.provider_keys),
        store.projects,
    ):
        yield from CheckedCollection(context, table).findings()
    projects = CheckedCollection(context, store.projects)
    for project_id in projects.valid_ids():
        for name in (WORKS, ASSETS, TEMPLATES):
            yield from projects.nested(project_id, name).findings()
    for jobs in jobs_of_valid_owners(context):
        yield from jobs.findings()
    for exports in in_valid_works(context, EXPORTS):
        yield from exports.findings()
