"""A work with everything that a timeline can have, its media small and easy to compress."""

import json
from functools import cache
from mimetypes import guess_type
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.console.timelines import Json
from tests.media import video_files
from tests.service import Client

FRAME = (360, 640)
PICTURE = (160, 90)
FPS = 30
# Transitions of clips that last a second each; then one that is held, a gap, and another clip.
TRANSITIONS = (
    *("fade", "wipeleft", "wiperight", "slide", "slideup", "slidedown"),
    *("dissolve", "cut"),
)
HELD = len(TRANSITIONS)
SECONDS = CLIPS = HELD + 2
_TRANSITION_SECONDS = 0.5
TEXTS = {
    "Latin": "It's 50% of {a} \\ longer line, which is wrapped\n\n— ½ € → ✓",
    "right to left": "שלום עולם (2026) مرحبا بالعالم",
    "Brahmic": "नमस्ते क्षत्रिय தமிழ் 👩‍👩‍👧 1️⃣ ☺️ ok",
    "East": "日本語のテキスト カタカナ 한국어 ไทย",
}
CLOSE_PLAYER = """() => {
    window.player?.stage.root.remove();
    window.player?.destroy();
    delete window.player;
}"""
# Shows a work in a player of a size, `window.player`, above the page.
OPEN_PLAYER = """async ([work, width, height, options]) => {
    const base = new URL(".", document.querySelector("script[type=module]").src);
    const load = (name) => import(new URL(name, base));
    const { createModel } = await load("timeline/model.js");
    const { loadSources } = await load("player/graph.js");
    const { handleKey, PLAYER_KEYS } = await load("player/shortcuts.js");
    const { Player } = await load("player/player.js");
    const root = document.createElement("div");
    document.body.append(root);
    window.player = new Player(root, (id) => `/api/projects/${work.projectId}/assets/${id}`);
    Object.assign(root.style, { position: "fixed", inset: "0 auto auto 0", zIndex: "9" });
    Object.assign(root.style, { width: `${width}px`, height: `${height}px` });
    root.tabIndex = 0;
    root.addEventListener("keydown", (event) => handleKey(PLAYER_KEYS, event, { player }));
    player.load(createModel(work, await loadSources(work), options));
}"""
_SOFT = "hue=s=0.5,gblur=sigma=3,format=yuv420p"
_WITH_HOLE = ",format=rgba,drawbox=x=40:y=0:w=120:h=120:color=black@0:t=fill:replace=1"
_H264 = "-c:v libx264 -preset veryfast -crf 18 -pix_fmt yuv420p -c:a aac"


def create(client: Client, directory: Path) -> Json:
    """Create the work, and return it."""
    project = client.new_project(name="Spring")
    path = client.new_work(project, name="Teaser")
    media = _media()
    for slot, name in (("0/video", "tall.mp4"), ("1/video", "wide.mp4"), ("2/image", "still.png")):
        media_type = guess_type(name)[0] or ""
        answer = client.put(f"{path}/media/scene/{slot}", media[name], Content_Type=media_type)
        assert answer.status == 200, answer.body
    picture = directory / "asset.png"
    picture.write_bytes(media[picture.name])
    asset = upload(client, f"{project}/assets", picture)
    answer = client.put(path, {"editorState": state_with(asset), "videoDuration": SECONDS})
    assert answer.status == 200, answer.body
    return dict(answer.json)


@cache
def _media() -> dict[str, bytes]:
    """Make the files, once in each process, and return their contents by name."""
    with TemporaryDirectory() as name:
        directory = Path(name)
        files = (
            _clip(directory / "tall.mp4", (180, 320), 30, 2.0),
            _clip(directory / "wide.mp4", (320, 180), 24, 1.0),
            _still(directory / "still.png", (400, 300), _WITH_HOLE),
            _still(directory / "asset.png", PICTURE),
        )
        return {file.name: file.read_bytes() for file in files}


def state_with(asset: str) -> Json:
    """Return the editorState, with a picture of an asset."""
    clips: list[Json] = [
        {
            "id": f"clip-{number}",
            "start": number,
            "end": number + 1,
            "sceneIndex": number % 3,
            "trimStart": 0.3 if number % 3 == 0 else 0,
            "transitionType": transition,
            "transitionDuration": _TRANSITION_SECONDS,
        }
        for number, transition in enumerate(TRANSITIONS)
    ]
    held = {"id": "held", "start": HELD, "end": HELD + 1, "sceneIndex": 1, "trimStart": 0.9}
    clips += [held, {"id": "late", "start": HELD + 1.5, "end": SECONDS, "sceneIndex": 0}]
    texts = {name: _text(number, text) for number, (name, text) in enumerate(TEXTS.items())}
    places = zip(texts, ((0, 2.5), (2, 5), (4.5, 7.5), (7, 10)), strict=True)
    picture = {"assetId": asset, "width": 130, "height": 100, "centerX": -60, "centerY": -200}
    stretched = {"centerY": 210, "rotation": -8, "maintainAspectRatio": False}
    pictures = {
        "plain": {**picture, "opacity": 1, "rotation": 0},
        "turned": {**picture, "centerX": 60.5, "opacity": 0.6, "rotation": 30},
        "stretched": {**picture, "opacity": 1, **stretched},
    }
    return {
        "editorData": {
            "videoTrack": clips,
            "textTrack": [{"id": id_, "start": start, "end": end} for id_, (start, end) in places],
            "imageTrack": [
                {"id": "plain", "start": 0, "end": 5},
                {"id": "turned", "start": 1, "end": 8.5},
                {"id": "stretched", "start": 5, "end": 9.2},
            ],
            "audioTrack": [],
        },
        "textOverlays": texts,
        "imageOverlays": pictures,
        "exportSettings": {"width": FRAME[0], "height": FRAME[1], "fps": FPS},
    }


def middle_of(transition: str) -> float:
    """Return a time at which a transition is half done."""
    return TRANSITIONS.index(transition) + 1 - _TRANSITION_SECONDS / 2


def _text(number: int, text: str) -> Json:
    return {
        "text": text,
        "fontSize": 28 + 4 * number,
        "fontColor": ("#ffffff", "#ffcc00", "rgba(255, 255, 255, 0.9)", "orange")[number],
        "centerX": 6.5 * number,
        "centerY": 170 - 80 * number,
    }


def _clip(path: Path, size: tuple[int, int], fps: int, seconds: float) -> Path:
    """Make a clip of things that move, without the sharp colours of test pictures."""
    source = f"-f lavfi -i testsrc2=s={size[0]}x{size[1]}:r={fps}:d={seconds}"
    return video_files.make(path, f"{source} -f lavfi -i sine=d={seconds} -vf {_SOFT} {_H264}")


def _still(path: Path, size: tuple[int, int], filters: str = "") -> Path:
    source = f"-f lavfi -i testsrc2=s={size[0]}x{size[1]}"
    return video_files.make(path, f"{source} -vf hue=s=0.5,gblur=sigma=3{filters} -frames:v 1")


def upload(client: Client, path: str, file: Path) -> str:
    """Upload an asset; return its id."""
    return upload_bytes(client, path, file.name, file.read_bytes())


def upload_bytes(client: Client, path: str, name: str, content: bytes) -> str:
    """Upload an asset with a name; return its id."""
    head = f'Content-Disposition: form-data; name="file"; filename="{name}"\r\n'
    body = f"--x\r\n{head}Content-Type: {guess_type(name)[0]}\r\n\r\n".encode() + content
    answer = client.request(
        "POST", path, body + b"\r\n--x--\r\n", Content_Type="multipart/form-data; boundary=x"
    )
    assert answer.status == 201, answer.body
    return str(json.loads(answer.body)["id"])
