"""Random histories of shared projects: nobody reads what today's rules do not give them, nothing
is out of its owner's reach, and nothing is paid twice.

`HISTORIES=500` runs that many seeds of the long variant, instead of 100.
"""

import os
import re
from collections import Counter
from dataclasses import replace

import pytest

from tests.histories.history import History

SEEDS = int(os.environ.get("HISTORIES", "100"))
_IN_SUITE = 20


@pytest.fixture
def settings(settings, vendors):
    return replace(settings, **vendors.settings())


@pytest.mark.parametrize(
    ("seed", "steps"),
    [
        *((seed, 40) for seed in range(_IN_SUITE)),
        *(
            pytest.param(1000 + seed, 120, marks=[pytest.mark.slow, pytest.mark.thorough])
            for seed in range(SEEDS)
        ),
    ],
)
def test_history(app, vendors, seed, steps):
    history = History(app, seed)

    history.run(steps)

    history.check_views()
    history.check_reach()
    history.wait_for_jobs()
    paid = Counter(
        re.findall(r"order-\d+-\w+", each["prompt"])[0] + each["role"] for each in vendors.counts()
    )
    assert set(paid.values()) <= {1}, "\n".join(history.steps)
