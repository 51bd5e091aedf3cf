"""Commands find the data directory of the running service."""

from collections.abc import Callable
from pathlib import Path

import pytest

from commands.__main__ import choose_directory
from settings.config import SettingError
from web.server.listening import data_directories

DEFAULT, OTHER = Path("/opt/vidworks/data"), Path("/srv/vidworks")
GUNICORN = b"python\0gunicorn\0-c\0gunicorn.conf.py\0wsgi:app\0"

Process = Callable[..., None]


@pytest.fixture
def folder(tmp_path):
    path = tmp_path / "clone"
    path.mkdir()
    return path


@pytest.fixture
def process(tmp_path, folder):
    """Add a process as Linux describes it."""

    def add(
        number: int, command: bytes = GUNICORN, *, at: Path = folder, environ: bytes = b""
    ) -> None:
        directory = tmp_path / "proc" / str(number)
        directory.mkdir(parents=True)
        (directory / "cmdline").write_bytes(command)
        (directory / "environ").write_bytes(environ)
        (directory / "cwd").symlink_to(at)

    return add


def test_services_of_the_folder_are_found_by_their_environment(tmp_path, folder, process):
    process(1, b"/sbin/init\0", at=tmp_path)
    process(2, environ=b"A=1\0DATA_DIR=/srv/vidworks\0")
    process(3)  # as .env says
    process(4, environ=b"DATA_DIR=here\0")  # relative to the folder
    process(5, at=tmp_path, environ=b"DATA_DIR=/elsewhere\0")
    process(6, b"vim\0wsgi.py\0", environ=b"DATA_DIR=/edited\0")
    (tmp_path / "proc" / "7").mkdir()  # just ended

    found = data_directories(folder, DEFAULT, tmp_path / "proc")

    assert found == {OTHER, DEFAULT, folder / "here"}


@pytest.mark.parametrize(
    ("used", "chosen"), [(set(), DEFAULT), ({DEFAULT, OTHER}, DEFAULT), ({OTHER}, OTHER)]
)
def test_command_uses_the_directory_of_the_service(used, chosen):
    assert choose_directory(DEFAULT, used) == chosen


def test_several_services_are_named(tmp_path):
    with pytest.raises(SettingError, match=r"on /srv/a, /srv/b; choose one with DATA_DIR=…"):
        choose_directory(DEFAULT, {Path("/srv/b"), Path("/srv/a")})
