"""The file `comments.jsonl` beside each work, to which comments and decisions are appended.

An index of a project's works by their last comments tells when there are new ones; its ids are
those of the works.
"""

from storage import paths
from storage.documents.change_log import ChangeLog
from storage.documents.index import Index, Summarize
from storage.documents.line_files import LineFile, last_line
from storage.documents.snapshots import Snapshot
from storage.errors import NotFoundError
from storage.files.trees import list_names
from storage.paths import WorkRef, valid_id
from storage.store import Store


def comments_of(store: Store, ref: WorkRef) -> LineFile:
    """Return the comments of a work. Raises NotFoundError for an invalid id."""
    table = store.works(ref.project_id)
    if not valid_id(ref.work_id):
        raise NotFoundError(f"{table.name}/{ref.work_id}")
    log, safe_lock = _log(store, ref.project_id), store.nodes.tuning.safe_lock
    return LineFile(table, ref.work_id, paths.COMMENTS, log, store.disk, safe_lock)


def index_of_comments(store: Store, project_id: str, summarize: Summarize) -> Index:
    """Return the index of the last comments of a project's works."""
    name = f"{paths.works_of(project_id)}/*/{paths.COMMENTS}"
    documents = _LastComments(f"{store.root}/{paths.works_of(project_id)}")
    return store.named_index(name, documents, _log(store, project_id), summarize)


def _log(store: Store, project_id: str) -> ChangeLog:
    directory, _ = paths.change_log_of(paths.assets_of(project_id))
    return ChangeLog(f"{store.root}/{directory}", store.nodes, paths.COMMENTS_PREFIX)


class _LastComments:
    """The last comment of each work, for an index."""

    def __init__(self, works: str) -> None:
        self._works = works

    def names(self) -> list[str]:
        return list_names(self._works)

    def path_of(self, doc_id: str) -> str:
        if not valid_id(doc_id):
            raise NotFoundError(f"{self._works}/{doc_id}")
        return f"{self._works}/{doc_id}/{paths.COMMENTS}"

    def read(self, path: str) -> Snapshot:
        return last_line(path)
