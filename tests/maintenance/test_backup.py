"""`./vidworks backup`: one archive of everything."""

import os
import re
import signal
import subprocess
import tarfile
from pathlib import Path

import pytest

from tests.command_line import FLASK, environment, run_command
from tests.maintenance.conftest import House, Run
from tests.people import Person
from tests.service import ROOT


def members(archive: Path) -> dict[str, bytes]:
    with tarfile.open(archive) as tar:
        return {member.name: tar.extractfile(member).read() for member in tar}


def test_it_says_what_it_did(house: House, run: Run, tmp_path: Path) -> None:
    result = run("backup", tmp_path / "x.tar")

    assert result.exit_code == 0
    assert re.fullmatch(
        r"Backed up 1 user, 1 token, 1 project, 1 work, 1 asset, 1 template, 2 jobs, 6 media files"
        r" \(\d+\.\d KB\)"
        rf" to {tmp_path}/x.tar; verified.\n",
        result.stdout,
    )


def test_everything_is_in_it_byte_for_byte(house: House, run: Run, tmp_path: Path) -> None:
    run("backup", tmp_path / "x.tar")

    held = members(tmp_path / "x.tar")
    assert list(held)[-1] == "manifest.sha256"
    del held["manifest.sha256"]
    assert held == house.files()


def test_what_is_the_storages_own_is_left_out(house: House, run: Run, tmp_path: Path) -> None:
    before = set(house.files())
    house.store.logins.create("account-0", {"failures": 1, "updatedAt": 0})
    (house.root / "lost+found").mkdir()
    (house.root / "lost+found" / "work.json").write_text("{")
    (house.work / ".tmp-0").write_bytes(b"half")
    (house.project / "works" / ".deleted-0" / "media").mkdir(parents=True)
    (house.project / "works" / ".deleted-0" / "media" / "audio.mp3").write_bytes(b"gone")
    (house.work / "media" / ".tmp-1").write_bytes(b"half")

    run("backup", tmp_path / "x.tar")

    assert set(members(tmp_path / "x.tar")) == before | {"manifest.sha256"}


def test_only_its_owner_can_read_it(house: House, run: Run, tmp_path: Path) -> None:
    os.umask(0)

    run("backup", tmp_path / "x.tar")

    assert (tmp_path / "x.tar").stat().st_mode & 0o777 == 0o600


def test_a_relative_name_is_meant_where_one_is(
    house: House, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)

    assert run("backup", "x.tar").exit_code == 0
    assert (tmp_path / "x.tar").exists()


def test_other_tools_can_unpack_and_check_it(house: House, run: Run, tmp_path: Path) -> None:
    run("backup", tmp_path / "x.tar")
    (tmp_path / "there").mkdir()

    unpack = "tar -xf ../x.tar && sha256sum --check --strict --quiet manifest.sha256"
    subprocess.run(unpack, shell=True, check=True, cwd=tmp_path / "there")


@pytest.mark.parametrize("name", ["x.tar.gz", "x.tgz"])
def test_its_name_says_whether_it_is_compressed(
    house: House, run: Run, tmp_path: Path, name: str
) -> None:
    result = run("backup", tmp_path / name)

    assert result.exit_code == 0
    assert (tmp_path / name).read_bytes()[:2] == b"\x1f\x8b"
    assert members(tmp_path / name).keys() == {*house.files(), "manifest.sha256"}


def test_a_file_is_not_overwritten_unasked(house: House, run: Run, tmp_path: Path) -> None:
    (tmp_path / "x.tar").write_text("precious")

    result = run("backup", tmp_path / "x.tar")

    assert result.exit_code == 1
    assert "is there already; --force overwrites it" in result.stderr
    assert (tmp_path / "x.tar").read_text() == "precious"


def test_a_file_is_overwritten_when_asked(house: House, run: Run, tmp_path: Path) -> None:
    (tmp_path / "x.tar").write_text("obsolete")

    result = run("backup", tmp_path / "x.tar", "--force")

    assert result.exit_code == 0
    assert tarfile.is_tarfile(tmp_path / "x.tar")


def test_a_directory_that_is_not_there_is_a_sentence(
    house: House, run: Run, tmp_path: Path
) -> None:
    result = run("backup", tmp_path / "nowhere" / "x.tar")

    assert result.exit_code == 1
    assert "No such file or directory" in result.stderr


def test_a_backup_that_finds_no_room_leaves_nothing(house: House, tmp_path: Path) -> None:
    (tmp_path / "backups").mkdir()
    archive = tmp_path / "backups" / "x.tar"
    archive.write_text("the one before")

    # No file may grow beyond 16 KB: as on a full disk, but for this process alone.
    done = run_command(house.root, "backup", archive, "--force", ulimit="-f 32")

    assert done.returncode == 1
    assert done.stderr.startswith("Error: ")
    assert archive.read_text() == "the one before"
    assert list(archive.parent.iterdir()) == [archive]


def test_what_is_broken_is_backed_up_as_it_is(house: House, run: Run, tmp_path: Path) -> None:
    (house.work / "work.json").write_text("{")
    (house.project / "project.json").unlink()

    result = run("backup", tmp_path / "x.tar")

    assert result.exit_code == 0
    assert members(tmp_path / "x.tar").keys() == {*house.files(), "manifest.sha256"}


def test_what_cannot_be_read_is_not_passed_over(house: House, run: Run, tmp_path: Path) -> None:
    (house.media / "audio.mp3").unlink()
    (house.media / "audio.mp3").symlink_to("nowhere")

    result = run("backup", tmp_path / "x.tar")

    assert result.exit_code == 1
    assert "audio.mp3" in result.stderr
    assert not (tmp_path / "x.tar").exists()


def test_a_work_may_have_more_files_than_a_process_may_usually_open(
    house: House, tmp_path: Path
) -> None:
    for index in range(1, 60):
        (house.media / f"scene-{index}-image.png").write_bytes(b"image")

    done = run_command(house.root, "backup", tmp_path / "x.tar", ulimit="-Sn 40")

    assert done.returncode == 0
    assert members(tmp_path / "x.tar").keys() == {*house.files(), "manifest.sha256"}


def test_ids_of_any_length_fit(house: House, ana: Person, run: Run, tmp_path: Path) -> None:
    long = house.work.with_name("w" * 64)
    house.work.rename(long)
    house.project.rename(house.project.with_name("p" * 64))
    before = house.files()

    run("backup", tmp_path / "x.tar")

    assert members(tmp_path / "x.tar").keys() == {*before, "manifest.sha256"}


def peak_memory(data_dir: Path, *args: str) -> int:
    """The most memory that a command had in use, in bytes."""
    process = subprocess.Popen(
        [*FLASK, *args], cwd=ROOT, env=environment(data_dir), stdout=subprocess.DEVNULL
    )
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode == 0
    return usage.ru_maxrss * 1024


def test_memory_stays_flat_whatever_the_size(house: House, tmp_path: Path) -> None:
    small = peak_memory(house.root, "backup", str(tmp_path / "small.tar"))
    with (house.media / "reference.mp4").open("r+b") as video:
        video.truncate(100 << 20)

    backing_up = peak_memory(house.root, "backup", str(tmp_path / "x.tar"))
    restoring = peak_memory(tmp_path / "there", "restore", str(tmp_path / "x.tar"))

    assert backing_up - small < 20 << 20
    assert restoring - small < 20 << 20


def test_progress_goes_beside_the_output(house: House, tmp_path: Path) -> None:
    done = run_command(house.root, "backup", tmp_path / "x.tar")

    assert done.stdout.startswith("Backed up ")
    assert done.stderr == ""  # at a terminal a line that changes; elsewhere one every 10 s


def test_a_backup_that_is_stopped_leaves_nothing(house: House, tmp_path: Path) -> None:
    with (house.media / "reference.mp4").open("r+b") as video:
        video.truncate(1 << 30)
    backups = tmp_path / "backups"
    backups.mkdir()

    command = [*FLASK, "backup", str(backups / "x.tar")]
    with subprocess.Popen(command, cwd=ROOT, env=environment(house.root)) as process:
        while not list(backups.iterdir()):
            assert process.poll() is None
        process.terminate()

    assert process.returncode == 128 + signal.SIGTERM
    assert list(backups.iterdir()) == []
