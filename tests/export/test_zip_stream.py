"""A zip that is streamed: readable by all, flat in memory, and closed when its reader goes away."""

import http.client
import io
import os
import shutil
import subprocess
import tracemalloc
import zipfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from functools import partial
from pathlib import Path

import pytest

from export.handover.zip_stream import Entry, Readable, zip_chunks
from tests.jobs.helpers import until
from tests.programs import needs
from tests.reliability.test_large_uploads import Peak, memory
from tests.reliability.wire import dial, head
from tests.service import Client, Service

pytestmark = pytest.mark.service(FSYNC=0)

MB = 1 << 20
DAY = 86_400.0
FILES = {"timeline.otio": b"{}", "media/empty.png": b"", "media/ñ 🎬.mp4": bytes(range(256)) * 3000}


def entry(name: str, data: bytes, mtime: float = 20_000 * DAY) -> Entry:
    return Entry(name, len(data), mtime, partial(io.BytesIO, data))


def archived(files: dict[str, bytes]) -> bytes:
    return b"".join(zip_chunks(entry(name, data) for name, data in files.items()))


def test_archive_contains_the_files_as_they_are():
    with zipfile.ZipFile(io.BytesIO(archived(FILES))) as archive:
        assert archive.testzip() is None
        assert {name: archive.read(name) for name in archive.namelist()} == FILES
        assert {info.date_time for info in archive.infolist()} == {(2024, 10, 4, 0, 0, 0)}
        assert all(info.flag_bits & 0x08 for info in archive.infolist())  # data descriptors


@needs("unzip")
def test_unzip_accepts_the_archive(tmp_path):
    (tmp_path / "x.zip").write_bytes(archived(FILES))

    subprocess.run(["unzip", "-tq", tmp_path / "x.zip"], check=True, capture_output=True)


@pytest.mark.parametrize("mtime", [-DAY, 0.0, 4e11])
def test_time_that_a_zip_cannot_state_is_no_failure(mtime):
    data = b"".join(zip_chunks([entry("a", b"a", mtime)]))

    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert archive.read("a") == b"a"


def test_large_files_and_archives_use_zip64(monkeypatch):
    monkeypatch.setattr(zipfile, "ZIP64_LIMIT", 100_000)

    data = archived(FILES)

    assert data.count(b"PK\x06\x06") == 1  # the end record of ZIP64
    monkeypatch.undo()
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert archive.testzip() is None
        assert archive.getinfo("media/ñ 🎬.mp4").extract_version == zipfile.ZIP64_VERSION


class Zeros:
    """A file of zeros of some length."""

    def __init__(self, size: int) -> None:
        self._rest = size

    def read(self, size: int, /) -> bytes:
        data = bytes(min(size, self._rest))
        self._rest -= len(data)
        return data


@contextmanager
def zeros(size: int, opened: list[str]) -> Iterator[Readable]:
    opened.append("opened")
    try:
        yield Zeros(size)
    finally:
        opened.append("closed")


def test_nothing_is_kept_in_memory():
    entries = [Entry(str(number), 50 * MB, 0, partial(zeros, 50 * MB, [])) for number in range(4)]
    tracemalloc.start()

    size = sum(map(len, zip_chunks(entries)))

    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert size > 200 * MB
    assert peak < 4 * MB


def test_files_are_open_one_at_a_time_and_closed_when_the_reader_goes_away():
    events: list[str] = []
    entries = [Entry(str(number), MB, 0, partial(zeros, MB, events)) for number in range(3)]

    with closing(zip_chunks(entries)) as chunks:  # type: ignore[type-var]
        while events.count("opened") < 2:
            next(chunks)
        assert events == ["opened", "closed", "opened"]

    assert events == ["opened", "closed", "opened", "closed"]


# In the service

SIZE = 100 * MB


@pytest.fixture(scope="module")
def ana(service):
    return service.client(service.register())


@pytest.fixture
def film(service, ana, samples):
    """A work with a clip of 100 MB, of which the most is no part of the video."""
    work = ana.new_work(ana.new_project())
    video = (samples / "video.mp4").read_bytes()
    url = f"{work}/media/scene/0/video"
    assert ana.put(url, video, Content_Type="video/mp4").status == 200
    action = {"id": "a", "sceneIndex": 0, "start": 0, "end": 1}
    ana.put(work, {"editorState": {"editorData": {"videoTrack": [action]}}})
    free = (SIZE - len(video)).to_bytes(4, "big") + b"free"
    with stored(service, work).open("ab") as file:
        file.write(free)
        file.truncate(SIZE)
    return work


def stored(service: Service, work: str) -> Path:
    return service.data_dir / work.removeprefix("/api/") / "media" / "scene-0-video.mp4"


@pytest.mark.slow
@pytest.mark.thorough  # test_nothing_is_kept_in_memory has the same in a process
def test_memory_does_not_grow_with_the_size_of_a_bundle(service, ana, film, tmp_path):
    ana.get(f"{film}/timeline.otio")
    before = memory(service)
    target = tmp_path / "x.zip"

    with Peak(service) as peak:
        download(service, ana, f"{film}/timeline.otio?bundle=1", target)

    assert peak.bytes - before < 30 * MB
    with zipfile.ZipFile(target) as archive:
        assert archive.testzip() is None
        assert archive.getinfo("media/Scene-1.mp4").file_size == SIZE
    assert not list(service.data_dir.rglob("*.zip"))


def download(service: Service, ana: Client, path: str, target: Path) -> None:
    with closing(dial(service, head(ana, "GET", path, "Connection: close"))) as sock:
        response = http.client.HTTPResponse(sock)
        response.begin()
        with target.open("wb") as file:
            shutil.copyfileobj(response, file, MB)


@pytest.mark.slow
def test_client_that_stops_reading_does_not_keep_others_waiting(service, ana, film):
    ana.get(f"{film}/timeline.otio")  # is measured
    request = head(ana, "GET", f"{film}/timeline.otio?bundle=1")
    before = memory(service)
    socks = [dial(service, request, receive_buffer=4096) for _ in range(20)]
    for sock in socks:
        assert sock.recv(12) == b"HTTP/1.1 200"
    path = stored(service, film)
    until(lambda: readers(service, path))

    assert all(ana.get(film).status == 200 for _ in range(20))
    assert memory(service) - before < 60 * MB

    for sock in socks:
        sock.close()
    until(lambda: not readers(service, path))


@pytest.mark.slow
def test_bundle_ends_early_if_its_media_are_deleted_meanwhile(service, ana, film, samples):
    """What the client has then is no zip, which it notices."""
    video = (samples / "long.mp4").read_bytes()
    ana.put(f"{film}/media/scene/1/video", video, Content_Type="video/mp4")
    actions = [
        {"id": str(scene), "sceneIndex": scene, "start": scene, "end": scene + 1}
        for scene in (0, 1)
    ]
    ana.put(film, {"editorState": {"editorData": {"videoTrack": actions}}})
    request = head(ana, "GET", f"{film}/timeline.otio?bundle=1", "Connection: close")

    with closing(dial(service, request)) as sock:
        assert sock.recv(12) == b"HTTP/1.1 200"
        assert ana.delete(f"{film}/media/scene/1/video").status == 204
        received = b""
        while data := sock.recv(MB):
            received = (received + data)[-MB:]

    assert not received.endswith(b"0\r\n\r\n")  # the end of a chunked response
    assert b"PK\x05\x06" not in received
    assert service.request("GET", film, token=ana.token).status == 200


def readers(service: Service, path: Path) -> list[str]:
    """Return the open files of the service's processes that are this one."""
    found = []
    for process in service.processes():
        for link in Path(f"/proc/{process}/fd").iterdir():
            try:
                target = os.readlink(link)
            except FileNotFoundError:
                continue
            if target == str(path):
                found.append(str(link))
    return found
