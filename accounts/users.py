"""User accounts: one document per user, with an id derived from the e-mail address."""

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

# Checked for unknown e-mails, so that they take as long as known ones. Computed at import: the
# first such login must not take longer either.
_DUMMY_HASH = generate_password_hash(secrets.token_urlsafe())


def register(store: Store, email: str, password: str, name: str) -> User:
    """Create an account. Raises ConflictError if the e-mail, in any case, has one already."""
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
    return to_public(user)


def login(store: Store, email: str, password: str, address: str) -> User:
    """Check a password. Raises UnauthorizedError, and TooManyError after repeated failures.

    An unknown e-mail takes as long as a wrong password and gets the same response.
    """
    attempt = throttling.begin_attempt(store, id_of(email), address)
    try:
        user = dict(store.users.snapshot(id_of(email)).values)
    except NotFoundError:
        user = {}
    if not check_password_hash(user.get("passwordHash") or _DUMMY_HASH, password) or not user:
        raise UnauthorizedError("Invalid email or password")
    throttling.attempt_succeeded(store, attempt)
    return to_public(user)


def set_password(store: Store, email: str, password: str) -> None:
    """Set an account's password. Raises NotFoundError for an unknown e-mail."""
    password_hash = generate_password_hash(password)

    def mutate(user: User) -> None:
        user.update(passwordHash=password_hash, updatedAt=later_than(user["updatedAt"]))

    store.users.change(id_of(email), mutate)


def get(store: Store, user_id: str) -> User:
    """Return a user's public fields. Raises NotFoundError."""
    return to_public(store.users.snapshot(user_id).parse())


def to_public(user: User) -> User:
    """Return the fields that the API shows: all but the password's hash."""
    public: User = UserSchema().dump(user)
    return public


def id_of(email: str) -> str:
    """Return the user id of an e-mail address, the same for any case.

    Deriving the id from the address makes addresses unique without an index: of two simultaneous
    registrations, only one can create the directory.
    """
    normalized = email.strip().casefold()
    return "user_" + hashlib.sha256(normalized.encode()).hexdigest()[:24]
