"""Four people edit one work at once: nothing that was saved is lost, and all see the same."""

from random import Random

import pytest

from tests.browser import needs_browser
from tests.console.four_people import Trial, four_people

# Four browsers take half a minute of both processors.
pytestmark = [needs_browser, pytest.mark.slow, pytest.mark.thorough]

STEPS = 60
MINUTES, STEPS_A_MINUTE = 10, 240
OFFLINE = 0.02  # of the steps of the long trial, somebody loses the connection


def act(trial: Trial, random: Random, steps: int, pause: int = 0, offline: float = 0) -> None:
    """Let people act in random order; `pause` in milliseconds is the longest between two steps."""
    for _ in range(steps):
        someone = random.choice(trial.people)
        if random.random() < offline:
            someone.lose_connection()
        someone.act(trial)
        if pause:
            someone.page.wait_for_timeout(random.randint(0, pause))


@pytest.mark.parametrize("seed", range(20))
def test_nothing_is_lost_and_all_see_the_same(browser, console_service, seed):
    with four_people(browser, console_service, seed) as trial:
        act(trial, Random(seed), STEPS)
        trial.settle()

        assert trial.losses() == []


def test_nothing_is_lost_in_ten_minutes(browser, console_service):
    random = Random(27)
    with four_people(browser, console_service, seed=27) as trial:
        for _ in range(MINUTES):
            act(trial, random, STEPS_A_MINUTE, 120_000 // STEPS_A_MINUTE, OFFLINE)
            trial.settle()

            assert trial.losses() == []
