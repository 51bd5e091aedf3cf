"""Two services on one data directory: whatever one does with a job, the other can go on with."""

import json
import time
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from typing import Any

import pytest

from tests.jobs.following import MODELS, Job, states, until
from tests.jobs.test_scenes import clips, images, most_at_once
from tests.service import Client, Service
from tests.simultaneous import at_once
from tests.vendors import Vendors
from tests.works.shapes import scene

pytestmark = pytest.mark.slow

CONCURRENCY = 2
KEY = {"x-api-key": "key-of-ana"}


@pytest.fixture(scope="module")
def all_vendors() -> Iterator[Vendors]:
    with Vendors.running() as vendors:
        yield vendors


@pytest.fixture
def vendors(all_vendors: Vendors) -> Vendors:
    all_vendors.reset()
    return all_vendors


@pytest.fixture(scope="module")
def services(
    all_vendors: Vendors, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Service, Service]]:
    data = tmp_path_factory.mktemp("service") / "data"
    settings: dict[str, Any] = {"WORKERS": 1, "PROVIDER_POLL": 0.05, **all_vendors.environ()}
    settings["PROVIDER_CONCURRENCY"] = CONCURRENCY
    services = Service(data, **settings), Service(data, **settings)
    for service in services:
        service.start()
    yield services
    for service in services:
        service.stop()
    assert "Traceback" not in services[0].log.read_text()  # one log for both


@pytest.fixture(scope="module")
def ana(services: tuple[Service, Service]) -> Client:
    """Ana at the first service."""
    return services[0].client(services[0].register())


@pytest.fixture(scope="module")
def there(services: tuple[Service, Service], ana: Client) -> Client:
    """Ana at the second service."""
    return services[1].client(ana.token)


@pytest.fixture
def project(ana: Client) -> str:
    return ana.new_project()


@pytest.fixture
def film(ana: Client, project: str, vendors: Vendors) -> str:
    """The path of a work with three scenes."""
    work = ana.new_work(project)
    assert ana.put(work, {"scenes": [scene(index) for index in range(3)]}).status == 200
    return work


@pytest.fixture
def slow(vendors: Vendors) -> Vendors:
    """Vendors who take some time for a clip."""
    vendors.rule(vendor="runway", kind="submit", takes=0.3, times=None)
    return vendors


def start(ana: Client, work: str, body: Any = None, **headers: str) -> str:
    answer = ana.post(f"{work}/jobs", body or {"kind": "scenes"}, **MODELS, **headers)
    assert answer.status == 202, answer.body
    return answer.headers["Location"]


def once(ana: Client, job: str, *wanted: str) -> Job:
    """The job as soon as a call of it is in one of these states."""

    def found() -> Job | None:
        job_now: Job = ana.get(job).json
        return job_now if {*wanted} & {*states(job_now).values()} else None

    return until(found)


def ended(ana: Client, job: str) -> Job:
    found: Job = ana.get(f"{job}?wait=20").json
    assert found["finishedAt"], found
    return found


def test_a_job_is_seen_through_the_other(
    ana: Client, there: Client, film: str, slow: Vendors
) -> None:
    job = start(ana, film)

    assert once(there, job, "submitted")["state"] in {"running", "waiting"}
    assert [each["id"] for each in there.get(f"{film}/jobs").json] == [job.rpartition("/")[2]]
    seen = ended(there, job)
    assert seen == ana.get(job).json
    assert (seen["state"], seen["attempts"]) == ("succeeded", 1)
    assert len(slow.counts()) == 6


def test_a_job_is_watched_through_the_other(
    ana: Client, there: Client, film: str, slow: Vendors
) -> None:
    events = there.get(f"{start(ana, film)}/events").body.split(b"\n\n")

    seen = [json.loads(event.split(b"data: ")[1]) for event in events if b"data: " in event]
    assert {job["state"] for job in seen} <= {"queued", "running", "waiting", "succeeded"}
    assert seen[-1]["state"] == "succeeded"


def test_a_job_is_cancelled_through_the_other(
    ana: Client, there: Client, film: str, vendors: Vendors
) -> None:
    vendors.rule(vendor="runway", kind="submit", takes=30, times=None)
    job = start(ana, film)
    once(ana, job, "submitted")

    assert there.post(f"{job}/cancel").status == 200

    assert ended(ana, job)["state"] == "cancelled"
    assert {task["state"] for task in vendors.tasks()} == {"cancelled"}


@pytest.mark.parametrize("key", [{}, KEY], ids=["of the server", "of ana"])
def test_a_job_is_resumed_through_the_other(
    ana: Client, there: Client, film: str, vendors: Vendors, key: dict[str, str]
) -> None:
    vendors.rule(vendor="runway", kind="submit", match="rises", fail="The lamp broke.")
    job = start(ana, film, **key)
    assert ended(ana, job)["state"] == "failed"

    assert there.post(f"{job}/resume", **key).status == 202

    assert ended(ana, job)["state"] == "succeeded"
    assert len(vendors.counts()) == 7
    assert {paid["key"] for paid in vendors.counts()} == {"-ana" if key else "ests"}


def test_a_job_that_runs_here_cannot_be_resumed_there(
    ana: Client, there: Client, film: str, slow: Vendors
) -> None:
    job = start(ana, film)

    assert there.post(f"{job}/resume").status == 409
    assert there.post(f"{job}/cancel").status == 200
    assert ended(there, job)["attempts"] == 1


def test_the_same_request_to_both_at_once_gives_one_job(
    ana: Client, there: Client, film: str, vendors: Vendors
) -> None:
    key = {"Idempotency-Key": "key-1"}

    jobs = at_once([partial(start, who, film, **key) for who in (ana, there)])

    assert jobs[0] == jobs[1]
    assert ended(ana, jobs[0])["state"] == "succeeded"
    assert len(vendors.counts()) == 6


def test_both_together_give_a_vendor_no_more_than_the_setting_says(
    ana: Client, there: Client, project: str, film: str, slow: Vendors
) -> None:
    slow.rule(vendor="openai", slow=0.1, times=None)
    other = there.new_work(project)
    there.put(other, {"scenes": [scene(0), scene(1)]})

    jobs = [start(ana, film), start(there, other)]

    assert [ended(ana, job)["state"] for job in jobs] == ["succeeded"] * 2
    assert most_at_once(images(slow)) == most_at_once(clips(slow)) == CONCURRENCY


def test_what_a_person_changes_meanwhile_is_kept(
    ana: Client, there: Client, film: str, slow: Vendors
) -> None:
    job = start(ana, film)
    once(ana, job, "submitted")
    before = there.get(film).json

    for name in ("First edit", "Second edit"):
        edited = {**before, "name": name, "productName": "Lamp"}  # a whole snapshot, as editors do
        assert there.put(film, edited).status == 200
        once(ana, job, "done")

    assert ended(ana, job)["state"] == "succeeded"
    after = there.get(film).json
    assert (after["name"], after["productName"]) == ("Second edit", "Lamp")
    assert [each["status"] for each in after["generatedScenes"]] == ["done"] * 3
    assert all(there.get(each["videoUrl"]).status == 200 for each in after["generatedScenes"])


def test_two_scenes_made_at_once_both_end_up_in_the_work(
    ana: Client, there: Client, film: str, slow: Vendors
) -> None:
    answers = at_once(
        [
            lambda: ana.post(f"{film}/generate/scene/0", **MODELS),
            lambda: there.post(f"{film}/generate/scene/1", **MODELS),
        ]
    )

    assert [answer.status for answer in answers] == [200, 200]
    scenes = ana.get(film).json["generatedScenes"]
    assert [(each["sceneIndex"], each["status"]) for each in scenes] == [(0, "done"), (1, "done")]


class TestDeletion:
    PHASES = pytest.mark.parametrize(
        ("rule", "state"),
        [
            ({"vendor": "openai", "slow": 0.6}, "submitting"),
            ({"vendor": "openai", "status": 429, "retry_after": 1}, "waiting"),
            ({"vendor": "runway", "kind": "submit", "takes": 0.6}, "submitted"),
            ({"vendor": "runway", "kind": "download", "megabytes": 30}, "submitted"),
        ],
        ids=["submitting", "busy", "polling", "downloading"],
    )

    @PHASES
    def test_of_the_work_ends_the_job_quietly(
        self,
        services: tuple[Service, Service],
        ana: Client,
        there: Client,
        film: str,
        vendors: Vendors,
        rule: dict[str, Any],
        state: str,
    ) -> None:
        vendors.rule(**rule, times=None)
        once(ana, start(ana, film), state)

        assert there.delete(film).status == 204

        data = services[0].data_dir
        until(lambda: not list((data / "queue").iterdir()))
        wait_until_idle(vendors)
        assert ana.get(film).status == there.get(film).status == 404
        assert not (data / film.removeprefix("/api/")).exists()
        assert not leftovers(services[0])

    def test_of_the_project_ends_the_jobs_of_all_its_works(
        self,
        services: tuple[Service, Service],
        ana: Client,
        there: Client,
        project: str,
        film: str,
        slow: Vendors,
    ) -> None:
        once(ana, start(ana, film), "submitted")

        assert there.delete(project).status == 204

        data = services[0].data_dir
        until(lambda: not list((data / "queue").iterdir()))
        wait_until_idle(slow)
        assert not (data / project.removeprefix("/api/")).exists()

    def test_leaves_other_works_alone(
        self, ana: Client, there: Client, project: str, film: str, slow: Vendors
    ) -> None:
        other = ana.new_work(project)
        ana.put(other, {"scenes": [scene(0)]})
        jobs = [start(ana, work) for work in (film, other)]
        once(ana, jobs[0], "submitted")

        there.delete(film)

        assert ended(ana, jobs[1])["state"] == "succeeded"

    def test_while_a_request_waits_is_answered_with_404(
        self, ana: Client, there: Client, film: str, slow: Vendors
    ) -> None:
        with ThreadPoolExecutor(1) as threads:
            waiting: Future[Any] = threads.submit(
                lambda: ana.post(f"{film}/generate/scene/0", **MODELS)
            )
            until(lambda: there.get(f"{film}/jobs").json)
            there.delete(film)

        assert waiting.result().status == 404


def wait_until_idle(vendors: Vendors) -> None:
    """Wait until nothing is asked of the vendors any more."""

    def asked() -> int:
        return len(vendors.requests())

    def idle() -> bool:
        before = asked()
        time.sleep(0.3)
        return asked() == before

    until(idle)


def leftovers(service: Service) -> list[Any]:
    """Temporary files, of which nothing may remain."""
    return [path for path in service.data_dir.rglob(".*") if path.name.startswith((".tmp", ".new"))]
