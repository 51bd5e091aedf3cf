"""Where assets are used: the works and templates that name them."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from storage.documents.index import Summary
from storage.documents.tables import DocumentTable
from storage.store import Store

_ID = re.compile(r"asset_[0-9A-Za-z_-]+")  # also in URLs, such as the music's


def uses_of(store: Store, project_id: str, asset_id: str) -> dict[str, list[dict[str, str]]]:
    """Return the works and templates that use an asset: `{works: [{id, name}], templates: …}`.

    Raises NotFoundError if the project has no such asset.
    """
    store.assets(project_id).snapshot(asset_id)
    tables = {"works": store.works(project_id), "templates": store.templates(project_id)}
    return {name: _users(store, table, asset_id) for name, table in tables.items()}


def _users(store: Store, table: DocumentTable, asset_id: str) -> list[dict[str, str]]:
    entries = store.recent_index(table, _summarize).current().entries
    return [
        {"id": entry.id, "name": entry.values["name"]}
        for entry in entries
        if asset_id in entry.values["assets"]
    ]


def _summarize(document: Mapping[str, Any]) -> Summary:
    """Return what decides whether a document uses an asset. Raises KeyError for a damaged one."""
    summary = {key: document[key] for key in ("name", "createdAt", "updatedAt")}
    return {**summary, "assets": sorted(set(_named_in(document)))}


def _named_in(value: Any) -> Iterator[str]:
    """Yield the ids of assets in all strings of a value."""
    if isinstance(value, str):
        yield from _ID.findall(value)
    elif isinstance(value, Mapping):
        for each in value.values():
            yield from _named_in(each)
    elif isinstance(value, list):
        for each in value:
            yield from _named_in(each)
