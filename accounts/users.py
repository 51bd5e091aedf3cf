"""Accounts: one document a user, under an id that follows from the e-mail."""

import hashlib
import secrets
from typing import Any

from werkzeug.security import check_password_hash, generate_password_hash

from accounts import throttling
from schemas.accounts import UserSchema
from storage.clock import later_than, now_ms
from storage.errors import ExistsError, NotFoundError
from storage.store import Store
from web.errors import ConflictError, UnauthorizedError

User = dict[str, Any]

# What the password of an unknown e-mail is checked against. Made at the start, so that the first
# such login takes no longer than any other.
_NOBODYS_HASH = generate_password_hash(secrets.token_urlsafe())


def register(store: Store, email: str, password: str, name: str) -> User:
    """Make an account. Raises ConflictError when the e-mail has one, whatever its case."""
    now = now_ms()
    user: User = {
        "id": id_of(email),
        "email": email.strip(),
        "name": name,
        "passwordHash": generate_password_hash(password),
        "createdAt": now,
        "updatedAt": now,
    }
    try:
        store.users.create(user["id"], user)
    except ExistsError:
        raise ConflictError("Email already registered") from None
    return shown(user)


def login(store: Store, email: str, password: str, address: str) -> User:
    """Check a password. Raises UnauthorizedError, and TooManyError after repeated failures.

    An unknown e-mail takes as long as a wrong password and gets the same answer.
    """
    attempt = throttling.begin_attempt(store, id_of(email), address)
    try:
        user = dict(store.users.snapshot(id_of(email)).values)
    except NotFoundError:
        user = {}
    if not check_password_hash(user.get("passwordHash") or _NOBODYS_HASH, password) or not user:
        raise UnauthorizedError("Invalid email or password")
    throttling.attempt_succeeded(store, attempt)
    return shown(user)


def set_password(store: Store, email: str, password: str) -> None:
    """Give an account a new password. Raises storage's NotFoundError for an unknown e-mail."""
    password_hash = generate_password_hash(password)

    def change(user: User) -> None:
        user.update(passwordHash=password_hash, updatedAt=later_than(user["updatedAt"]))

    store.users.change(id_of(email), change)


def get(store: Store, user_id: str) -> User:
    """A user, as shown. Raises storage's NotFoundError."""
    return shown(store.users.snapshot(user_id).parse())


def shown(user: User) -> User:
    """A user without what is nobody's business."""
    shown: User = UserSchema().dump(user)
    return shown


def id_of(email: str) -> str:
    """The user id of an e-mail address, the same whatever its case.

    That the id follows from the address makes addresses unique without an index: of two
    simultaneous registrations only one can create the directory.
    """
    normal = email.strip().casefold()
    return "user_" + hashlib.sha256(normal.encode()).hexdigest()[:24]
