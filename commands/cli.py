"""What the command-line commands share: error messages, tables, dates."""

import signal
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from shlex import quote
from typing import Any

import click

from errors import ServiceError, in_words
from printing import printable, printable_lines
from storage.errors import NoAccessError, StorageError
from storage.files.privileges import advice
from web.context import settings

_NAMED_DIRECTORY = "vidworks.data_dir"


@contextmanager
def handle_errors(*expected: type[Exception]) -> Iterator[None]:
    """Turn expected exceptions into an error message and exit code 1; decorates a command.

    ServiceError, StorageError and OSError are always expected.
    """
    others: tuple[type[Exception], ...] = (StorageError, OSError, *expected)
    try:
        yield
    except ServiceError as exc:
        raise click.ClickException(in_words(exc)) from exc
    except NoAccessError as exc:
        raise click.ClickException(f"{exc}. {advice(settings().data_dir)}") from exc
    except others as exc:
        raise click.ClickException(str(exc)) from exc


@contextmanager
def exit_on_sigterm() -> Iterator[None]:
    """Raise SystemExit on SIGTERM, so that a command cleans up as it does on Ctrl-C."""

    def stop(number: int, _frame: object) -> None:
        raise SystemExit(128 + number)

    previous = signal.signal(signal.SIGTERM, stop)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, previous)


class Commands(click.Group):
    """Commands whose error messages are printable, also those about their arguments."""

    def invoke(self, context: click.Context) -> Any:
        """Run a command. Raises ClickException."""
        try:
            return super().invoke(context)
        except click.ClickException as exc:
            exc.message = printable_lines(exc.message)  # type: ignore[misc]  # click says final
            raise


def print_line(text: str) -> None:
    """Print to standard output. Commands print with this and `print_message` alone."""
    click.echo(printable_lines(text))


def print_message(text: str) -> None:
    """Print to standard error, which keeps standard output free for data that scripts read."""
    click.echo(printable_lines(text), err=True)


def note_named_directory(directory: Path) -> None:
    """Remember that the environment of this command names the data directory."""
    click.get_current_context().meta[_NAMED_DIRECTORY] = directory


def next_command(arguments: str) -> str:
    """Return a command line to type after this command, for the same data directory."""
    directory = click.get_current_context().meta.get(_NAMED_DIRECTORY)
    named = f"DATA_DIR={quote(str(directory))} " if directory else ""
    return f"{named}./vidworks {arguments}"


def list_some(items: Sequence[str], most: int = 20) -> str:
    """Return the items separated by commas; of more than `most`, the first and how many follow."""
    more = f", and {len(items) - most} more" if len(items) > most else ""
    return ", ".join(items[:most]) + more


def print_table(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Print rows in aligned columns."""
    table = [list(headings), *([printable(cell) for cell in row] for row in rows)]
    widths = [max(map(len, column)) for column in zip(*table, strict=True)]
    for row in table:
        cells = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        print_line("  ".join(cells).rstrip())


def format_day(time_ms: int | None, default: str) -> str:
    """Return a timestamp's day in UTC, e.g. `2026-01-31`; `default` for None."""
    return default if time_ms is None else f"{datetime.fromtimestamp(time_ms / 1000, UTC):%Y-%m-%d}"
