"""How the command line shows the steps of a video."""

import io
from typing import Any

from commands.make.progress_bars import ProgressBars, bar, line


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def step(name: str, state: str, percent: int = 0, **fields: Any) -> dict[str, Any]:
    return {
        "name": name,
        "state": state,
        "percent": percent,
        "message": "",
        "error": None,
        **fields,
    }


def test_bar_fills_from_left_to_right():
    assert [bar(percent).count("█") for percent in (0, 50, 100, 150)] == [0, 12, 24, 24]


def test_line_shows_state_progress_and_message_and_fits_the_terminal():
    running = step("scenes", "running", 50, message="Clip of scene 2")
    failed = step("scenes", "failed", 50, message="Clip of scene 2", error="No credit is left")

    assert line(running).endswith(" 50 %  Clip of scene 2")
    assert line(failed).startswith("✗ scenes")
    assert line(failed).endswith("No credit is left")
    assert line(step("work", "succeeded")).endswith("100 %  ")
    assert len(line(running, 40)) < 40


def test_terminal_shows_bars_in_place():
    terminal = Terminal()
    bars = ProgressBars(terminal, 80)

    bars.show([step("work", "running"), step("export", "planned")])
    bars.show([step("work", "succeeded"), step("export", "running", 10)])

    first, second = terminal.getvalue().split("\x1b[2A")
    assert (first.count("\n"), second.count("\n")) == (2, 2)


def test_file_gets_one_line_for_each_step_that_ends():
    file = io.StringIO()
    bars = ProgressBars(file, 80)

    for percent in (0, 40):
        bars.show([step("work", "succeeded"), step("scenes", "running", percent)])
    bars.show([step("work", "succeeded"), step("scenes", "failed", 40, error="No")])

    assert [each.split()[1] for each in file.getvalue().splitlines()] == ["work", "scenes"]
