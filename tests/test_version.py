"""The version is told everywhere that a report of a problem begins."""

from click.testing import CliRunner

from commands import __main__ as commands
from settings.version import VERSION


def test_command_line_tells_it_without_a_data_directory():
    assert CliRunner().invoke(commands.main, ["--version"]).output == f"Vidworks {VERSION}\n"


def test_health_and_page_tell_it(client):
    assert client.get("/api/health").json["version"] == VERSION
    assert f'<meta name="version" content="{VERSION}">' in client.get("/settings/account").text
