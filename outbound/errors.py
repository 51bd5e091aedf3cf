"""What can go wrong with an address that a user named; the messages are for that person."""


class OutboundError(Exception):
    """Base of these; the message names the host and says why."""


class RefusedAddressError(OutboundError):
    """An address that is not fetched: not http(s), not public, not well-formed (400)."""


class FetchError(OutboundError):
    """The other side could not be reached, or answered what cannot be used (502)."""


class FetchTimeoutError(OutboundError):
    """The other side did not answer, or not to the end, in time (504)."""
