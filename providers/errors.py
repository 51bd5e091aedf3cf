"""Errors of calls to vendors.

Messages quote the vendor; providers/redaction.py removes keys from them and limits their length.
"""

from collections.abc import Sequence

from errors import InvalidError


class ProviderError(Exception):
    """A vendor refused, failed, or sent a response that cannot be used (502)."""

    was_sent = True  # whether the vendor may have received the request

    def __init__(
        self, provider: str, message: str, *, status: int | None = None, uncertain: bool = False
    ) -> None:
        super().__init__()  # without the message, which is redacted later
        self.provider = provider
        self.message = message
        self.status = status  # of the vendor's HTTP response, if there was one
        self.uncertain = uncertain  # whether paid work may have been started nevertheless

    def __str__(self) -> str:
        return f"{self.provider}: {self.message}"


class ProviderTimeoutError(ProviderError):
    """A vendor did not answer in time (504)."""


class ProviderBusyError(ProviderError):
    """A vendor's rate limit; nothing was started (429). `retry_after` is in seconds."""

    def __init__(
        self, provider: str, message: str, *, status: int, retry_after: float | None = None
    ) -> None:
        super().__init__(provider, message, status=status)
        self.retry_after = retry_after


class NoCreditError(ProviderError):
    """The account has no credit left, so that the vendor refuses all calls; nothing was started."""


class PictureError(ProviderError):
    """A picture cannot be prepared for the vendor, who is not the cause; nothing was sent."""

    was_sent = False


class PictureTooLargeError(PictureError):
    """It takes too much to decode (413)."""


class UnreadablePictureError(PictureError):
    """It is damaged, or of an unknown format (400)."""


class UnreachableError(ProviderError):
    """The connection to a vendor could not be opened; nothing was sent (502)."""

    was_sent = False


class ProviderChoiceError(InvalidError, code="unknown_provider"):
    """A request names a provider that is not on offer; the details list those that are.

    `why_no_demo` says why the demo, if the request names it, is not. `reason` is what the details
    say of the provider, without the `header`: for requests that name it in another place.
    """

    def __init__(
        self, header: str, value: str, allowed: Sequence[str], why_no_demo: str = ""
    ) -> None:
        why = f", which is off because {why_no_demo}" if why_no_demo else ""
        self.header = header
        self.reason = f'"{value}"{why}; expected {" or ".join(allowed)}'
        message = "The demo is off" if why_no_demo else "Unknown provider"
        super().__init__(message, f"{header} is {self.reason}")


class UnspeakableError(InvalidError, code="voice_cannot_speak"):
    """A voice cannot speak a line; nothing was sent. The details say what would be right.

    `field` is what is wrong: `text`, `voice`, `language` or `speed`.
    """

    def __init__(self, details: str, field: str = "text") -> None:
        super().__init__("The voice cannot speak this", details)
        self.field = field
