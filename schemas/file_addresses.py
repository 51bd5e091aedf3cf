"""Files at addresses: the JSON body that takes the place of an upload."""

from marshmallow import ValidationError, fields

from schemas.ai import AnalyzeFormSchema
from schemas.assets import AssetFormSchema
from schemas.common import Base
from schemas.json_fields import Text
from schemas.webhooks import NotifyingSchema

MAX_ADDRESS = 8_000  # characters: signed addresses of storage services are long
MAX_DATA_URL = 1 << 30  # characters: MAX_JSON_MB is less
DATA_URL = "data:"


def is_data_url(source: str) -> bool:
    """Return whether a source is no address, but the file itself."""
    return source[: len(DATA_URL)].lower() == DATA_URL


def check_address(source: str) -> None:
    """Raise ValidationError for an address that is too long; data URLs have the limit of JSON."""
    if len(source) > MAX_ADDRESS and not is_data_url(source):
        raise ValidationError(f"Must have at most {MAX_ADDRESS:,} characters, unless it is data:….")


class _AddressSchema(Base):
    """Where a file is, in place of an upload."""

    url = Text(
        required=True,
        max_size=MAX_DATA_URL,
        validate=check_address,
        metadata={
            "description": "http(s) address of the file, or the file itself as a data URL"
            " (`data:image/png;base64,…`)"
        },
    )


class FileAddressSchema(_AddressSchema, NotifyingSchema):
    """Where a file is, in place of an upload, and who is told of a job that fetches it."""


class AssetAddressSchema(FileAddressSchema, AssetFormSchema):
    """Where the file of an asset is, with what its form has; `name` defaults to the file name."""


class FetchedFileSchema(Base):
    """The file that a job has fetched: of an asset, or of a work."""

    url = fields.String(required=True)
    assetId = fields.String()


class VideoAddressSchema(_AddressSchema, AnalyzeFormSchema):
    """Where a video to analyse is, with what its form has."""
