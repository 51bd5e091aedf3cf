"""Errors of requests to URLs that users supply; the messages are shown to the user."""

from errors import InvalidError, ServiceError, UpstreamError, UpstreamTimeoutError


class OutboundError(ServiceError):
    """Base class; the details, which are its text as well, name the host and the reason."""

    title = "Address could not be fetched"

    def __init__(self, reason: str) -> None:
        super().__init__(self.title, reason)

    def __str__(self) -> str:
        return str(self.details)


class UrlNotAllowedError(OutboundError, InvalidError, code="url_refused"):
    """A URL that is not fetched: malformed, not http(s), or not a public address."""

    title = "Address refused"


class PrivateAddressError(UrlNotAllowedError):
    """An address that is not public, and that no setting allows."""

    def __init__(self, host: str) -> None:
        super().__init__(f"{host} is not allowed: only public addresses are fetched.")

    def naming_setting(self) -> UrlNotAllowedError:
        """Return this error with what allows the address where a setting can."""
        return UrlNotAllowedError(f"{self} The setting INTRANET_HOSTS can allow this host.")


class FetchError(OutboundError, UpstreamError):
    """The host could not be reached, or its response cannot be used."""


class BodyTooLargeError(FetchError):
    """The response is larger than what is accepted."""


class FetchTimeoutError(OutboundError, UpstreamTimeoutError):
    """The host did not send a complete response in time."""

    title = "Address did not answer in time"
