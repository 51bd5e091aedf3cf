"""The command line, `./vidworks …`: videos, accounts, tokens, doctor, backup, restore."""

import os
import sys
from collections.abc import Collection
from dataclasses import replace
from functools import partial
from pathlib import Path

import click
from flask import Flask
from flask.cli import ScriptInfo

if __name__ == "__main__":  # ./vidworks runs this file: its imports are found from the root
    sys.path[0] = str(Path(__file__).resolve().parent.parent)

from app import create_app
from commands.cli import Commands, note_named_directory, print_message
from commands.data import backup, doctor, restore
from commands.make.command import make
from commands.release import release
from commands.update import update
from commands.users import add_user, list_tokens, list_users, token_commands, user_commands
from mcp_server.bridge import bridge
from settings.config import ROOT, SettingError, Settings, read_settings
from settings.version import VERSION
from storage.errors import StorageError
from storage.files.privileges import PrivilegeError, become_owner, explain
from storage.paths import COLLECTIONS, LOCK
from storage.unused import missing_directories, remove_unused
from web.server.listening import data_directories

COMMANDS = (
    *(make, user_commands, token_commands, doctor, backup, restore, update, bridge),
    release,
)
_CREATING = (restore, add_user, make)  # what one begins with on a new machine
_READING = (doctor, backup, list_users, list_tokens)  # also in a snapshot, which is read-only

_commands = Commands(
    commands={str(command.name): command for command in COMMANDS},
    help="Administer the data directory, also while the service runs on it.",
    epilog="`./vidworks start` starts the service, `./vidworks test` runs the tests.",
)
main = click.version_option(VERSION, message="Vidworks %(version)s")(_commands)


def open_app() -> Flask:
    """Return the application for the command that is about to run. Raises ClickException."""
    try:
        settings = _read_settings()
        is_new = _check_in_use(settings.data_dir)
        become_owner(settings.data_dir)
        missing = missing_directories(settings.data_dir)
        app = create_app(settings, serves=False, reads_only=_is_running(_READING))
        if is_new:
            store = app.extensions["services"].store
            click.get_current_context().call_on_close(partial(remove_unused, store, missing))
        return app
    except (SettingError, PrivilegeError) as exc:
        raise click.ClickException(str(exc)) from exc
    except (StorageError, OSError) as exc:
        raise click.ClickException(explain(exc, settings.data_dir)) from exc


def _is_running(commands: Collection[click.Command]) -> bool:
    """Return whether one of these commands is about to run."""
    return click.get_current_context().command in commands


def _read_settings() -> Settings:
    """Return the settings, with the DATA_DIR of the running service unless a variable names one."""
    is_named = "DATA_DIR" in os.environ  # before .env is read
    settings = read_settings()
    if is_named:
        note_named_directory(settings.data_dir)
    else:
        used = data_directories(ROOT, settings.data_dir)
        settings = replace(settings, data_dir=choose_directory(settings.data_dir, used))
    return settings


def choose_directory(configured: Path, used: Collection[Path]) -> Path:
    """Return the directory for a command: the running service's. Raises SettingError."""
    if not used or configured in used:
        return configured
    if len(used) > 1:
        names = ", ".join(sorted(map(str, used)))
        raise SettingError(
            f"Several services run from this folder, on {names}; choose one with DATA_DIR=…"
        )
    [directory] = used
    return directory


def _check_in_use(directory: Path) -> bool:
    """Say which data directory is used, and return whether it is new.

    Raises SettingError if the command needs data in it.
    """
    if any((directory / name).exists() for name in (LOCK, *COLLECTIONS)):
        print_message(f"Data directory: {directory}")
        return False
    if directory.exists() and not directory.is_dir():
        return False  # create_app refuses it
    if _is_running(_CREATING):
        print_message(f"Creating a new data directory: {directory}")
        return True
    problem = "contains no data" if directory.exists() else "does not exist"
    raise SettingError(
        f'DATA_DIR is "{directory}", which {problem}. Is the disk mounted? If the service uses'
        " another directory, start it, or set DATA_DIR in .env, which commands read too."
        " `start`, `make`, `restore` and `users add` create a new data directory"
    )


if __name__ == "__main__":
    main(prog_name="./vidworks", obj=ScriptInfo(create_app=open_app))
