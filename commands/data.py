"""Doctor, backup and restore on the command line."""

from datetime import UTC, datetime
from pathlib import Path

import click
from flask.cli import with_appcontext

from accounts import registration
from commands.archives.archive import ArchiveError
from commands.archives.backup import create_backup
from commands.archives.restore import restore_archive
from commands.archives.rotation import name_at, superseded
from commands.cli import exit_on_sigterm, handle_errors, list_some, print_line, print_message
from commands.doctor import clock, models
from commands.doctor.checks import CheckResult, run_checks
from commands.doctor.shared_mounts import check_mounts
from printing import printable
from settings.config import dotenv_notice
from storage import last_backup
from storage.errors import StorageError
from storage.files.privileges import as_caller
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
@with_appcontext
@handle_errors(ArchiveError)
@exit_on_sigterm()
def backup(file: Path, force: bool, keep: int | None) -> None:
    """Back up the data directory into one archive, also while the service runs.

    FILE is a tar archive; it is compressed if its name ends in .tar.gz or .tgz. If FILE is a
    directory, the archive in it is named after the time. It contains the users' hashed passwords
    and the secret that logins are signed with: keep it where only you can read it. It does not
    contain the keys of AI vendors that users keep.
    """
    now = datetime.now(UTC)
    with as_caller():
        is_directory = file.is_dir()
    if keep and not is_directory:
        raise click.UsageError(f"--keep needs a directory; {file} is none.")
    archive = file / name_at(now) if is_directory else file
    made = create_backup(store().root, archive, overwrite=force)
    _note_backup(archive, now)
    print_line(f"Backed up {made.summary} to {archive}; verified.")
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
@with_appcontext
@handle_errors(ArchiveError)
@exit_on_sigterm()
def restore(file: Path, replace: bool) -> None:
    """Restore a backup, also while the service runs.

    Users, tokens, links, projects and items of the trash that exist already are skipped. Unfinished
    AI jobs are interrupted: nothing is paid for until a user resumes them.
    """
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
