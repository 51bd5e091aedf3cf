"""The Python client as a package: generated modules, types, and the wheel."""

import importlib.util
import subprocess
import sys
import tomllib
import venv
import zipfile
from pathlib import Path

import pytest

import vidworks_client
from settings.version import VERSION
from tests.service import ROOT

CLIENT = ROOT / "clients" / "python"
SHOW = "import vidworks_client as client; print(client.__file__, client.Vidworks.__module__)"


def test_synchronous_client_is_generated_from_the_asynchronous_one():
    spec = importlib.util.spec_from_file_location("make_sync", CLIENT / "make_sync.py")
    assert spec is not None
    assert spec.loader is not None
    make_sync = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(make_sync)

    sources = make_sync.sources()

    assert len(sources) >= 8
    stale = [path.name for path, source in sources.items() if path.read_text() != source]
    assert stale == [], "run clients/python/make_sync.py"


def test_client_has_the_version_of_the_service():
    project = tomllib.loads((CLIENT / "pyproject.toml").read_text())["project"]

    assert project["version"] == VERSION == vidworks_client.__version__


def test_generated_client_has_another_name(client):
    """Otherwise only one of them could be installed."""
    title = client.get("/api/openapi.json").json["info"]["title"]
    name = f"{title.lower().replace(' ', '-')}-client"  # as openapi-python-client does

    assert name == "vidworks-api-client"


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    directory = tmp_path_factory.mktemp("wheel")
    uv = str(Path(sys.executable).with_name("uv"))
    command = [uv, "build", "--quiet", "--offline", "--wheel", "--out-dir", str(directory)]
    subprocess.run([*command, str(CLIENT)], check=True, capture_output=True, timeout=300)
    [wheel] = directory.glob("*.whl")
    return wheel


def shown(python: Path | str, code: str, directory: Path) -> str:
    """Return what a Python prints."""
    command = [str(python), "-c", code]
    done = subprocess.run(command, check=True, cwd=directory, capture_output=True, text=True)
    return done.stdout


def test_wheel_has_all_modules_is_typed_and_can_be_imported(wheel, tmp_path):
    names = set(zipfile.ZipFile(wheel).namelist())
    modules = {str(path.relative_to(CLIENT)) for path in CLIENT.glob("vidworks_client/**/*.py")}
    code = f"import sys; sys.path[0] = {str(wheel)!r}; {SHOW}"

    assert names > {"vidworks_client/py.typed", *modules}
    [licence] = [name for name in names if name.endswith("/licenses/LICENSE")]
    assert zipfile.ZipFile(wheel).read(licence) == (ROOT / "LICENSE").read_bytes()
    assert shown(sys.executable, code, tmp_path).startswith(str(wheel))


@pytest.mark.thorough  # downloads httpx
def test_wheel_works_in_a_clean_environment(wheel, tmp_path):
    venv.create(tmp_path / "venv", with_pip=True)
    python = tmp_path / "venv" / "bin" / "python"
    subprocess.run([python, "-m", "pip", "install", "--quiet", wheel], check=True)

    assert shown(python, SHOW, tmp_path).startswith(str(tmp_path / "venv"))
