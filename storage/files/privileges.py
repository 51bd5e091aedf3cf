"""Started by root, the service and its command line act as the user who owns the data directory.

What root creates there could be used by nobody else: a lock of root's ends every save of its
document. `start` gives root's rights up. A command keeps them for the files that it is named, such
as an archive that only root may read.
"""

import os
import pwd
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from shlex import quote
from typing import NamedTuple

from storage.errors import NoAccessError

# What the owner has to be able to read, and what to do otherwise.
_PROGRAM = (
    (Path(__file__).parent.parent, "move that folder to where this user can read it"),
    (
        Path(os.__file__).parent,
        "remove .venv, and run ./vidworks as that user: it makes another",
    ),
)

_OWN_DATA = "DATA_DIR=~/vidworks-data ./vidworks …"


class PrivilegeError(Exception):
    """Root cannot act as the owner of the data directory; the message says what to do."""


class Owner(NamedTuple):
    """A user of the operating system, and the group that new files belong to."""

    uid: int
    gid: int

    @property
    def name(self) -> str:
        """The user's name, or the number of a user without a name."""
        try:
            return pwd.getpwuid(self.uid).pw_name
        except KeyError:
            return str(self.uid)

    def chown(self, root: Path) -> str:
        """Return the command that gives the user a whole directory."""
        group = self.gid if self.name.isdigit() else ""  # by default the user's own
        return f"chown -R {self.name}:{group} {quote(str(root))}"

    def as_user(self, command: str) -> str:
        """Return the command line that runs a command as the user."""
        name = f"#{self.uid}" if self.name.isdigit() else self.name
        return f"sudo -u {quote(name)} {command}"


def owner_of(root: Path) -> Owner:
    """Return who owns a directory; if it is missing, who owns the nearest one above it."""
    path = root
    while not path.exists() and path != path.parent:
        path = path.parent
    status = path.stat()
    try:
        return Owner(status.st_uid, pwd.getpwuid(status.st_uid).pw_gid)
    except KeyError:
        return Owner(status.st_uid, status.st_gid)


def process_owner() -> Owner:
    """Return the user that this process acts as."""
    return Owner(os.geteuid(), os.getegid())


def become_owner(root: Path, *, for_good: bool = False) -> bool:
    """Act as the owner of the data directory if this is root; return whether that is another user.

    Raises PrivilegeError.
    """
    if os.geteuid() != 0 or (owner := owner_of(root)).uid == 0:
        return False
    try:
        _set_groups(owner)
        if for_good:
            os.setgid(owner.gid)
            os.setuid(owner.uid)
        else:
            os.setegid(owner.gid)
            os.seteuid(owner.uid)
    except OSError as exc:
        raise PrivilegeError(
            f"{root} belongs to {owner.name}, and root cannot act as that user here"
            f" ({exc.strerror}); run this: {owner.as_user('./vidworks …')}"
        ) from exc
    for directory, remedy in _PROGRAM:
        if not os.access(directory, os.R_OK | os.X_OK, effective_ids=True):
            raise PrivilegeError(
                f"{root} belongs to {owner.name}, who cannot read {directory}; {remedy}"
            )
    return True


def of_programs() -> tuple[int | None, int | None]:
    """Return the user and group to start programs as; None if that need not be said.

    Without it, a shell that a command of root's starts would act as root again.
    """
    owner = process_owner()
    return (None, None) if os.getuid() == owner.uid else owner


@contextmanager
def as_caller() -> Iterator[None]:
    """Use the rights of the user who ran the command, for a file that they named."""
    owner = process_owner()
    if os.getuid() == owner.uid:
        yield
        return
    os.seteuid(os.getuid())
    os.setegid(os.getgid())
    try:
        yield
    finally:
        os.setegid(owner.gid)
        os.seteuid(owner.uid)


def advice(root: Path) -> str:
    """Return a sentence: what to do if this process has no access to a data directory's files."""
    owner, own = owner_of(root), process_owner()
    if owner.uid != own.uid:
        return (
            f"{root} belongs to {owner.name}: run `{owner.as_user('./vidworks …')}`, or as root,"
            f" `{own.chown(root)}`."
        )
    return f"As root, run `{own.chown(root)}`."


def explain(exc: Exception, root: Path) -> str:
    """Return why a data directory cannot be opened, and what to do if another user owns it."""
    reason = f"DATA_DIR cannot be used: {exc}"
    if isinstance(exc, PermissionError | NoAccessError):
        with suppress(OSError):
            if owner_of(root).uid == process_owner().uid:
                return f"{reason}. {advice(root)}"
            return f"{advice(root)} For data of your own, run `{_OWN_DATA}`. ({exc})"
    return reason


def _set_groups(owner: Owner) -> None:
    if owner.name.isdigit():
        os.setgroups([])
    else:
        os.initgroups(owner.name, owner.gid)
