"""The steps of a video as lines of text: with bars in a terminal, else one line as each ends."""

from collections.abc import Mapping, Sequence
from typing import Any, TextIO

from printing import printable

Step = Mapping[str, Any]

_WIDTH = 24
_SIGNS = {
    "running": ">",
    "succeeded": "✓",
    "skipped": "-",
    "failed": "✗",
    "interrupted": "!",
    "cancelled": "✗",
}
_UNFINISHED = frozenset({"planned", "running"})


def bar(percent: int) -> str:
    """Return a bar that is filled to some percent."""
    filled = _WIDTH * max(0, min(100, percent)) // 100
    return "█" * filled + "░" * (_WIDTH - filled)


def line(step: Step, columns: int = 200) -> str:
    """Return what a terminal of `columns` columns shows of a step."""
    sign, message = _SIGNS.get(step["state"], " "), step["error"] or step["message"] or ""
    percent = 100 if step["state"] in {"succeeded", "skipped"} else step["percent"]
    text = f"{sign} {step['name']:<10}{bar(percent)} {percent:3d} %  {printable(message)}"
    return text if len(text) < columns else f"{text[: columns - 2]}…"


class ProgressBars:
    """Shows the steps of a job on a stream, as they change."""

    def __init__(self, stream: TextIO, columns: int) -> None:
        self._stream = stream
        self._columns = columns
        self._is_terminal = stream.isatty()
        self._shown = 0  # lines of bars in the terminal
        self._told: dict[str, str] = {}  # the states of steps that were told

    def show(self, steps: Sequence[Step]) -> None:
        """Show the steps as they are now."""
        if self._is_terminal:
            self._draw(steps)
        else:
            self._tell(steps)
        self._stream.flush()

    def _draw(self, steps: Sequence[Step]) -> None:
        if self._shown:
            self._stream.write(f"\x1b[{self._shown}A")
        for step in steps:
            self._stream.write(f"\x1b[2K{line(step, self._columns)}\n")
        self._shown = len(steps)

    def _tell(self, steps: Sequence[Step]) -> None:
        for step in steps:
            name, state = step["name"], step["state"]
            if state not in _UNFINISHED and self._told.get(name) != state:
                self._stream.write(f"{line(step)}\n")
            self._told[name] = state
