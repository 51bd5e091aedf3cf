"""Which requests are repeated, and when.

All can be: a POST has an `Idempotency-Key`, with which the service makes nothing twice.
"""

import random
import warnings
from dataclasses import dataclass
from typing import Any

import httpx

from vidworks_client.errors import APIError, UnknownFieldWarning, error_class
from vidworks_client.reading import seconds_of

_ANSWERS_OF_PROXIES = frozenset({502, 503, 504})
_ANSWERS_OF_THE_SERVICE = frozenset({408, 429, 503})  # it did nothing, and asks to come again

_NO_TOKEN = ": no token was given; set VIDWORKS_TOKEN, pass `token`, or log in"


@dataclass(frozen=True)
class Retries:
    """How often a request is repeated, and the seconds between (twice as many each time)."""

    most: int = 4
    first_pause: float = 0.5
    longest_pause: float = 30.0

    def pause(self, attempt: int, asked: float | None = None) -> float | None:
        """Return the seconds before the attempt after this one; None if there is none.

        `asked` are those that the service asks for. Nothing is repeated if they are too many.
        """
        if attempt > self.most or (asked or 0.0) > self.longest_pause:
            return None
        usual = min(self.longest_pause, self.first_pause * 2.0 ** (attempt - 1))
        return max(asked or 0.0, usual * random.uniform(0.5, 1.0))  # noqa: S311 - no secret


def is_worth_repeating(response: httpx.Response) -> bool:
    """Return whether the same request may succeed later, and was not acted upon."""
    from_service = "X-Request-Id" in response.headers
    return response.status_code in (
        _ANSWERS_OF_THE_SERVICE if from_service else _ANSWERS_OF_PROXIES
    )


def read_json(response: httpx.Response) -> Any:
    """Return the JSON of a response. Raises APIError if it has none, as that of another server."""
    try:
        return response.json()
    except ValueError:
        body = {"error": "The answer is not JSON", "details": f"Is {response.url} Vidworks?"}
        raise APIError(response.status_code, body) from None


def api_error(response: httpx.Response) -> APIError:
    """Return the exception for a response whose body was read."""
    status, headers = response.status_code, response.headers
    try:
        body = response.json()
    except ValueError:
        body = {}
    if not isinstance(body, dict):
        body = {}
    if 300 <= status < 400:
        body = {"error": f"Redirected to {headers.get('Location')}: use that address as the URL"}
    needs_token = body.get("code") == "unauthenticated"
    has_none = "Authorization" not in response.request.headers
    return error_class(status)(
        status,
        body,
        request_id=headers.get("X-Request-Id"),
        retry_after=seconds_of(headers.get("Retry-After")),
        advice=_NO_TOKEN if needs_token and has_none else "",
    )


def warn_of_unknown_fields(response: httpx.Response) -> None:
    """Warn of fields of the request that the service does not know, and has ignored."""
    if names := response.headers.get("X-Unknown-Fields"):
        told = f"{response.request.url.path}: the service ignored unknown fields: {names}"
        warnings.warn(told, UnknownFieldWarning, stacklevel=2)
