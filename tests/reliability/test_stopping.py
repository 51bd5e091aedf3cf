"""The service stops promptly, whatever is in progress; only paid responses are waited for.

`RELIABILITY_ROUNDS=50 pytest tests/reliability/test_stopping.py -s` stops it 50 times in each way.
"""

import os
import signal
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing

import pytest

from tests.jobs.helpers import new_work_with_scenes, start_job, until
from tests.mcp_server.helpers import handle, tool_call
from tests.reliability.data import leftovers
from tests.reliability.media import versioned_file
from tests.reliability.processes import memory
from tests.reliability.slow_servers import DRIPS_BODY, NO_TLS, SlowServer
from tests.reliability.wire import dial, head, wait_for_upload
from tests.service import Client, CommandService, Service

pytestmark = pytest.mark.slow

ROUNDS = int(os.environ.get("RELIABILITY_ROUNDS", "1"))
CLIENTS = 10  # of each kind
MAX_SECONDS = 100  # a stop that hangs takes more than 300
SOURCES = 40  # requests for files of other servers, of each kind
MAX_SECONDS_OF_STOP = 12


def send_to_arbiter(process: int, number: signal.Signals) -> None:
    os.kill(process, number)


def send_to_group(process: int, number: signal.Signals) -> None:
    """Send it to all processes, as a terminal and systemd do; the arbiter sends it on as well."""
    os.killpg(process, number)


def send_twice(process: int, number: signal.Signals) -> None:
    os.killpg(process, number)
    time.sleep(0.01)
    os.killpg(process, number)


STOPS = [
    pytest.param(send, number, id=f"{number.name}-{send.__name__}", marks=marks)
    for send, number, marks in (
        (send_to_group, signal.SIGTERM, ()),
        (send_twice, signal.SIGINT, ()),
        (send_to_arbiter, signal.SIGTERM, pytest.mark.thorough),
        (send_to_arbiter, signal.SIGINT, pytest.mark.thorough),
        (send_to_group, signal.SIGINT, pytest.mark.thorough),
        (send_twice, signal.SIGTERM, pytest.mark.thorough),
    )
]
Send = Callable[[int, signal.Signals], None]


@pytest.fixture
def service(tmp_path, vendors):
    """A service that is not started yet, with vendors whose clips never get finished."""
    vendors.rule(vendor="runway", kind="submit", polls=100_000, times=None)
    service = CommandService(tmp_path / "data", FSYNC=0, PROVIDER_POLL=0.1, **vendors.environ())
    yield service
    service.stop()
    assert "Traceback" not in service.log.read_text()


@pytest.mark.parametrize(("send", "number"), STOPS)
def test_stop_does_not_wait_for_clients(service, vendors, send, number):
    service.start()
    ana = service.client(service.register())
    work = new_work_with_scenes(ana, ana.new_project(), 1)
    url = f"{work}/media/reference"
    assert ana.put(url, versioned_file(1, 20_000_000), Content_Type="video/mp4").status == 200
    start_job(ana, work)
    times = []
    for stopped in range(ROUNDS):
        if stopped:
            service.start()
        with ExitStack() as connections:
            open_connections(service, ana, work, connections)
            times.append(stop_time(service, send, number))
    print(f"longest stop: {max(times):.2f} s")  # noqa: T201
    assert max(times) < MAX_SECONDS


@pytest.mark.parametrize("kind", [DRIPS_BODY, NO_TLS])
def test_service_whose_sources_are_slow_serves_others_and_stops_in_time(tmp_path, kind):
    running = CommandService.running(tmp_path / "data", INTRANET_HOSTS="127.0.0.1")
    with (
        SlowServer.running(kind) as source,
        running as service,
        ThreadPoolExecutor(2 * SOURCES) as pool,
    ):
        ana, ben = (service.client(service.register(f"{each}@example.com")) for each in "ab")
        project = ana.new_project()
        answers = [
            pool.submit(send, service.client(ana.token), project, source.url)
            for send in (fetch_by_tool, fetch)
            for _ in range(SOURCES)
        ]
        job = ana.request("POST", f"{project}/assets", {"url": source.url}, Prefer="respond-async")
        assert job.status == 202, job.body
        until(lambda: source.requests + sum(each.done() for each in answers) > 2 * SOURCES)

        assert ben.get("/api/projects").status == 200
        seconds = stop_time(service, send_to_group, signal.SIGTERM)

        assert {answer.result() for answer in answers} == {"busy"}
    print(f"stop with {kind}: {seconds:.2f} s")  # noqa: T201
    assert seconds < MAX_SECONDS_OF_STOP
    assert not leftovers(service.data_dir)


@pytest.mark.thorough  # it takes as long as a stop waits
def test_stop_gives_up_requests_that_do_not_end(service, vendors):
    vendors.rule(vendor="elevenlabs", kind="voices", slow=None, times=None)
    service.start()
    ana = service.client(service.register())
    with closing(dial(service, head(ana, "GET", "/api/voices?provider=elevenlabs"))) as waiting:
        until(lambda: any(each["kind"] == "voices" for each in vendors.requests()))

        assert stop_time(service, send_to_group, signal.SIGTERM) < MAX_SECONDS_OF_STOP
        assert waiting.recv(1) == b""
    vendors.release()


def fetch(client: Client, project: str, url: str) -> str:
    """Let a request wait for a file; return the code with which it fails."""
    answer = client.post(f"{project}/assets", {"url": url})
    assert answer.status == 503, answer.body
    assert answer.headers["Retry-After"] == "5"
    return str(answer.json["code"])


def fetch_by_tool(client: Client, project: str, url: str) -> str:
    """Let a tool wait for a file; return the code that is the meaning of its answer."""
    call = tool_call("add_asset", source=url, project=handle(project))
    [content] = client.post("/mcp", call).json["result"]["content"]
    assert content["text"].startswith(("The service is restarting", "Too many requests wait"))
    assert "wait some seconds and call the tool again" in content["text"]
    return "busy"


def test_workers_stop_when_the_arbiter_is_killed(service, vendors):
    service.start()
    ana = service.client(service.register())
    work = new_work_with_scenes(ana, ana.new_project(), 1)
    job = start_job(ana, work)
    arbiter, *workers = service.processes()
    with closing(dial(service, head(ana, "GET", f"{job}?wait=60"))):
        os.kill(arbiter, signal.SIGKILL)
        assert service._process is not None
        service._process.wait(MAX_SECONDS)
        until(lambda: not any(map(memory, workers)))

    service.start()  # the port is free


def open_connections(service: Service, ana: Client, work: str, stack: ExitStack) -> None:
    """Open waiting, watching, uploading, downloading, idle and incomplete requests."""
    job = f"{work}/jobs/{ana.get(f'{work}/jobs').json[0]['id']}"
    upload = head(
        ana, "PUT", f"{work}/media/audio", "Content-Type: audio/mpeg", "Content-Length: 90000000"
    )
    requests = [
        head(ana, "GET", f"{job}?wait=30"),
        head(ana, "GET", f"{job}/events"),
        upload + versioned_file(1, 500_000),
        head(ana, "GET", f"{work}/media/reference"),
        head(ana, "GET", work)[:-2],
        b"",
    ]
    for request in requests * CLIENTS:
        stack.enter_context(closing(dial(service, request, receive_buffer=4096)))
    wait_for_upload(service)


def stop_time(service: Service, send: Send, number: signal.Signals) -> float:
    """Stop the service with a signal; return the seconds until its last process has ended."""
    process = service._process
    assert process is not None
    begin = time.monotonic()
    send(process.pid, number)
    process.wait(400)
    return time.monotonic() - begin


@pytest.mark.thorough
def test_stop_while_workers_are_being_started_reaches_all_of_them(tmp_path):
    """`Service.start` returns when the first worker responds, `stop` fails after STOP_SECONDS."""
    service = CommandService(tmp_path / "data", WORKERS=8, THREADS=1, FSYNC=0)
    for _ in range(8):
        service.start()
        service.stop()

    assert "was sent" not in service.log.read_text()  # that a signal killed a worker
