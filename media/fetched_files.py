"""Files at addresses and in data URLs, received as uploads are: with the same limits and types."""

import base64
import binascii
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

from errors import FieldsError, InvalidError, MediaTypeError
from media.media_types import media_type_by_content
from outbound import fetch
from outbound.addresses import BodyTooLargeError, PrivateAddressError
from schemas.file_addresses import DATA_URL, is_data_url
from settings.config import Settings
from storage.limits import StorageLimits
from storage.media.limited_files import LimitedFile, too_large
from storage.media.media_files import HEAD_BYTES, MediaFiles, Upload
from storage.store import Store

Report = Callable[[int, int | None], object]
Check = Callable[[], object]

_IDLE_SECONDS = 30.0  # that a server may send nothing
_MAX_SHOWN = 100  # characters of a Content-Type in an error


def _ignore(_received: int, _size: int | None) -> None:
    """Report to nobody."""


def _go_on() -> None:
    """Receive, and store what was received."""


@dataclass(frozen=True, slots=True)
class FileFetcher:
    """Receives a user's files from other servers, each within some seconds.

    `check` is called several times a second, whatever the server does: what it raises ends the
    transfer. `permit` is called right before the file is put into its place (IncomingFile.check).
    `report` is called with the bytes that were received and the size of the file, None if that is
    unknown.
    """

    store: Store
    settings: Settings
    user_id: str
    seconds: float
    check: Check = _go_on
    permit: Check = _go_on
    report: Report = _ignore
    idle: float = _IDLE_SECONDS

    @contextmanager
    def receive(
        self, source: str, media: MediaFiles, types: Sequence[str], max_mb: int, field: str = "url"
    ) -> Iterator[Upload]:
        """Receive a file into a temporary file of `media`, deleted afterwards unless placed.

        `source` is an http(s) address or a data URL, and `field` is its name in the request. The
        content decides which of `types` it has. Raises FieldsError for a data URL that is not
        valid, InvalidError for an empty file, MediaTypeError, TooLargeError, OutboundError,
        QuotaError, ReserveError.
        """
        limits = StorageLimits(self.store, self.settings)
        with media.receive(self.permit) as incoming:
            file = LimitedFile(incoming, limits, self.user_id, max_mb)
            if is_data_url(source):
                declared, data = _decode(source, field)
                file.write(data)
            else:
                declared = self._download(source, file, types, max_mb)
            incoming.trim()
            if not incoming.size:
                raise InvalidError("No file", "The file is empty.")
            media_type = _type_of(declared, incoming.head, types)
            yield Upload(incoming, media_type, _file_name(source), {})

    def _download(self, url: str, file: LimitedFile, types: Sequence[str], max_mb: int) -> str:
        """Write a file of another server; return the type that the server says it has."""
        incoming, size, declared = file.incoming, None, ""

        def begin(announced: int | None, content_type: str) -> None:
            nonlocal size, declared
            size, declared = announced, content_type
            file.reserve(announced or 0)
            self.report(0, size)

        def write(data: bytes) -> None:
            is_checked = len(incoming.head) == HEAD_BYTES
            file.write(data)
            if not is_checked and len(incoming.head) == HEAD_BYTES:
                _type_of(declared, incoming.head, types)  # before all of it is fetched
            self.report(incoming.size, size)

        try:
            return fetch.download(
                url,
                write,
                max_bytes=max_mb << 20,
                seconds=self.seconds,
                allowed_hosts=self.settings.intranet_hosts,
                idle=self.idle,
                begin=begin,
                check=self.check,
            )
        except BodyTooLargeError:
            raise too_large(max_mb) from None
        except PrivateAddressError as exc:
            raise exc.naming_setting() from None


def _type_of(declared: str, head: bytes, types: Sequence[str]) -> str:
    """Return which of some types a file has. Raises MediaTypeError."""
    try:
        return media_type_by_content(declared, head, types)
    except MediaTypeError as exc:
        sent = f" It was sent as {declared[:_MAX_SHOWN]}." if declared else ""
        raise MediaTypeError(exc.message, f"{exc.details}{sent}") from None


def _file_name(source: str) -> str | None:
    """Return the name of the file at an address, if it has one."""
    if is_data_url(source):
        return None
    return unquote(urlsplit(source).path).rpartition("/")[2] or None


def _decode(url: str, field: str) -> tuple[str, bytes]:
    """Return the media type and the data of a data URL in base64. Raises FieldsError."""
    header, _, encoded = url.partition(",")
    media_type, *options = header[len(DATA_URL) :].split(";")
    try:
        if "base64" in options:
            return media_type, base64.b64decode(encoded, validate=True)
    except (binascii.Error, ValueError):
        pass
    raise FieldsError({field: ["Not a data URL; expected data:image/png;base64,…"]})
