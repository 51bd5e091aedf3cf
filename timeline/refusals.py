"""How an operation is refused: an error that names the argument and says what would be right."""

from typing import NoReturn

from errors import FieldsError


def refuse(field: str, reason: str) -> NoReturn:
    """Raise FieldsError for an argument of an operation."""
    raise FieldsError({field: [reason]})
