"""Files that the service may not use, as they belong to another user of the machine."""

from collections.abc import Iterator

from commands.doctor.findings import CheckContext, Finding
from storage.files.access import denied_paths
from storage.files.privileges import advice, process_owner


def check(context: CheckContext) -> Iterator[Finding]:
    """Find them, all in one finding; only root can repair that."""
    root = context.store.root
    if paths := list(denied_paths(root, writes=context.store.is_writable)):
        first = paths[0].removeprefix(f"{root}/")
        more = f" (and {len(paths) - 1} more)" if len(paths) > 1 else ""
        problem = f"cannot be used by {process_owner().name}, the user of the service{more}"
        yield Finding(first, problem, advice=advice(root))
