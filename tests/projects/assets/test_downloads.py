"""With `Prefer: respond-async`, a job fetches the file at an address."""

import socket
import threading
from functools import partial
from typing import Any

import pytest

from jobs.expired_jobs import prune_user_jobs
from storage.store import Store
from tests.applications import create_app
from tests.jobs.helpers import until, wait_until, wait_until_finished
from tests.outbound.internet import Internet, http
from tests.people import Person

ASYNC = {"Prefer": "respond-async, wait=1"}


class Slow:
    """A server of a picture that sends half of it, and the rest once it may."""

    def __init__(self, internet: Internet, image: bytes) -> None:
        self.may_end = threading.Event()
        self._image = image
        server = internet.serve(self._serve)
        self.url = f"http://shop.example:{server.port}/lamp.png"
        self.requests = server.requests

    def _serve(self, connection: socket.socket) -> None:
        response = http(self._image, Content_Type="image/png")
        half = len(response) - len(self._image) // 2
        connection.sendall(response[:half])
        if len(self.requests) == 1:
            self.may_end.wait(180)
        connection.sendall(response[half:])


@pytest.fixture
def slow(internet, samples):
    slow = Slow(internet, (samples / "image.png").read_bytes())
    yield slow
    slow.may_end.set()


def order(person: Person, url: str, body: Any, **headers: str) -> str:
    """Order a download; return the job's path."""
    answer = person.post(url, json=body, headers={**ASYNC, **headers})
    assert (answer.status_code, answer.headers["Preference-Applied"]) == (202, "respond-async")
    return str(answer.headers["Location"])


def test_job_fetches_the_file_of_an_asset(ana, project, internet, samples):
    image = (samples / "image.png").read_bytes()
    address = f"http://shop.example:{internet.serve(http(image)).port}/lamp.png"
    body = {"url": address, "name": "Lamp", "tags": ["new"], "metadata": {"row": 1}}

    path = order(ana, f"{project}/assets", body, Idempotency_Key="a")
    job = wait_until_finished(ana, path)
    again = order(ana, f"{project}/assets", body, Idempotency_Key="a")

    assert (job["kind"], job["state"], job["reason"]) == ("download", "succeeded", None)
    assert (job["metadata"], job["projectId"]) == ({"row": 1}, project.rpartition("/")[2])
    asset = ana.show(f"{project}/assets/{job['result']['assetId']}/meta")
    assert (asset["name"], asset["tags"], asset["url"]) == ("Lamp", ["new"], job["result"]["url"])
    assert ana.get(asset["url"]).data == image
    assert again == path
    assert ana.show(f"{project}/assets")["count"] == 1


def test_key_of_a_deleted_job_may_come_with_another_address(ana, project, internet, app, samples):
    store, found = app.extensions["services"].store, []
    for name in ("image.png", "image.jpg"):
        image = (samples / name).read_bytes()
        body = {"url": f"http://shop.example:{internet.serve(http(image)).port}/{name}"}
        path = order(ana, f"{project}/assets", body, Idempotency_Key="row-7")
        url = wait_until_finished(ana, path)["result"]["url"]
        found.append((url, ana.get(url).data == image))
        until(partial(is_deleted, ana, store, path))

    assert [is_own for _, is_own in found] == [True, True]
    assert found[0] != found[1]


def is_deleted(person: Person, store: Store, job: str) -> bool:
    """Delete a job as after JOB_DAYS, unless it is not finalized yet; return whether it is gone."""
    prune_user_jobs(store, days=-1)
    return person.get(job).status_code == 404


def test_job_of_a_work_fetches_its_media(ana, work, internet, samples):
    image = (samples / "image.png").read_bytes()
    address = f"http://shop.example:{internet.serve(http(image)).port}/lamp.png"
    slot = f"{work}/media/scene/0/image"

    job = wait_until_finished(ana, order(ana, slot, {"url": address}))

    assert (job["state"], job["result"]) == ("succeeded", {"url": slot})
    assert job["workId"] == work.rpartition("/")[2]
    assert ana.get(slot).data == image
    (take,) = ana.show(f"{work}/media/scene/0/takes")["takes"]
    assert (take["source"], take["jobId"]) == ("uploaded", job["id"])


def test_cancelled_job_leaves_nothing(ana, project, slow, stored_files):
    job = order(ana, f"{project}/assets", {"url": slow.url})
    wait_until(ana, job, lambda job: job["progress"]["message"].startswith("Received"))

    ana.post(f"{job}/cancel")
    slow.may_end.set()

    assert wait_until_finished(ana, job)["state"] == "cancelled"
    assert stored_files() == []
    assert ana.post(f"{job}/resume").status_code == 202
    assert wait_until_finished(ana, job)["state"] == "succeeded"


def test_another_process_continues_a_job_whose_process_stopped(app, settings, ana, project, slow):
    job = order(ana, f"{project}/assets", {"url": slow.url})
    wait_until(ana, job, lambda job: job["progress"]["message"].startswith("Received"))
    app.extensions["services"].jobs.worker.stopping.set()
    slow.may_end.set()

    second = create_app(settings)
    second.extensions["services"].jobs.worker.start()

    person = Person(second.test_client(), ana.token, ana.user)
    finished = wait_until_finished(person, job)
    assert (finished["state"], finished["attempts"]) == ("succeeded", 2)
    assert len(slow.requests) == 2
    assert ana.show(f"{project}/assets")["count"] == 1
    second.extensions["services"].jobs.worker.stop(1)


def test_failed_job_says_why_and_can_be_resumed(ana, project, internet, stored_files):
    responses = [http(b"", "503 Busy"), http(b"GIF89a\x01\0\x01\0\0\0\0;")]
    server = internet.serve(lambda connection: connection.sendall(responses.pop(0)))
    url = f"http://shop.example:{server.port}/dot.gif"

    job = order(ana, f"{project}/assets", {"url": url})
    failed = wait_until_finished(ana, job)

    assert failed["state"] == "failed"
    assert "shop.example answered with status 503." in failed["reason"]
    assert stored_files() == []
    ana.post(f"{job}/resume")
    assert wait_until_finished(ana, job)["state"] == "succeeded"


def test_file_that_was_replaced_meanwhile_is_kept(ana, work, slow, samples):
    slot = f"{work}/media/scene/0/image"
    ana.upload(slot, samples / "image.jpg")
    etag = ana.get(slot).headers["ETag"]
    job = order(ana, slot, {"url": slow.url}, If_Match=etag)
    ana.upload(slot, samples / "image.webp")
    slow.may_end.set()

    finished = wait_until_finished(ana, job)

    assert (finished["state"], "changed meanwhile" in finished["reason"]) == ("failed", True)
    assert ana.get(slot).data == (samples / "image.webp").read_bytes()


def test_token_for_assets_orders_a_job_and_one_for_reading_does_not(ana, project, slow):
    writer, reader = ana.with_scopes("projects:write"), ana.with_scopes("works:read")

    job = order(writer, f"{project}/assets", {"url": slow.url})
    slow.may_end.set()

    assert reader.get(job).status_code == 200
    assert reader.post(f"{job}/cancel").status_code == 403
    assert wait_until_finished(ana, job)["state"] == "succeeded"


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("ftp://a.example/", "url_refused"),
        ("http://127.0.0.1/", "url_refused"),
        ("data:,", "invalid_fields"),
    ],
)
def test_address_that_is_refused_starts_no_job(ana, project, url, code):
    answer = ana.post(f"{project}/assets", json={"url": url}, headers=ASYNC)

    assert (answer.status_code, answer.json["code"]) == (400, code)
