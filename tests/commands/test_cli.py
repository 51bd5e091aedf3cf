"""What commands print: what to type next, and names that cannot control the terminal."""

from pathlib import Path

import click
import pytest
from click.testing import CliRunner
from flask.cli import ScriptInfo

from commands.__main__ import main
from commands.cli import next_command, note_named_directory
from tests.test_layers import ROOT, modules


def test_next_command_has_the_data_directory_that_the_environment_named():
    with click.Context(click.Command("make")):
        assert next_command("start") == "./vidworks start"

        note_named_directory(Path("/srv/our videos"))

        assert next_command("start") == "DATA_DIR='/srv/our videos' ./vidworks start"


EVIL = "a\x1b]0;owned\x07\x1b[2J\x9b\u202e"


@pytest.mark.parametrize(
    "command",
    [
        ("make", f"{EVIL}.jpg", "A lamp"),  # there is no such file
        ("make", "{file}", "A lamp"),
        ("make", "A lamp", EVIL),
        ("make", "A lamp", "--lines", "{file}.x"),
        ("make", "A lamp", "-o", f"{EVIL}.mov"),
        ("restore", "{file}"),
        ("restore", "{file}.x"),
        ("backup", "{file}"),
        ("backup", "{file}.x/y"),
        ("backup", "{file}.tar"),
        ("users", "disable", EVIL),
        ("tokens", "revoke", EVIL),
        (EVIL,),
        ("doctor", f"--{EVIL}"),
    ],
)
def test_names_cannot_control_the_terminal(app, tmp_path, command):
    file = tmp_path / f"photo{EVIL}"
    file.write_text("No photo")
    arguments = [each.replace("{file}", str(file)) for each in command]

    told = CliRunner().invoke(main, arguments, obj=ScriptInfo(create_app=lambda: app)).output

    assert len(told.splitlines()) > 0
    assert all(line.isprintable() for line in told.replace("\r", "").split("\n")), told


def test_commands_print_with_the_functions_for_it():
    printed = [
        line.strip()
        for path in modules()
        if path != Path("commands/cli.py")
        for line in (ROOT / path).read_text().splitlines()
        if "click.echo(" in line or "click.secho(" in line
    ]
    assert printed == [
        'click.echo(orjson.dumps({**to_public(job), "file": str(output)}))',
        "click.echo(token)",
    ]
