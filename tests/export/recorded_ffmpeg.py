"""FFmpeg that notes each of its calls, and that can be slowed down."""

import os
from pathlib import Path

import imageio_ffmpeg

_SCRIPT = """#!/bin/sh
cd '{directory}'
echo "$$ $*" >> calls
# Read with one `open`: the file can be removed at any time.
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
        script = _SCRIPT.format(directory=directory, program=imageio_ffmpeg.get_ffmpeg_exe())
        self.program.write_text(script)
        self.program.chmod(0o755)

    def slow_down(self, output: str, rate: float = 1.0) -> None:
        """Let calls whose arguments contain this text read so many seconds of media a second."""
        written = self._directory / "slow.new"
        written.write_text(f"{rate} {output}\n")
        written.rename(self._directory / "slow")

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

    def running(self) -> list[int]:
        """Return the ids of processes, FFmpeg's and its watchdogs', that have not ended."""
        return [process for process, _ in self._processes()]

    def is_suspended(self) -> bool:
        """Return whether the service has stopped one of the processes for a while."""
        return any(state == "T" for _, state in self._processes())

    def notes(self) -> list[tuple[int, str]]:
        """Return the id of the process of each call so far, and its arguments."""
        try:
            lines = (self._directory / "calls").read_text().splitlines()
        except FileNotFoundError:
            return []
        notes = (line.partition(" ") for line in lines)
        return [(int(process), arguments) for process, _, arguments in notes]

    def _processes(self) -> list[tuple[int, str]]:
        groups = {group for group, _ in self.notes()}
        return [(process, state) for process, group, state in _processes() if group in groups]


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
