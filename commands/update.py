"""`./vidworks update`."""

from pathlib import Path

import click

from commands.cli import exit_on_sigterm, handle_errors, print_line, print_message
from commands.programs import run_program
from commands.releases.clone import Clone, CloneError
from commands.releases.updating import check_unchanged, move_to, newest_release, notes
from settings.config import ROOT
from settings.version import VERSION


@click.command("update")
@click.option("--check", is_flag=True, help="Only say whether there is a newer release.")
@click.option("--no-backup", is_flag=True, help="Make no backup before.")
@click.option("--yes", is_flag=True, help="Do not ask whether the changelog was read.")
@handle_errors(CloneError)
@exit_on_sigterm()
def update(check: bool, no_backup: bool, yes: bool) -> None:
    """Update to the newest release, after a backup.

    The backup is written into the folder of the service. Restart the service afterwards.
    """
    clone = Clone(ROOT)
    tag = newest_release(clone)
    before, after = clone.describe(), clone.describe(tag)
    told = f"This is Vidworks {before}; the newest release is {after}"
    if not clone.count(f"HEAD..{tag}"):
        print_line(f"{told}: nothing to update.")
        return
    print_line(f"{told}.")
    to_do = notes(clone, tag, VERSION)
    if to_do:
        print_line(f"\nBefore you update:\n\n{to_do}\n")
    if check:
        return
    check_unchanged(clone, tag)
    if to_do and not yes:
        click.confirm("Update now?", abort=True)
    backup, commit = ROOT / f"before-{tag}.tar", clone.commit()
    if not no_backup:
        _back_up(backup)
    move_to(clone, tag)
    print_line(f"Updated from {before} to {after}. Restart the service: systemctl restart vidworks")
    if not no_backup:
        print_message(_way_back(clone, commit, backup))


def _back_up(archive: Path) -> None:
    command = [str(ROOT / "vidworks"), "backup", "--force", str(archive)]
    if run_program(command).returncode != 0:
        raise CloneError(
            "Nothing was updated, since the backup failed. Without data, use --no-backup."
        )


def _way_back(clone: Clone, commit: str, backup: Path) -> str:
    """Return the commands that bring the old release and its data back."""
    reset = clone.as_owner(f"git reset --hard {commit}")
    return (
        f"To go back, stop the service, and run this in {ROOT} before you start it again:\n"
        f"  {reset}\n"
        f"  ./vidworks restore --replace {backup.name}"
    )
