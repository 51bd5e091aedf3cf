"""Who may not see something any more does not see it: removed, disabled, or by a revoked link.

The figures of a quiet machine are below a second, and with two nodes below two. Their tests do not
compare them, which would fail on a busy one; `-m thorough` does.
"""

import logging
import math

import pytest

from tests.cases import cases
from tests.reliability.ended_access import ENDINGS, cancel_jobs, new_team, seconds_until_all_ends
from tests.service import Service

pytestmark = pytest.mark.slow

_SETTINGS = {"PROVIDER_POLL": 0.05, "INTRANET_HOSTS": "127.0.0.1"}

_log = logging.getLogger("tests")


@pytest.fixture(scope="module")
def service(shared_vendors, tmp_path_factory):
    data = tmp_path_factory.mktemp("service") / "data"
    with Service.running(data, **_SETTINGS, **shared_vendors.environ()) as service:
        yield service


@pytest.mark.parametrize("ending", ENDINGS)
@cases(
    "most", {"at last": math.inf, "within a second": pytest.param(1, marks=pytest.mark.thorough)}
)
def test_all_that_is_open_ends(service, ana, shared_vendors, samples, ending, most):
    shared_vendors.reset()
    team = new_team(service, ana, shared_vendors, samples)

    seconds = seconds_until_all_ends(ending, team, service, service)

    _log.info("%s: %s", ending, {name: round(each, 2) for name, each in seconds.items()})
    cancel_jobs(team)
    assert max(seconds.values()) < most, seconds
