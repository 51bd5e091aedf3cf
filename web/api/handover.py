"""The endpoint that hands a work's timeline over to editing programs."""

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from io import BytesIO, FileIO
from typing import Any

import orjson
from flask import Response

from access.rights import SEE
from export.handover.conversion import Reference, Remark, to_otio
from export.handover.handed_media import HandedMedia, find_media, find_songs
from export.handover.zip_stream import Entry, zip_chunks
from export.plan.clips import Source
from export.plan.music_bed import Songs
from export.plan.plan import make_plan
from export.plan.size_limits import check_seconds, check_size
from export.plan.timeline import Timeline
from export.sources.openers import Location, clip_name, stored_timeline
from schemas.exports import HandoverQuerySchema
from sharing.reviews.remarks import remarks_of
from storage.clock import now_ms
from storage.paths import WorkRef
from web.addresses import absolute
from web.blueprints import Blueprint
from web.context import services, store
from web.downloads import as_private_file, attachment
from web.guard import requires

OTIO_TYPE, ZIP_TYPE = "application/vnd.pixar.opentimelineio+json", "application/zip"
_TIMELINE, _MEDIA = "timeline.otio", "media"  # in a bundle
Found = Mapping[str, HandedMedia | None]
UrlOf = Callable[[HandedMedia], str]

_MISSING = Reference(None, "", Source(None))

blp = Blueprint(
    "handover",
    __name__,
    url_prefix="/api/projects/<id:project_id>/works/<id:work_id>",
    description="Handing works over to editing programs",
)


class MediaChangedError(Exception):
    """A file was replaced while the bundle that contains it was being sent."""


@blp.route("/timeline.otio", methods=["GET"])
@requires("works:read", right=SEE, query_token=True)
@blp.file_response((OTIO_TYPE, ZIP_TYPE), errors=(404, 413, 503), ranges=False)
@blp.query(HandoverQuerySchema())
def get_timeline(ref: WorkRef, query: dict[str, Any]) -> Response:
    """Download a work's timeline as OpenTimelineIO, alone or in a zip with its media.

    Comments on its exports are markers: red, or green once they are resolved.
    Alone, it refers to media by their addresses at this service, which need a credential.
    """
    work = store().work(ref).values
    timeline = stored_timeline(store(), work, {})
    check_size(timeline)
    where = Location(store(), ref)
    found = find_media(where, timeline, services().settings.tuning.measuring)
    songs = find_songs(where, timeline, found)
    remarks = remarks_of(store(), ref)
    to_json = partial(_to_json, work["name"], timeline, found, songs, remarks)
    if query["bundle"]:
        data = to_json(_bundled_url)
        response = Response(zip_chunks(_entries(data, found)), content_type=ZIP_TYPE)
        response.headers["Content-Disposition"] = attachment(work["name"], "zip")
    else:
        data = to_json(_absolute_url)
        response = Response(data, content_type=OTIO_TYPE)
        response.headers["Content-Disposition"] = attachment(work["name"], "otio")
    return as_private_file(response)


def _to_json(
    name: str,
    timeline: Timeline,
    found: Found,
    songs: Songs,
    remarks: list[Remark],
    url_of: UrlOf,
) -> bytes:
    """Return a timeline as a file. Raises InvalidError, TooLargeError."""
    references = {
        key: Reference(url_of(media), media.name, media.source) if media else _MISSING
        for key, media in found.items()
    }
    facts = {clip.media: references[clip_name(clip.media)].source for clip in timeline.clips}
    plan = make_plan(timeline, facts, songs)
    check_seconds(plan.seconds)
    converted = to_otio(name, timeline, plan, references, remarks)
    return orjson.dumps(converted, option=orjson.OPT_INDENT_2)


def _absolute_url(media: HandedMedia) -> str:
    return absolute(media.path)


def _bundled_url(media: HandedMedia) -> str:
    return f"{_MEDIA}/{media.file_name}"


def _entries(timeline: bytes, found: Found) -> Iterator[Entry]:
    """Yield what a bundle contains; the files are opened one after the other."""
    yield Entry(_TIMELINE, len(timeline), now_ms() / 1000, partial(BytesIO, timeline))
    for media in found.values():
        if media is not None:
            name = f"{_MEDIA}/{media.file_name}"
            yield Entry(name, media.size, media.mtime_ns / 1e9, partial(_open, media))


def _open(media: HandedMedia) -> FileIO:
    """Open media in the version that the timeline refers to. Raises MediaChangedError."""
    stored = media.open()
    if stored.etag != media.etag:
        stored.file.close()
        raise MediaChangedError(f"{media.path} was replaced while its bundle was sent")
    return stored.file
