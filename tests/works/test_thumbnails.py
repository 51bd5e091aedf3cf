"""Thumbnails of scenes: what they show, and that each is made once."""

import io
import os
from collections.abc import Callable
from functools import partial
from itertools import accumulate
from pathlib import Path
from typing import Any

import pytest
from imageio_ffmpeg import get_ffmpeg_exe
from PIL import Image

from media.ffmpeg import set_program
from media.previews import Preview
from media.thumbnails import make_thumbnail
from storage.files.durable_files import Disk
from storage.media.kept_previews import PreviewCache, PreviewKey
from tests.media import video_files
from tests.people import Person
from tests.service import Service
from tests.simultaneous import at_once
from works import posters

Cached = Callable[[], list[Path]]


@pytest.fixture
def scene(work):
    """The path of the media of a scene."""
    return f"{work}/media/scene/3"


@pytest.fixture
def cached(settings):
    """Return a function that lists the files in the cache."""
    return lambda: sorted((settings.data_dir / "cache" / "thumbnails").glob("*"))


@pytest.fixture
def made(monkeypatch):
    """The paths of the files that thumbnails are made of from now on."""
    paths: list[str] = []

    def make(path: str, media_type: str) -> Preview:
        paths.append(path)
        return make_thumbnail(path, media_type)

    monkeypatch.setattr(posters, "make_thumbnail", make)
    return paths


def put_image(person: Person, scene: str, color: str, size: tuple[int, int] = (600, 300)) -> None:
    file = io.BytesIO()
    Image.new("RGB", size, color).save(file, "PNG")
    answer = person.put(f"{scene}/image", data=file.getvalue())
    assert answer.status_code == 200, answer.text


def put_clip(person: Person, scene: str, path: Path, color: str) -> None:
    """Upload a clip that is too short to have a frame at half a second."""
    video_files.make(path, f"-f lavfi -i color={color}:s=64x32:r=10:d=0.3 -pix_fmt yuv420p -y")
    assert person.put(f"{scene}/video", data=path.read_bytes()).status_code == 200


def shown(person: Person, scene: str) -> tuple[tuple[int, int], str]:
    """Return the size and the colour of a scene's thumbnail."""
    answer = person.get(f"{scene}/thumbnail")
    assert answer.status_code == 200, answer.text
    picture = Image.open(io.BytesIO(answer.data)).convert("RGB")
    pixel: Any = picture.getpixel((9, 9))
    return picture.size, ("red", "green", "blue")[pixel.index(max(pixel))]


def test_thumbnail_shows_what_the_scene_got_last(ana, scene, tmp_path, cached):
    put_image(ana, scene, "red")
    assert shown(ana, scene) == ((480, 240), "red")

    put_clip(ana, scene, tmp_path / "clip.mp4", "green")
    assert shown(ana, scene) == ((64, 32), "green")

    put_image(ana, scene, "blue", (20, 30))
    assert shown(ana, scene) == ((20, 30), "blue")
    assert len(cached()) == 1


def test_thumbnail_is_cached_by_browsers_until_the_media_change(ana, scene):
    put_image(ana, scene, "red")
    first = ana.get(f"{scene}/thumbnail")
    version = first.headers["ETag"].strip('"')

    again = ana.get(f"{scene}/thumbnail", headers={"If-None-Match": first.headers["ETag"]})
    by_version = ana.get(f"{scene}/thumbnail?v={version}")
    by_other = ana.get(f"{scene}/thumbnail?v=0")

    assert first.content_type == "image/webp"
    assert (again.status_code, again.data) == (304, b"")
    assert by_version.headers["Cache-Control"] == "private, max-age=86400, immutable"
    for answer in (first, by_other):
        assert answer.headers["Cache-Control"] == "private, no-cache"
    put_image(ana, scene, "blue")
    changed = ana.get(f"{scene}/thumbnail", headers={"If-None-Match": first.headers["ETag"]})
    assert (changed.status_code, changed.headers["ETag"] != first.headers["ETag"]) == (200, True)


def test_thumbnail_of_a_scene_without_media_returns_404(ana, scene):
    answer = ana.get(f"{scene}/thumbnail")

    assert answer.status_code == 404
    assert answer.json["details"] == "Scene 3 has neither an image nor a video."


@pytest.mark.parametrize(
    ("slot", "sample", "reason"),
    [("image", "image.png", "The image cannot be read"), ("video", "video.mp4", "The video can")],
)
def test_damaged_media_are_tried_once_an_hour(
    ana, scene, samples, made, cached, slot, sample, reason
):
    ana.put(f"{scene}/{slot}", data=(samples / sample).read_bytes()[:100])

    answers = [ana.get(f"{scene}/thumbnail") for _ in range(3)]

    assert [answer.status_code for answer in answers] == [404] * 3
    assert answers[2].json == answers[0].json
    assert answers[0].json["details"].startswith(f"Scene 3 has no thumbnail. {reason}")
    assert len(made) == 1
    (failure,) = cached()
    os.utime(failure, (1, 1))
    assert ana.get(f"{scene}/thumbnail").status_code == 404
    assert len(made) == 2


def test_requests_at_once_make_a_thumbnail_once(ana, scene, made):
    put_image(ana, scene, "red")

    answers = at_once([lambda: ana.get(f"{scene}/thumbnail")] * 4)

    assert {(answer.status_code, answer.data) for answer in answers} == {(200, answers[0].data)}
    assert len(made) == 1


def test_media_that_are_replaced_meanwhile_are_not_shown(ana, scene, monkeypatch):
    put_image(ana, scene, "red")

    def make(path: str, media_type: str) -> Preview:
        monkeypatch.undo()
        thumbnail = make_thumbnail(path, media_type)
        put_image(ana, scene, "blue")
        return thumbnail

    monkeypatch.setattr(posters, "make_thumbnail", make)

    assert shown(ana, scene)[1] == "blue"


@pytest.mark.parametrize("deleted", ["scene/3/image", "work", "project"])
def test_thumbnail_is_deleted_with_its_media(ana, project, work, scene, cached, deleted):
    put_image(ana, scene, "red")
    other = f"{ana.new_work(ana.new_project())}/media/scene/0"
    put_image(ana, other, "red")
    for path in (scene, other):
        shown(ana, path)
    assert len(cached()) == 2
    url = {"work": work, "project": project}.get(deleted, f"{work}/media/{deleted}")

    assert ana.delete(url).status_code == 204

    assert ana.get(f"{scene}/thumbnail").status_code == 404
    (kept,) = cached()
    assert other.split("/")[5] in kept.name


def test_thumbnails_are_served_without_a_place_to_keep_them(ana, scene, settings):
    put_image(ana, scene, "red")
    (settings.data_dir / "cache").write_text("in the way")

    assert [shown(ana, scene)[1] for _ in range(2)] == ["red", "red"]


def test_thumbnails_that_were_made_first_give_way(settings, cached):
    cache = PreviewCache(settings.data_dir / "cache" / "thumbnails", Disk(fsync=False), 8)
    keys = [PreviewKey("p", "w", scene, "v") for scene in range(9)]

    for second, key in enumerate(keys):
        cache.add(key, b"...", "image/webp")
        if second < 8:
            os.utime(cached()[second], (second, second))

    assert [path.name for path in cached()] == [f"p.w.{scene}.v.webp" for scene in range(3, 9)]


# Notes its begin and its end, which are within the time that it has a place.
COUNTED = """#!/bin/sh
[ "$*" = -version ] || echo 1 >> '{notes}'
'{program}' "$@"
status=$?
[ "$*" = -version ] || echo -1 >> '{notes}'
exit $status
"""


@pytest.mark.slow
def test_page_of_thumbnails_starts_few_programs_at_once(tmp_path, samples):
    notes, program = tmp_path / "notes", tmp_path / "ffmpeg"
    program.write_text(COUNTED.format(notes=notes, program=get_ffmpeg_exe()))
    program.chmod(0o755)
    with Service.running(tmp_path / "data", FFMPEG=program) as service:
        token = service.register()
        ana = service.client(token)
        work = ana.new_work(ana.new_project())
        scenes = [f"{work}/media/scene/{index}" for index in range(8)]
        clip = (samples / "video.mp4").read_bytes()
        for scene in scenes:
            assert ana.put(f"{scene}/video", clip).status == 200
        notes.unlink(missing_ok=True)
        get = partial(service.request, "GET", token=token)

        answers = at_once([partial(get, f"{scene}/thumbnail") for scene in scenes])

    assert {answer.status for answer in answers} == {200}
    running = [*accumulate(map(int, notes.read_text().split()))]
    assert 0 < max(running) <= min(4, os.cpu_count() or 1)


def test_thumbnail_whose_ffmpeg_was_killed_is_made_by_the_next_request(ana, scene, tmp_path):
    put_clip(ana, scene, tmp_path / "clip.mp4", "red")
    killed = tmp_path / "ffmpeg"
    killed.write_text("#!/bin/sh\nkill -9 $$")
    killed.chmod(0o755)
    set_program(str(killed))
    try:
        answer = ana.get(f"{scene}/thumbnail")
    finally:
        set_program("")

    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "2")
    assert "FFmpeg was stopped (signal 9)" in answer.json["details"]
    assert shown(ana, scene) == ((64, 32), "red")
