"""Documents that cannot be used, and what is in a collection without being one."""

import os
from collections.abc import Iterator
from contextlib import ExitStack
from functools import partial
from typing import NamedTuple

from marshmallow import Schema

from maintenance.findings import Finding, Patient
from maintenance.shapes import (
    AssetShape,
    BudgetShape,
    JobShape,
    LoginShape,
    TokenShape,
    UserShape,
    WorkShape,
)
from schemas.editor_templates import TemplateSchema
from schemas.projects import ProjectSummarySchema
from storage.documents import Snapshot, read_snapshot
from storage.errors import NotFoundError, UnreadableError
from storage.ids import valid_id
from storage.locks import locked
from storage.tables import DocumentTable
from web.errors import flattened


class Trouble(NamedTuple):
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

    def findings(self, patient: Patient) -> Iterator[Finding]:
        """What is wrong with them; what cannot be used can be taken away, whole."""
        for name in self._names():
            if trouble := self._trouble(name):
                repair = partial(self._take_away, patient, name) if trouble.movable else None
                advice = "" if repair else "Its permissions or the disk need a look."
                yield Finding(trouble.path, trouble.words, repair, advice)

    def sound(self) -> Iterator[str]:
        """The ids of the documents with which nothing is wrong."""
        yield from (name for name in self._names() if self._trouble(name) is None)

    def _names(self) -> list[str]:
        try:
            names = os.listdir(self.table.documents.directory)
        except FileNotFoundError:
            return []
        return sorted(name for name in names if not name.startswith("."))

    def _trouble(self, name: str) -> Trouble | None:
        entry = f"{self.table.name}/{name}"
        if not valid_id(name) or not os.path.isdir(self.table.documents.directory_of(name)):
            return (
                Trouble(entry, "is nothing that the service knows") if self._there(name) else None
            )
        path = self.table.documents.path_of(name)
        document = f"{entry}/{os.path.basename(path)}"
        try:
            snapshot = read_snapshot(path)
        except NotFoundError:
            words = f"holds no {os.path.basename(path)}"
            return Trouble(entry, words) if self._there(name) else None
        except (UnreadableError, OSError) as exc:
            reason = exc.strerror if isinstance(exc, OSError) else exc
            return Trouble(document, f"cannot be read: {reason}", movable=False)
        words = self._wrong(name, snapshot)
        return Trouble(document, words) if words else None

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
        if wrong := flattened(self._shape.validate(values)):
            told = (f"{key}: {text.rstrip('.')}" for key, text in wrong.items())
            return f"cannot be used: {'; '.join(told)}"
        return ""

    def _take_away(self, patient: Patient, name: str) -> str:
        with ExitStack() as locks:
            if valid_id(name) and os.path.isdir(self.table.documents.directory_of(name)):
                locks.enter_context(locked(self.table.documents.directory_of(name)))
            if self._trouble(name) is None:
                return "nothing: it is in order by now"
            said = patient.take_away(f"{self.table.name}/{name}")
            if valid_id(name):
                self.table.log_changes([name])
        return said


def works_of_sound_projects(patient: Patient) -> Iterator[Collection]:
    """The collections of works; a project that cannot be used is taken away with its works."""
    for project_id in _projects(patient).sound():
        yield _works(patient, project_id)


def assets_of_sound_projects(patient: Patient) -> Iterator[Collection]:
    """The collections of assets."""
    for project_id in _projects(patient).sound():
        yield _assets(patient, project_id)


def jobs_of_sound_owners(patient: Patient) -> Iterator[Collection]:
    """The collections of jobs: of works, and of users."""
    store = patient.store
    for project_id in _projects(patient).sound():
        for work_id in _works(patient, project_id).sound():
            jobs = store.work_jobs(project_id, work_id)
            yield Collection(jobs, JobShape(), projectId=project_id, workId=work_id)
    for user_id in _users(patient).sound():
        yield Collection(store.user_jobs(user_id), JobShape(), userId=user_id)


def check(patient: Patient) -> Iterator[Finding]:
    """Look at every document."""
    store = patient.store
    yield from _users(patient).findings(patient)
    yield from Collection(store.tokens, TokenShape()).findings(patient)
    yield from Collection(store.logins, LoginShape()).findings(patient)
    yield from Collection(store.budgets, BudgetShape()).findings(patient)
    yield from _projects(patient).findings(patient)
    for project_id in _projects(patient).sound():
        yield from _works(patient, project_id).findings(patient)
        yield from _assets(patient, project_id).findings(patient)
        templates = store.templates(project_id)
        yield from Collection(templates, TemplateSchema(), projectId=project_id).findings(patient)
    for jobs in jobs_of_sound_owners(patient):
        yield from jobs.findings(patient)


def _users(patient: Patient) -> Collection:
    return Collection(patient.store.users, UserShape())


def _projects(patient: Patient) -> Collection:
    return Collection(patient.store.projects, ProjectSummarySchema())


def _works(patient: Patient, project_id: str) -> Collection:
    return Collection(patient.store.works(project_id), WorkShape(), projectId=project_id)


def _assets(patient: Patient, project_id: str) -> Collection:
    return Collection(patient.store.assets(project_id), AssetShape(), projectId=project_id)
