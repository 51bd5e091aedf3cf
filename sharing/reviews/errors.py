"""What guests of a review are refused for."""

from errors import UnauthenticatedError


class LinkPasswordError(UnauthenticatedError, code="link_password_required"):
    """The link has a password, which has not been given."""

    def __init__(self) -> None:
        super().__init__("This link has a password", "Give it, with a name, to POST …/guest.")


class GuestRequiredError(UnauthenticatedError, code="guest_required"):
    """A guest has to say who it is."""

    def __init__(self) -> None:
        details = "POST …/guest with a name returns the token for the header X-Guest-Token."
        super().__init__("Say who you are first", details)
