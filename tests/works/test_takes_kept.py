"""How many takes are kept, and that simultaneous requests lose none."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

import pytest

from tests.simultaneous import at_once
from tests.works.takes import IMAGE, TAKES, VIDEO, files_of, list_takes, use, variant


class TestLimit:
    @pytest.fixture
    def settings(self, settings):
        return replace(settings, takes=2)

    def test_takes_beyond_the_limit_are_deleted_oldest_first(self, ana, work, samples, settings):
        image = (samples / "image.png").read_bytes()
        for number in range(5):
            ana.put(f"{work}/{IMAGE}", data=variant(image, number))

        takes = list_takes(ana, work)

        contents = [ana.get(take["url"]).data for take in takes]
        assert contents == [variant(image, number) for number in (4, 3, 2)]
        assert len(files_of(settings, work)) == 5  # two files and three facts

    def test_limit_is_for_each_slot(self, ana, work, samples):
        image, clip = ((samples / name).read_bytes() for name in ("image.png", "video.mp4"))
        for number in range(4):
            ana.put(f"{work}/{IMAGE}", data=variant(image, number))
            ana.put(f"{work}/{VIDEO}", data=variant(clip, number))
            ana.put(f"{work}/media/scene/1/image", data=variant(image, number))

        assert len(list_takes(ana, work)) == 6
        assert len(ana.show(f"{work}/media/scene/1/takes")["takes"]) == 3

    def test_image_that_was_used_again_is_not_the_first_to_go(self, ana, work, samples):
        image = (samples / "image.png").read_bytes()
        for number in range(3):
            ana.put(f"{work}/{IMAGE}", data=variant(image, number))
        oldest = list_takes(ana, work)[-1]
        use(ana, oldest)

        ana.put(f"{work}/{IMAGE}", data=variant(image, 3))

        contents = [ana.get(take["url"]).data for take in list_takes(ana, work)]
        assert contents == [variant(image, number) for number in (3, 2, 0)]


class TestNoTakes:
    @pytest.fixture
    def settings(self, settings):
        return replace(settings, takes=0)

    def test_only_the_current_file_is_kept(self, ana, work, samples, settings):
        for name in ("image.png", "image.jpg"):
            content = (samples / name).read_bytes()
            ana.put(f"{work}/{IMAGE}", data=content)

        [take] = list_takes(ana, work)

        assert take["current"]
        assert ana.get(take["url"]).data == content
        assert files_of(settings, work) == [f"scene-0-image.{take['id']}.json"]


class TestSimultaneousRequests:
    def test_all_uploads_are_kept(self, ana, work, samples):
        contents = [
            variant((samples / name).read_bytes(), number)
            for number in range(4)
            for name in ("image.png", "image.jpg", "image.webp")
        ]

        answers = at_once([partial(ana.put, f"{work}/{IMAGE}", data=data) for data in contents])

        assert [answer.status_code for answer in answers] == [200] * 12
        takes = list_takes(ana, work)
        assert sorted(ana.get(take["url"]).data for take in takes) == sorted(contents)
        assert [take["current"] for take in takes] == [True] + [False] * 11
        assert ana.get(f"{work}/{IMAGE}").data == ana.get(takes[0]["url"]).data

    def test_use_upload_and_delete_keep_what_they_acknowledged(self, ana, work, samples):
        image = (samples / "image.png").read_bytes()
        for number in range(8):
            ana.put(f"{work}/{IMAGE}", data=variant(image, number))
        takes = list_takes(ana, work)
        new = [variant((samples / "image.jpg").read_bytes(), number) for number in range(4)]

        requests: list[Callable[[], Any]] = []
        for take, data in zip(takes[4:], new, strict=True):
            requests += [
                partial(ana.post, f"{take['url']}/use"),
                partial(ana.delete, take["url"]),
                partial(ana.put, f"{work}/{IMAGE}", data=data),
                partial(ana.get, f"{work}/{TAKES}"),
            ]
        answers = at_once(requests)

        left = list_takes(ana, work)
        contents = [ana.get(take["url"]).data for take in left]
        assert {answer.status_code for answer in answers[2::4]} == {200}
        assert {answer.status_code for answer in answers[3::4]} == {200}
        assert set(contents) >= {*new, *(variant(image, number) for number in range(4, 8))}
        for take, deletion in zip(takes[4:], answers[1::4], strict=True):
            is_left = take["id"] in {other["id"] for other in left}
            assert (deletion.status_code, is_left) in ((204, False), (409, True))
        assert sum(take["current"] for take in left) == 1
        for answer in answers[3::4]:
            assert sum(take["current"] for take in answer.json["takes"]) == 1
