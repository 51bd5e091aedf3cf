"""What the fake vendors do when they are told to, and what they remember of it."""

import json
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx2
import pytest

from config import Settings
from tests.vendors import Vendors

_PICTURE = "data:image/png;base64,aaaa"


def _chat(vendors: Vendors, said: str = "Hello", timeout: float = 10) -> httpx2.Response:
    body = {"model": "gpt-6", "messages": [{"role": "user", "content": said}]}
    url = f"{vendors.url}/openai/v1/chat/completions"
    headers = {"Authorization": "Bearer a-key"}
    return httpx2.post(url, json=body, headers=headers, timeout=timeout)


def _runway(vendors: Vendors, method: str, path: str, **given: Any) -> httpx2.Response:
    headers = {"Authorization": "Bearer a-key", "X-Runway-Version": "2024-11-06"}
    return httpx2.request(method, f"{vendors.url}/runway{path}", headers=headers, **given)


def _submit(vendors: Vendors) -> str:
    """Start a clip; returns the task's id."""
    body = {"model": "gen4_turbo", "promptImage": _PICTURE, "ratio": "1280:720"}
    return str(_runway(vendors, "POST", "/v1/image_to_video", json=body).json()["id"])


def test_settings_point_at_the_vendors(vendors: Vendors) -> None:
    settings = Settings(**vendors.settings())

    assert settings.openai_base_url == f"{vendors.url}/openai/v1"
    assert settings.runway_api_key == "runway-key-of-tests"
    assert Settings(**vendors.settings(keys=False)).runway_api_key == ""


def test_a_rule_holds_for_the_next_request(vendors: Vendors) -> None:
    vendors.rule(status=500)

    assert [_chat(vendors).status_code for _ in range(2)] == [500, 200]
    assert len(vendors.counts()) == 1
    assert [request["status"] for request in vendors.requests()] == [500, 200]


def test_a_rule_holds_several_times_after_some(vendors: Vendors) -> None:
    vendors.rule(status=500, times=2, skip=1)

    assert [_chat(vendors).status_code for _ in range(4)] == [200, 500, 500, 200]


def test_a_rule_for_always_comes_after_the_others(vendors: Vendors) -> None:
    vendors.rule(status=503, times=None)
    vendors.rule(status=429)

    assert [_chat(vendors).status_code for _ in range(3)] == [429, 503, 503]


def test_a_rule_is_for_one_vendor_and_kind(vendors: Vendors) -> None:
    vendors.rule(vendor="runway", status=500)
    vendors.rule(kind="image", status=500)

    assert _chat(vendors).status_code == 200


def test_a_rule_is_for_requests_that_say_something(vendors: Vendors) -> None:
    vendors.rule(match="scene 2", status=500)

    said = ("scene 1", "scene 2", "scene 2")
    assert [_chat(vendors, text).status_code for text in said] == [200, 500, 200]


def test_a_rule_that_nobody_knows_is_refused(vendors: Vendors) -> None:
    with pytest.raises(AssertionError, match="colour"):
        vendors.rule(colour="red")


def test_an_answer_says_when_to_come_back(vendors: Vendors) -> None:
    vendors.rule(status=429, retry_after=0.5)

    assert _chat(vendors).headers["Retry-After"] == "0.5"


def test_a_slow_answer_was_counted_before(vendors: Vendors) -> None:
    vendors.rule(slow=5)

    with pytest.raises(httpx2.ReadTimeout):
        _chat(vendors, timeout=0.2)
    assert len(vendors.counts()) == 1


def test_a_hung_vendor_keeps_answering_others(vendors: Vendors) -> None:
    vendors.rule(hang=True)

    with pytest.raises(httpx2.ReadTimeout):
        _chat(vendors, timeout=0.2)
    assert _chat(vendors).status_code == 200
    assert [request["status"] for request in vendors.requests()] == [None, 200]


@pytest.mark.parametrize(("cut", "started"), [("before", 0), ("after", 1), ("body", 1)])
def test_a_connection_is_cut(vendors: Vendors, cut: str, started: int) -> None:
    vendors.rule(cut=cut)

    with pytest.raises(httpx2.TransportError):
        _chat(vendors)
    assert len(vendors.counts()) == started


@pytest.mark.parametrize("wrong", ["garbage", "half"])
def test_an_answer_is_not_json(vendors: Vendors, wrong: str) -> None:
    vendors.rule(**{wrong: True})

    answer = _chat(vendors)

    assert answer.status_code == 200
    with pytest.raises(json.JSONDecodeError):
        answer.json()


def test_a_model_says_what_it_is_told(vendors: Vendors) -> None:
    vendors.rule(kind="text", answer="```json\n{}\n```")

    assert _chat(vendors).json()["choices"][0]["message"]["content"] == "```json\n{}\n```"


def test_a_task_takes_its_polls_and_its_time(vendors: Vendors) -> None:
    vendors.rule(kind="submit", polls=1, takes=2)
    task, started = _submit(vendors), time.monotonic()

    def status() -> str:
        return str(_runway(vendors, "GET", f"/v1/tasks/{task}").json()["status"])

    assert [status() for _ in range(3)] == ["PENDING", "RUNNING", "RUNNING"]
    while status() != "SUCCEEDED":
        assert time.monotonic() - started < 20
        time.sleep(0.1)
    assert time.monotonic() - started >= 1.9
    assert [(each["id"], each["state"]) for each in vendors.tasks()] == [(task, "succeeded")]


def test_a_large_clip_is_streamed(vendors: Vendors) -> None:
    vendors.rule(kind="submit", megabytes=20)
    task = _submit(vendors)

    with httpx2.stream("GET", f"{vendors.url}/runway/output/{task}.mp4") as answer:
        size = sum(map(len, answer.iter_bytes()))

    assert size == int(answer.headers["Content-Length"]) == 20 * 1024 * 1024


def test_a_download_breaks_off(vendors: Vendors) -> None:
    vendors.rule(kind="download", cut="body", megabytes=3)
    task = _submit(vendors)

    with pytest.raises(httpx2.RemoteProtocolError):
        httpx2.get(f"{vendors.url}/runway/output/{task}.mp4")


def test_a_key_that_was_sent_where_none_belongs_is_seen(vendors: Vendors) -> None:
    task = _submit(vendors)

    _runway(vendors, "GET", f"/output/{task}.mp4")
    httpx2.get(f"{vendors.url}/runway/output/{task}.mp4")

    assert [request["key"] for request in vendors.requests()] == ["-key", "-key", ""]


def test_everything_is_forgotten_on_demand(vendors: Vendors) -> None:
    task = _submit(vendors)
    vendors.rule(status=500)

    vendors.reset()

    assert vendors.counts() == vendors.requests() == vendors.tasks() == []
    assert _chat(vendors).status_code == 200
    assert _runway(vendors, "GET", f"/v1/tasks/{task}").status_code == 404


def test_simultaneous_requests_are_all_counted(vendors: Vendors) -> None:
    vendors.rule(status=500, times=10)

    with ThreadPoolExecutor(16) as pool:
        statuses = [answer.status_code for answer in pool.map(lambda _: _chat(vendors), range(60))]

    assert statuses.count(500) == 10
    assert len(vendors.counts()) == 50


def test_a_process_of_its_own_remembers_in_the_same_way() -> None:
    with Vendors.spawned() as vendors:
        vendors.rule(hang=True)
        with pytest.raises(httpx2.ReadTimeout):
            _chat(vendors, timeout=0.2)
        _submit(vendors)

        assert [paid["vendor"] for paid in Vendors(vendors.port).counts()] == ["openai", "runway"]


def test_nothing_is_left_running() -> None:
    before = set(threading.enumerate())
    with Vendors.running() as vendors:
        vendors.rule(hang=True)
        with pytest.raises(httpx2.ReadTimeout):
            _chat(vendors, timeout=0.1)

    assert set(threading.enumerate()) <= before
    with pytest.raises(httpx2.ConnectError):
        _chat(vendors)
