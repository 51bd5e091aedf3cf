"""What can go wrong at a vendor. Messages are the vendor's own words, never a key."""

from collections.abc import Sequence


class ProviderError(Exception):
    """A vendor refused, failed, or answered what cannot be used (502)."""

    def __init__(
        self, vendor: str, message: str, *, status: int | None = None, uncertain: bool = False
    ) -> None:
        super().__init__(f"{vendor}: {message}")
        self.vendor = vendor
        self.message = message
        self.status = status  # the vendor's HTTP status, if it answered
        self.uncertain = uncertain  # paid work may have been started all the same


class ProviderTimeoutError(ProviderError):
    """A vendor did not answer in time (504)."""


class ProviderBusyError(ProviderError):
    """A vendor takes no more for now and started nothing (429); `retry_after` is in seconds."""

    def __init__(
        self, vendor: str, message: str, *, status: int, retry_after: float | None = None
    ) -> None:
        super().__init__(vendor, message, status=status)
        self.retry_after = retry_after


class ProviderChoiceError(Exception):
    """A request names a provider that is not there (400); the message says which there are."""

    def __init__(self, header: str, given: str, allowed: Sequence[str]) -> None:
        super().__init__(f'{header} is "{given}"; expected {" or ".join(allowed)}')
