"""Creating assets from files at addresses, and from data URLs."""

from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from media.fetched_files import FileFetcher
from projects.assets import uploads
from projects.assets.service import ACCEPTED
from storage.documents.snapshots import Snapshot
from storage.errors import ExistsError, NotFoundError


def create(
    fetcher: FileFetcher,
    project_id: str,
    source: str,
    fields: Mapping[str, Any],
    asset_id: str | None = None,
    *,
    field: str = "url",
) -> Snapshot:
    """Create an asset from the file at an address or in a data URL; `fields` are those of its form.

    With `asset_id`, it is created once: a repeated call gets the asset, without another
    transfer. Raises as `FileFetcher.receive`, TooLargeError for an image with too many pixels.
    """
    store, max_mb = fetcher.store, fetcher.settings.max_asset_mb
    table = store.assets(project_id)
    if asset_id is not None:
        with suppress(NotFoundError):
            return table.snapshot(asset_id)
    files = uploads.staging_files(store, project_id)
    with fetcher.receive(source, files, ACCEPTED, max_mb, field) as upload:
        try:
            return uploads.create(store, project_id, upload, fields, asset_id)
        except ExistsError:  # another attempt with the same id was faster
            if asset_id is None:
                raise
    return table.snapshot(asset_id)
