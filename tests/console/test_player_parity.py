"""The player shows what is exported: its stage against frames of a real export."""

from collections.abc import Iterator
from mimetypes import guess_type
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import Page, Route

from tests.console.modules import STATIC
from tests.export.measure import Frame, frames
from tests.export.sources import Sources
from tests.media import browser
from tests.service import ROOT, Client, Service

pytestmark = [pytest.mark.slow, browser.NEEDED]

FRAME = (540, 960)
SHOWN = (270, 480)
FPS = 30
TRANSITIONS = ("fade", "wipeleft", "wiperight", "slide", "slideup", "slidedown", "dissolve")
TEXTS = {
    "latin": "It's 50% of {a} \\ longer line, which is wrapped\n\n— ½ € → ✓",
    "right to left": "שלום עולם (2026) مرحبا بالعالم",
    "brahmic": "नमस्ते क्षत्रिय தமிழ் 👩‍👩‍👧 1️⃣ ☺️ ok",
    "east": "日本語のテキスト、カタカナ 한국어 ไทย",
}
"""
One second for each clip; the last one is held and followed by a gap.
"""
TIMES = (0.2, 0.75, 1.75, 2.75, 3.75, 4.75, 5.75, 6.75, 8.4, 9.3)
_PAGE = """<!doctype html><meta charset="utf-8"><script type="importmap">
{"imports": {"@preact/signals-core": "/console/test/vendor/signals-core.js"}}
</script><style>body { margin: 0 } #root { width: %dpx; height: %dpx }</style>
<div id="root"></div>"""
_OPEN = """async ([work, token]) => {
    const [{ createModel }, { Player }, { loadSources }] = await Promise.all([
        import("/console/test/timeline/model.js"),
        import("/console/test/player/player.js"),
        import("/console/test/player/sources.js"),
    ]);
    const readable = (url) => `${url}?token=${token}`;
    const sources = await loadSources(work, readable);
    const root = document.getElementById("root");
    const assets = `/api/projects/${work.projectId}/assets/`;
    window.player = new Player(root, (id) => readable(assets + id));
    player.load(createModel(work, sources));
    await player.settled();
}"""
_SEEK = """async (time) => { player.seek(time); await player.settled(); }"""


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    service = Service(tmp_path_factory.mktemp("service") / "data")
    service.start()
    yield service
    service.stop()


@pytest.fixture(scope="module")
def client(service: Service) -> Client:
    return service.client(service.register())


@pytest.fixture(scope="module")
def sources(tmp_path_factory: pytest.TempPathFactory) -> Sources:
    return Sources(tmp_path_factory.mktemp("sources"))


@pytest.fixture(scope="module")
def work(client: Client, sources: Sources) -> dict[str, Any]:
    """A work with all that a timeline can have, as the API answers it."""
    project = client.new_project()
    path = client.new_work(project)
    upload(client, f"{path}/media/scene/0/video", sources.moving(SHOWN, "30", 2.0))
    upload(client, f"{path}/media/scene/1/video", sources.moving((320, 180), "24", 1.0))
    upload(client, f"{path}/media/scene/2/image", sources.quadrants((400, 300)))
    picture = sources.quadrants((160, 90), "picture.png")
    answer = client.post(
        f"{project}/assets", *multipart("file", picture)[:1], **multipart("file", picture)[1]
    )
    assert answer.status == 201, answer.body
    state = editor_state(answer.json["id"])
    answer = client.put(path, {"editorState": state})
    assert answer.status == 200, answer.body
    work: dict[str, Any] = answer.json
    return work


def upload(client: Client, path: str, file: Path) -> None:
    media_type = guess_type(file)[0] or ""
    answer = client.put(path, file.read_bytes(), Content_Type=media_type)
    assert answer.status == 200, answer.body


def multipart(name: str, file: Path) -> tuple[bytes, dict[str, str]]:
    head = (
        f'--x\r\nContent-Disposition: form-data; name="{name}"; filename="{file.name}"\r\n'
        f"Content-Type: {guess_type(file)[0]}\r\n\r\n"
    )
    return head.encode() + file.read_bytes() + b"\r\n--x--\r\n", {
        "Content_Type": "multipart/form-data; boundary=x"
    }


def editor_state(asset: str) -> dict[str, Any]:
    clips = [
        {
            "id": f"clip-{number}",
            "start": number,
            "end": number + 1,
            "sceneIndex": number % 3,
            "trimStart": 0.3 if number % 3 == 0 else 0,
            "transitionType": transition,
            "transitionDuration": 0.5,
        }
        for number, transition in enumerate([*TRANSITIONS, "cut"])
    ]
    clips.append({"id": "held", "start": 8, "end": 9, "sceneIndex": 1, "trimStart": 0.9})
    clips.append({"id": "late", "start": 9.5, "end": 10, "sceneIndex": 0})
    text_places = ((0, 2.5), (2, 5), (4.5, 7.5), (7, 10))
    texts = {
        name: {
            "text": text,
            "fontSize": 40 + 6 * number,
            "fontColor": ("#ffffff", "#ffcc00", "#fff", "#ff8800")[number],
            "centerX": 10.5 * number,
            "centerY": 250 - 120 * number,
        }
        for number, (name, text) in enumerate(TEXTS.items())
    }
    picture = {"assetId": asset, "width": 200, "height": 160, "centerX": -80, "centerY": -300}
    pictures = {
        "plain": {**picture, "opacity": 1, "rotation": 0},
        "turned": {**picture, "centerX": 90.5, "opacity": 0.6, "rotation": 30},
        "stretched": {**picture, "centerY": 320, "opacity": 1, "rotation": -8,
                      "maintainAspectRatio": False},
    }
    places = {"plain": (0, 5), "turned": (1, 8.5), "stretched": (5, 9.2)}
    return {
        "editorData": {
            "videoTrack": clips,
            "textTrack": [
                {"id": name, "start": start, "end": end}
                for name, (start, end) in zip(texts, text_places, strict=True)
            ],
            "imageTrack": [
                {"id": name, "start": start, "end": end} for name, (start, end) in places.items()
            ],
            "audioTrack": [],
        },
        "textOverlays": texts,
        "imageOverlays": pictures,
        "exportSettings": {"width": FRAME[0], "height": FRAME[1], "fps": FPS},
    }


@pytest.fixture(scope="module")
def exported(client: Client, work: dict[str, Any], tmp_path_factory: Any) -> list[Frame]:
    """The frames of the work's export."""
    answer = client.post(f"/api/projects/{work['projectId']}/works/{work['id']}/export", {})
    assert answer.status == 200, answer.body
    path = tmp_path_factory.mktemp("export") / "video.mp4"
    path.write_bytes(answer.body)
    return list(frames(path))


@pytest.fixture(scope="module")
def page(service: Service, client: Client, work: dict[str, Any]) -> Iterator[Page]:
    with browser.open_page(SHOWN) as page:
        origin = f"http://127.0.0.1:{service.port}"
        page.on("console", lambda m: print(m.text))
        page.on("pageerror", lambda m: print(m))
        page.route(f"{origin}/player", lambda route: route.fulfill(
            body=_PAGE % SHOWN, content_type="text/html"))
        page.route(f"{origin}/console/**", serve)
        page.goto(f"{origin}/player")
        page.evaluate(_OPEN, [work, client.token])
        yield page


def serve(route: Route) -> None:
    path = route.request.url.split("/console/")[1].partition("?")[0]
    if path.startswith("fonts/"):
        file = ROOT / "media" / path
    elif path.startswith("test/vendor/"):
        file = Path("/work/wt/console/console") / path.removeprefix("test/")
    else:
        file = STATIC / path.removeprefix("test/")
    route.fulfill(path=file, content_type=guess_type(file)[0])


@pytest.mark.parametrize("time", TIMES)
def test_player_shows_the_frame_of_the_export(
    page: Page, exported: list[Frame], time: float, tmp_path: Path
) -> None:
    page.evaluate(_SEEK, time)
    page.screenshot(path=tmp_path / "shown.png")
    shown = Image.open(tmp_path / "shown.png").convert("RGB")
    frame = Image.fromarray(exported[int(time * FPS + 1e-6)])
    ours = frame.resize(SHOWN, Image.Resampling.LANCZOS)
    import os
    d = Path("/tmp/lab/parity"); d.mkdir(exist_ok=True)
    both = Image.new("RGB", (SHOWN[0] * 2, SHOWN[1])); both.paste(ours, (0, 0)); both.paste(shown, (SHOWN[0], 0)); both.save(d / f"{time}.png")
    s = browser.similarity(ours, shown, tmp_path)
    print("SSIM", time, s)
    assert s >= 0.97
