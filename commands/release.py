"""`./vidworks release`, for maintainers."""

from datetime import UTC, datetime

import click

from commands.cli import exit_on_sigterm, handle_errors, print_line
from commands.releases.clone import Clone, CloneError
from commands.releases.making import BRANCH, Release, make_release, plan_release
from settings.config import ROOT


@click.command("release")
@click.argument("version")
@click.option("--dry-run", is_flag=True, help="Only say what would be done.")
@handle_errors(CloneError)
@exit_on_sigterm()
def release(version: str, dry_run: bool) -> None:
    """Release VERSION, such as 0.4.0, of this clone: for maintainers.

    What CHANGELOG.md calls Unreleased gets the version and the date. The version is set where it is
    stated. Both are committed, and tagged. Nothing is pushed.
    """
    clone = Clone(ROOT)
    planned = plan_release(clone, version, datetime.now(UTC).date())
    if dry_run:
        print_line(f"This would release {_described(planned)}")
        return
    make_release(clone, planned)
    print_line(f"Released {_described(planned)}")
    print_line(
        f"\nNobody gets it before both are pushed: git push --atomic origin {BRANCH} {planned.tag}"
        f"\nTo undo it before that: git tag -d {planned.tag} && git reset --keep HEAD~1"
    )


def _described(planned: Release) -> str:
    return (
        f"Vidworks {planned.version}, after {planned.previous}:"
        f"\n- a commit that changes {', '.join(planned.files)}"
        f"\n- its annotated tag {planned.tag}"
        f"\n\nAdministrators are told before they update:\n\n{planned.notes or '(nothing)'}"
    )
