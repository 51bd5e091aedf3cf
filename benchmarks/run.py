"""Compare Vidworks with baselines and print a table: `python benchmarks/run.py`."""

from __future__ import annotations

import argparse
import shutil
import signal
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from types import FrameType

# So that this file can be run as a script, and still import its package.
sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks import report
from benchmarks.bench import Bench
from benchmarks.client import FAILURES
from benchmarks.measure import Outcome, log
from benchmarks.rows import ROWS, Row

TOOLS = ("wrk", "nginx")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the chosen rows. Returns 1 if one failed and --strict was given."""
    options = _options(arguments)
    if options.list:
        print("\n".join(f"{row.name:22}{row.title}" for row in ROWS))
        return 0
    missing = [tool for tool in TOOLS if shutil.which(tool) is None]
    if missing:
        raise SystemExit(f"not installed: {', '.join(missing)} (see benchmarks/README.md)")
    for number in (signal.SIGTERM, signal.SIGHUP):
        if signal.getsignal(number) != signal.SIG_IGN:  # as nohup sets it
            signal.signal(number, _exit)
    rows = [row for row in ROWS if not options.only or row.name in options.only]
    with _temporary_directory(options.dir, options.keep) as directory:
        results = _measure(rows, directory, options.seconds, options.rounds)
    return int(options.strict and not all(found.passed for _, found in results))


def _measure(
    rows: Sequence[Row], directory: Path, seconds: int, rounds: int
) -> list[tuple[Row, Outcome]]:
    results: list[tuple[Row, Outcome]] = []
    errors: list[str] = []
    with ExitStack() as stack:
        log("starting the baseline and the service")
        try:
            bench = Bench(directory, seconds, rounds, stack)
        except RuntimeError as error:
            raise SystemExit(str(error)) from error
        for row in rows:
            log(f"{row.name}: {row.title}")
            found = _run(row, bench)
            results.append((row, found))
            log(f"  {found.figure}: {found.ratio} ({'pass' if found.passed else 'FAIL'})")
            errors += [f"{row.name}: {error}" for error in bench.errors]
        _log_service_errors(bench)
    print(report.machine(directory, bench.workers, seconds, rounds), end="\n\n")
    print(report.table(results))
    for line in errors:
        print(f"\nError in {line}")
    return results


def _run(row: Row, bench: Bench) -> Outcome:
    """Run a row; an exception makes it a failed row, and the others still run."""
    try:
        return row.run(bench)
    except FAILURES as error:
        bench.errors.append(f"{type(error).__name__}: {error}")
        return Outcome("could not be measured", "—", False)


def _log_service_errors(bench: Bench) -> None:
    """Report errors in the service's log, which rates alone do not show."""
    lines = bench.service.log.read_text(errors="replace").splitlines()
    errors = [line for line in lines if "Traceback" in line or "ERROR" in line]
    if errors:
        log(f"the service's log has {len(errors)} errors, the first: {errors[0][:300]}")


@contextmanager
def _temporary_directory(parent: Path, keep: bool) -> Iterator[Path]:
    """Create a directory on a real disk, and remove it afterwards."""
    filesystem = report.filesystem(parent)
    if filesystem in ("tmpfs", "ramfs"):
        raise SystemExit(f"{parent} is on {filesystem}; durable writes need a disk (--dir)")
    directory = Path(tempfile.mkdtemp(prefix=".tmp-", dir=parent))
    try:
        yield directory
    finally:
        if keep:
            log(f"kept {directory}")
        else:
            shutil.rmtree(directory, ignore_errors=True)


def _exit(number: int, _frame: FrameType | None) -> None:
    # As an exception, so that all servers are stopped.
    raise SystemExit(128 + number)


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="benchmarks/run.py", description=__doc__)
    parser.add_argument("--seconds", type=_positive, default=5, help="per measurement (default: 5)")
    parser.add_argument(
        "--rounds", type=_positive, default=3, help="the median counts (default: 3)"
    )
    parser.add_argument("--only", action="append", choices=[row.name for row in ROWS])
    parser.add_argument("--list", action="store_true", help="print the names of the rows and exit")
    parser.add_argument("--strict", action="store_true", help="exit with 1 if a row fails")
    parser.add_argument("--keep", action="store_true", help="keep the data and the logs")
    parser.add_argument(
        "--dir",
        type=_directory,
        default=Path(__file__).resolve().parent,
        help="where to create the temporary directory; on a disk, not tmpfs",
    )
    return parser.parse_args(arguments)


def _directory(text: str) -> Path:
    path = Path(text).resolve()
    if not path.is_dir():
        raise argparse.ArgumentTypeError(f"{text} is not a directory")
    return path


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise ValueError(text)
    return number


if __name__ == "__main__":
    try:
        raise SystemExit(main())
    except KeyboardInterrupt:
        raise SystemExit(128 + signal.SIGINT) from None
