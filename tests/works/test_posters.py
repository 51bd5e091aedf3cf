"""The posters of works and projects in lists."""

import time
from pathlib import Path

import pytest

from tests.people import Person

PAUSE = 0.02  # seconds; file systems have coarse times


def put(person: Person, work: str, slot: str, sample: Path) -> None:
    answer = person.put(f"{work}/media/scene/{slot}", data=sample.read_bytes())
    assert answer.status_code == 200, answer.text
    time.sleep(PAUSE)


def save(person: Person, work: str) -> None:
    assert person.put(work, json={"name": "Changed"}).status_code == 200
    time.sleep(PAUSE)


def poster_of_work(person: Person, project: str) -> str:
    """Return the poster of a project's only work; "" if it has none."""
    (summary,) = person.show(f"{project}/works")
    return str(summary.get("posterUrl", ""))


def poster_of_project(person: Person) -> str:
    """Return the poster of a user's only project; "" if it has none."""
    (summary,) = person.show("/api/projects")
    return str(summary.get("posterUrl", ""))


def test_poster_of_a_work_is_the_thumbnail_of_its_first_scene_with_media(
    ana, project, work, samples
):
    assert poster_of_work(ana, project) == ""
    put(ana, work, "4/video", samples / "video.mp4")
    fourth = poster_of_work(ana, project)
    put(ana, work, "2/image", samples / "image.png")

    poster = poster_of_work(ana, project)

    assert fourth.startswith(f"{work}/media/scene/4/thumbnail?v=")
    assert poster.startswith(f"{work}/media/scene/2/thumbnail?v=")
    answer = ana.client.get(f"{poster}&token={ana.token}", buffered=True)
    assert (answer.status_code, answer.content_type) == (200, "image/webp")
    assert "immutable" in answer.headers["Cache-Control"]
    ana.delete(f"{work}/media/scene/2/image")
    assert poster_of_work(ana, project) == fourth


def test_poster_changes_with_the_media_and_with_nothing_else(ana, project, work, samples):
    put(ana, work, "0/image", samples / "image.png")
    first = poster_of_work(ana, project), poster_of_project(ana)
    save(ana, work)
    put(ana, work, "1/image", samples / "image.png")
    assert (poster_of_work(ana, project), poster_of_project(ana)) == first

    put(ana, work, "0/image", samples / "image.jpg")

    second = poster_of_work(ana, project)
    assert second == poster_of_project(ana)
    assert second not in first


def test_poster_of_a_project_is_that_of_its_most_recently_changed_work_that_has_one(
    ana, ben, project, samples
):
    first, second, third = (ana.new_work(project) for _ in range(3))
    ben.new_project()
    assert poster_of_project(ana) == ""
    put(ana, first, "0/image", samples / "image.png")
    put(ana, second, "0/image", samples / "image.png")
    save(ana, third)

    posters = [poster_of_project(ana)]
    for change in (lambda: save(ana, first), lambda: ana.delete(first)):
        change()
        posters.append(poster_of_project(ana))

    works = [poster.partition("/media/")[0] for poster in posters]
    assert works == [second, first, second]
    assert poster_of_project(ben) == ""


@pytest.mark.tuning(derived=0.0)
def test_poster_of_a_project_is_corrected_after_changes_by_hand(
    ana, project, work, samples, settings
):
    put(ana, work, "0/image", samples / "image.png")
    assert poster_of_project(ana)
    (settings.data_dir / work.removeprefix("/api/") / "media/scene-0-image.png").unlink()

    assert poster_of_project(ana) == ""


def test_work_with_something_else_in_place_of_its_image_is_listed_without_a_poster(
    ana, project, work, samples, settings
):
    put(ana, work, "0/image", samples / "image.png")
    image = settings.data_dir / work.removeprefix("/api/") / "media/scene-0-image.png"
    image.unlink()
    image.mkdir()
    save(ana, work)

    assert poster_of_work(ana, project) == ""


def add_clips(person, project, work, *files):
    """Put files of the project on the timeline of a work; return the thumbnails of the assets."""
    assets = [person.upload(f"{project}/assets", file).json for file in files]
    operations = [{"op": "insert", "asset": asset["id"], "seconds": 1} for asset in assets]
    answer = person.post(f"{work}/timeline/operations", json={"operations": operations})
    assert answer.status_code == 200, answer.text
    return [f"{project}/assets/{asset['id']}/thumbnail" for asset in assets]


def test_poster_of_a_cut_of_own_clips_is_that_of_its_first_clip(ana, project, work, samples):
    first, _ = add_clips(ana, project, work, samples / "video.mp4", samples / "image.png")

    assert poster_of_work(ana, project) == poster_of_project(ana) == first
    assert ana.get(first).status_code == 200
    (summary,) = ana.show(f"{project}/works")
    assert summary["clips"] == 2
    put(ana, work, "0/image", samples / "image.png")
    assert poster_of_work(ana, project).startswith(f"{work}/media/scene/0/thumbnail")
    assert poster_of_work(ana, project) == poster_of_project(ana)


def test_poster_is_shown_in_the_frame_of_the_film(ana, project, work, samples):
    ana.put(work, json={"resolution": {"width": 1080, "height": 1080}})
    put(ana, work, "0/image", samples / "image.png")
    (summary,) = ana.show(f"{project}/works")
    assert summary["size"] == {"width": 1080, "height": 1080}
    add_clips(ana, project, work, samples / "image.png")
    frame = {"op": "format", "width": 1080, "height": 1920}
    ana.post(f"{work}/timeline/operations", json={"operations": [frame]})

    (summary,) = ana.show(f"{project}/works")

    assert summary["size"] == {"width": 1080, "height": 1920}
