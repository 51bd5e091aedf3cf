"""A work whose texts have every look, and come and go in every way, over a still picture."""

from mimetypes import guess_type
from pathlib import Path

from tests.console.edited_work import upload
from tests.console.timelines import Json
from tests.media import video_files
from tests.service import Client

FRAME = (360, 640)
FPS = 30
_BOX = {"backgroundColor": "#203a8acc", "shadow": False}
_LOOKS: dict[str, Json] = {
    "left": {"fontWeight": 400, "align": "left", "width": 260, "lineHeight": 1.6, "centerY": -240},
    "right, in a box": {"align": "right", "width": 200, **_BOX, "centerY": -130, "fontSize": 20},
    "outlined 😀, M W": {
        "outlineWidth": 3,
        "outlineColor": "#c00000",
        "centerY": -40,
        "width": 340,
    },
    "thin, שלום ไทย": {"outlineWidth": 1, "shadow": False, "centerY": 30, "fontColor": "#ffcc00"},
    "boxed": {"backgroundColor": "rgb(255, 255, 255)", "fontColor": "#101010", "centerY": 100},
    "wide outline": {"outlineWidth": 8, "centerY": 180, "fontSize": 48, "width": 340},
    "close\nlines": {"lineHeight": 0.8, "centerY": 265, "fontSize": 30},
}
_WORDS = {"left": "Left, in a line that needs a second one, and a third"}
_COMING: dict[str, Json] = {
    "faded": {"animationIn": {"type": "fade", "seconds": 1}, "centerY": -200, **_BOX},
    "slidden": {"animationIn": {"type": "slideleft", "seconds": 1}, "outlineWidth": 3},
    "risen ไทย 👍": {"animationIn": {"type": "slideup", "seconds": 1}, "centerY": 200, **_BOX},
}
_GOING: dict[str, Json] = {
    "fading שלום": {"animationOut": {"type": "fade", "seconds": 1}, "outlineWidth": 2},
    "sliding": {"animationOut": {"type": "slideright", "seconds": 1}, "centerY": -200, **_BOX},
    "falling": {"animationOut": {"type": "slidedown", "seconds": 1}, "centerY": 150},
}
_LOGO: Json = {
    "width": 80,
    "height": 80,
    "centerX": -120,
    "centerY": 280,
    "opacity": 0.8,
    "rotation": 12,
    "animationIn": {"type": "fade", "seconds": 1},
    "animationOut": {"type": "slideleft", "seconds": 1},
}
# When what is seen: all looks, those that come, and those that go.
TIMES = {"looks": 0.5, "begun": 1.2, "nearly there": 1.7, "going": 2.4, "nearly gone": 2.7}


def create(client: Client, directory: Path) -> Json:
    """Create the work, and return it."""
    project = client.new_project(name="Looks")
    path = client.new_work(project, name="Looks")
    source = f"-f lavfi -i testsrc2=s={FRAME[0]}x{FRAME[1]}"
    still = video_files.make(
        directory / "still.png", f"{source} -vf hue=s=0.5,gblur=sigma=6 -frames:v 1"
    )
    media_type = guess_type(still)[0] or ""
    answer = client.put(f"{path}/media/scene/0/image", still.read_bytes(), Content_Type=media_type)
    assert answer.status == 200, answer.body
    asset = upload(client, f"{project}/assets", still)
    answer = client.put(path, {"editorState": _state(asset)})
    assert answer.status == 200, answer.body
    return dict(answer.json)


def _state(asset: str) -> Json:
    groups = ((_LOOKS, 0), (_COMING, 1), (_GOING, 2))
    track = [
        {"id": name, "start": start, "end": start + 1} for texts, start in groups for name in texts
    ]
    texts = {name: look for group, _ in groups for name, look in group.items()}
    return {
        "editorData": {
            "videoTrack": [{"id": "clip", "start": 0, "end": 3, "sceneIndex": 0}],
            "textTrack": track,
            "imageTrack": [{"id": "logo", "start": 1, "end": 3}],
            "audioTrack": [],
        },
        "imageOverlays": {"logo": {"assetId": asset, **_LOGO}},
        "textOverlays": {name: _text(name, look) for name, look in texts.items()},
        "exportSettings": {"width": FRAME[0], "height": FRAME[1], "fps": FPS},
    }


def _text(name: str, look: Json) -> Json:
    plain = {"fontSize": 32, "fontColor": "#ffffff", "centerX": 0, "centerY": 0}
    return {"text": _WORDS.get(name, name), **plain, **look}
