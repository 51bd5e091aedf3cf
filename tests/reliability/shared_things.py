"""What users share: by which order one takes all of it, and what another one does meanwhile."""

import http.client
import io
import itertools
import random
from contextlib import ExitStack
from functools import cache

from PIL import Image

from tests.event_stream import EventStream
from tests.held_locks import held, lock_of
from tests.jobs.helpers import until
from tests.jobs.receiver import Receiver
from tests.mcp_server.helpers import handle, tool_call
from tests.media.hostile_files import jpeg_of_scans
from tests.reliability.fairness import Order, Row, Stage, Step, done, start, wait
from tests.reliability.file_server import FileServer
from tests.reliability.slow_servers import DRIPS_BODY, SlowServer
from tests.service import Answer, Client
from tests.works.shapes import scene

_numbers = itertools.count()
_PASSWORD = "correct horse"


@cache
def hostile(side: int) -> bytes:
    """Return a picture of some KB that takes long to decode: half a second for 2,000 pixels."""
    return jpeg_of_scans(side, 400)


def picture() -> bytes:
    """Return an ordinary picture, another one each time."""
    file = io.BytesIO()
    colour = tuple(random.Random(next(_numbers)).randbytes(3))
    Image.new("RGB", (320, 200), colour).save(file, "JPEG")
    return file.getvalue()


def many_requests(stage: Stage, _: ExitStack) -> Order:
    work = stage.ana.new_work(stage.anas_project, productDescription="x" * 100_000)
    return lambda client: client.put(work, {"name": f"Work {next(_numbers)}"})


def slow_uploads(stage: Stage, _: ExitStack) -> Order:
    return lambda client: client.post(f"{stage.anas_project}/assets", hostile(stage.side))


def slow_thumbnails(stage: Stage, _: ExitStack) -> Order:
    work = stage.ana.new_work(stage.anas_project)

    def order(client: Client) -> Answer:
        scene_media = f"{work}/media/scene/{next(_numbers) % 500}"
        done(client.put(f"{scene_media}/image", hostile(stage.side)))
        return client.get(f"{scene_media}/thumbnail")

    return order


def held_lock(stage: Stage, stack: ExitStack) -> Order:
    work = stage.ana.new_work(stage.anas_project)
    stack.enter_context(held(lock_of(stage.service.data_dir, work)))
    return lambda client: client.put(work, {"name": "Held"})


def guesses(stage: Stage, _: ExitStack) -> Order:
    def order(client: Client) -> Answer:
        login = {"email": f"guess-{next(_numbers)}@example.com", "password": "wrong"}
        return client.post("/api/auth/login", login)

    return order


def streams(stage: Stage, stack: ExitStack) -> Order:
    def order(client: Client) -> Answer:
        stream = stack.enter_context(_Stream(client))
        return Answer(stream.answer.status, {}, b"")

    return order


def slow_calls(stage: Stage, stack: ExitStack) -> Order:
    stage.vendors.rule(kind="image", slow=0.2, times=None)
    stack.callback(stage.vendors.reset_rules)
    project = _project_for_a_while(stage, stack)

    def order(client: Client) -> Answer:
        work = client.new_work(project)
        done(client.put(work, {"scenes": [scene(index) for index in range(4)]}))
        return _order(client, work, "scenes")

    return order


def dead_webhooks(stage: Stage, stack: ExitStack) -> Order:
    receiver = stack.enter_context(Receiver.running())
    receiver.answers.clear()
    work = stage.ana.new_work(_project_for_a_while(stage, stack))
    return lambda client: _order(client, work, "scenario", webhookUrl=receiver.url)


def slow_sources(stage: Stage, stack: ExitStack) -> Order:
    """Files of a server that drips, for requests and for tools."""
    source = stack.enter_context(SlowServer.running(DRIPS_BODY))
    call = tool_call("add_asset", source=source.url, project=handle(stage.anas_project))
    ways = [("/mcp", call), (f"{stage.anas_project}/assets", {"url": source.url})]
    return lambda client: client.post(*random.choice(ways))


def many_exports(stage: Stage, stack: ExitStack) -> Order:
    work = _work_with_an_image(stage.ana, _project_for_a_while(stage, stack))

    def order(client: Client) -> Answer:
        return _order(client, work, "export", options={"width": 128 + 2 * (next(_numbers) % 200)})

    return order


def many_tokens(stage: Stage, _: ExitStack) -> Order:
    return lambda client: client.post("/api/tokens", {"name": "More", "scopes": ["works:read"]})


def large_documents(stage: Stage, _: ExitStack) -> Order:
    """Some times what the cache of a process holds."""
    fields = dict.fromkeys(("productDescription", "styleGuide"), "x" * 90_000)
    works = [stage.ana.new_work(stage.anas_project, **fields) for _ in range(60)]
    return lambda client: client.get(random.choice(works))


def unknown_ids(stage: Stage, _: ExitStack) -> Order:
    path = f"{stage.anas_project}/works/work_{{}}/jobs"
    return lambda client: client.get(path.format(next(_numbers)))


def edits(stage: Stage) -> Step:
    work = stage.ben.new_work(stage.bens_project)

    def step() -> None:
        name = f"Work {next(_numbers)}"
        done(stage.ben.put(work, {"name": name}))
        assert done(stage.ben.get(work))["name"] == name
        assert name in {each["name"] for each in done(stage.ben.get(f"{stage.bens_project}/works"))}

    return step


def uploads(stage: Stage) -> Step:
    def step() -> None:
        asset = done(stage.ben.post(f"{stage.bens_project}/assets", picture()), 201)
        assert (asset.get("width"), asset.get("height")) == (320, 200)
        assert stage.ben.get(asset["thumbnail"]).status == 200

    return step


def thumbnails(stage: Stage) -> Step:
    work = stage.ben.new_work(stage.bens_project)

    def step() -> None:
        scenes = [f"{work}/media/scene/{index}" for index in range(3)]
        for each in scenes:
            done(stage.ben.put(f"{each}/image", picture()))
        assert [stage.ben.get(f"{each}/thumbnail").status for each in scenes] == [200] * 3

    return step


def logins(stage: Stage) -> Step:
    """Ben works at another address than Ana."""

    def step() -> None:
        connection = http.client.HTTPConnection(
            "127.0.0.1", stage.service.port, timeout=60, source_address=("127.0.0.2", 0)
        )
        body = f'{{"email": "ben@example.com", "password": "{_PASSWORD}"}}'
        connection.request("POST", "/api/auth/login", body, {"Content-Type": "application/json"})
        assert connection.getresponse().status == 200
        connection.close()
        assert stage.ben.get("/api/projects").status == 200

    return step


def watches(stage: Stage) -> Step:
    def opens() -> bool:
        with _Stream(stage.ben) as stream:
            return stream.answer.status == 200

    def step() -> None:
        until(opens)  # those of earlier steps may not be seen to have ended yet

    return step


def images(stage: Stage) -> Step:
    """The order of the turns is tested in tests/jobs/test_fairness.py."""

    def step() -> None:
        work = stage.ben.new_work(stage.bens_project)
        done(stage.ben.put(work, {"scenes": [scene(0)]}))
        job = wait(stage.ben, start(stage.ben, work, "scenes"))
        assert job["state"] == "succeeded", job

    return step


def webhooks(stage: Stage) -> Step:
    work = stage.ben.new_work(stage.bens_project)

    def step() -> None:
        with Receiver.running() as receiver:
            start(stage.ben, work, "scenario", webhookUrl=receiver.url)
            receiver.wait_for_messages(1)

    return step


def fetches(stage: Stage) -> Step:
    def step() -> None:
        with FileServer.running(picture()) as url:
            asset = done(stage.ben.post(f"{stage.bens_project}/assets", {"url": url}), 201)
        assert (asset.get("width"), asset.get("height")) == (320, 200)

    return step


def exports(stage: Stage) -> Step:
    work = _work_with_an_image(stage.ben, stage.bens_project)

    def step() -> None:
        job = start(stage.ben, work, "export", options={"width": 128 + 2 * (next(_numbers) % 200)})
        found = wait(stage.ben, job)
        assert found["state"] == "succeeded", found

    return step


def tokens(stage: Stage) -> Step:
    def step() -> None:
        made = done(stage.ben.post("/api/tokens", {"name": "One", "scopes": ["works:read"]}), 201)
        assert stage.ben.delete(f"/api/tokens/{made['meta']['id']}").status == 204

    return step


def few_tokens(stage: Stage) -> None:
    assert len(done(stage.ana.get("/api/tokens"))) <= 100


ROWS = [
    Row("request threads", many_requests, edits),
    Row("programs that read uploads", slow_uploads, uploads, 5),
    Row("programs that make thumbnails", slow_thumbnails, thumbnails, 5, slow=True),
    Row("threads that wait for a lock", held_lock, edits, 40),
    Row("password hashing", guesses, logins, 5),
    Row("event streams", streams, watches, 40),
    Row("calls of a vendor", slow_calls, images, 4, slow=True),
    Row("deliveries of webhooks", dead_webhooks, webhooks, 4),
    Row("requests that wait for files", slow_sources, fetches, 40, slow=True),
    Row("exports", many_exports, exports, 2, slow=True),
    Row("tokens and inodes", many_tokens, tokens, 8, check=few_tokens),
    Row("the cache of documents", large_documents, edits),
    Row("memory", unknown_ids, edits),
]


class _Stream(EventStream):
    """A stream of events that is closed at the end of a block."""

    def __init__(self, client: Client) -> None:
        super().__init__(client, "/api/events")

    def __enter__(self) -> "_Stream":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _order(client: Client, work: str, kind: str, **fields: object) -> Answer:
    headers = {"x-llm-provider": "claude", "x-image-provider": "dalle"}
    return client.request("POST", f"{work}/jobs", {"kind": kind, **fields}, **headers)


def _project_for_a_while(stage: Stage, stack: ExitStack) -> str:
    """Create a project of Ana's, which is deleted with its jobs when the attack ends."""
    project = stage.ana.new_project()
    stack.callback(stage.ana.delete, project)
    return project


def _work_with_an_image(client: Client, project: str) -> str:
    work = client.new_work(project)
    done(client.put(work, {"scenes": [scene(0)]}))
    done(client.put(f"{work}/media/scene/0/image", picture()))
    return work
