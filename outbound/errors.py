"""Errors of requests to URLs that users supply; the messages are shown to the user."""


class OutboundError(Exception):
    """Base class; the message names the host and the reason."""


class UrlNotAllowedError(OutboundError):
    """A URL that is not fetched: malformed, not http(s), or not a public address (400)."""


class FetchError(OutboundError):
    """The host could not be reached, or its response cannot be used (502)."""


class FetchTimeoutError(OutboundError):
    """The host did not send a complete response in time (504)."""
