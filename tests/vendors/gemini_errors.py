"""The errors of Gemini's interactions, whose codes are texts."""

from tests.vendors.vendor import VendorError


def invalid_request(message: str) -> VendorError:
    """Return an error 400 with this message."""
    return VendorError(400, {"error": {"code": "invalid_request", "message": message}})
