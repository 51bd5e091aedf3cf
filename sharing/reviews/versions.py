"""The exports of a work as versions that are reviewed, and those that a link shows."""

from collections.abc import Mapping, Sequence
from typing import Any

from errors import FieldsError, MissingError
from export import service as exports
from schemas.reviews import LATEST
from storage.paths import WorkRef
from storage.store import Store
from timeline.frames import Rate, rate_of

Json = dict[str, Any]
Export = Mapping[str, Any]


def rate(export: Export) -> Rate:
    """Return the exact frame rate of an export."""
    return rate_of(export["fps"])


def frames(export: Export) -> int:
    """Return how many frames an export has."""
    return rate(export).frames(export["duration"])


def of_work(store: Store, ref: WorkRef) -> list[Json]:
    """Return the videos of a work, newest first. Raises NotFoundError without the work.

    Files of other formats are made of one, and are no versions.
    """
    return [each for each in exports.list_newest(store, ref) if exports.is_video(each)]


def chosen(known: Sequence[Json], export_id: str | None) -> Json:
    """Return the export of this id, or the newest of those known. Raises FieldsError."""
    if not known:
        raise FieldsError({"exportId": ["There is no export yet: make one first."]})
    if export_id is None:
        return known[0]
    for export in known:
        if export["id"] == export_id:
            return export
    raise FieldsError({"exportId": ["There is no such export."]})


def follows_newest(link: Mapping[str, Any]) -> bool:
    """Return whether a review link shows what is exported later, and not one export only."""
    return bool(link["target"]["exportId"] == LATEST)


def shown_by(link: Mapping[str, Any], known: Sequence[Json]) -> list[Json]:
    """Return the exports that a review link shows or has shown, of those of its work.

    For `latest` these are the newest one when the link was made, and those made since; none while
    all of these are deleted: earlier ones are not for guests. The link has noted the ids of those,
    as times tell nothing about the order once a clock was set back.
    """
    if not follows_newest(link):
        return [export for export in known if export["id"] == link["target"]["exportId"]]
    if "hiddenExports" not in link:  # made by an earlier version, which noted a time only
        return [export for export in known if export["createdAt"] >= link["firstExportAt"]]
    hidden = set(link["hiddenExports"])
    return [export for export in known if export["id"] not in hidden]


def to_public(export: Json, number: int, url: str, query: str) -> Json:
    """Return a version as guests see it; `url` is that of the review, `query` opens its media."""
    of_export = f"?exportId={export['id']}{query}"
    names = ("width", "height", "fps", "duration", "createdAt")
    has_captions = "captionsUrl" in export and export["options"].get("captions") != "burn"
    return {
        "exportId": export["id"],
        "number": number,
        **{name: export[name] for name in names},
        "frames": frames(export),
        "videoUrl": f"{url}/video{of_export}",
        "posterUrl": f"{url}/poster{of_export}",
        "captionsUrl": f"{url}/captions.vtt{of_export}" if has_captions else None,
    }


def check_shown(known: Sequence[Json], export_id: str | None) -> Json:
    """Return the export of this id, or the newest of those shown. Raises MissingError."""
    try:
        return chosen(known, export_id)
    except FieldsError:
        raise MissingError("Not found", "The video that this link showed was deleted.") from None
