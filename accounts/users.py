"""User accounts: one document per user, with an id derived from the email address."""

import hashlib
from collections.abc import Callable, Mapping
from typing import Any

from accounts import sessions
from errors import DuplicateError, WrongPasswordError
from schemas.accounts import UserSchema
from storage.clock import later_than, now_ms
from storage.errors import DiskFullError, ExistsError, NotFoundError
from storage.files.files import remove_if_exists
from storage.paths import SETUP_CODE
from storage.store import Store

User = dict[str, Any]
IsHashOf = Callable[[str, str], bool]  # takes a hash and a password

_REGISTERED, _WRONG = "Email already registered", "Invalid email or password"

# Checked for unknown emails, so that they take as long as known ones. Nobody knows the password. A
# constant: hashing at each start takes a tenth of a second, and at the first login would show.
_DUMMY_HASH = (
    "scrypt:32768:8:1$xLHkWzGd45M42sYN$"
    "264dd070e9085dbcc556aa3260598765e8877a6f07da0c4de30602e77ace19aa"
    "79f2a6f5285c046e9f0b23b615f4b8c1bbd187e0c48f755bad9136f9ed2bf093"
)


def check_unregistered(store: Store, email: str) -> None:
    """Raise DuplicateError if the email, in any case, has an account already."""
    if id_of(email) in store.users.documents:
        raise DuplicateError(_REGISTERED)


def register(
    store: Store, email: str, password_hash: str, name: str, *, self_registered: bool = False
) -> User:
    """Create an account and return its document; no setup code is needed any more.

    `self_registered` notes that anybody could have created it (see providers/offers.py). Raises
    DuplicateError if the email, in any case, has one already.
    """
    now = now_ms()
    user: User = {
        "id": id_of(email),
        "email": email.strip(),
        "name": name,
        "passwordHash": password_hash,
        "sessions": sessions.new_state(),
        "createdAt": now,
        "updatedAt": now,
        **({"selfRegistered": True} if self_registered else {}),
    }
    try:
        store.users.create(user["id"], user)
    except ExistsError:
        raise DuplicateError(_REGISTERED) from None
    remove_if_exists(store.root / SETUP_CODE)
    return user


def exist(store: Store) -> bool:
    """Return whether there is any account."""
    return next(iter(store.users.documents), None) is not None


def check_password(store: Store, email: str, password: str, is_hash_of: IsHashOf) -> User:
    """Return the document of the user with this email and password. Raises WrongPasswordError.

    An unknown email and a disabled account take as long as a wrong password, and get the same
    response.
    """
    try:
        user = dict(store.users.snapshot(id_of(email)).values)
    except NotFoundError:
        user = {}
    if not is_hash_of(user.get("passwordHash") or _DUMMY_HASH, password) or not can_log_in(user):
        raise WrongPasswordError(_WRONG)
    return user


def can_log_in(user: Mapping[str, Any]) -> bool:
    """Return whether this is an account, and not disabled."""
    return bool(user) and not user.get("disabled")


def disable(store: Store, email: str) -> None:
    """Disable an account and end its sessions. Raises NotFoundError for an unknown email.

    Its API tokens and links open nothing until it is enabled.
    """

    def mutate(user: User) -> None:
        sessions.mark_all_ended(user)
        user.update(disabled=True, updatedAt=later_than(user["updatedAt"]))

    sessions.change(store, id_of(email), mutate)


def enable(store: Store, email: str) -> None:
    """Enable a disabled account. Raises NotFoundError for an unknown email."""

    def mutate(user: User) -> None:
        if user.pop("disabled", False):
            user["updatedAt"] = later_than(user["updatedAt"])

    sessions.change(store, id_of(email), mutate)


def start_session(store: Store, user: User) -> int:
    """Start a session of a user whose password was checked, and return its number.

    On a full disk, it is not stored. Raises WrongPasswordError if the account or its password has
    changed since then.
    """
    numbers: list[int] = []

    def check(current: Mapping[str, Any]) -> None:
        if current["passwordHash"] != user["passwordHash"] or not can_log_in(current):
            raise WrongPasswordError(_WRONG)

    def mutate(current: User) -> None:
        check(current)
        numbers.append(sessions.start(current))

    try:
        try:
            store.users.change(user["id"], mutate)
        except DiskFullError:
            current = store.users.snapshot(user["id"]).values
            check(current)
            return sessions.unstored_number(current)
    except NotFoundError:
        raise WrongPasswordError(_WRONG) from None
    return numbers[0]


def set_password(store: Store, email: str, password_hash: str, checked: User | None = None) -> None:
    """Set an account's password and end its sessions. Raises NotFoundError for an unknown email.

    `checked` is the user whose current password was checked: raises WrongPasswordError if the
    password has changed since then.
    """

    def mutate(user: User) -> None:
        if checked is not None and user["passwordHash"] != checked["passwordHash"]:
            raise WrongPasswordError(_WRONG)
        sessions.mark_all_ended(user)
        user.update(passwordHash=password_hash, updatedAt=later_than(user["updatedAt"]))

    sessions.change(store, id_of(email), mutate)


def change(store: Store, user_id: str, changes: Mapping[str, Any]) -> User:
    """Set public fields, remove those that are None, and return all. Raises NotFoundError."""

    def mutate(user: User) -> None:
        user.update(changes, updatedAt=later_than(user["updatedAt"]))
        for name in [name for name in changes if user[name] is None]:
            del user[name]

    sessions.change(store, user_id, mutate)
    return get(store, user_id)


def get(store: Store, user_id: str) -> User:
    """Return a user's public fields. Raises NotFoundError."""
    return to_public(store.users.snapshot(user_id).parse())


def to_public(user: User) -> User:
    """Return the fields that the API shows, without the password's hash and the sessions."""
    public: User = UserSchema().dump(user)
    return public


def id_of(email: str) -> str:
    """Return the user id of an email address, the same for any case.

    Deriving the id from the address makes addresses unique without an index: of two simultaneous
    registrations, only one can create the directory.
    """
    normalized = email.strip().casefold()
    return "user_" + hashlib.sha256(normalized.encode()).hexdigest()[:24]
