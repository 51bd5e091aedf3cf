"""Errors of requests to URLs that users supply; the messages are shown to the user."""

from errors import InvalidError, ServiceError, UpstreamError, UpstreamTimeoutError


class OutboundError(ServiceError):
    """Base class; the details, which are its text as well, name the host and the reason."""

    title = "Address could not be fetched"

    def __init__(self, reason: str) -> None:
        super().__init__(self.title, reason)

    def __str__(self) -> str:
        return str(self.details)


class UrlNotAllowedError(OutboundError, InvalidError):
    """A URL that is not fetched: malformed, not http(s), or not a public address."""

    title = "Address refused"


class FetchError(OutboundError, UpstreamError):
    """The host could not be reached, or its response cannot be used."""


class FetchTimeoutError(OutboundError, UpstreamTimeoutError):
    """The host did not send a complete response in time."""

    title = "Address did not answer in time"
