"""Requests and responses that go on for long, and how soon they end with the right to them."""

import json
import socket
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

from tests.command_line import run_command
from tests.event_stream import EventStream
from tests.jobs.helpers import MODEL_HEADERS, new_work_with_scenes, run_job, start_scene_job, until
from tests.mcp_server.helpers import handle, tool_call
from tests.reliability.slow_servers import DRIPS_BODY, SILENT, SlowServer
from tests.reliability.wire import answer_on, dial, head, is_readable, wait_for_upload
from tests.service import Client, Service
from tests.vendors import Vendors
from tests.works.shapes import scene

_SIZE = 24 << 20  # bytes of a file: more than the kernel keeps for both ends of a connection
_PATIENCE = 120  # seconds: a command starts late on a busy machine
_REFUSED = {401, 404}
_JOBS_BEFORE = 2  # of the work: the export, and the one that goes on
GUEST = "X-Guest-Token"


class Team(NamedTuple):
    """Ana's project with a work, an export and a job that goes on; Ben is an editor of it.

    `review` is the path of Ben's review link, `link` that of a link of his to the export.
    """

    ana: Client
    ben: Client
    ben_email: str
    project: str
    work: str
    job: str
    review_id: str
    review: str
    link_id: str
    link: str

    @property
    def video(self) -> str:
        return f"{self.work}/media/reference"


def new_team(service: Service, ana: Client, vendors: Vendors, samples: Path) -> Team:
    """Make a team whose members are clients of this service."""
    work = new_work_with_scenes(ana, ana.new_project(), 1, resolution={"width": 64, "height": 64})
    project, _, work_id = work.rpartition("/works/")
    email = f"ben-{work_id}@example.com"
    ben = service.client(service.register(email))
    made = ana.post(f"{project}/invitations", {"role": "editor", "mayPay": True}).json
    assert ben.post(f"/api/invitations/{made['url'].rpartition('/')[2]}/accept").status == 200
    video = (samples / "video.mp4").read_bytes()
    for place, size in (("scene/0/video", len(video)), ("reference", _SIZE)):
        padded = video + bytes(size - len(video))
        answer = ana.put(f"{work}/media/{place}", padded, Content_Type="video/mp4")
        assert answer.status == 200, answer.body
    run_job(ana, work, "export")
    export = ana.show(f"{work}/exports")["exports"][0]["id"]
    directory = service.data_dir / project.removeprefix("/api/") / "works" / work_id
    _enlarge(directory / "exports" / export)
    with (directory / "media" / "scene-0-video.mp4").open("r+b") as file:
        file.truncate(_SIZE)
    ana.save(work, {"scenes": [scene(0), scene(1)]})
    vendors.rule(vendor="runway", kind="submit", polls=2000, takes=1200, times=None)
    job = start_scene_job(ana, work)
    review = ben.post(f"{work}/reviews", {"mayDownload": True}).json
    target = {"projectId": project.rpartition("/")[2], "workId": work_id, "exportId": export}
    link = ben.post("/api/links", {"kind": "export", **target}).json
    return Team(
        *(ana, ben, email, project, work, job),
        *(review["id"], f"/api/review/{review['url'].rpartition('/')[2]}"),
        *(link["id"], "/api" + link["url"].partition("/api")[2]),
    )


def _enlarge(export: Path) -> None:
    """Make the video of an export as large as the other files."""
    with (export / "media" / "video.mp4").open("r+b") as file:
        file.truncate(_SIZE)
    document = export / "export.json"
    document.write_text(json.dumps({**json.loads(document.read_text()), "size": _SIZE}))


class Held:
    """What clients of a service have open, and when each ends."""

    def __init__(self, service: Service) -> None:
        self._service = service
        self._threads = ThreadPoolExecutor(32)
        self._ends: dict[str, Future[float]] = {}
        self._sockets: list[socket.socket] = []

    def download(self, name: str, client: Client, path: str) -> None:
        """Begin to download a file, and take no more of it than its first bytes."""
        sock = dial(self._service, head(client, "GET", path), receive_buffer=1 << 16)
        begin = sock.recv(300)
        assert begin.startswith(b"HTTP/1.1 200"), (name, begin)
        self._sockets.append(sock)
        self._watch(name, lambda: until(lambda: not is_connected(self._service, sock), _PATIENCE))

    def stream(self, name: str, client: Client, path: str, said: str = "") -> None:
        """Open a stream of events, until its end, or an event of a project that has this text."""
        stream = EventStream(client, path)
        assert stream.answer.status == 200

        def read() -> None:
            while (event := stream.next_event()) is not None:
                if said and event["event"] == "project" and said in event["data"]:
                    break
            stream.close()

        self._watch(name, read)

    def requests(self, name: str, client: Client, path: str, **headers: str) -> None:
        """Send requests until one is refused."""
        assert client.get(path, **headers).status == 200
        self._watch(
            name, lambda: until(lambda: client.get(path, **headers).status in _REFUSED, _PATIENCE)
        )

    def waiting(self, name: str, client: Client, path: str) -> None:
        """Send a request that waits."""
        self._watch(name, lambda: until(lambda: client.get(path).status in _REFUSED, _PATIENCE))

    def request(self, name: str, client: Client, path: str, body: object, **headers: str) -> None:
        """Send a request that is answered only when it is refused."""

        def read() -> None:
            answer = client.post(path, body, **headers)
            refused = answer.status in _REFUSED or (path == "/mcp" and b"isError" in answer.body)
            assert refused, (name, answer)

        self._watch(name, read)

    def upload(self, name: str, client: Client, path: str, *headers: str) -> None:
        """Begin to send a body, and go on with it slowly until the answer has come."""
        sock = dial(self._service, head(client, "PUT", path, *headers, "Content-Length: 9000000"))
        sock.sendall(b" " * 200_000)
        self._sockets.append(sock)

        def read() -> None:
            while not is_readable(sock, 0.1):
                sock.sendall(b" " * 1000)
            assert answer_on(sock).status in _REFUSED, name

        self._watch(name, read)

    def seconds(self, began: float) -> dict[str, float]:
        """Wait until all have ended; return how long after `began` each has."""
        ends = {name: end.result(_PATIENCE) - began for name, end in self._ends.items()}
        for sock in self._sockets:
            sock.close()
        self._threads.shutdown()
        return ends

    def _watch(self, name: str, end: Callable[[], object]) -> None:
        def run() -> float:
            end()
            return time.monotonic()

        self._ends[name] = self._threads.submit(run)


def is_connected(service: Service, client: socket.socket) -> bool:
    """Return whether the service's end of a connection is still open."""
    ends = [f"0100007F:{port:04X}" for port in (service.port, client.getsockname()[1])]
    lines = Path("/proc/net/tcp").read_text().splitlines()
    return any(line.split()[1:4] == [*ends, "01"] for line in lines)


def remove_member(team: Team, _service: Service) -> None:
    """End Ben's membership."""
    members = team.ana.show(f"{team.project}/members")["members"]
    [ben_id] = [each["userId"] for each in members if each["email"] == team.ben_email]
    assert team.ana.delete(f"{team.project}/members/{ben_id}").status == 204


def disable_user(team: Team, service: Service) -> None:
    """Disable Ben's account."""
    ended = run_command(service.data_dir, "users", "disable", team.ben_email)
    assert ended.returncode == 0, ended.stderr


def revoke_links(team: Team, _service: Service) -> None:
    """Revoke Ben's links."""
    assert team.ana.delete(f"{team.work}/reviews/{team.review_id}").status == 204
    assert team.ben.delete(f"/api/links/{team.link_id}").status == 204


ENDINGS: dict[str, Callable[[Team, Service], None]] = {
    "a member is removed": remove_member,
    "a user is disabled": disable_user,
    "links are revoked": revoke_links,
}


def seconds_until_all_ends(
    ending: str, team: Team, service: Service, other: Service
) -> dict[str, float]:
    """End the access at one service; return when what is open at the other has ended.

    That is in seconds after the end was acknowledged.
    """
    held, guest = Held(other), other.client()
    held.download("video of a review", guest, f"{team.review}/video")
    held.download("video of a link", guest, team.link)
    held.requests("requests of a guest", guest, team.review)
    with SlowServer.running(SILENT) as silent, SlowServer.running(DRIPS_BODY) as dripping:
        if ending != "links are revoked":
            _hold_responses(held, team, other, ending)
            _hold_requests(held, team, other)
            _hold_transfers(held, team, other, silent, dripping)
        ENDINGS[ending](team, service)
        return held.seconds(time.monotonic())


def cancel_jobs(team: Team) -> None:
    """Cancel the jobs of the work that go on."""
    for job in team.ana.show(f"{team.work}/jobs"):
        if job["state"] in {"queued", "running"}:
            assert team.ana.post(f"{team.work}/jobs/{job['id']}/cancel").status in {200, 409}


def _hold_responses(held: Held, team: Team, other: Service, ending: str) -> None:
    ben = [other.client(team.ben.token) for _ in range(2)]
    held.download("download", ben[0], team.video)
    held.download("bundle", ben[0], f"{team.work}/timeline.otio?bundle=1")
    held.stream("events of a job", ben[0], f"{team.job}/events")
    held.requests("requests", ben[1], team.work)
    # The feed of a removed member goes on, and says that the project is gone.
    said = team.project.rpartition("/")[2] if ending == "a member is removed" else ""
    held.stream("feed of events", ben[0], "/api/events", said)


def _hold_requests(held: Held, team: Team, other: Service) -> None:
    """Send requests that wait for jobs, and bodies that arrive slowly."""
    ben = [other.client(team.ben.token) for _ in range(4)]
    held.waiting("waiting for a job", ben[0], f"{team.job}?wait=60")
    held.request(
        "waiting for a result", ben[1], f"{team.work}/generate/scene/1", None, **MODEL_HEADERS
    )
    waits = {"job": handle(team.job), "wait": 45}
    held.request("tool that waits", ben[2], "/mcp", tool_call("get_job", **waits))
    held.upload("upload", ben[3], f"{team.work}/media/audio", "Content-Type: audio/mpeg")
    held.upload("slow save", ben[3], team.work, "Content-Type: application/json")
    until(lambda: len(team.ana.show(f"{team.work}/jobs")) > _JOBS_BEFORE)
    wait_for_upload(other)


def _hold_transfers(
    held: Held, team: Team, other: Service, silent: SlowServer, dripping: SlowServer
) -> None:
    """Send requests that wait for files of other servers."""
    for server, said in ((silent, "a silent server"), (dripping, "a server that drips")):
        rest, tool = (other.client(team.ben.token) for _ in range(2))
        held.request(f"file of {said}", rest, f"{team.project}/assets", {"url": server.url})
        source = {"source": server.url, "project": handle(team.project)}
        held.request(f"tool with {said}", tool, "/mcp", tool_call("add_asset", **source))
    until(lambda: silent.requests == dripping.requests == 2)
