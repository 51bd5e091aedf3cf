"""How far a backup is: on a terminal one line that changes, elsewhere a line now and then."""

import sys
import time

import click


class Progress:
    """Counts files and bytes, and tells of them on standard error."""

    def __init__(self) -> None:
        self._terminal = sys.stderr.isatty()
        self._every = 0.2 if self._terminal else 10.0
        self._next = time.monotonic() + self._every
        self._what = ""
        self._files = self._bytes = 0

    def begin(self, what: str) -> None:
        """Start to count anew, for what comes now."""
        self._what = what
        self._files = self._bytes = 0

    def count_file(self) -> None:
        """One file is done."""
        self._files += 1

    def count_bytes(self, count: int) -> None:
        """So many bytes are done."""
        self._bytes += count
        if time.monotonic() > self._next:
            self._next = time.monotonic() + self._every
            self._tell()

    def end(self) -> None:
        """Clear the line, so that something else can be said."""
        if self._terminal:
            click.echo("\r\033[K", nl=False, err=True)

    def _tell(self) -> None:
        line = f"{self._what}: {self._files} files, {self._bytes / 1e6:,.0f} MB"
        if self._terminal:
            click.echo(f"\r\033[K{line}", nl=False, err=True)
        else:
            click.echo(line, err=True)
