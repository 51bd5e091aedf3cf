"""Values of headers of our own, which proxies limit."""

_MAX_CHARACTERS = 1_000


def shortened_value(value: str) -> str:
    """Return the value of a header, which ends with three full stops if it is too long."""
    return value if len(value) <= _MAX_CHARACTERS else f"{value[:_MAX_CHARACTERS]}..."
