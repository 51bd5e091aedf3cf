"""Who can create accounts by HTTP, and the setup code of the first one (docs/decisions/0039).

With REGISTRATION=auto, requests of this machine can. For those from elsewhere, the first account
needs a code that only the operator can read; once there is one, registration is closed.
"""

import hmac
import secrets
from typing import Literal, NamedTuple

from accounts import throttling, users
from errors import ForbiddenError, SetupCodeError
from settings.config import Settings, exposure
from storage.errors import UnreadableError
from storage.files.files import remove_if_exists
from storage.locking.locks import FileLock
from storage.paths import SEMAPHORES, SETUP_CODE
from storage.secret_files import provide_secret, read_secret
from storage.store import Store

Terms = Literal["open", "with code", "closed"]

_HOW_TO_ADD = "On the server, `./vidworks users add you@example.com` creates an account."
_WHERE_THE_CODE_IS = "On the server, `./vidworks users setup-code` shows it, as did the start."
_ALPHABET = "23456789abcdefghijkmnpqrstuvwxyz"  # 32 characters, none of which looks like another
_GROUPS, _GROUP_LENGTH = 4, 4  # 80 bits
_FIRST_ACCOUNT = "first-account"  # the lock under which it is created


class Registration(NamedTuple):
    """Registration of accounts, for requests of this machine or `from_elsewhere`."""

    store: Store
    settings: Settings
    from_elsewhere: bool

    @property
    def terms(self) -> Terms:
        """Whether an account can be created now, and whether that needs the setup code."""
        if self._is_for_one:
            return "closed" if users.exist(self.store) else "with code"
        return "closed" if self.settings.registration == "closed" else "open"

    def check(self, code: str, address: str) -> None:
        """Check that an account can be created, with this setup code. Raises ForbiddenError.

        Raises TooManyError after too many wrong codes of an address.
        """
        self._check_closed()
        if self.terms == "open":
            return
        if not code:
            raise SetupCodeError("The first account needs the setup code", _WHERE_THE_CODE_IS)
        throttling.check_setup_code(self.store, address)
        if not _is_setup_code(self.store, code):
            self._check_closed()  # the first account ends the code, too
            throttling.count_wrong_setup_code(self.store, address)
            raise SetupCodeError("The setup code is wrong", _WHERE_THE_CODE_IS)

    def create(self, email: str, password_hash: str, name: str) -> users.User:
        """Create an account that `check` has permitted. Raises DuplicateError, ForbiddenError.

        Of simultaneous requests with the setup code, also on several nodes, one succeeds.
        """
        if not self._is_for_one:
            return users.register(
                *(self.store, email, password_hash, name), self_registered=self.from_elsewhere
            )
        locks = self.store.root / SEMAPHORES
        self.store.disk.make_directory(locks)
        with FileLock.acquire(locks, _FIRST_ACCOUNT):
            self._check_closed()
            return users.register(self.store, email, password_hash, name)

    def _check_closed(self) -> None:
        if self.terms == "closed":
            raise ForbiddenError("Registration is closed", _HOW_TO_ADD)

    @property
    def _is_for_one(self) -> bool:
        """Whether only the first account can be created, by a user who has the setup code."""
        return self.settings.registration == "auto" and self.from_elsewhere


def setup_code(store: Store) -> str | None:
    """Return the setup code, which stays the same until the first account; None if there is one."""
    path = store.root / SETUP_CODE
    if users.exist(store):
        remove_if_exists(path)  # a kill may have left it
        return None
    try:
        return provide_secret(path, store.disk, _new_code).decode()
    except UnreadableError:  # it is damaged, and nothing depends on it
        remove_if_exists(path)
        return provide_secret(path, store.disk, _new_code).decode()


def in_words(store: Store, settings: Settings) -> str:
    """Return who can create accounts, and why, as a sentence for the operator."""
    reason, chosen = exposure(settings), settings.registration
    if chosen == "closed" or (reason and chosen == "auto" and users.exist(store)):
        why = "REGISTRATION=closed" if chosen == "closed" else reason
        return f"Registration is closed ({why}): ./vidworks users add creates accounts"
    if chosen == "open":
        return "Registration is open to everybody who reaches the service (REGISTRATION=open)"
    if reason:
        return f"The first account needs the setup code ({reason}); then registration is closed"
    return "Registration is open on this machine; from elsewhere, it needs the setup code, once"


def _is_setup_code(store: Store, text: str) -> bool:
    """Return whether a text is the setup code; hyphens, spaces and case do not matter."""
    try:
        code = read_secret(store.root / SETUP_CODE)
    except (FileNotFoundError, UnreadableError):
        return False  # nobody was told one
    return hmac.compare_digest(_plain(text), _plain(code.decode()))


def _plain(text: str) -> bytes:
    return "".join(text.lower().replace("-", "").split()).encode()


def _new_code() -> str:
    groups = ("".join(map(secrets.choice, [_ALPHABET] * _GROUP_LENGTH)) for _ in range(_GROUPS))
    return "-".join(groups)
