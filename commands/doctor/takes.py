"""Takes of scenes: files of no slot, files without facts, and what interrupted changes left."""

from collections.abc import Iterator
from functools import partial

import orjson

from commands.doctor.document_files import DocumentFiles, check_files, stray_findings
from commands.doctor.documents import in_valid_projects
from commands.doctor.findings import CheckContext, Finding, validation_error
from schemas.common import Base
from schemas.json_fields import Integer
from schemas.sound import words_field
from schemas.works import TakeSchema
from storage.errors import NotAFileError
from storage.files.files import read_file
from storage.layout import FACTS, TakeName, take_name
from storage.locking.locks import lock_document
from storage.media.kept_takes import TakeFiles
from storage.paths import TAKES, WORKS, WorkRef
from works.origins import takes_of
from works.slots import Slot, slot_for_take


class StoredFactsSchema(TakeSchema):
    """The facts of a take."""

    class Meta(Base.Meta):
        """marshmallow's options."""

        exclude = ("kind", "url", "current")

    size = Integer(required=True)
    words = words_field()


def check(context: CheckContext) -> Iterator[Finding]:
    """Check the takes of all valid works."""
    return check_files(context, in_valid_projects(context, WORKS), TAKES, _findings)


def _findings(files: DocumentFiles) -> list[Finding]:
    findings = stray_findings(files, _strays, after=partial(_mend_slot_of, files))
    strays = {finding.path for finding in findings}
    for slot in dict.fromkeys(filter(None, map(slot_for_take, files.names()))):
        state = _takes(files, slot).read()
        findings += [_leftover_finding(files, slot, path) for path in state.leftovers]
        findings += [
            Finding(
                _relative(files, take.path),
                "has no facts that say where it came from",
                partial(_write_facts, files, slot),
            )
            for take in state.earlier
            if take.facts is None and _facts_path(files, take.path) not in strays
        ]
    return findings


def _takes(files: DocumentFiles, slot: Slot) -> TakeFiles:
    project_id = files.table.name.split("/")[1]
    return takes_of(files.context.store, WorkRef(project_id, files.id), slot)


def _leftover_finding(files: DocumentFiles, slot: Slot, path: str) -> Finding:
    if path.endswith(f".{FACTS}"):
        problem = "has facts of a file that is not there"
    else:
        problem = "is the scene's file, a leftover of an interrupted operation"
    return Finding(_relative(files, path), problem, partial(_remove_leftover, files, slot, path))


def _relative(files: DocumentFiles, path: str) -> str:
    return path.removeprefix(f"{files.context.store.root}/")


def _facts_path(files: DocumentFiles, take: str) -> str:
    return f"{_relative(files, take).rpartition('.')[0]}.{FACTS}"


def _strays(files: DocumentFiles) -> dict[str, str]:
    """Return what is wrong with files that are no takes, by their names."""
    strays = {}
    ids: set[TakeName] = set()
    for text in files.names():
        name = take_name(text)
        if name is None or slot_for_take(text) is None:
            strays[text] = "is not a file of any take"
        elif name.extension == FACTS:
            if error := _facts_error(files, text, name):
                strays[text] = error
        elif name._replace(extension="") in ids:
            strays[text] = "is a second file of its take"
        else:
            ids.add(name._replace(extension=""))
    return strays


def _facts_error(files: DocumentFiles, text: str, name: TakeName) -> str:
    """Return what is wrong with the facts of a take; empty if nothing is."""
    try:
        facts = orjson.loads(read_file(files.absolute / text))
    except NotAFileError:
        return ""  # reported by the check of file types
    except ValueError:
        return "is not JSON"
    if not isinstance(facts, dict):
        return "is not a JSON object"
    if error := validation_error(StoredFactsSchema(), facts):
        return error
    return "" if facts["id"] == name.id else "has a different id than its name"


def _mend_slot_of(files: DocumentFiles, name: str) -> None:
    """Mend the takes among which a file was: one whose facts are moved gets new ones."""
    if slot := slot_for_take(name):
        _takes(files, slot).mend()


def _remove_leftover(files: DocumentFiles, slot: Slot, path: str) -> str:
    """Move facts away; remove a second name of a file."""

    def remove() -> str:
        if path.endswith(f".{FACTS}"):
            return files.context.quarantine(_relative(files, path))
        _takes(files, slot).mend()
        return "removed"

    return files.repair(lambda: path in _takes(files, slot).read().leftovers, remove)


def _write_facts(files: DocumentFiles, slot: Slot) -> str:
    with lock_document(files.context.path(files.document_path)):
        _takes(files, slot).mend()
    return "wrote what is known of it"
