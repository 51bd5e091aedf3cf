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
from storage.paths import LOST_AND_FOUND

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
        if click.get_current_context().command not in _CREATING:
            _check_in_use(settings.data_dir)
        return create_app(settings, serves=False)
    except SettingError as exc:
        raise click.ClickException(str(exc)) from exc
    except (StorageError, OSError) as exc:
        raise click.ClickException(f"DATA_DIR cannot be used: {exc}") from exc


def _check_in_use(directory: Path) -> None:
    """Raise SettingError for a missing or an empty directory, as of a disk that is not mounted."""
    if not directory.exists():
        problem = "does not exist"
    elif directory.is_dir() and {path.name for path in directory.iterdir()} <= {LOST_AND_FOUND}:
        problem = "is empty"
    else:
        return
    raise SettingError(
        f'DATA_DIR is "{directory}", which {problem}; is the setting right, and the disk mounted?'
        " `start`, `restore` and `users add` create a new data directory"
    )


if __name__ == "__main__":
    main(prog_name="./vidworks", obj=ScriptInfo(create_app=open_app))
