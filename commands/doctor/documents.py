"""Documents that cannot be used, and entries of collections that are not documents."""

import os
from collections.abc import Iterator
from contextlib import ExitStack
from functools import cache, partial
from typing import NamedTuple

from marshmallow import Schema

from commands.doctor.findings import ALREADY_FIXED, CheckContext, Finding, reason_of
from commands.doctor.stored_documents import (
    StoredAssetSchema,
    StoredBudgetSchema,
    StoredJobSchema,
    StoredLinkSchema,
    StoredLoginSchema,
    StoredNoticeSchema,
    StoredProjectSchema,
    StoredProviderKeysSchema,
    StoredRequestSchema,
    StoredTokenSchema,
    StoredUserSchema,
    StoredWorkSchema,
)
from errors import flatten_messages
from schemas.editor_templates import TemplateSchema
from schemas.exports import StoredExportSchema
from schemas.json_fields import without_limits
from schemas.presence import StoredPresenceSchema
from storage.documents.snapshots import Snapshot, read_snapshot
from storage.documents.tables import DocumentTable
from storage.errors import NotAFileError, NotFoundError, UnavailableError, UnreadableError
from storage.files.files import file_type
from storage.files.trees import list_names
from storage.ids import valid_id
from storage.paths import NOTICES, exports_of, jobs_of_work


class Problem(NamedTuple):
    """What is wrong with an entry of a collection."""

    path: str
    description: str
    repairable: bool = True


@cache
def _schema_of(kind: type[Schema]) -> Schema:
    """Return a schema without limits of size: they are for new documents."""
    return without_limits(kind())


class CheckedCollection:
    """Checks the entries of one collection.

    `expected` are the values that fields of every document must have.
    """

    def __init__(
        self, context: CheckContext, table: DocumentTable, kind: type[Schema], **expected: str
    ) -> None:
        self._context = context
        self.table = table
        self._schema = _schema_of(kind)
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
        if errors := flatten_messages(self._schema.validate(values)):
            messages = (f"{field}: {message.rstrip('.')}" for field, message in errors.items())
            return f"is invalid: {'; '.join(messages)}"
        return ""

    def _quarantine(self, name: str) -> str:
        with ExitStack() as locks:
            if self._is_directory(name):
                locks.enter_context(self.table.lock(name))
            if self._problem(name) is None:
                return ALREADY_FIXED
            description = self._context.quarantine(f"{self.table.name}/{name}")
            if valid_id(name):
                self.table.log_changes([name])
        return description


def works_of_valid_projects(context: CheckContext) -> Iterator[CheckedCollection]:
    """Yield the collections of works; an invalid project is quarantined with its works."""
    for project_id in _projects(context).valid_ids():
        yield _works(context, project_id)


def assets_of_valid_projects(context: CheckContext) -> Iterator[CheckedCollection]:
    """Yield the collections of assets."""
    for project_id in _projects(context).valid_ids():
        yield _assets(context, project_id)


def exports_of_valid_works(context: CheckContext) -> Iterator[CheckedCollection]:
    """Yield the collections of exports."""
    for project_id in _projects(context).valid_ids():
        for work_id in _works(context, project_id).valid_ids():
            if context.path(exports_of(project_id, work_id)).is_dir():
                exports = context.store.exports(project_id, work_id)
                ids = {"projectId": project_id, "workId": work_id}
                yield CheckedCollection(context, exports, StoredExportSchema, **ids)


def jobs_of_valid_owners(context: CheckContext) -> Iterator[CheckedCollection]:
    """Yield the collections of jobs, of works and of users."""
    store = context.store
    for project_id in _projects(context).valid_ids():
        for work_id in _works(context, project_id).valid_ids():
            if context.path(jobs_of_work(project_id, work_id)).is_dir():
                jobs = store.work_jobs(project_id, work_id)
                ids = {"projectId": project_id, "workId": work_id}
                yield CheckedCollection(context, jobs, StoredJobSchema, **ids)
    for user_id in _users(context).valid_ids():
        yield CheckedCollection(context, store.user_jobs(user_id), StoredJobSchema, userId=user_id)


def check(context: CheckContext) -> Iterator[Finding]:
    """Check every document that is not in the trash."""
    store = context.store
    yield from _users(context).findings()
    yield from CheckedCollection(context, store.tokens, StoredTokenSchema).findings()
    yield from CheckedCollection(context, store.links, StoredLinkSchema).findings()
    yield from CheckedCollection(context, store.logins, StoredLoginSchema).findings()
    yield from CheckedCollection(context, store.requests, StoredRequestSchema).findings()
    notices = store.collection(NOTICES)
    yield from CheckedCollection(context, notices, StoredNoticeSchema).findings()
    yield from CheckedCollection(context, store.budgets, StoredBudgetSchema).findings()
    yield from CheckedCollection(context, store.presence, StoredPresenceSchema).findings()
    yield from CheckedCollection(context, store.provider_keys, StoredProviderKeysSchema).findings()
    yield from _projects(context).findings()
    for project_id in _projects(context).valid_ids():
        yield from _works(context, project_id).findings()
        yield from _assets(context, project_id).findings()
        yield from _templates(context, project_id).findings()
    for jobs in jobs_of_valid_owners(context):
        yield from jobs.findings()
    for exports in exports_of_valid_works(context):
        yield from exports.findings()


def _users(context: CheckContext) -> CheckedCollection:
    return CheckedCollection(context, context.store.users, StoredUserSchema)


def _projects(context: CheckContext) -> CheckedCollection:
    return CheckedCollection(context, context.store.projects, StoredProjectSchema)


def _works(context: CheckContext, project_id: str) -> CheckedCollection:
    works = context.store.works(project_id)
    return CheckedCollection(context, works, StoredWorkSchema, projectId=project_id)


def _assets(context: CheckContext, project_id: str) -> CheckedCollection:
    assets = context.store.assets(project_id)
    return CheckedCollection(context, assets, StoredAssetSchema, projectId=project_id)


def _templates(context: CheckContext, project_id: str) -> CheckedCollection:
    templates = context.store.templates(project_id)
    return CheckedCollection(context, templates, TemplateSchema, projectId=project_id)
