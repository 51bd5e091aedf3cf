"""`./vidworks update`."""

import click

from commands.cli import exit_on_sigterm, handle_errors, print_line, print_message
from commands.clone import Clone, UpdateError
from commands.programs import run_program
from settings.config import ROOT
from settings.version import VERSION


@click.command("update")
@click.option("--check", is_flag=True, help="Only say whether there is a newer release.")
@click.option("--no-backup", is_flag=True, help="Make no backup before.")
@click.option("--yes", is_flag=True, help="Do not ask whether the changelog was read.")
@handle_errors(UpdateError)
@exit_on_sigterm()
def update(check: bool, no_backup: bool, yes: bool) -> None:
    """Update to the newest release, after a backup.

    The backup is written into the folder of the service. Restart the service afterwards.
    """
    clone = Clone(ROOT)
    tag = clone.newest_release()
    if clone.has(tag):
        print_line(f"This is Vidworks {VERSION}; the newest release is {tag}: nothing to update.")
        return
    print_line(f"This is Vidworks {VERSION}; the newest release is {tag}.")
    notes = clone.notes(tag, VERSION)
    if notes:
        print_line(f"\nBefore you update:\n\n{notes}\n")
    if check:
        return
    clone.check_unchanged(tag)
    if notes and not yes:
        click.confirm("Update now?", abort=True)
    backup = ROOT / f"before-{tag}.tar"
    if not no_backup:
        _back_up(str(backup))
    clone.move_to(tag)
    print_line(f"Updated from {VERSION} to {tag}. Restart the service: systemctl restart vidworks")
    if not no_backup:
        print_message(
            f"If the new release does not suit you, {backup} has the data of the old one."
        )


def _back_up(archive: str) -> None:
    command = [str(ROOT / "vidworks"), "backup", "--force", archive]
    if run_program(command).returncode != 0:
        raise UpdateError(
            "Nothing was updated, since the backup failed. Without data, use --no-backup."
        )
