"""Documents that cannot be used, and what is in a collection without being one."""

import os
from collections.abc import Iterator
from contextlib import ExitStack
from functools import partial
from typing import NamedTuple

from marshmallow import Schema, fields, validate

from maintenance.doctor.findings import CheckContext, Finding
from schemas.accounts import TokenMetaSchema, UserSchema
from schemas.assets import AssetSchema
from schemas.common import Base, Items, Whole, flatten_messages
from schemas.editor_templates import TemplateSchema
from schemas.jobs import JobSchema
from schemas.projects import ProjectSummarySchema
from schemas.scenes import GeneratedSceneSchema
from schemas.works import WorkSummarySchema
from storage.documents import Snapshot, read_snapshot
from storage.errors import NotFoundError, UnreadableError
from storage.files import list_names
from storage.ids import valid_id
from storage.locks import lock_document
from storage.media_files import EXTENSIONS
from storage.tables import DocumentTable


class Problem(NamedTuple):
    """What is wrong with an entry of a collection."""

    path: str
    words: str
    movable: bool = True


class Collection:
    """The entries of one collection, under examination."""

    def __init__(self, table: DocumentTable, shape: Schema, **same: str) -> None:
        self.table = table
        self._shape = shape
        self._same = same  # fields that every document must have with these values

    def findings(self, context: CheckContext) -> Iterator[Finding]:
        """What is wrong with them; what cannot be used can be taken away, whole."""
        for name in self._names():
            if problem := self._problem(name):
                repair = partial(self._quarantine, context, name) if problem.movable else None
                advice = "" if repair else "Its permissions or the disk need a look."
                yield Finding(problem.path, problem.words, repair, advice)

    def valid_ids(self) -> Iterator[str]:
        """The ids of the documents with which nothing is wrong."""
        yield from (name for name in self._names() if self._problem(name) is None)

    def _names(self) -> list[str]:
        return list_names(self.table.documents.directory)

    def _problem(self, name: str) -> Problem | None:
        entry = f"{self.table.name}/{name}"
        if not valid_id(name) or not os.path.isdir(self.table.documents.directory_of(name)):
            return (
                Problem(entry, "is nothing that the service knows") if self._there(name) else None
            )
        path = self.table.documents.path_of(name)
        document = f"{entry}/{os.path.basename(path)}"
        try:
            snapshot = read_snapshot(path)
        except NotFoundError:
            words = f"holds no {os.path.basename(path)}"
            return Problem(entry, words) if self._there(name) else None
        except (UnreadableError, OSError) as exc:
            reason = exc.strerror if isinstance(exc, OSError) else exc
            return Problem(document, f"cannot be read: {reason}", movable=False)
        words = self._wrong(name, snapshot)
        return Problem(document, words) if words else None

    def _there(self, name: str) -> bool:
        return os.path.lexists(f"{self.table.documents.directory}/{name}")

    def _wrong(self, doc_id: str, snapshot: Snapshot) -> str:
        """What is wrong with a document's contents; empty if nothing is."""
        try:
            values = snapshot.parse()
        except UnreadableError as exc:
            return f"is {exc}"
        same = {"id": doc_id, **self._same} if "id" in self._shape.fields else self._same
        if others := [field for field, value in same.items() if values.get(field, value) != value]:
            return f"has another {others[0]} than its place says"
        if wrong := flatten_messages(self._shape.validate(values)):
            told = (f"{key}: {text.rstrip('.')}" for key, text in wrong.items())
            return f"cannot be used: {'; '.join(told)}"
        return ""

    def _quarantine(self, context: CheckContext, name: str) -> str:
        with ExitStack() as locks:
            if valid_id(name) and os.path.isdir(self.table.documents.directory_of(name)):
                locks.enter_context(lock_document(self.table.documents.directory_of(name)))
            if self._problem(name) is None:
                return "nothing: it is in order by now"
            said = context.quarantine(f"{self.table.name}/{name}")
            if valid_id(name):
                self.table.log_changes([name])
        return said


def works_of_valid_projects(context: CheckContext) -> Iterator[Collection]:
    """The collections of works; a project that cannot be used is taken away with its works."""
    for project_id in _projects(context).valid_ids():
        yield _works(context, project_id)


def assets_of_valid_projects(context: CheckContext) -> Iterator[Collection]:
    """The collections of assets."""
    for project_id in _projects(context).valid_ids():
        yield _assets(context, project_id)


def jobs_of_valid_owners(context: CheckContext) -> Iterator[Collection]:
    """The collections of jobs: of works, and of users."""
    store = context.store
    for project_id in _projects(context).valid_ids():
        for work_id in _works(context, project_id).valid_ids():
            jobs = store.work_jobs(project_id, work_id)
            yield Collection(jobs, JobShape(), projectId=project_id, workId=work_id)
    for user_id in _users(context).valid_ids():
        yield Collection(store.user_jobs(user_id), JobShape(), userId=user_id)


def check(context: CheckContext) -> Iterator[Finding]:
    """Look at every document."""
    store = context.store
    yield from _users(context).findings(context)
    yield from Collection(store.tokens, TokenShape()).findings(context)
    yield from Collection(store.logins, LoginShape()).findings(context)
    yield from Collection(store.budgets, BudgetShape()).findings(context)
    yield from _projects(context).findings(context)
    for project_id in _projects(context).valid_ids():
        yield from _works(context, project_id).findings(context)
        yield from _assets(context, project_id).findings(context)
        templates = store.templates(project_id)
        yield from Collection(templates, TemplateSchema(), projectId=project_id).findings(context)
    for jobs in jobs_of_valid_owners(context):
        yield from jobs.findings(context)


def _users(context: CheckContext) -> Collection:
    return Collection(context.store.users, UserShape())


def _projects(context: CheckContext) -> Collection:
    return Collection(context.store.projects, ProjectSummarySchema())


def _works(context: CheckContext, project_id: str) -> Collection:
    return Collection(context.store.works(project_id), WorkShape(), projectId=project_id)


def _assets(context: CheckContext, project_id: str) -> Collection:
    return Collection(context.store.assets(project_id), AssetShape(), projectId=project_id)


# MERGED maintenance.shapes
# What the service cannot do without in its documents: less than what it writes into them.


class UserShape(UserSchema):
    """A user, to log in and be shown."""

    passwordHash = fields.String(required=True)


class TokenShape(TokenMetaSchema):
    """An API token, to be checked and listed."""

    userId = fields.String(required=True)
    hash = fields.String(required=True)


class LoginShape(Base):
    """A count of failed logins."""

    failures = Whole(required=True)
    updatedAt = Whole(required=True)


class BudgetShape(Base):
    """A count of paid calls."""

    day = Whole(required=True)
    calls = Whole(required=True)


class AssetShape(AssetSchema):
    """An asset, to be listed and served."""

    mimeType = fields.String(required=True, validate=validate.OneOf([*EXTENSIONS]))


class JobShape(JobSchema):
    """A job, to be shown and gone on with."""

    userId = fields.String(required=True)
    request = fields.Dict(required=True)
    requestHash = fields.String(required=True)
    ownKeys = Items(fields.String(), required=True)


class WorkShape(WorkSummarySchema):
    """A work, to be listed and changed."""

    class Meta(Base.Meta):
        """marshmallow's options."""

        exclude = ("progress",)  # counted from the scenes

    scenes = Items(fields.Raw(), required=True)
    generatedScenes = Items(fields.Nested(GeneratedSceneSchema), required=True)
    editorState = fields.Dict(required=True)
