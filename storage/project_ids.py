"""Another id for a project whose own one was given to another project meanwhile.

Documents have the id of their project, alone and in addresses. It is unlike anything else that is
in them, so it is replaced wherever it is.
"""

import re
from contextlib import suppress
from pathlib import Path

from storage.documents import journal
from storage.documents.snapshots import read_current
from storage.errors import UnreadableError
from storage.files.durable_files import Disk
from storage.files.files import remove_if_exists
from storage.files.trees import walk
from storage.paths import JOURNAL, PROJECTS, document_name, may_have_journal

_UNMISTAKABLE = re.compile("proj_[0-9a-f]{16}")


def is_replaceable(project_id: str) -> bool:
    """Return whether an id of a project cannot be a part of anything else in its documents."""
    return _UNMISTAKABLE.fullmatch(project_id) is not None


def replace_id(disk: Disk, directory: str, project_id: str, new_id: str) -> None:
    """Replace the id of a project in all files of its directory, which nobody else uses.

    The document of the project is first. After a crash, calling it once more completes it.
    """
    files = (Path(entry.path) for entry in walk(directory) if entry.is_file(follow_symlinks=False))
    documents = [path for path in files if path.suffix in (".json", ".jsonl")]
    first = Path(directory, document_name(PROJECTS))
    pattern = re.compile(rb"(?<![\w-])%b(?![\w-])" % project_id.encode())
    for path in sorted(documents, key=lambda each: each != first):
        if path.name != JOURNAL:  # it is in the document then
            with suppress(UnreadableError):  # `doctor` reports damaged files
                _replace(disk, path, pattern, new_id.encode())


def _replace(disk: Disk, path: Path, pattern: re.Pattern[bytes], new_id: bytes) -> None:
    data = read_current(str(path)).data
    changed = pattern.sub(new_id, data)
    if changed != data:
        disk.replace(str(path), changed)
    if may_have_journal(str(path)):
        remove_if_exists(journal.path_of(str(path)))
