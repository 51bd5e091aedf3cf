"""Bodies that are small or allowed, and would take a service's time and memory.

Each is answered with little of both, and others are served meanwhile.
"""

import json
from collections.abc import Callable
from functools import partial
from threading import Thread
from time import monotonic
from typing import Any

import pytest

from tests.reliability.resources import measure, resident_mb
from tests.service import Answer, Client
from tests.works.shapes import action, image_overlay, scene, text_overlay
from tests.works.templates.shapes import text_overlay as template_text

pytestmark = pytest.mark.slow

MAX_SECONDS = 4.0  # of one processor, which others slow down
MAX_MB = 300  # of the largest process, beyond what it takes when idle

Request = Callable[[], Answer]


class Target:
    """A project and a work that hostile requests are sent to."""

    def __init__(self, client: Client) -> None:
        self.client = client
        self.project = client.new_project()
        self.work = client.new_work(self.project)

    def put_work(self, body: Any) -> Request:
        return partial(self.client.put, self.work, encoded(body))

    def post_project(self, body: Any) -> Request:
        return partial(self.client.post, "/api/projects", encoded(body))

    def post_template(self, body: Any) -> Request:
        return partial(self.client.post, f"{self.project}/templates", encoded(body))

    def new_template(self, *texts: dict[str, Any]) -> str:
        """Create a template and return its id."""
        body = {"name": "hostile", "content": {"textOverlays": list(texts)}}
        answer = self.client.post(f"{self.project}/templates", body)
        assert answer.status == 201, answer.body
        return str(answer.json["id"])

    def save(self, **fields: Any) -> None:
        answer = self.client.put(self.work, fields)
        assert answer.status == 200, answer.body


def encoded(body: Any) -> bytes:
    return body if isinstance(body, bytes) else json.dumps(body).encode()


def repeated(field: str, item: str, size: int) -> bytes:
    """Return `{field: [item, item, …]}` of some `size` bytes; a field may be a path."""
    items = ",".join([item] * (size // (len(item) + 1)))
    keys = field.split(".")
    return ("".join(f'{{"{key}":' for key in keys) + f"[{items}]" + "}" * len(keys)).encode()


def every_placeholder(target: Target) -> tuple[str, dict[str, Any]]:
    """Create a template of 200 KB whose texts become 400 MB; return its id and the values."""
    texts = [template_text(f"t{number}", text="{{a}}" * 2000) for number in range(20)]
    return target.new_template(*texts), {"placeholderValues": {"a": "x" * 10_000}}


def preview_of_placeholders(target: Target) -> Request:
    template, values = every_placeholder(target)
    url = f"{target.project}/templates/{template}/apply"
    return partial(target.client.post, url, {"videoDuration": 9, **values})


def placeholders_in_a_work(target: Target) -> Request:
    template, values = every_placeholder(target)
    body = {"templateId": template, **values}
    return partial(target.client.post, f"{target.work}/apply-template", body)


def taken_overlay_names(target: Target) -> Request:
    """Apply a template of which one id is taken with every number up to 9,999."""
    names = ["applied_z", *(f"applied_z_{number}" for number in range(2, 10_000))]
    target.save(
        editorState={
            "imageOverlays": {name: image_overlay() for name in names[:5000]},
            "editorData": {"imageTrack": [action(name) for name in names[5000:]]},
        }
    )
    others = [template_text(f"t{number}") for number in range(4000)]
    body = {"templateId": target.new_template(*others, template_text("z"))}
    return partial(target.client.post, f"{target.work}/apply-template", body)


def template_applied_again_and_again(target: Target) -> Request:
    """Apply a template of a megabyte until the work is full."""
    overlays = [template_text(f"t{number}", text="x" * 10_000) for number in range(100)]
    body = {"templateId": target.new_template(*overlays)}

    def fill() -> Answer:
        for _ in range(40):
            answer = target.client.post(f"{target.work}/apply-template", body)
            if answer.status != 200:
                break
        return answer

    return fill


def work_that_grows(target: Target) -> Request:
    """Store 9 MB of scenes and add 9 MB of overlays."""
    target.save(scenes=[scene(index, video_prompt="x" * 90_000) for index in range(100)])
    overlays = {f"t{number}": text_overlay(text="x" * 9000) for number in range(1000)}
    return target.put_work({"editorState": {"textOverlays": overlays}})


def full_timeline(**changes: Any) -> dict[str, Any]:
    """Return as many overlays and actions as a work may have."""
    tracks = ("videoTrack", "textTrack", "imageTrack", "audioTrack")
    ids = [f"t{number}" for number in range(5000)]
    return {
        "editorState": {
            "editorData": {track: [action(each, **changes) for each in ids] for track in tracks},
            "textOverlays": {each: text_overlay(**changes) for each in ids},
            "imageOverlays": {each: image_overlay(**changes) for each in ids},
        }
    }


def invalid_timeline() -> dict[str, Any]:
    """Return the same, with a wrong type in every field."""
    wrong: dict[str, Any] = dict.fromkeys([*action(""), *text_overlay(), *image_overlay()])
    return full_timeline(**wrong)


def tags_of_an_asset(target: Target) -> Request:
    parts = {"tags": "[" + "[]," * 20_000 + "[]]", "file": "GIF89a"}
    lines = []
    for name, value in parts.items():
        file = '; filename="a.gif"\r\nContent-Type: image/gif' if name == "file" else ""
        head = f'--part\r\nContent-Disposition: form-data; name="{name}"{file}\r\n\r\n'
        lines.append(f"{head}{value}\r\n")
    body = ("".join(lines) + "--part--\r\n").encode()
    kind = "multipart/form-data; boundary=part"
    return partial(target.client.post, f"{target.project}/assets", body, Content_Type=kind)


def works_by(query: str) -> Callable[[Target], Request]:
    return lambda target: partial(target.client.get, f"{target.project}/works?{query}")


def work(body: Any) -> Callable[[Target], Request]:
    return lambda target: target.put_work(body() if callable(body) else body)


def project(body: Any) -> Callable[[Target], Request]:
    return lambda target: target.post_project(body() if callable(body) else body)


def template(body: Any) -> Callable[[Target], Request]:
    return lambda target: target.post_template(body() if callable(body) else body)


MB = 1_000_000

HOSTILE: dict[str, tuple[int, Callable[[Target], Request]]] = {
    "placeholders": (400, preview_of_placeholders),
    "placeholders in a work": (400, placeholders_in_a_work),
    "taken overlay names": (200, taken_overlay_names),
    "a template applied again and again": (413, template_applied_again_and_again),
    "a work that grows to 18 MB": (413, work_that_grows),
    "600 KB of lists as scenes": (400, work(lambda: repeated("scenes", "[]", 6 * MB // 10))),
    "1.5 MB of lists as scenes": (413, work(lambda: repeated("scenes", "[]", 3 * MB // 2))),
    "10 MB of lists as scenes": (413, work(lambda: repeated("scenes", "[]", 10 * MB))),
    "600 KB of objects as scenes": (400, work(lambda: repeated("scenes", "{}", 6 * MB // 10))),
    "1.4 MB of objects as generated scenes": (
        400,
        work(lambda: repeated("generatedScenes", '{"imageUrl":0}', 14 * MB // 10)),
    ),
    "10 MB of objects in an unknown field": (413, work(lambda: repeated("x", '{"":0}', 10 * MB))),
    "10 MB of numbers in an unknown field": (413, work(lambda: repeated("x", "0.5", 10 * MB))),
    "many texts in an unknown field": (200, work(lambda: repeated("x", '"abcdefgh"', 5 * MB))),
    "a deep list": (400, work(b'{"x":' + b"[" * 10**5 + b"]" * 10**5 + b"}")),
    "many deep lists": (200, work(lambda: repeated("x", '{"":' * 990 + "0" + "}" * 990, 2 * MB))),
    "100,000 ids of assets": (400, work({"selectedAssetIds": ["asset_1"] * 100_000})),
    "a long key": (400, work({"editorState": {"textOverlays": {"k" * 9 * MB: {}}}})),
    "many long keys": (
        400,
        work({"editorState": {"textOverlays": {f"{n:05}" + "k" * 990: {} for n in range(5000)}}}),
    ),
    "300,000 invalid overlays": (
        400,
        work({"editorState": {"textOverlays": dict.fromkeys(map(str, range(300_000)))}}),
    ),
    "a full timeline": (200, work(full_timeline)),
    "a full timeline of invalid values": (400, work(invalid_timeline)),
    "a text of 9 MB": (400, work({"productDescription": "x" * 9 * MB})),
    "a text of NULs": (200, work({"productDescription": "\0" * 100_000})),
    "9 MB of knowledge": (400, project({"knowledge": "x" * 9 * MB})),
    "600 KB of lists in a style guide": (
        400,
        project(lambda: repeated("styleGuide.must_include", "[]", 6 * MB // 10)),
    ),
    "600 KB of empty overlays": (
        400,
        template(lambda: repeated("content.textOverlays", "{}", 6 * MB // 10)),
    ),
    "tags of an asset": (400, tags_of_an_asset),
    "a long search": (400, works_by("q=" + "x" * 8000)),
    "a long cursor": (400, works_by("limit=1&cursor=" + "W" * 8000)),
}


@pytest.fixture(scope="module")
def service(run):
    return run(LOG_LEVEL="ERROR")


@pytest.fixture(scope="module")
def idle_mb(service, ana):
    """The memory of the largest process before anything hostile is sent."""
    target = Target(ana)
    target.save(scenes=[scene(0)])
    return resident_mb(service)


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_body_takes_little_time_and_memory(service, ana, idle_mb, name):
    status, prepare = HOSTILE[name]
    request = prepare(Target(ana))

    usage = measure(service, request)

    assert usage.answer.status == status, usage.answer.body[:1000]
    assert usage.seconds < MAX_SECONDS
    assert usage.peak_mb - idle_mb < MAX_MB
    if status >= 400:
        assert len(usage.answer.body) < 200_000


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(repeated("scenes", "[]", 3 * MB // 2), id="lists"),
        pytest.param(encoded(full_timeline()), id="full", marks=pytest.mark.thorough),
    ],
)
def test_others_are_served_while_hostile_bodies_arrive(service, ana, body):
    target = Target(ana)
    answers: list[Answer] = []

    def attack(client: Client) -> None:
        answers.append(client.put(target.work, body))

    threads = [Thread(target=attack, args=[service.client(ana.token)]) for _ in range(20)]
    for thread in threads:
        thread.start()
    slowest = 0.0
    while any(thread.is_alive() for thread in threads):
        started = monotonic()
        assert service.request("GET", target.work, token=ana.token).status == 200
        slowest = max(slowest, monotonic() - started)

    assert len(answers) == 20
    assert slowest < 30
