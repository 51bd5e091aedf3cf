"""`./vidworks backup`: what an archive contains, and what happens on failures."""

import os
import re
import shutil
import signal
import subprocess
import tarfile
from pathlib import Path
from typing import IO

import pytest

from commands.archives.archive import SETTINGS
from tests.command_line import COMMANDS, environment, run_command, run_limited
from tests.held_locks import held
from tests.jobs.helpers import until
from tests.service import ROOT


def members(archive: Path) -> dict[str, bytes]:
    """Return the files in an archive, without the settings of this machine."""
    with tarfile.open(archive) as tar:
        found = {member.name: tar.extractfile(member).read() for member in tar}
    found.pop(SETTINGS, None)
    return found


def test_files_have_an_order_of_their_own_so_that_unchanged_parts_of_archives_are_equal(
    data, run, tmp_path
):
    """Programs that store only what has changed, such as restic, depend on it."""
    for number in range(9, 0, -1):  # directories list what was created last in another place
        shutil.copytree(data.asset, data.asset.with_name(f"asset_{number}"))
    run("backup", tmp_path / "first.tar")
    for number in (5, 3, 7):
        asset = data.asset.with_name(f"asset_{number}")
        copy = shutil.copytree(asset, tmp_path / asset.name)
        shutil.rmtree(asset)
        shutil.copytree(copy, asset)
    run("backup", tmp_path / "second.tar")

    first, second = members(tmp_path / "first.tar"), members(tmp_path / "second.tar")
    assert list(first.items()) == list(second.items())


def test_backup_reports_what_was_archived(data, run, tmp_path):
    result = run("backup", tmp_path / "x.tar")

    assert result.exit_code == 0
    assert re.fullmatch(
        r"Backed up 1 user, 1 token, 1 project, 1 work, 1 asset, 1 template, 2 jobs, 1 export,"
        r" 10 media files"
        r" \(\d+\.\d KB\)"
        rf" to {tmp_path}/x.tar; verified.\n",
        result.stdout,
    )


def test_archive_contains_every_file_byte_for_byte(data, run, tmp_path):
    run("backup", tmp_path / "x.tar")

    archived = members(tmp_path / "x.tar")
    assert list(archived)[-1] == "manifest.sha256"
    del archived["manifest.sha256"]
    assert archived == data.files()


def test_backup_makes_no_locks(data, run, tmp_path):
    for lock in data.root.glob("*/**/.lock"):
        lock.unlink()

    run("backup", tmp_path / "x.tar")

    assert list(data.root.glob("*/**/.lock")) == []
    assert set(members(tmp_path / "x.tar")) >= set(data.files())


def test_archive_omits_internal_and_temporary_files(data, run, tmp_path):
    before = set(data.files())
    data.store.logins.create("account-0", {"counters": {}})
    data.store.presence.create("work-0", {"tabs": [], "updatedAt": 0})
    (data.root / "lost+found").mkdir()
    (data.root / "lost+found" / "work.json").write_text("{")
    (data.work / ".tmp-0").write_bytes(b"half")
    (data.project / "works" / ".deleted-0" / "media").mkdir(parents=True)
    (data.project / "works" / ".deleted-0" / "media" / "audio.mp3").write_bytes(b"gone")
    (data.work / "media" / ".tmp-1").write_bytes(b"half")
    (data.export.with_name(".new-0") / "media").mkdir(parents=True)
    (data.export.with_name(".new-0") / "media" / "video.mp4").write_bytes(b"half")
    for name in ("segments", "working/job_0"):
        (data.root / "cache" / name).mkdir(parents=True)
        (data.root / "cache" / name / "any.mp4").write_bytes(b"cached")

    run("backup", tmp_path / "x.tar")

    assert set(members(tmp_path / "x.tar")) == before | {"manifest.sha256"}


def test_archive_is_readable_by_its_owner_only(data, run, tmp_path):
    os.umask(0)

    run("backup", tmp_path / "x.tar")

    assert (tmp_path / "x.tar").stat().st_mode & 0o777 == 0o600


def test_relative_file_name_refers_to_the_current_directory(data, run, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    assert run("backup", "x.tar").exit_code == 0
    assert (tmp_path / "x.tar").exists()


def test_tar_and_sha256sum_can_unpack_and_verify_an_archive(data, run, tmp_path):
    run("backup", tmp_path / "x.tar")
    (tmp_path / "unpacked").mkdir()

    unpack = "tar -xf ../x.tar && sha256sum --check --strict --quiet manifest.sha256"
    subprocess.run(unpack, shell=True, check=True, cwd=tmp_path / "unpacked")


@pytest.mark.parametrize("name", ["x.tar.gz", "x.tgz"])
def test_archive_is_compressed_if_its_name_says_so(data, run, tmp_path, name):
    result = run("backup", tmp_path / name)

    assert result.exit_code == 0
    assert (tmp_path / name).read_bytes()[:2] == b"\x1f\x8b"
    assert members(tmp_path / name).keys() == {*data.files(), "manifest.sha256"}


def test_existing_file_is_not_overwritten(data, run, tmp_path):
    (tmp_path / "x.tar").write_text("precious")

    result = run("backup", tmp_path / "x.tar")

    assert result.exit_code == 1
    assert "already exists; --force overwrites it" in result.stderr
    assert (tmp_path / "x.tar").read_text() == "precious"


def test_existing_file_is_overwritten_with_force(data, run, tmp_path):
    (tmp_path / "x.tar").write_text("obsolete")

    result = run("backup", tmp_path / "x.tar", "--force")

    assert result.exit_code == 0
    assert tarfile.is_tarfile(tmp_path / "x.tar")


def test_backup_into_a_missing_directory_fails_with_a_message(data, run, tmp_path):
    result = run("backup", tmp_path / "missing" / "x.tar")

    assert result.exit_code == 1
    assert f"The directory {tmp_path / 'missing'} does not exist." in result.stderr


def test_backup_on_a_full_disk_leaves_the_previous_archive(data, tmp_path):
    (tmp_path / "backups").mkdir()
    archive = tmp_path / "backups" / "x.tar"
    archive.write_text("the previous archive")

    # No file may grow beyond 16 KB: like a full disk, but for this process only.
    done = run_limited("-f 32", data.root, "backup", archive, "--force")

    assert done.returncode == 1
    assert done.stderr.splitlines()[-1].startswith("Error: ")
    assert archive.read_text() == "the previous archive"
    assert list(archive.parent.iterdir()) == [archive]


def test_damaged_documents_are_archived_unchanged(data, run, tmp_path):
    (data.work / "work.json").write_text("{")
    (data.project / "project.json").unlink()

    result = run("backup", tmp_path / "x.tar")

    assert result.exit_code == 0
    assert members(tmp_path / "x.tar").keys() == {*data.files(), "manifest.sha256"}


def test_backup_fails_on_an_unreadable_file(data, run, tmp_path):
    (data.media / "audio.mp3").unlink()
    (data.media / "audio.mp3").symlink_to("missing")

    result = run("backup", tmp_path / "x.tar")

    assert result.exit_code == 1
    assert "audio.mp3" in result.stderr
    assert not (tmp_path / "x.tar").exists()


@pytest.mark.parametrize("name", ["media/audio.mp3", "work.json", ".lock"])
def test_backup_fails_on_a_pipe_instead_of_waiting_for_it(data, tmp_path, name):
    (data.work / name).unlink(missing_ok=True)
    os.mkfifo(data.work / name)

    done = run_command(data.root, "backup", tmp_path / "x.tar")

    assert done.returncode == 1
    work = data.work.relative_to(data.root)
    problem = f"In {work}, {Path(name).name} is a named pipe instead of a file"
    assert f"{problem}; `./vidworks doctor --repair` moves it away." in done.stderr
    assert not (tmp_path / "x.tar").exists()


def test_what_is_not_part_of_the_data_is_left_out_and_named(data, run, tmp_path):
    before = set(data.files())
    (data.project / "notes.txt").write_text("mine")
    (data.project / "media").mkdir()
    (data.project / "media" / "more.txt").write_text("mine")
    (data.user / "folder" / "in" / "it").mkdir(parents=True)

    result = run("backup", tmp_path / "x.tar")

    assert result.exit_code == 0
    assert set(members(tmp_path / "x.tar")) == before | {"manifest.sha256"}
    project, user = (path.relative_to(data.root) for path in (data.project, data.user))
    paths = f"{project}/media/more.txt, {project}/notes.txt, {user}/folder"
    assert f"Left out, as they are not part of the service's data: {paths}." in result.stderr


def test_strange_files_at_the_top_in_collections_and_in_media_are_left_out_and_named(
    data, run, tmp_path
):
    before = set(data.files())
    documents = (data.work, data.asset, data.export)
    work, asset, export = (path.relative_to(data.root) for path in documents)
    strange = ["mine", "notes.txt", "projects/x.txt"]
    strange += [f"{asset}/media/foo.png", f"{work}/media/foo.mp4", f"{export}/media/foo.mp4"]
    (data.root / "mine").mkdir()
    (data.root / "README.md").touch()  # comes with a clone of the program
    for name in ("mine/a.txt", *strange[1:]):
        (data.root / name).write_text("mine")

    result = run("backup", tmp_path / "x.tar")
    found = run("doctor").stdout

    assert set(members(tmp_path / "x.tar")) == before | {"manifest.sha256"}
    paths = ", ".join(strange)
    assert f"Left out, as they are not part of the service's data: {paths}." in result.stderr
    assert all(f"{name} is not " in found for name in strange)
    assert run("doctor", "--repair").exit_code == 1  # what is at the top is left to people
    assert (data.root / "notes.txt").exists()


def test_many_strange_files_are_counted(data, run, tmp_path):
    for number in range(30):
        (data.root / f"{number:02}.txt").touch()

    assert "18.txt, 19.txt, and 10 more." in run("backup", tmp_path / "x.tar").stderr


@pytest.mark.parametrize("later", ["hash\n[]\n[]\n[]\n", ""])
def test_journal_that_changes_while_it_is_copied_is_archived_as_it_was(
    data, run, tmp_path, monkeypatch, later
):
    journal = data.job / "changes.jsonl"
    journal.write_text("hash\n[]\n")
    name = str(journal.relative_to(data.root))
    add = tarfile.TarFile.addfile

    def addfile(tar: tarfile.TarFile, header: tarfile.TarInfo, file: IO[bytes]) -> None:
        if header.name == name:
            journal.write_text(later)
        add(tar, header, file)

    monkeypatch.setattr(tarfile.TarFile, "addfile", addfile)

    result = run("backup", tmp_path / "x.tar")

    assert result.exit_code == 0, result.stderr
    assert members(tmp_path / "x.tar")[name] == b"hash\n[]\n"


def test_archive_of_files_with_impossible_times_can_be_restored(data, run, tmp_path):
    os.utime(data.media / "audio.mp3", (-5, -5))

    run("backup", tmp_path / "x.tar")

    assert run("restore", tmp_path / "x.tar", "--replace").exit_code == 0


def test_backup_of_more_files_in_a_work_than_the_open_files_limit(data, tmp_path):
    for index in range(1, 60):
        (data.media / f"scene-{index}-image.png").write_bytes(b"image")

    done = run_limited("-Sn 40", data.root, "backup", tmp_path / "x.tar")

    assert done.returncode == 0
    assert members(tmp_path / "x.tar").keys() == {*data.files(), "manifest.sha256"}


def test_backup_of_documents_with_ids_of_maximum_length(data, ana, run, tmp_path):
    long = data.work.with_name("w" * 64)
    data.work.rename(long)
    data.project.rename(data.project.with_name("p" * 64))
    before = data.files()

    run("backup", tmp_path / "x.tar")

    assert members(tmp_path / "x.tar").keys() == {*before, "manifest.sha256"}


def peak_memory(data_dir: Path, *args: object) -> int:
    """Run a command and return its maximum resident set size in bytes."""
    ended = run_command(data_dir, *args)
    assert ended.returncode == 0
    return ended.memory


def test_memory_use_does_not_depend_on_file_sizes(data, tmp_path):
    small = peak_memory(data.root, "backup", tmp_path / "small.tar")
    with (data.media / "reference.mp4").open("r+b") as video:
        video.truncate(100 << 20)

    backing_up = peak_memory(data.root, "backup", tmp_path / "x.tar")
    restoring = peak_memory(tmp_path / "other", "restore", tmp_path / "x.tar")

    assert backing_up - small < 20 << 20
    assert restoring - small < 20 << 20


def test_progress_goes_to_stderr(data, tmp_path):
    done = run_command(data.root, "backup", tmp_path / "x.tar")

    assert done.stdout.startswith("Backed up ")
    progress = "Backing up\nVerifying\n"  # with progress bars on a terminal
    assert done.stderr == f"Data directory: {data.root}\n{progress}"


def test_terminated_backup_leaves_no_file(data, tmp_path):
    backups = tmp_path / "backups"
    backups.mkdir()

    command = [*COMMANDS, "backup", str(backups / "x.tar")]
    with (
        held(data.work / ".lock"),  # for which it waits in the middle
        subprocess.Popen(command, cwd=ROOT, env=environment(data.root)) as process,
    ):
        until(lambda: list(backups.iterdir()))
        process.terminate()

    assert process.returncode == 128 + signal.SIGTERM
    assert list(backups.iterdir()) == []


def test_backup_does_not_replace_what_is_no_file(run, data, tmp_path):
    os.mkfifo(tmp_path / "x.tar")

    result = run("backup", "--force", tmp_path / "x.tar")

    assert result.exit_code == 1
    assert "x.tar is a named pipe, which is not replaced." in result.stderr
