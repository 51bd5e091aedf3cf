"""Three jobs that users give to models, and how many calls they take.

A model knows the tools by their descriptions alone: each call has what the user said, and what
answers to earlier calls returned.
"""

from collections.abc import Callable, Coroutine
from copy import deepcopy
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from mcp import Client as McpClient

from tests.mcp_server.client import STATELESS, Answer, Model, connected, run
from tests.service import Service

pytestmark = pytest.mark.slow

Json = dict[str, Any]

DEMO = {"image_provider": "demo", "video_provider": "demo"}
PORTRAIT = {"width": 90, "height": 160}
MAX_TOKENS = 10_000


class Counting(Model):
    """A model whose calls are counted; waiting for a job is one call, however busy the machine."""

    def __init__(self, client: McpClient) -> None:
        super().__init__(client)
        self.calls: list[tuple[str, str]] = []

    async def call(self, tool: str, **arguments: Any) -> Answer:
        answer = await super().call(tool, **arguments)
        assert answer.tokens < MAX_TOKENS
        made = (tool, arguments.get("job", ""))
        if tool != "get_job" or made not in self.calls:
            self.calls.append(made)
        return answer


class Machine(NamedTuple):
    """The user's machine: files that the model may send, and addresses that it may open."""

    service: Service
    token: str
    samples: Path

    def path_of(self, url: str) -> str:
        return url.partition(f":{self.service.port}")[2]

    def upload(self, name: str, url: str) -> None:
        """Do what `curl -T FILE <url>` does."""
        data = (self.samples / name).read_bytes()
        assert self.service.request("PUT", self.path_of(url), data).status == 201

    def download(self, url: str) -> bytes:
        answer = self.service.request("GET", self.path_of(url))
        assert (answer.status, answer.headers["Content-Type"]) == (200, "video/mp4")
        return answer.body

    def do(self, job: Callable[[Counting], Coroutine[Any, Any, None]]) -> int:
        """Do a job in a conversation of its own; return how many calls it took."""
        counts: list[int] = []

        async def scenario() -> None:
            async with connected(self.service, self.token, STATELESS) as model:
                counting = Counting(model.client)
                await job(counting)
                counts.append(len(counting.calls))

        run(scenario)
        return counts[0]


@pytest.fixture(scope="module")
def machine(demo_service, token, samples):
    return Machine(demo_service, token, samples)


@pytest.mark.thorough  # test_dialogue.py makes such a teaser, and the calls of a reel are counted
def test_teaser_from_a_photo_takes_at_most_20_calls(machine):
    async def teaser(model: Counting) -> None:
        brief = {"productName": "Arc lamp", "videoDuration": 3, "sceneCount": 2}
        created = await model.do(
            "create_work", projectName="Lamps", name="Teaser", resolution=PORTRAIT, **brief
        )
        work = created["work"]
        photo = await model.do("upload_url", work=work, name="lamp.jpg")
        machine.upload("image.jpg", photo["url"])
        await model.confirmed("analyze", work=work, what="assets", vision_provider="demo")
        await model.confirmed("write_scenario", work=work, llm_provider="demo")
        [first, _] = (await model.do("get_work", work=work, part="scenes"))["scenes"]
        better = {"scene_index": first["scene_index"], "video_prompt": "The lamp is switched on"}
        await model.do("update_work", work=work, scene=better)
        await model.confirmed("generate", work=work, **DEMO)
        sheet = await model.call("view_scenes", work=work)
        assert len(sheet.pictures) == 1
        edits = [
            {"op": "text", "text": "Arc lamp", "start": 0.5, "end": 2.5, "size": 14},
            {"op": "picture", "asset": photo["asset"], "start": 2, "end": 3, "width": 60},
        ]
        await model.do("edit_timeline", work=work, operations=edits)
        draft = await model.finished(await model.do("export_video", work=work, quality="draft"))
        at = [0.7, 2.7]
        frames = await model.call("view_scenes", work=work, export=draft["export"], at=at)
        assert len(frames.pictures) == 2
        video = await model.finished(await model.do("export_video", work=work))
        assert machine.download(video["url"])[4:8] == b"ftyp"

    assert machine.do(teaser) <= 20


class Reel(NamedTuple):
    """A video that was made, the paths of its project and work, and the calls that it took."""

    project: str
    work: str
    calls: int


@pytest.fixture(scope="module")
def reel(machine):
    """A reel of four scenes with cuts, texts, music and captions."""
    handles: list[str] = []

    async def make(model: Counting) -> None:
        created = await model.do(
            "create_work", projectName="Reels", name="Reel", sceneCount=4, resolution=PORTRAIT
        )
        work = created["work"]
        handles.append(work)
        scenes = [
            {"image_prompt": f"A lamp {where}", "video_prompt": "Push in", "duration_seconds": 1.5}
            for where in ("on a desk", "by a window", "in a hall", "outdoors")
        ]
        await model.do("update_work", work=work, scenes=scenes)
        music = await model.do("upload_url", work=work, name="music.mp3")
        machine.upload("audio.mp3", music["url"])
        await model.confirmed("generate", work=work, **DEMO)
        sheet = await model.call("view_scenes", work=work)
        assert sheet.data["scenes"] == [0, 1, 2, 3]
        edited = await model.do(
            "edit_timeline", work=work, operations=operations(sheet.data["scenes"], music["asset"])
        )
        assert [clip["scene"] for clip in edited["clips"]] == [0, 1, 2, 3]
        video = await model.finished(await model.do("export_video", work=work, captions="burn"))
        at = [0.5, 4.5]
        seen = await model.call("view_scenes", work=work, export=video["export"], at=at)
        assert len(seen.pictures) == 2
        assert machine.download(video["url"])[4:8] == b"ftyp"

    calls = machine.do(make)
    project, work = handles[0].split("/")
    return Reel(f"/api/projects/{project}", f"/api/projects/{project}/works/{work}", calls)


def operations(scenes: list[int], music: str) -> list[Json]:
    """Return how the user wants the reel to be cut."""
    first, second, third, fourth = scenes
    captions = [("A lamp", 0, 1.5), ("for your desk,", 1.5, 3), ("and for your hall.", 3, 5)]
    title = {"text": "Arc", "start": 0.2, "end": 1, "size": 30, "color": "#ff8800", "y": -40}
    call = {"text": "Order now", "start": 4, "end": 5, "size": 20, "x": 4, "y": 30}
    return [
        {
            "op": "arrange",
            "clips": [
                {"scene": first, "seconds": 1.2, "transition": "fade", "transitionSeconds": 0.2},
                {"scene": second, "from": 0.3, "seconds": 1},
                {"scene": third, "transition": "slide", "transitionSeconds": 0.3},
                {"scene": fourth},
            ],
        },
        {"op": "text", **title},
        {"op": "text", **call, "anchor": 3},
        {"op": "music", "asset": music, "volume": 0.4},
        {
            "op": "captions",
            "captions": [{"text": text, "start": at, "end": end} for text, at, end in captions],
        },
    ]


def test_reel_of_four_scenes_takes_at_most_18_calls(reel):
    assert reel.calls <= 18


def test_change_request_takes_at_most_10_calls_and_changes_nothing_else(machine, reel):
    videos: list[Json] = []

    async def change(model: Counting) -> None:
        """Swap scenes 2 and 4, show 3 for one second, with a red lamp, "Arc" is "New", square."""
        [found] = (await model.do("find", what="works", query="Reel"))["items"]
        work = found["work"]
        timeline = await model.do("get_work", work=work, part="timeline")
        first, second, third, fourth = (clip["scene"] for clip in timeline["clips"])
        [title] = [each for each in timeline["texts"] if each["untrusted"]["text"] == "Arc"]
        swapped = [{"scene": each} for each in (first, fourth, third, second)]
        edits = [
            {"op": "arrange", "clips": swapped},
            {"op": "trim", "clip": 2, "seconds": 1},
            {"op": "text", "id": title["id"], "text": "New"},
        ]
        await model.do("edit_timeline", work=work, operations=edits)
        red = {"scene_index": third, "image_prompt": "A red lamp in a hall"}
        await model.do("update_work", work=work, scene=red)
        again = {"scenes": [third], "make": "image", "image_provider": "demo"}
        await model.confirmed("generate", work=work, **again)
        assert (await model.call("view_scenes", work=work, scene=third)).pictures
        square = await model.do("export_video", work=work, width=160, height=160, fit="blur")
        videos.append(await model.finished(square))

    before = everything(machine, reel)
    calls = machine.do(change)
    after = everything(machine, reel)

    assert calls <= 10
    assert after == as_asked(before, after)
    assert after["media"][2][0] != before["media"][2][0]
    [video] = videos
    assert [video[key] for key in ("width", "height", "duration")] == [160, 160, 4.7]
    assert machine.download(video["url"])[4:8] == b"ftyp"


def everything(machine: Machine, reel: Reel) -> Json:
    """Return all that a user has of a work and its project."""
    client = machine.service.client(machine.token)
    scenes = [f"{reel.work}/media/scene/{index}" for index in range(4)]
    work = client.show(reel.work)
    for clip in work["editorState"]["editorData"]["videoTrack"]:
        clip.pop("order", None)  # how operations store the order of the list
    return {
        "work": work,
        "project": client.show(reel.project),
        "assets": client.show(f"{reel.project}/assets"),
        "takes": [client.show(f"{scene}/takes")["takes"] for scene in scenes],
        "media": [
            tuple(client.get(f"{scene}/{kind}").body for kind in ("image", "video"))
            for scene in scenes
        ],
        "music": client.get(work["editorState"]["audioUrl"]).body,
    }


def as_asked(before: Json, after: Json) -> Json:
    """Return what there was, with what the user asked for; times of changes are those of after."""
    expected = deepcopy(before)
    work = expected["work"]
    work["updatedAt"] = after["work"]["updatedAt"]
    work["scenes"][2]["image_prompt"] = "A red lamp in a hall"
    changed = after["work"]["generatedScenes"][2]["mediaUpdatedAt"]
    work["generatedScenes"][2] |= {"status": "image_ready", "mediaUpdatedAt": changed}
    tracks, texts = work["editorState"]["editorData"], work["editorState"]["textOverlays"]
    first, second, third, fourth = tracks["videoTrack"]
    tracks["videoTrack"] = [first, fourth, third, second]
    fourth |= {"start": 1.2, "end": 2.7}
    third |= {"start": 2.7, "end": 3.7}
    second |= {"start": 3.7, "end": 4.7}
    title, call = tracks["textTrack"]
    texts[title["id"]]["text"] = "New"
    call |= {"start": 1.5, "end": 2.5}  # with its clip
    expected["media"][2] = (after["media"][2][0], before["media"][2][1])
    clip, image = expected["takes"][2]
    image["current"] = False
    [made] = [each for each in after["takes"][2] if each["kind"] == "image" and each["current"]]
    expected["takes"][2] = [made, clip, image]
    return expected
