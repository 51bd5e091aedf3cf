"""Rules of the fake vendors, and the requests, paid calls and tasks that they record."""

import json
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace
from typing import Any

import httpx2
import pytest

from settings.config import Settings
from tests.cases import cases
from tests.jobs.helpers import until
from tests.service import free_port
from tests.vendors import Vendors

_IMAGE = "data:image/png;base64,aaaa"


def _chat(vendors: Vendors, prompt: str = "Hello", patience: float = 60) -> httpx2.Response:
    """Send a prompt; wait so many seconds for the answer."""
    body = {"model": "gpt-6", "messages": [{"role": "user", "content": prompt}]}
    url = f"{vendors.url}/openai/v1/chat/completions"
    headers = {"Authorization": "Bearer a-key"}
    timeout = httpx2.Timeout(60, read=patience)
    return httpx2.post(url, json=body, headers=headers, timeout=timeout, verify=False)


def _runway(vendors: Vendors, method: str, path: str, **options: Any) -> httpx2.Response:
    headers = {"Authorization": "Bearer a-key", "X-Runway-Version": "2024-11-06"}
    url = f"{vendors.url}/runway{path}"
    return httpx2.request(method, url, headers=headers, timeout=60, verify=False, **options)


def _submit(vendors: Vendors) -> str:
    """Start a video; return the task's id."""
    body = {"model": "gen4_turbo", "promptImage": _IMAGE, "ratio": "1280:720"}
    return str(_runway(vendors, "POST", "/v1/image_to_video", json=body).json()["id"])


def test_settings_contain_urls_and_keys_of_the_vendors(vendors):
    settings = Settings(**vendors.settings())

    assert settings.openai_base_url == f"{vendors.url}/openai/v1"
    assert settings.runway_api_key == "runway-key-of-tests"
    assert Settings(**vendors.settings(keys=False)).runway_api_key == ""


def test_rule_applies_to_the_next_request(vendors):
    vendors.rule(status=500)

    assert [_chat(vendors).status_code for _ in range(2)] == [500, 200]
    assert len(vendors.counts()) == 1
    assert [request["status"] for request in vendors.requests()] == [500, 200]


@cases(
    ("rules", "statuses"),
    {
        "several times after skipped requests": (
            [{"status": 500, "times": 2, "skip": 1}],
            [200, 500, 500, 200],
        ),
        "always, after the others": (
            [{"status": 503, "times": None}, {"status": 429}],
            [429, 503, 503, 503],
        ),
        "to its vendor and kind only": (
            [{"vendor": "runway", "status": 500}, {"kind": "image", "status": 500}],
            [200] * 4,
        ),
        "to requests that contain its text": (
            [{"match": "scene 2", "status": 500}],
            [200, 200, 500, 200],
        ),
    },
)
def test_rule_applies(vendors, rules, statuses):
    for rule in rules:
        vendors.rule(**rule)

    assert [_chat(vendors, f"scene {number}").status_code for number in range(4)] == statuses


def test_rule_with_an_unknown_field_is_rejected(vendors):
    with pytest.raises(AssertionError, match="colour"):
        vendors.rule(colour="red")


def test_retry_after_sets_the_header(vendors):
    vendors.rule(status=429, retry_after=0.5)

    assert _chat(vendors).headers["Retry-After"] == "0.5"


def test_slow_call_is_counted_before_the_response(vendors):
    vendors.rule(slow=60)

    with pytest.raises(httpx2.ReadTimeout):
        _chat(vendors, patience=0.2)
    assert len(until(vendors.counts)) == 1


def test_call_and_task_wait_until_they_are_released(vendors):
    vendors.rule(kind="text", slow=None)
    vendors.rule(kind="submit", takes=None)
    task = _submit(vendors)
    with ThreadPoolExecutor(1) as threads:
        answer = threads.submit(_chat, vendors)
        until(lambda: len(vendors.counts()) == 2)
        states = [_runway(vendors, "GET", f"/v1/tasks/{task}").json()["status"] for _ in range(3)]
        assert not answer.done()
        vendors.release()

        assert answer.result().status_code == 200
    assert {"PENDING", "RUNNING"} >= {*states}
    assert _runway(vendors, "GET", f"/v1/tasks/{task}").json()["status"] == "SUCCEEDED"


def test_hanging_request_does_not_block_others(vendors):
    vendors.rule(hang=True)

    with pytest.raises(httpx2.ReadTimeout):
        _chat(vendors, patience=0.2)
    until(vendors.counts)
    assert _chat(vendors).status_code == 200
    assert [request["status"] for request in vendors.requests()] == [None, 200]


@pytest.mark.parametrize(("cut", "started"), [("before", 0), ("after", 1), ("body", 1)])
def test_closed_connection_raises_a_transport_error(vendors, cut, started):
    vendors.rule(cut=cut)

    with pytest.raises(httpx2.TransportError):
        _chat(vendors)
    assert len(vendors.counts()) == started


@pytest.mark.parametrize("field", ["garbage", "half"])
def test_garbage_and_half_responses_are_invalid_json(vendors, field):
    vendors.rule(**{field: True})

    response = _chat(vendors)

    assert response.status_code == 200
    with pytest.raises(json.JSONDecodeError):
        response.json()


def test_rule_sets_the_answer_of_a_language_model(vendors):
    vendors.rule(kind="text", answer="```json\n{}\n```")

    assert _chat(vendors).json()["choices"][0]["message"]["content"] == "```json\n{}\n```"


def test_task_finishes_after_its_polls_and_seconds(vendors, monkeypatch):
    def set_time(now: float) -> None:
        monkeypatch.setattr("tests.vendors.state.time", SimpleNamespace(time=lambda: now))

    started = time.time()
    set_time(started)
    vendors.rule(kind="submit", polls=1, takes=2)
    task = _submit(vendors)

    def status() -> str:
        return str(_runway(vendors, "GET", f"/v1/tasks/{task}").json()["status"])

    assert [status() for _ in range(3)] == ["PENDING", "RUNNING", "RUNNING"]
    set_time(started + 1.9)
    assert status() == "RUNNING"
    set_time(time.time() + 2)
    assert status() == "SUCCEEDED"
    assert [(each["id"], each["state"]) for each in vendors.tasks()] == [(task, "succeeded")]


def test_large_video_is_streamed(vendors):
    vendors.rule(kind="submit", megabytes=20)
    task = _submit(vendors)

    with httpx2.stream("GET", f"{vendors.url}/runway/output/{task}.mp4", timeout=60) as response:
        size = sum(map(len, response.iter_bytes()))

    assert size == int(response.headers["Content-Length"]) == 20 * 1024 * 1024


def test_cut_download_raises_a_protocol_error(vendors):
    vendors.rule(kind="download", cut="body", megabytes=3)
    task = _submit(vendors)

    with pytest.raises(httpx2.RemoteProtocolError):
        httpx2.get(f"{vendors.url}/runway/output/{task}.mp4", timeout=60)


def test_keys_in_requests_that_need_none_are_recorded(vendors):
    task = _submit(vendors)

    _runway(vendors, "GET", f"/output/{task}.mp4")
    httpx2.get(f"{vendors.url}/runway/output/{task}.mp4", timeout=60)

    assert [request["key"] for request in vendors.requests()] == ["-key", "-key", ""]


def test_reset_removes_rules_records_and_tasks(vendors):
    task = _submit(vendors)
    vendors.rule(status=500)

    vendors.reset()

    assert vendors.counts() == vendors.requests() == vendors.tasks() == []
    assert _chat(vendors).status_code == 200
    assert _runway(vendors, "GET", f"/v1/tasks/{task}").status_code == 404


def test_simultaneous_requests_are_all_counted(vendors):
    vendors.rule(status=500, times=10)

    with ThreadPoolExecutor(16) as pool:
        responses = pool.map(lambda _: _chat(vendors), range(60))
        statuses = [response.status_code for response in responses]

    assert statuses.count(500) == 10
    assert len(vendors.counts()) == 50


def test_spawned_process_records_the_same():
    with Vendors.spawned() as vendors:
        vendors.rule(hang=True)
        with pytest.raises(httpx2.ReadTimeout):
            _chat(vendors, patience=0.2)
        until(vendors.counts)
        _submit(vendors)

        assert [paid["vendor"] for paid in Vendors(vendors.port).counts()] == ["openai", "runway"]


def test_stopped_server_leaves_no_threads():
    before = set(threading.enumerate())
    with Vendors.running(free_port()) as vendors:
        vendors.rule(hang=True)
        with pytest.raises(httpx2.ReadTimeout):
            _chat(vendors, patience=0.1)

    until(lambda: set(threading.enumerate()) <= before)
    with pytest.raises(httpx2.ConnectError):
        _chat(vendors)
