"""Comments of works that cannot be read: lines that are damaged."""

from collections.abc import Iterator

from commands.doctor.findings import CheckContext, Finding
from sharing.reviews import records
from storage.errors import StorageError
from storage.paths import COMMENTS, WorkRef
from storage.work_comments import comments_of

_ADVICE = "The other comments are shown. To get these back, restore the file from a backup."


def check(context: CheckContext) -> Iterator[Finding]:
    """Find works with damaged lines in their comments; they are left as they are."""
    store = context.store
    for project_id in store.projects.documents:
        for work_id in store.works(project_id).documents:
            try:
                lines = comments_of(store, WorkRef(project_id, work_id)).read()
            except StorageError:
                continue  # no file: reported by the check of types
            damaged = len(lines.damaged) + records.add(records.discussion([]), lines.values)
            if damaged:
                path = f"{store.works(project_id).name}/{work_id}/{COMMENTS}"
                problem = "a damaged line" if damaged == 1 else f"{damaged:,} damaged lines"
                yield Finding(path, f"has {problem}", advice=_ADVICE)
