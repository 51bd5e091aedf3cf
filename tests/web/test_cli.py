"""What commands tell the user to type next."""

from pathlib import Path

import click

from web.cli import next_command, note_named_directory


def test_next_command_has_the_data_directory_that_the_environment_named() -> None:
    with click.Context(click.Command("make")):
        assert next_command("start") == "./vidworks start"

        note_named_directory(Path("/srv/our videos"))

        assert next_command("start") == "DATA_DIR='/srv/our videos' ./vidworks start"
