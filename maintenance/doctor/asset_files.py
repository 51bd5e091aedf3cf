"""Assets without their file, and files of assets that nothing serves."""

from collections.abc import Iterator
from functools import partial

from assets.service import FILE, THUMBNAIL, THUMBNAIL_TYPES
from maintenance.doctor.documents import assets_of_valid_projects
from maintenance.doctor.findings import CheckContext, Finding
from storage.documents import read_snapshot
from storage.errors import NotFoundError
from storage.files import list_names
from storage.locks import lock_document
from storage.media_files import EXTENSIONS
from storage.paths import MEDIA
from storage.tables import DocumentTable

_THUMBNAILS = {f"{THUMBNAIL}.{EXTENSIONS[kind]}" for kind in THUMBNAIL_TYPES}


def check(context: CheckContext) -> Iterator[Finding]:
    """Look at the files of every asset that can be used."""
    for assets in assets_of_valid_projects(context):
        for asset_id in assets.valid_ids():
            try:
                yield from _findings(context, assets.table, asset_id)
            except NotFoundError:
                continue  # deleted just now
            except OSError as exc:
                path = f"{assets.table.name}/{asset_id}/{MEDIA}"
                if context.path(path).exists():
                    yield Finding(path, f"cannot be read: {exc.strerror}")


def _findings(context: CheckContext, table: DocumentTable, asset_id: str) -> Iterator[Finding]:
    """What is wrong; looked at again under the lock, as a thumbnail may be half in its place."""
    home = f"{table.name}/{asset_id}"
    if not any(_seen(context, table, asset_id)):
        return
    with lock_document(context.path(home)):
        lacking, orphans = _seen(context, table, asset_id)
    if lacking:
        words = f"lacks its file, {MEDIA}/{lacking}"
        yield Finding(home, words, partial(_quarantine, context, table, asset_id))
    for name in orphans:
        path = f"{home}/{MEDIA}/{name}"
        yield Finding(path, "is in no place for media", partial(context.quarantine, path))


def _seen(context: CheckContext, table: DocumentTable, asset_id: str) -> tuple[str, list[str]]:
    """The name of the file that is not there, if it is not, and the files that nothing serves."""
    asset = read_snapshot(table.documents.path_of(asset_id)).values
    file = f"{FILE}.{EXTENSIONS[asset['mimeType']]}"
    names = set(list_names(context.path(f"{table.name}/{asset_id}/{MEDIA}")))
    return "" if file in names else file, sorted(names - {file} - _THUMBNAILS)


def _quarantine(context: CheckContext, table: DocumentTable, asset_id: str) -> str:
    home = f"{table.name}/{asset_id}"
    with lock_document(context.path(home)):
        if not _seen(context, table, asset_id)[0]:
            return "nothing: it is in order by now"
        said = context.quarantine(home)
        table.log_changes([asset_id])
    return said
