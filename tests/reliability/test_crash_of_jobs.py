"""SIGKILL during a job of many scenes: the job continues, and no vendor call is paid twice.

`RELIABILITY_ROUNDS=50` kills 50 times instead of twice, with 20 scenes.
"""

import os
import random
import time

import pytest

from tests.jobs.helpers import until
from tests.reliability.job_runs import JobRun, NarrationRun, submissions, submitted_calls
from tests.service import Service
from tests.vendors import Vendors

pytestmark = pytest.mark.slow

ROUNDS = int(os.environ.get("RELIABILITY_ROUNDS", "2"))
SCENES = 20 if ROUNDS > 2 else 12
LINES = 100
KEY = {"x-api-key": "a-key-of-ana"}


@pytest.fixture
def vendors():
    """The fake vendors, in a separate process, with slow answers."""
    with Vendors.spawned() as vendors:
        vendors.rule(kind="image", slow=0.2, times=None)
        vendors.rule(kind="submit", slow=0.1, times=None)
        vendors.rule(kind="poll", times=None, takes=0.6)
        vendors.rule(kind="speech", slow=0.1, times=None)
        yield vendors


def kill_repeatedly(service: Service, *runs: JobRun) -> None:
    """Kill and restart the service during the jobs, and resume those that are interrupted."""
    delays = random.Random(ROUNDS)  # the same in every run
    for _ in range(ROUNDS):
        time.sleep(delays.uniform(0.1, 1.5))
        service.kill()
        service.start()
        for run in runs:
            job = run.show()
            assert len(job["calls"]) == len(run.roles) * run.scenes
            if job["state"] == "interrupted":
                run.resume(job)


def finish(*runs: JobRun) -> None:
    """Resume jobs until they have succeeded; assert that nothing was lost or paid twice."""
    for run in runs:
        while (job := run.wait())["state"] == "interrupted":
            interrupted = [call for call in job["calls"] if call["state"] == "interrupted"]
            assert all("may have been paid" in call["error"] for call in interrupted)
            run.resume(job)
        assert job["state"] == "succeeded", job["reason"]
        run.assert_not_paid_twice()
        run.assert_work_is_complete()
        assert set(submissions(run.vendors, run.roles)) == {call["id"] for call in job["calls"]}


def test_jobs_of_scenes_and_of_lines_survive_sigkill_and_pay_each_call_once(run, vendors):
    service = run(PROVIDER_POLL=0.1, **vendors.environ())
    scenes = JobRun(service.client(service.register()), vendors, {}, SCENES)
    lines = scenes.narrate(6)

    kill_repeatedly(service, scenes, lines)

    finish(scenes, lines)


@pytest.mark.thorough
@pytest.mark.parametrize("number", range(10))
def test_hundred_lines_survive_sigkill_at_every_step(run, vendors, number):
    service = run(PROVIDER_POLL=0.1, **vendors.environ())
    lines = NarrationRun(service.client(service.register()), vendors, {}, LINES)
    moments = random.Random(number)  # the same in every run

    for done in sorted(moments.randrange(LINES) for _ in range(5)):
        lines.wait_for_calls(done)
        time.sleep(moments.uniform(0, 0.2))
        service.kill()
        service.start()
        if (job := lines.show())["state"] == "interrupted":
            lines.resume(job)

    finish(lines)


@pytest.mark.thorough
def test_two_jobs_for_the_same_scenes_survive_sigkill_and_pay_each_call_once(run, vendors):
    service = run(PROVIDER_POLL=0.1, **vendors.environ())
    first = JobRun(service.client(service.register()), vendors, {})
    second = first.start_another()

    kill_repeatedly(service, first, second)
    while interrupted := [r for r in (first, second) if r.wait()["state"] == "interrupted"]:
        for each in interrupted:
            each.resume(each.show())

    assert [each.show()["state"] for each in (first, second)] == ["succeeded", "succeeded"]
    first.assert_not_paid_twice()
    first.assert_work_is_complete()


@pytest.mark.thorough  # tests/jobs/test_restart.py has the same with one kill
def test_job_with_a_key_from_the_request_is_interrupted_by_sigkill_and_resumes_with_the_key(
    run, vendors
):
    service = run(PROVIDER_POLL=0.1, **vendors.environ(keys=False))
    job_run = JobRun(service.client(service.register()), vendors, KEY)
    until(lambda: len(submitted_calls(job_run.show())) >= 5)

    service.kill()
    service.start()
    job = job_run.wait()

    assert job["state"] == "interrupted"
    assert "Resume the job with the key" in job["reason"]
    before = submissions(vendors)
    submitted = submitted_calls(job)
    assert submitted
    job_run.resume(job)
    while (job := job_run.wait())["state"] == "interrupted":
        job_run.resume(job)
    assert job["state"] == "succeeded", job["reason"]
    assert {call_id: submissions(vendors)[call_id] for call_id in submitted} == {
        call_id: before[call_id] for call_id in submitted
    }
    job_run.assert_not_paid_twice()
    job_run.assert_work_is_complete()
    assert KEY["x-api-key"].encode() not in b"".join(
        path.read_bytes() for path in service.data_dir.rglob("*") if path.is_file()
    )
