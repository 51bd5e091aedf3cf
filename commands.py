"""The command line, `./vidworks …`: accounts, tokens, doctor, backup, restore."""

from pathlib import Path

import click
from flask import Flask
from flask.cli import ScriptInfo

from accounts.commands import add_user
from app import COMMANDS, create_app
from config import SettingError, read_settings
from maintenance.commands import restore
from storage.errors import StorageError
from storage.files.privileges import PrivilegeError, become_owner, explain
from storage.paths import COLLECTIONS, LOCK
from web.cli import print_message

_CREATING = (restore, add_user)  # what one begins with on a new machine

main = click.Group(
    commands={str(command.name): command for command in COMMANDS},
    help="Administer the data directory, also while the service runs on it.",
    epilog="`./vidworks start` starts the service, `./vidworks test` runs the tests.",
)


def open_app() -> Flask:
    """Return the application for the command that is about to run. Raises ClickException."""
    try:
        settings = read_settings()
        _check_in_use(settings.data_dir)
        become_owner(settings.data_dir)
        return create_app(settings, serves=False)
    except (SettingError, PrivilegeError) as exc:
        raise click.ClickException(str(exc)) from exc
    except (StorageError, OSError) as exc:
        raise click.ClickException(explain(exc, settings.data_dir)) from exc


def _check_in_use(directory: Path) -> None:
    """Raise SettingError for a command that needs data if there are none; others announce that."""
    if any((directory / name).exists() for name in (LOCK, *COLLECTIONS)):
        return
    if directory.exists() and not directory.is_dir():
        return  # create_app refuses it
    if click.get_current_context().command in _CREATING:
        print_message(f"Creating a new data directory: {directory}")
        return
    problem = "contains no data" if directory.exists() else "does not exist"
    raise SettingError(
        f'DATA_DIR is "{directory}", which {problem}. Is the disk mounted? If the service uses'
        " another directory, set DATA_DIR in .env, which commands read too, not in its unit."
        " `start`, `restore` and `users add` create a new data directory"
    )


if __name__ == "__main__":
    main(prog_name="./vidworks", obj=ScriptInfo(create_app=open_app))
