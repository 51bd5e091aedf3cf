"""Takes: what replaced images and clips of scenes become."""

import json
from collections.abc import Callable

import pytest

from tests.works.takes import IMAGE, TAKES, VIDEO, files_of, list_takes, use

Upload = Callable[..., bytes]


@pytest.fixture
def upload(ana, work, samples):
    """Return a function that uploads a sample to scene 0, and returns its content."""

    def send(sample: str, slot: str = IMAGE) -> bytes:
        content = (samples / sample).read_bytes()
        assert ana.put(f"{work}/{slot}", data=content).status_code == 200
        return content

    return send


def test_scene_without_media_has_no_takes(ana, work):
    assert ana.show(f"{work}/media/scene/7/takes") == {"takes": []}


def test_replaced_image_becomes_a_take(ana, work, upload):
    first, second = upload("image.png"), upload("image.jpg")

    current, earlier = list_takes(ana, work)

    assert current == {
        "id": current["id"],
        "kind": "image",
        "url": f"{work}/{TAKES}/{current['id']}",
        "size": len(second),
        "createdAt": current["createdAt"],
        "current": True,
        "source": "uploaded",
    }
    assert (earlier["size"], earlier["current"]) == (len(first), False)
    assert earlier["createdAt"] < current["createdAt"]
    assert [ana.get(take["url"]).data for take in (current, earlier)] == [second, first]
    assert ana.get(f"{work}/{IMAGE}").data == second


@pytest.mark.usefixtures("ticking_clock")  # uploads may take less than a millisecond
def test_takes_of_image_and_clip_are_listed_together_newest_first(ana, work, upload):
    for sample, slot in (
        *(("image.png", IMAGE), ("video.mp4", VIDEO)),
        *(("image.jpg", IMAGE), ("video.webm", VIDEO)),
    ):
        upload(sample, slot)

    takes = list_takes(ana, work)

    assert [(take["kind"], take["current"]) for take in takes] == [
        *(("video", True), ("image", True), ("video", False), ("image", False))
    ]


def test_upload_of_the_same_file_makes_no_take(ana, work, upload):
    upload("image.png")
    before = list_takes(ana, work)

    upload("image.png")

    assert list_takes(ana, work) == before


def test_reference_and_audio_have_no_takes(ana, work, samples, settings):
    for slot, names in (
        ("reference", ("video.mp4", "video.webm")),
        ("audio", ("audio.mp3", "audio.ogg")),
    ):
        for name in names:
            data = (samples / name).read_bytes()
            assert ana.put(f"{work}/media/{slot}", data=data).status_code == 200

    assert not (settings.data_dir / work.removeprefix("/api/") / "takes").exists()


def test_using_a_take_makes_it_the_scenes_image(ana, work, upload):
    first = upload("image.png")
    etag = ana.get(f"{work}/{IMAGE}").headers["ETag"]
    second = upload("image.jpg")
    before = ana.show(work)
    newer, older = list_takes(ana, work)

    takes = use(ana, older)

    assert takes == [{**newer, "current": False}, {**older, "current": True}]
    answer = ana.get(f"{work}/{IMAGE}")
    assert (answer.data, answer.mimetype) == (first, "image/png")
    assert answer.headers["ETag"] != etag  # a client that knows the later file fetches this again
    assert ana.get(newer["url"]).data == second
    after = ana.show(work)
    [scene] = before["generatedScenes"]
    assert after["generatedScenes"] == [{**scene, "mediaUpdatedAt": after["updatedAt"]}]
    assert after["updatedAt"] > before["updatedAt"]


def test_using_the_current_take_changes_nothing(ana, work, upload, settings):
    upload("image.png")
    upload("image.jpg")
    before, files = ana.get(work).data, files_of(settings, work)
    takes = list_takes(ana, work)

    assert use(ana, takes[0]) == takes

    assert (ana.get(work).data, files_of(settings, work)) == (before, files)


def test_take_can_be_used_after_the_image_was_deleted(ana, work, upload):
    first = upload("image.png")
    upload("image.jpg")

    assert ana.delete(f"{work}/{IMAGE}").status_code == 204

    [take] = list_takes(ana, work)
    assert not take["current"]
    assert "imageUrl" not in ana.show(work)["generatedScenes"][0]
    assert use(ana, take) == [{**take, "current": True}]
    assert ana.get(f"{work}/{IMAGE}").data == first
    [scene] = ana.show(work)["generatedScenes"]
    assert (scene["imageUrl"], scene["status"]) == (f"{work}/{IMAGE}", "image_ready")


@pytest.mark.parametrize("query", ["", "?takes=0"])
def test_deleting_the_clip_keeps_its_takes(ana, work, upload, query):
    first = upload("video.mp4", VIDEO)
    upload("video.webm", VIDEO)

    assert ana.delete(f"{work}/{VIDEO}{query}").status_code == 204

    [take] = list_takes(ana, work)
    assert ana.get(take["url"]).data == first


def test_deleting_the_clip_with_its_takes_deletes_no_others(ana, work, upload, settings):
    for sample in ("video.mp4", "video.webm"):
        upload(sample, VIDEO)
    upload("image.png")

    assert ana.delete(f"{work}/{VIDEO}?takes=1").status_code == 204

    assert [take["kind"] for take in list_takes(ana, work)] == ["image"]
    assert len(files_of(settings, work)) == 1  # the facts of the image


def test_takes_of_an_empty_slot_can_be_deleted(ana, work, upload):
    for sample in ("image.png", "image.jpg"):
        upload(sample)
    assert ana.delete(f"{work}/{IMAGE}").status_code == 204
    assert ana.delete(f"{work}/{IMAGE}").status_code == 404

    assert ana.delete(f"{work}/{IMAGE}?takes=1").status_code == 204

    assert list_takes(ana, work) == []
    assert ana.delete(f"{work}/{IMAGE}?takes=1").status_code == 404


def test_invalid_takes_parameter_returns_400_that_names_it(ana, work):
    answer = ana.delete(f"{work}/{IMAGE}?takes=yes")

    assert (answer.status_code, list(answer.json["details"])) == (400, ["takes"])


def test_take_is_deleted_with_its_facts(ana, work, upload, settings):
    upload("image.png")
    upload("image.jpg")
    current, earlier = list_takes(ana, work)

    assert ana.delete(earlier["url"]).status_code == 204

    assert list_takes(ana, work) == [current]
    assert ana.get(earlier["url"]).status_code == ana.delete(earlier["url"]).status_code == 404
    assert files_of(settings, work) == [f"scene-0-image.{current['id']}.json"]


def test_deleting_the_current_take_returns_409(ana, work, upload):
    content = upload("image.png")
    [take] = list_takes(ana, work)

    answer = ana.delete(take["url"])

    assert (answer.status_code, answer.json["error"]) == (409, "This take is the scene's")
    assert ana.get(f"{work}/{IMAGE}").data == ana.get(take["url"]).data == content


def test_take_is_served_like_all_media(ana, work, upload):
    content = upload("video.mp4", VIDEO)
    upload("video.webm", VIDEO)
    url = list_takes(ana, work)[1]["url"]

    whole, head = ana.get(url), ana.request("HEAD", url)
    part = ana.get(url, headers={"Range": "bytes=10-19"})

    assert (whole.mimetype, whole.data) == ("video/mp4", content)
    assert (head.status_code, head.data) == (200, b"")
    assert head.headers["Content-Length"] == str(len(content))
    assert (part.status_code, part.data) == (206, content[10:20])
    assert ana.get(url, headers={"Range": f"bytes={len(content)}-"}).status_code == 416
    headers = {"If-None-Match": whole.headers["ETag"]}
    assert ana.get(url, headers=headers).status_code == 304
    assert whole.headers["X-Content-Type-Options"] == "nosniff"
    assert ana.client.get(f"{url}?token={ana.token}", buffered=True).data == content


@pytest.mark.parametrize("take", ["take_0000000000000000", "x", "..", "%2e%2e", "a.b", "%2Fetc"])
def test_unknown_take_returns_404(ana, work, upload, take):
    upload("image.png")
    url = f"{work}/{TAKES}/{take}"

    answers = [ana.get(url), ana.post(f"{url}/use"), ana.delete(url)]

    assert [answer.status_code for answer in answers] == [404] * 3


def test_take_of_another_scene_returns_404(ana, work, upload):
    upload("image.png")
    upload("image.jpg")
    url = list_takes(ana, work)[1]["url"].replace("/scene/0/", "/scene/1/")

    answers = [ana.get(url), ana.post(f"{url}/use"), ana.delete(url)]

    assert [answer.status_code for answer in answers] == [404] * 3


def test_takes_of_another_user_return_404(ana, ben, work, upload):
    upload("image.png")
    upload("image.jpg")
    takes = list_takes(ana, work)
    url = takes[1]["url"]

    answers = [ben.get(f"{work}/{TAKES}"), ben.get(url), ben.post(f"{url}/use"), ben.delete(url)]

    assert [answer.status_code for answer in answers] == [404] * 4
    assert list_takes(ana, work) == takes


@pytest.mark.parametrize("index", ["1000", "-1", "00", "x"])
def test_invalid_scene_index_returns_400(ana, work, index):
    url = f"{work}/media/scene/{index}/takes"

    answers = [ana.get(url), ana.get(f"{url}/t"), ana.post(f"{url}/t/use"), ana.delete(f"{url}/t")]

    assert [answer.status_code for answer in answers] == [400] * 4


def test_deleted_work_returns_404(ana, work, upload):
    upload("image.png")
    [take] = list_takes(ana, work)
    assert ana.delete(work).status_code == 204

    answers = [ana.get(f"{work}/{TAKES}"), ana.get(take["url"]), ana.post(f"{take['url']}/use")]

    assert [answer.status_code for answer in answers] == [404] * 3


def test_uploaded_file_without_facts_is_an_upload(ana, work, upload, settings):
    content = upload("image.png")
    [facts] = (settings.data_dir / work.removeprefix("/api/") / "takes").iterdir()
    facts.unlink()

    [take] = list_takes(ana, work)

    assert (take["source"], take["current"]) == ("uploaded", True)
    assert ana.get(take["url"]).data == content


def test_directory_of_takes_can_be_read_by_a_person(ana, work, upload, settings):
    content = upload("image.png")
    upload("image.jpg")
    current, earlier = list_takes(ana, work)
    directory = settings.data_dir / work.removeprefix("/api/") / "takes"

    assert files_of(settings, work) == sorted(
        [
            f"scene-0-image.{current['id']}.json",
            f"scene-0-image.{earlier['id']}.json",
            f"scene-0-image.{earlier['id']}.png",
        ]
    )
    assert (directory / f"scene-0-image.{earlier['id']}.png").read_bytes() == content
    assert json.loads((directory / f"scene-0-image.{earlier['id']}.json").read_text()) == {
        "id": earlier["id"],
        "createdAt": earlier["createdAt"],
        "size": len(content),
        "source": "uploaded",
    }
