"""The Python client against a running service: what it makes, uploads, waits for and downloads."""

import asyncio
import random
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from tests.service import Service
from vidworks_client import AsyncVidworks, ForbiddenError, NotFoundError, Retries, Vidworks

PASSWORD = "correct horse"
SMALL = {"width": 90, "height": 160}
QUICK = Retries(most=20, first_pause=0.001, longest_pause=0.01)
TOKEN = {
    "name": "cut",
    "scopes": ["projects:read", "projects:write", "works:read", "works:write", "ai:generate"],
}


@pytest.fixture(scope="module")
def running(tmp_path_factory):
    directory = tmp_path_factory.mktemp("client") / "data"
    with Service.running(directory, WORKERS=1, DEMO_PROVIDER="auto", FSYNC=0) as service:
        yield service


@pytest.fixture
def vidworks(running, request):
    with Vidworks(f"http://127.0.0.1:{running.port}") as vidworks:
        vidworks.register(f"{request.node.name}@example.com", PASSWORD, "Ana")
        yield vidworks


def test_work_is_made_step_by_step(vidworks, samples):
    sent: list[tuple[int, int | None]] = []
    seen: list[int] = []
    photo = samples / "image.png"
    project = vidworks.projects.create("Spring", projectType="social")
    asset = vidworks.assets.add(
        project.id, photo, tags=["lamp"], on_bytes=lambda *each: sent.append(each)
    )
    work = vidworks.works.create(project.id, productName="Arc lamp")
    work = vidworks.works.update(work, selectedAssetIds=[asset.id], assetUsageMode="direct")
    job = vidworks.jobs.start(work, "scenario")

    job = vidworks.jobs.wait(job, on_progress=lambda each: seen.append(each.progress.percent))

    assert (asset.type, asset.mime_type, asset.raw["tags"]) == ("image", "image/png", ["lamp"])
    assert sent[-1] == (photo.stat().st_size, photo.stat().st_size)
    assert seen[-1] == 100
    assert len(job.result["scenes"]) == 1
    assert job.id in {each.id for each in vidworks.jobs.list()}
    assert [each.id for each in vidworks.assets.list(project.id, type="image")] == [asset.id]
    vidworks.projects.delete(project.id)
    with pytest.raises(NotFoundError):
        vidworks.works.get(project.id, work.id)


def test_photo_and_sentence_become_a_video(vidworks, samples, tmp_path):
    video = vidworks.videos.create(
        "A lamp",
        assets=[samples / "image.png"],
        scenes=[{"asset": 0}],
        resolution=SMALL,
        export={"quality": "draft"},
        metadata={"row": 7},
    )
    seen: list[str] = []

    video = vidworks.videos.wait(video, on_progress=lambda each: seen.append(each.state))
    vidworks.download(video, tmp_path / "film.mp4")

    assert seen[-1] == "succeeded"
    assert {step.state for step in video.steps} == {"succeeded"}
    assert video.metadata == {"row": 7}
    assert (tmp_path / "film.mp4").read_bytes()[4:8] == b"ftyp"
    assert [each.id for each in vidworks.videos.list()] == [video.id]


def test_asynchronous_client_does_the_same(running, vidworks, samples, tmp_path):
    async def journey() -> bytes:
        async with AsyncVidworks(f"http://127.0.0.1:{running.port}") as client:
            await client.log_in("test_asynchronous_client_does_the_same@example.com", PASSWORD)
            project = await client.projects.create("Spring")
            add = [
                client.assets.add(project.id, samples / name) for name in ("image.png", "audio.mp3")
            ]
            image, audio = await asyncio.gather(*add)
            await client.download(audio, tmp_path / "audio.mp3")
            await client.assets.delete(image)
            assert [each.id for each in await client.assets.list(project.id)] == [audio.id]
        return (tmp_path / "audio.mp3").read_bytes()

    with ThreadPoolExecutor(1) as pool:  # a browser may have a loop in this thread
        received = pool.submit(lambda: asyncio.run(journey())).result()
    assert received == (samples / "audio.mp3").read_bytes()


class Cutting(httpx.BaseTransport):
    """Cuts half of the connections: before the request arrives, or before its answer does."""

    def __init__(self) -> None:
        self.cuts = 0
        self._random = random.Random(26)
        self._inner = httpx.HTTPTransport()

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        chance = self._random.random()
        if chance < 0.25:
            self.cuts += 1
            raise httpx.ConnectError("cut", request=request)
        response = self._inner.handle_request(request)
        if chance < 0.5:
            response.read()
            self.cuts += 1
            raise httpx.ReadError("cut", request=request)
        return response

    def close(self) -> None:
        self._inner.close()


@pytest.mark.parametrize("rounds", [2, pytest.param(100, marks=pytest.mark.thorough)])
def test_nothing_is_made_twice_although_answers_get_lost(rounds, running, samples):
    cutting = Cutting()
    with Vidworks(f"http://127.0.0.1:{running.port}") as plain:
        plain.register(f"cut{rounds}@example.com", "correct horse", "Ana")
        token = plain.request("POST", "/api/tokens", json=TOKEN)["token"]
        http = httpx.Client(transport=cutting)
        with Vidworks(f"http://127.0.0.1:{running.port}", token, retries=QUICK, http=http) as flaky:
            for number in range(rounds):
                project = flaky.projects.create(f"Project {number}")
                flaky.works.create(project.id, name="Work")
                flaky.assets.add(project.id, samples / "image.png")
            flaky.videos.create("A lamp", project=project.id, scene_count=1, export=False)
            projects = plain.projects.list()
            works = [len(plain.works.list(each.id)) for each in projects]
            assets = [len(plain.assets.list(each.id)) for each in projects]
            videos = plain.videos.list(limit=200)
    http.close()

    assert cutting.cuts >= rounds
    assert (len(projects), len(videos)) == (rounds, 1)
    assert sum(works) in {rounds, rounds + 1}  # that of the video is made in time, or not
    assert assets == [1] * rounds


def test_first_account_of_a_service_that_others_reach_is_created_with_the_code(tmp_path):
    with (
        Service.running(tmp_path / "data", WORKERS=1, TRUSTED_PROXIES=1) as service,
        Vidworks(f"http://127.0.0.1:{service.port}") as vidworks,
    ):
        with pytest.raises(ForbiddenError) as refused:
            vidworks.register("ana@example.com", PASSWORD, "Ana")
        code = (tmp_path / "data" / "setup-code").read_text()
        vidworks.register("ana@example.com", PASSWORD, "Ana", setup_code=code)

        assert refused.value.code == "setup_code_required"
        assert vidworks.projects.create("Spring").name == "Spring"
