"""Doctor, backup and restore on the command line."""

from pathlib import Path

import click
from flask.cli import with_appcontext

from maintenance.archive import ArchiveError
from maintenance.backup import back_up
from maintenance.doctor.checks import CheckResult, run_checks
from maintenance.progress import Progress
from maintenance.restore import restore as restore_archive
from web.cli import exit_on_sigterm, handle_errors, printable
from web.context import store


@click.command("doctor")
@click.option("--repair", is_flag=True, help="Mend what can be mended without losing anything.")
@with_appcontext
@handle_errors()
def doctor(repair: bool) -> None:
    """Check the data directory, also while the service runs.

    Nothing that someone may want is deleted: what cannot be used is moved to lost+found in the
    data directory. The exit status is 1 if something is left to be done.
    """
    told = []
    for each in run_checks(store(), repair):
        told.append(each)
        click.echo(printable(_line(each)))
    left = [each for each in told if not each.done]
    click.echo(_summary(len(told), len(left), repairable=any(each.finding.repair for each in left)))
    if left:
        raise SystemExit(1)


@click.command("backup")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--force", is_flag=True, help="Overwrite the file if it is there.")
@with_appcontext
@handle_errors(ArchiveError)
@exit_on_sigterm()
def backup(file: Path, force: bool) -> None:
    """Back up everything into one archive, also while the service runs.

    FILE is a tar; one called .tar.gz or .tgz is compressed. It holds the users' passwords (hashed)
    and the secret that logins are signed with: keep it where only you can read it.
    """
    contents = back_up(store().root, file, Progress(), overwrite=force)
    click.echo(f"Backed up {contents} to {file}; verified.")


@click.command("restore")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--replace", is_flag=True, help="Replace what is there already.")
@with_appcontext
@handle_errors(ArchiveError)
@exit_on_sigterm()
def restore(file: Path, replace: bool) -> None:
    """Restore a backup, also while the service runs.

    Users, tokens and projects that are there already are kept as they are. AI jobs that were not
    finished are interrupted: nothing is paid for until someone resumes them.
    """
    try:
        restored = restore_archive(store(), file, Progress(), replace=replace)
    except ArchiveError as exc:
        raise ArchiveError(f"Nothing was restored from {file}: {exc}.") from exc
    click.echo(f"Restored {restored.contents} from {file}.")
    if restored.kept:
        click.echo(f"Kept as they are: {restored.kept} that were there already.")
    if restored.other_secret:
        click.echo(
            "The secret that signs logins was in use already and was kept: whoever was logged in"
            " when the backup was made has to log in again. API tokens work as before."
        )
    if restored.other_webhook_secret:
        click.echo(
            "The secret that signs webhooks was in use already and was kept: receivers need theirs"
            " anew, from GET /api/webhook-secret."
        )


def _line(told: CheckResult) -> str:
    finding = told.finding
    line = f"{finding.path} {finding.problem}."
    if told.done:
        return f"{line} Repaired: {told.done}."
    if told.failed:
        return f"{line} Not repaired: {told.failed}"
    return f"{line} {finding.advice}".rstrip()


def _summary(found: int, left: int, repairable: bool) -> str:
    if not found:
        return f"Nothing is wrong in {store().root}."
    if not left:
        return f"All of it is repaired ({found})."
    if left < found:
        return f"{found - left} of {found} are repaired."
    return f"{found} found." + (" Repair what can be with: doctor --repair" if repairable else "")
