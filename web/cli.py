"""What the commands of the command line share: failures in plain words, tables, times."""

import signal
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime

import click

from storage.errors import StorageError
from web.errors import ApiError


@contextmanager
def failing_plainly(*also: type[Exception]) -> Iterator[None]:
    """End a command that fails with a sentence instead of a traceback; decorates its function."""
    failures: tuple[type[Exception], ...] = (StorageError, OSError, *also)
    try:
        yield
    except ApiError as exc:
        raise click.ClickException(_sentence(exc)) from exc
    except failures as exc:
        raise click.ClickException(str(exc)) from exc


@contextmanager
def stopping_cleanly() -> Iterator[None]:
    """Let a command clean up what it began also when it is told to stop, as on Ctrl-C."""

    def stop(number: int, _frame: object) -> None:
        raise SystemExit(128 + number)

    before = signal.signal(signal.SIGTERM, stop)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def tell(text: str) -> None:
    """Say something to the person, beside the output that a script may capture."""
    click.echo(text, err=True)


def printable(text: str) -> str:
    """The text, unable to steer the terminal."""
    return "".join(character if character.isprintable() else "?" for character in text)


def print_table(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Print rows in columns."""
    table = [list(headings), *([printable(cell) for cell in row] for row in rows)]
    widths = [max(map(len, column)) for column in zip(*table, strict=True)]
    for row in table:
        cells = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        click.echo("  ".join(cells).rstrip())


def day(time_ms: int | None, never: str) -> str:
    """The day of a timestamp (UTC), as people write it."""
    return never if time_ms is None else f"{datetime.fromtimestamp(time_ms / 1000, UTC):%Y-%m-%d}"


def _sentence(exc: ApiError) -> str:
    details = exc.details
    if isinstance(details, dict):
        details = "; ".join(f"{field}: {message}" for field, message in details.items())
    return f"{exc.message}: {details}" if details else exc.message
