"""Takes of scenes: files of no slot, files without facts, and what interrupted changes left.

As in media_files.py, works are checked without their lock first, and again under it if something
seems wrong.
"""

import os
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import partial

import orjson

from commands.doctor.documents import works_of_valid_projects
from commands.doctor.findings import ALREADY_FIXED, CheckContext, Finding, reason_of
from errors import flatten_messages
from schemas.common import Base
from schemas.json_fields import Integer
from schemas.sound import words_field
from schemas.works import TakeSchema
from storage.errors import NotAFileError, NotFoundError, UnavailableError
from storage.files.files import read_file
from storage.files.trees import list_names
from storage.layout import FACTS, TakeName, take_name
from storage.locking.document_locks import lock_document, read_locked
from storage.media.kept_takes import TakeFiles
from storage.paths import PROJECTS, TAKES, WORKS
from works.origins import takes_of
from works.slots import Slot, slot_for_take


class StoredFactsSchema(TakeSchema):
    """The facts of a take."""

    class Meta(Base.Meta):
        """marshmallow's options."""

        exclude = ("kind", "url", "current")

    size = Integer(required=True)
    words = words_field()


@dataclass(frozen=True, slots=True)
class _Work:
    """A work whose takes are checked."""

    context: CheckContext
    project_id: str
    id: str

    @property
    def path(self) -> str:
        """The work's directory, relative to the data directory."""
        return f"{PROJECTS}/{self.project_id}/{WORKS}/{self.id}"

    def take_names(self) -> list[str]:
        return list_names(self.context.path(f"{self.path}/{TAKES}"))

    def takes(self, slot: Slot) -> TakeFiles:
        return takes_of(self.context.store, self.project_id, self.id, slot)


def check(context: CheckContext) -> Iterator[Finding]:
    """Check the takes of all valid works."""
    for collection in works_of_valid_projects(context):
        project_id = collection.table.name.split("/")[1]
        for work_id in collection.valid_ids():
            work = _Work(context, project_id, work_id)
            try:
                yield from _confirmed_findings(work)
            except NotFoundError:
                continue  # deleted concurrently
            except (UnavailableError, OSError) as exc:
                yield Finding(f"{work.path}/{TAKES}", f"cannot be read: {reason_of(exc)}")


def _confirmed_findings(work: _Work) -> list[Finding]:
    with suppress(FileNotFoundError):  # a take was moved concurrently
        if not _findings(work):
            return []
    return read_locked(work.context.path(work.path), partial(_findings, work))


def _findings(work: _Work) -> list[Finding]:
    names = work.take_names()
    strays = _strays(work, names)
    findings = [
        Finding(f"{work.path}/{TAKES}/{name}", problem, partial(_quarantine, work, name))
        for name, problem in strays.items()
    ]
    slots = dict.fromkeys(filter(None, map(slot_for_take, names)))
    for slot in slots:
        state = work.takes(slot).read()
        findings += [_leftover_finding(work, slot, path) for path in state.leftovers]
        findings += [
            Finding(
                _relative(work, take.path),
                "has no facts that say where it came from",
                partial(_write_facts, work, slot),
            )
            for take in state.earlier
            if take.facts is None and _facts_name(take.path) not in strays
        ]
    return findings


def _leftover_finding(work: _Work, slot: Slot, path: str) -> Finding:
    if path.endswith(f".{FACTS}"):
        problem = "has facts of a file that is not there"
    else:
        problem = "is the scene's file, a leftover of an interrupted operation"
    return Finding(_relative(work, path), problem, partial(_remove_leftover, work, slot, path))


def _relative(work: _Work, path: str) -> str:
    return path.removeprefix(f"{work.context.store.root}/")


def _facts_name(take: str) -> str:
    return f"{os.path.basename(take).rpartition('.')[0]}.{FACTS}"


def _strays(work: _Work, names: list[str]) -> dict[str, str]:
    """Return what is wrong with files that are no takes, by their names."""
    strays = {}
    ids: set[TakeName] = set()
    for text in names:
        name = take_name(text)
        if name is None or slot_for_take(text) is None:
            strays[text] = "is not a file of any take"
        elif name.extension == FACTS:
            if error := _facts_error(work, text, name):
                strays[text] = error
        elif name._replace(extension="") in ids:
            strays[text] = "is a second file of its take"
        else:
            ids.add(name._replace(extension=""))
    return strays


def _facts_error(work: _Work, text: str, name: TakeName) -> str:
    """Return what is wrong with the facts of a take; empty if nothing is."""
    try:
        facts = orjson.loads(read_file(work.context.path(f"{work.path}/{TAKES}/{text}")))
    except NotAFileError:
        return ""  # reported by the check of file types
    except ValueError:
        return "is not JSON"
    if not isinstance(facts, dict):
        return "is not a JSON object"
    if errors := flatten_messages(StoredFactsSchema().validate(facts)):
        messages = (f"{field}: {message.rstrip('.')}" for field, message in errors.items())
        return f"is invalid: {'; '.join(messages)}"
    return "" if facts["id"] == name.id else "has a different id than its name"


def _quarantine(work: _Work, name: str) -> str:
    """Move a file away; a take whose facts are moved gets new ones."""
    with lock_document(work.context.path(work.path)):
        if name not in _strays(work, work.take_names()):
            return ALREADY_FIXED
        description = work.context.quarantine(f"{work.path}/{TAKES}/{name}")
        if slot := slot_for_take(name):
            work.takes(slot).mend()
        return description


def _remove_leftover(work: _Work, slot: Slot, path: str) -> str:
    """Move facts away; remove a second name of a file."""
    with lock_document(work.context.path(work.path)):
        if path not in work.takes(slot).read().leftovers:
            return ALREADY_FIXED
        if path.endswith(f".{FACTS}"):
            return work.context.quarantine(_relative(work, path))
        work.takes(slot).mend()
        return "removed"


def _write_facts(work: _Work, slot: Slot) -> str:
    with lock_document(work.context.path(work.path)):
        work.takes(slot).mend()
    return "wrote what is known of it"
