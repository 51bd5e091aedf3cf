"""The commands `doctor`, `backup` and `restore`: checks and copies of the data directory."""

from datetime import UTC, datetime
from pathlib import Path
from shlex import quote

import click
from flask.cli import with_appcontext

from accounts import registration
from commands.archives.archive import ArchiveError
from commands.archives.archived_settings import (
    ArchivedSettings,
    as_json,
    is_path,
    is_secret,
    read_settings_of,
    settings_here,
    settings_to_archive,
    write_settings,
)
from commands.archives.backup import create_backup, name_at, superseded
from commands.archives.restore import restore_archive
from commands.cli import (
    exit_on_sigterm,
    handle_errors,
    list_some,
    next_command,
    print_line,
    print_message,
)
from commands.doctor import clock, models
from commands.doctor.checks import CheckResult, run_checks
from commands.doctor.shared_mounts import check_mounts
from printing import printable
from settings.config import dotenv_notice
from storage import last_backup
from storage.errors import StorageError
from storage.files.privileges import PrivilegeError, as_caller, become_owner
from web.context import settings, store


@click.command("doctor")
@click.option("--repair", is_flag=True, help="Repair what can be repaired without losing data.")
@click.option(
    "--shared",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Check instead what this other mount of the data directory promises.",
)
@with_appcontext
@handle_errors()
def doctor(repair: bool, shared: Path | None) -> None:
    """Check the data directory, also while the service runs.

    No user data is deleted: documents and files that cannot be used are moved to lost+found in the
    data directory. The exit status is 1 if problems remain.
    """
    if shared is not None:
        _check_shared(shared)
        return
    if repair and not store().is_writable:
        raise click.UsageError(f"{store().root} is read-only: nothing can be repaired there.")
    print_message(f"{registration.in_words(store(), settings())}.")
    notices = (dotenv_notice(), *models.notices(store(), settings()), *clock.notices(store()))
    for told in filter(None, notices):  # no problems of the data directory
        print_line(printable(f"Note: {told}."))
    results = []
    for result in run_checks(store(), repair):
        results.append(result)
        print_line(printable(_format_result(result)))
    unrepaired = [result for result in results if not result.repaired]
    print_line(_format_summary(len(results), unrepaired))
    if told_backup := last_backup.notice(store().root):
        print_message(f"Note: {told_backup}.")
    if unrepaired:
        raise SystemExit(1)


def _check_shared(other: Path) -> None:
    if store().root.samefile(other):
        raise click.UsageError(
            f"{other} is DATA_DIR by the same mount; mount the volume a second time, and name the"
            " directory there."
        )
    problems = 0
    for each in check_mounts(store().root, other):
        print_line(f"{each.name}: {each.seen}. {each.advice}".rstrip())
        problems += bool(each.advice)
    if problems:
        raise SystemExit(1)


@click.command("backup")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--force", is_flag=True, help="Overwrite the file if it exists.")
@click.option(
    "--keep",
    type=click.IntRange(min=1),
    help="Delete the oldest archives in the directory FILE, but for this many.",
)
@click.option(
    "--with-secrets", is_flag=True, help="Include settings that are secret, such as vendors' keys."
)
@with_appcontext
@handle_errors(ArchiveError)
@exit_on_sigterm()
def backup(file: Path, force: bool, keep: int | None, with_secrets: bool) -> None:
    """Back up the data directory into one archive, also while the service runs.

    FILE is a tar archive; it is compressed if its name ends in .tar.gz or .tgz. If FILE is a
    directory, the archive in it is named after the time. It contains the users' hashed passwords
    and the secret that logins are signed with: keep it where only you can read it. It contains the
    settings, too, but secret ones only if you ask for them. It does not contain the keys of AI
    vendors that users keep.
    """
    now = datetime.now(UTC)
    with as_caller():
        is_directory = file.is_dir()
    if keep and not is_directory:
        raise click.UsageError(f"--keep needs a directory; {file} is none.")
    archive = file / name_at(now) if is_directory else file
    kept = settings_to_archive(with_secrets=with_secrets)
    made = create_backup(store().root, archive, settings=as_json(kept), overwrite=force)
    _note_backup(archive, now)
    print_line(f"Backed up {made.summary} to {archive}; verified.")
    if left_out := _secrets_left_out(kept):
        print_message(f"Without secret settings (--with-secrets includes them): {left_out}.")
    _print_left_out(made.left_out)
    if keep:
        _delete_superseded(file, keep, now)


def _note_backup(archive: Path, now: datetime) -> None:
    if not store().is_writable:
        print_message("The data are read-only: the time of this backup is not noted in them.")
        return
    try:
        last_backup.note(store(), archive.absolute(), int(now.timestamp() * 1000))
    except StorageError as exc:
        print_message(f"The backup is good, but its time cannot be noted in the data: {exc}.")


def _delete_superseded(directory: Path, keep: int, now: datetime) -> None:
    with as_caller():
        for path in superseded(directory, keep, now):
            path.unlink(missing_ok=True)
            print_line(f"Deleted {path}.")


@click.command("restore")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--replace", is_flag=True, help="Replace what exists already.")
@click.option(
    "--settings",
    "target",
    type=click.Path(path_type=Path),
    help="Only write the settings in the backup, into this new file, such as .env.",
)
@handle_errors(ArchiveError, PrivilegeError)
@exit_on_sigterm()
def restore(file: Path, replace: bool, target: Path | None) -> None:
    """Restore a backup, also while the service runs.

    Users, tokens, links, projects and items of the trash that exist already are skipped. Unfinished
    AI jobs are interrupted: nothing is paid for until a user resumes them. The last lines say which
    settings the machine that was backed up had.
    """
    if target is not None:
        _write_settings(file, target)
    else:
        _restore(file, replace)


def _write_settings(file: Path, target: Path) -> None:
    become_owner(target.absolute().parent)
    try:
        settings = read_settings_of(file)
    except ArchiveError as exc:
        raise ArchiveError(f"Nothing was written from {file}: {exc}.") from exc
    written = ", ".join(write_settings(settings, target))
    print_line(f"Wrote {written or 'nothing'} to {target}. Read it before you start the service.")
    if left_out := _secrets_left_out(settings):
        print_line(f"Secret, so that you have to enter them there: {left_out}.")
    if paths := ", ".join(name for name, value in settings.items() if is_path(name, value)):
        print_line(f"Paths on the machine that was backed up, as comments there: {paths}.")


@with_appcontext
def _restore(file: Path, replace: bool) -> None:
    try:
        result = restore_archive(store(), file, replace=replace)
    except ArchiveError as exc:
        raise ArchiveError(f"Nothing was restored from {file}: {exc}.") from exc
    print_line(f"Restored {result.summary} from {file}.")
    _print_left_out(result.left_out)
    if result.skipped:
        skipped = list_some(result.skipped)
        print_line(f"Skipped because they exist already (--replace replaces them): {skipped}.")
    if result.kept_jwt_secret:
        print_line(
            "The secret that signs logins is already in use and was kept: users who were logged in"
            " when the backup was made have to log in again. API tokens stay valid."
        )
    if result.kept_webhook_secret:
        print_line(
            "The secret that signs webhooks is already in use and was kept: receivers need it,"
            " from GET /api/webhook-secret."
        )
    _print_other_settings(result.settings, file)


def _print_other_settings(settings: ArchivedSettings, file: Path) -> None:
    """Say what was set otherwise on the machine that was backed up; of secrets, only the names."""
    here = settings_here()
    lines = []
    for name, value in settings.items():
        if value is None and name not in here:
            lines.append(f"  {name}: secret, and not in the backup")
        elif value is not None and value != here.get(name):
            lines.append(f"  {name}={'…' if is_secret(name, value) else printable(value)}")
    if lines:
        print_line("Settings of the machine that was backed up, which are not those of this one:")
        print_line("\n".join(lines))
        command = next_command(f"restore --settings .env {quote(str(file))}")
        print_line(f"If it has no .env yet, this writes it: {command}")


def _secrets_left_out(settings: ArchivedSettings) -> str:
    return ", ".join(name for name, value in settings.items() if value is None)


def _print_left_out(paths: list[str]) -> None:
    if paths:
        some = printable(list_some(paths))
        print_message(f"Left out, as they are not part of the service's data: {some}.")


def _format_result(result: CheckResult) -> str:
    finding = result.finding
    line = f"{finding.path} {finding.problem}."
    if result.repaired:
        return f"{line} Repaired: {result.repaired}."
    if result.error:
        return f"{line} Not repaired: {result.error}"
    return f"{line} {finding.advice}".rstrip()


def _format_summary(found: int, unrepaired: list[CheckResult]) -> str:
    if not found:
        return f"No problems found in {store().root}."
    if not unrepaired:
        return f"Problems found: {found}, all repaired."
    if len(unrepaired) < found:
        return f"Problems found: {found}, repaired: {found - len(unrepaired)}."
    repairable = any(result.finding.repair for result in unrepaired)
    hint = " To repair what can be repaired: ./vidworks doctor --repair" if repairable else ""
    return f"Problems found: {found}.{hint}"
