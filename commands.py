"""The command line, `./vidworks …`: accounts, tokens, doctor, backup, restore."""

import click
from flask.cli import ScriptInfo

from wsgi import app

main = click.Group(
    commands=app.cli.commands,
    help="Administer the data directory, also while the service runs on it.",
    epilog="`./vidworks start` starts the service, `./vidworks test` runs the tests.",
)

if __name__ == "__main__":
    main(prog_name="./vidworks", obj=ScriptInfo(create_app=lambda: app))
