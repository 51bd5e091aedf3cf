"""FFmpeg that notes each of its calls, and that can be held before it begins, or slowed down."""

import os
import subprocess
from functools import cache
from itertools import groupby
from pathlib import Path

import imageio_ffmpeg

_SCRIPT = """#!/bin/sh
cd '{directory}'
echo "$$ $*" >> calls
[ "$*" = -version ] && exec cat version
# Each file is read with one `open`: it can be removed at any time.
while read -r output 2>/dev/null < held; do
    case "$*" in *"$output"*) sleep 0.05 ;; *) break ;; esac
done
if read -r rate output 2>/dev/null < slow; then
    slowly="-readrate $rate -readrate_initial_burst 0.01"
    case "$*" in *"$output"*) set -- $slowly "$@" ;; esac
fi
exec '{program}' "$@"
"""


class RecordedFFmpeg:
    """A program for the setting FFMPEG, with notes in a directory."""

    def __init__(self, directory: Path) -> None:
        directory.mkdir(exist_ok=True)
        self._directory = directory
        self.program = directory / "ffmpeg"
        (directory / "version").write_text(_version())
        script = _SCRIPT.format(directory=directory, program=imageio_ffmpeg.get_ffmpeg_exe())
        self.program.write_text(script)
        self.program.chmod(0o755)

    def hold(self, output: str) -> None:
        """Let calls whose arguments contain this text wait, until another one is held or none."""
        self._write("held", output)

    def release(self) -> None:
        """Let all calls begin."""
        (self._directory / "held").unlink(missing_ok=True)

    def slow_down(self, output: str, rate: float = 1.0) -> None:
        """Let calls whose arguments contain this text read so many seconds of media a second."""
        self._write("slow", f"{rate} {output}")

    def speed_up(self) -> None:
        """Let all later calls run at full speed."""
        (self._directory / "slow").unlink(missing_ok=True)

    def calls(self, output: str = "") -> list[str]:
        """Return the arguments of all calls so far that contain this text."""
        return [arguments for _, arguments in self.notes() if output in arguments]

    def rendered(self) -> list[str]:
        """Return what was begun so far, by its first segment: such as `run-00003`."""
        outputs = [call.rsplit("/", 2)[-2] for call in self.calls("/run-")]
        return [name for name in outputs if name.startswith("run-")]

    def exported(self, *jobs: str) -> list[str]:
        """Return the jobs of these paths in the order in which calls were theirs."""
        paths = {job.rpartition("/")[2]: job for job in jobs}
        calls = (path for call in self.calls() for name, path in paths.items() if name in call)
        return [path for path, _ in groupby(calls)]

    def running(self) -> list[int]:
        """Return the ids of processes, FFmpeg's and its watchdogs', that have not ended."""
        return [process for process, _ in self._processes()]

    def is_suspended(self, output: str) -> bool:
        """Return whether the service has stopped a call that contains this text for a while."""
        return any(state == "T" for _, state in self._processes(output))

    def notes(self) -> list[tuple[int, str]]:
        """Return the id of the process of each call so far, and its arguments."""
        try:
            lines = (self._directory / "calls").read_text().splitlines()
        except FileNotFoundError:
            return []
        notes = (line.partition(" ") for line in lines)
        return [(int(process), arguments) for process, _, arguments in notes]

    def _write(self, name: str, line: str) -> None:
        written = self._directory / f"{name}.new"
        written.write_text(f"{line}\n")
        written.rename(self._directory / name)

    def _processes(self, output: str = "") -> list[tuple[int, str]]:
        groups = {group for group, arguments in self.notes() if output in arguments}
        return [(process, state) for process, group, state in _processes() if group in groups]


@cache
def _version() -> str:
    """Return what FFmpeg says of its version, which each application asks for."""
    command = [imageio_ffmpeg.get_ffmpeg_exe(), "-version"]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def _processes() -> list[tuple[int, int, str]]:
    """Return the id, the group and the state (as in /proc) of each process that has not ended."""
    found = []
    for name in filter(str.isdigit, os.listdir("/proc")):
        try:
            status = Path(f"/proc/{name}/stat").read_text().rpartition(")")[2].split()
        except OSError:  # it has ended
            continue
        if status[0] not in "ZX":
            found.append((int(name), int(status[2]), status[0]))
    return found
