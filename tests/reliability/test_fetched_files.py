"""Files at addresses: received without holding them in memory, and after a crash once.

`RELIABILITY_ROUNDS=10` kills 10 times instead of twice.
"""

import os

import pytest

from tests.jobs.helpers import wait_until, wait_until_finished
from tests.reliability.file_server import FileServer
from tests.reliability.media import version_of, versioned_file
from tests.reliability.processes import MB, Usage
from tests.reliability.wire import wait_for_no_leftovers

pytestmark = pytest.mark.thorough

ROUNDS = int(os.environ.get("RELIABILITY_ROUNDS", "2"))


def test_large_file_at_an_address_takes_no_memory(run):
    service = run(INTRANET_HOSTS="127.0.0.1")
    ana = service.client(service.register())
    slot = f"{ana.new_work(ana.new_project())}/media/reference"
    with FileServer.running(versioned_file(1, MB)) as url, Usage(service) as small:
        assert ana.post(slot, {"url": url}).status == 200

    with FileServer.running(versioned_file(1, 200 * MB)) as url, Usage(service) as usage:
        answer = ana.post(slot, {"url": url})

    assert answer.status == 200, answer.body
    assert usage.largest - small.largest < 20 * MB


def test_job_that_was_killed_fetches_its_file_once(run):
    service = run(INTRANET_HOSTS="127.0.0.1")
    ana = service.client(service.register())
    project = ana.new_project()
    work = ana.new_work(project)
    with FileServer.running(versioned_file(1, 2 * MB), pauses=True) as url:
        for number in range(ROUNDS):
            media = f"{work}/media/scene/{number}"
            targets = (f"{project}/assets", f"{media}/video")
            target = targets[number % 2]
            answer = ana.request("POST", target, {"url": url}, Prefer="respond-async")
            job = answer.headers["Location"]
            wait_until(ana, job, lambda job: job["progress"]["message"].startswith("Received"))

            service.kill()
            service.start()

            finished = wait_until_finished(ana, job)
            assert (finished["state"], finished["attempts"]) == ("succeeded", 2), finished
            assert version_of(ana.get(finished["result"]["url"]).body) == 1
            if target.endswith("/video"):
                assert len(ana.get(f"{media}/takes").json["takes"]) == 1
    assert ana.get(f"{project}/assets").json["count"] == (ROUNDS + 1) // 2
    wait_for_no_leftovers(service)
