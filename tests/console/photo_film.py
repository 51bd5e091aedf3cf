"""A film from photos, as the page makes it: scenes with a photo that moves, and a line."""

from PIL import Image

from tests.media import video_files
from tests.media.image_files import encoded

PHOTO = encoded(Image.new("RGB", (90, 160), (0, 128, 128)))
WHOLE = {"x": 0, "y": 0, "width": 1, "height": 1}
CLOSER = {"x": 0.075, "y": 0.03, "width": 0.85, "height": 0.85}


def make(client, lines, directory):
    """Make a work: a photo for each line, a voice of 6.1 s for the first one. Return its path."""
    project = client.new_project(name="Shop")
    work = client.new_work(project, name="Lamps", resolution={"width": 90, "height": 160})
    photos = [send(client.post, f"{project}/assets", PHOTO, "image/png")["id"] for _ in lines]
    scenes = [
        {"scene_index": number, "duration_seconds": 4, "narration": {"text": line}}
        | {"motion": {"from": WHOLE, "to": CLOSER}}
        for number, line in enumerate(lines)
    ]
    fields = {"scenes": scenes, "selectedAssetIds": photos, "assetUsageMode": "direct"}
    assert client.request("PATCH", work, fields).status == 200
    for number in range(len(lines)):
        send(client.put, f"{work}/media/scene/{number}/image", PHOTO, "image/png")
    voice = video_files.make(directory / "voice.wav", "-f lavfi -i sine=440:d=6.1")
    send(client.put, f"{work}/media/scene/0/voice", voice.read_bytes(), "audio/wav")
    return work


def send(method, path, contents, media_type):
    """Upload a file; return the answer."""
    answer = method(path, contents, Content_Type=media_type)
    assert answer.status in (200, 201), answer.text
    return answer.json
