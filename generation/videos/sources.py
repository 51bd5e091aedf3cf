"""The files of a video: assets, addresses and data URLs, which become assets of its project."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from typing import Any, NamedTuple

from errors import FieldsError, MediaTypeError
from jobs.creation import ReceivedFiles
from jobs.run import JobRun
from media.fetched_files import FileFetcher
from media.media_types import or_words
from outbound.addresses import OutboundError, check_host, parse_url
from projects import service as projects
from projects.assets import fetched, uploads
from projects.assets import service as assets
from schemas.file_addresses import is_data_url
from storage.errors import ExistsError, NotFoundError
from storage.limits import StorageLimits
from storage.media.limited_files import LimitedFile
from storage.media.media_files import MediaFiles, StoredFile, Upload
from storage.paths import valid_id
from storage.store import Store

Json = dict[str, Any]

_TYPES = ("image", "audio")  # that a video can be made of
_CHUNK_BYTES = 1 << 20
_EXPECTED = "Expected the ID of an asset, an http(s) address, or a data URL (data:image/png;…)."


class GivenAsset(NamedTuple):
    """A file as an order names it: one of the first three."""

    id: str | None
    url: str | None
    data: str | None
    name: str | None


def given_assets(items: Sequence[Any]) -> list[GivenAsset]:
    """Return the files that an order names. Raises FieldsError."""
    given, errors = [], {}
    for number, item in enumerate(items):
        try:
            given.append(_given(item))
        except ValueError as exc:
            errors[number] = [str(exc)]
    if errors:
        raise FieldsError({"assets": errors})
    return given


def check_hosts(items: Sequence[GivenAsset], allowed_hosts: Collection[str]) -> None:
    """Raise FieldsError for addresses whose hosts are private ones, and not those allowed."""
    errors = {}
    for number, item in enumerate(items):
        try:
            if item.url is not None:
                check_host(item.url, allowed_hosts)
        except OutboundError as exc:
            errors[number] = [str(exc)]
    if errors:
        raise FieldsError({"assets": errors})


def why_unusable(exc: MediaTypeError) -> str:
    """Return why a file is refused; of the types of assets, it lists those that videos use."""
    used = [each for each in assets.TYPES if each.startswith(_TYPES)]
    return str(exc.details).replace(or_words(assets.TYPES), or_words(used))


@contextmanager
def received(fetcher: FileFetcher, items: Sequence[GivenAsset]) -> Iterator[ReceivedFiles]:
    """Receive the files that are in an order itself, for its job.

    Raises FieldsError for a file of another type, and as `FileFetcher`.
    """
    files: dict[str, Any] = {}
    store = fetcher.store
    media = store.media(store.users, fetcher.user_id)
    with ExitStack() as stack:
        for number, item in enumerate(items):
            if item.data is not None:
                max_mb, field = fetcher.settings.max_asset_mb, f"assets.{number}"
                try:
                    upload = stack.enter_context(
                        fetcher.receive(item.data, media, assets.TYPES, max_mb, field)
                    )
                except MediaTypeError as exc:
                    raise FieldsError({field: [why_unusable(exc)]}) from None
                media.finish(upload.file)
                files[_slot(number)] = (upload.file, upload.declared_type)
        yield files


def resolve(
    store: Store,
    user_id: str,
    project_id: str,
    items: Sequence[GivenAsset],
    files: ReceivedFiles,
) -> list[Json]:
    """Return where the job finds the files, and their types where those are known.

    Raises FieldsError for an asset that the user does not have, or of a type that is not used.
    """
    found, errors = [], {}
    for number, item in enumerate(items):
        source: Json = {"name": item.name} if item.name else {}
        if item.id is not None:
            owner = _project_of(store, user_id, project_id, item.id)
            if owner is None:
                errors[number] = ["You have no such asset."]
                continue
            media_type = assets.document(store, owner, item.id)["mimeType"]
            source |= {"id": item.id, "projectId": owner, "type": media_type}
        elif item.url is not None:
            source["url"] = item.url
        else:
            source |= {"slot": _slot(number), "type": files[_slot(number)][1]}
        if source.get("type") and not source["type"].startswith(_TYPES):
            errors[number] = [f"It is {source['type']}; expected an image, or audio as the music."]
        found.append(source)
    if errors:
        raise FieldsError({"assets": errors})
    return found


def is_audio(source: Mapping[str, Any]) -> bool:
    """Return whether a file is known to be a recording."""
    return bool(source.get("type", "").startswith("audio/"))


def make_asset(
    run: JobRun, fetcher: FileFetcher, source: Mapping[str, Any], project_id: str, asset_id: str
) -> Json:
    """Return the asset of a file; one that is made gets this id, and is made once.

    Raises NotFoundError for an asset that was deleted since the order, and as `FileFetcher`.
    """
    store = run.store
    if source.get("projectId") == project_id:
        return assets.document(store, project_id, source["id"])
    with suppress(NotFoundError):
        return assets.document(store, project_id, asset_id)
    fields = {"name": source["name"]} if source.get("name") else {}
    if "url" in source:
        return fetched.create(fetcher, project_id, source["url"], fields, asset_id).parse()
    if "slot" in source:
        stored = run.files.open(source["slot"], assets.TYPES)
        _copy(fetcher, stored, None, project_id, fields, asset_id)
        run.files.remove(source["slot"], assets.TYPES)
    else:
        original = assets.document(store, source["projectId"], source["id"])
        stored = assets.open_file(store, source["projectId"], source["id"])
        copied: Json = {
            name: original[name] for name in ("name", "description") if name in original
        }
        _copy(fetcher, stored, original["filename"], project_id, {**copied, **fields}, asset_id)
    return assets.document(store, project_id, asset_id)


def _given(item: Any) -> GivenAsset:
    """Return what an order names. Raises ValueError, with what is expected."""
    if isinstance(item, str):
        key = "data" if is_data_url(item) else "id" if valid_id(item) else "url"
        item = {key: item}
    named = [key for key in ("id", "url", "data") if item.get(key)]
    if len(named) != 1:
        raise ValueError("Give one of `id`, `url` and `data`.")
    given = GivenAsset(item.get("id"), item.get("url"), item.get("data"), item.get("name"))
    if given.url is not None and is_data_url(given.url):
        given = given._replace(url=None, data=given.url)
    if given.url is not None:
        _check_url(given.url)
    return given


def _check_url(url: str) -> None:
    if "://" not in url:
        raise ValueError(_EXPECTED)
    try:
        parse_url(url)
    except OutboundError as exc:
        raise ValueError(str(exc)) from exc


def _project_of(store: Store, user_id: str, project_id: str, asset_id: str) -> str | None:
    """Return the project of an asset of the user's: this one if it has it."""
    if asset_id in store.assets(project_id).documents:
        return project_id
    others = (project.id for project in projects.visible(store, user_id))
    return next((each for each in others if asset_id in store.assets(each).documents), None)


def _slot(number: int) -> str:
    return f"asset-{number}"


def _copy(
    fetcher: FileFetcher,
    stored: StoredFile,
    filename: str | None,
    project_id: str,
    fields: Mapping[str, Any],
    asset_id: str,
) -> None:
    """Make an asset of a stored file, which is closed; nothing if it is there already."""
    store, settings = fetcher.store, fetcher.settings
    files: MediaFiles = uploads.staging_files(store, project_id)
    limits = StorageLimits(store, settings)
    with stored.file, files.receive() as incoming:
        file = LimitedFile(incoming, limits, fetcher.user_id, settings.max_asset_mb)
        while data := stored.file.read(_CHUNK_BYTES):
            file.write(data)
        incoming.trim()
        upload = Upload(incoming, stored.media_type, filename, {})
        with suppress(ExistsError):
            uploads.create(store, project_id, upload, fields, asset_id)
