"""Absolute addresses of what documents and responses name by a path such as `/api/projects/…`."""


def join(base: str, path: str) -> str:
    """Return the address of a path below the base of the service's addresses.

    The base has no slash at its end. An address that is absolute already stays as it is.
    """
    return base + path if path.startswith("/") else path
