"""Jobs that make videos, as models see them."""

import pytest

from tests.generation.videos.test_videos import BRIEF, SMALL, work_of
from tests.jobs.helpers import wait_until_finished
from tests.mcp_server.helpers import call, data, handle
from tests.walk import DEMO


@pytest.mark.tuning(demo_task=0.05)
def test_job_of_a_video_is_listed_read_and_controlled(ana):
    job = wait_until_finished(ana, ana.order("/api/videos", {**BRIEF, "export": False}, DEMO))
    work = handle(work_of(job))

    listed = {each["kind"]: each["job"] for each in data(ana, "find", what="jobs")["items"]}
    of_work = data(ana, "find", what="jobs", work=work)["items"]
    read = data(ana, "get_job", job=listed["pipeline"])

    assert {each["kind"]: each["job"] for each in of_work} == listed
    assert listed["scenes"] == f"{work}/{listed['scenes'].rpartition('/')[2]}"
    assert read["job"] == job["id"]
    assert read["work"] == work
    assert read["steps"] == dict.fromkeys(("work", "scenario", "scenes"), "succeeded")
    assert "is finished" in str(call(ana, "control_job", job=job["id"], action="cancel"))


@pytest.mark.tuning(demo_task=0.05)
def test_job_of_steps_of_a_work_has_the_handle_of_the_work(ana, project):
    work = ana.new_work(project, sceneCount=1, videoDuration=2, resolution=SMALL)
    steps = {"kind": "pipeline", "steps": ["scenario", "scenes"]}
    job = wait_until_finished(ana, ana.order(f"{work}/jobs", steps, DEMO))

    listed = {each["kind"]: each["job"] for each in data(ana, "find", what="jobs")["items"]}
    read = data(ana, "get_job", job=listed["pipeline"])

    assert listed["pipeline"] == read["job"] == f"{handle(work)}/{job['id']}"
    assert read["steps"] == dict.fromkeys(("scenario", "scenes"), "succeeded")
