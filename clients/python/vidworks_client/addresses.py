"""Addresses: of the service, and of what it answers with."""

import os
from urllib.parse import urlsplit

from vidworks_client.errors import NoFileError
from vidworks_client.models import Asset, Export, Video

DEFAULT_URL = "http://localhost:3001"


def base_url(url: str | None) -> str:
    """Return the base of all addresses: `url`, or `VIDWORKS_URL`, or that of a local service.

    It may have a path, such as `https://tools.example.com/vidworks`. Raises ValueError.
    """
    base = (url or os.environ.get("VIDWORKS_URL") or DEFAULT_URL).strip().rstrip("/")
    base = base.removesuffix("/api")
    if urlsplit(base).scheme not in {"http", "https"} or not urlsplit(base).netloc:
        raise ValueError(f'The URL of the service is "{base}"; expected one with http or https')
    return base


def join(base: str, address: str) -> str:
    """Return the absolute address of a path that the service answered with, such as `/api/…`."""
    return address if "://" in address else f"{base}/{address.lstrip('/')}"


def belongs_to(base: str, address: str) -> bool:
    """Return whether an address is the service's, which may get the token."""
    return address == base or address.startswith(f"{base}/")


def file_address(source: Video | Asset | Export | str) -> str:
    """Return the address of the file that is meant. Raises NoFileError for a video without one."""
    if isinstance(source, Asset | Export):
        return source.url
    if isinstance(source, str):
        return source
    address = source.result and (source.result.video_url or source.result.export_url)
    if not address:
        raise NoFileError(f"Video {source.id} has no file: its job is {source.state}")
    return address
