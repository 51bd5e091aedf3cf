"""What members of a project are refused for."""

from errors import ForbiddenError


class RightMissingError(ForbiddenError, code="right_missing"):
    """The role of a project's member lacks a right; details says what the owner can do."""

    def __init__(self, right: str, role: str, details: str) -> None:
        super().__init__("Your role in this project does not permit this", details)
        self.right = right
        self.role = role
