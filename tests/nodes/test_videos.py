"""Videos on two nodes: their steps share one place for exports on each, and stop from either."""

from typing import Any

import pytest

from tests.generation.videos.test_videos import BRIEF, DRAFT, work_of
from tests.jobs.helpers import CLIP_REQUEST, MODEL_HEADERS, until, wait_until_finished
from tests.service import Client

pytestmark = [pytest.mark.slow, pytest.mark.thorough]


def order(client: Client, **fields: Any) -> str:
    """Order a video; return its path."""
    answer = client.post("/api/videos", {**BRIEF, **fields}, **MODEL_HEADERS)
    assert answer.status == 202, answer.body
    return f"/api/videos/{answer.json['id']}"


def test_videos_of_both_nodes_are_made(nodes):
    clients = (nodes.ana, nodes.ana_at_b)

    videos = [order(clients[number % 2], export=DRAFT) for number in range(4)]

    for number, video in enumerate(videos):
        done = wait_until_finished(clients[(number + 1) % 2], video)
        assert done["state"] == "succeeded", done["reason"]
        assert len(nodes.ana.show(f"{work_of(done)}/exports")["exports"]) == 1


def test_video_is_cancelled_and_resumed_at_the_other_node(nodes, vendors):
    vendors.rule(**CLIP_REQUEST, takes=None)
    video = order(nodes.ana, export=False)
    until(vendors.tasks)

    assert nodes.ana_at_b.post(f"{video}/cancel").status == 200

    cancelled = wait_until_finished(nodes.ana_at_b, video)
    assert cancelled["state"] == "cancelled"
    assert [task["state"] for task in vendors.tasks()] == ["cancelled"]
    assert nodes.ana_at_b.post(f"{video}/resume").status == 202
    assert wait_until_finished(nodes.ana, video)["state"] == "succeeded"
