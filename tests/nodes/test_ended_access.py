"""Who may not see something any more does not see it on the other node either."""

import pytest

from tests.reliability.ended_access import ENDINGS, cancel_jobs, new_team, seconds_until_all_ends

pytestmark = [pytest.mark.slow, pytest.mark.thorough]  # two nodes with a shared file system


@pytest.mark.parametrize("ending", ENDINGS)
def test_all_that_is_open_at_the_other_node_ends_within_two_seconds(
    nodes, vendors, samples, ending
):
    team = new_team(nodes.a, nodes.ana, vendors, samples)

    seconds = seconds_until_all_ends(ending, team, nodes.a, nodes.b)

    cancel_jobs(team)
    assert max(seconds.values()) < 2, seconds
