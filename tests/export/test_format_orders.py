"""Exports in other formats than MP4: ordering, limits, what the list says of them."""

from io import BytesIO

import pytest
from PIL import Image

from export import service
from export.plan.options import output_of
from export.plan.targets import FORMATS, Target, target_of
from schemas.exports import FORMATS as NAMES
from tests.export.running import (
    arrange,
    body_of,
    clip,
    export,
    exports_of,
    in_a_row,
    leftovers,
    new_work,
    start_export,
)
from tests.export.sources import sine
from tests.jobs.helpers import resume_job, until, wait_for_state, wait_until_finished
from tests.media.image_files import frames_in

DEFAULTS = {"width": 1080, "height": 1920, "fps": 30}


@pytest.fixture
def work(ana, sources):
    """The path of a work whose timeline has two clips of a second with a tone."""
    clips = [sources.solid(color, sound=sine(440)) for color in ("0x336699", "0x993366")]
    work = new_work(ana, clips)
    arrange(ana, work, in_a_row(2))
    return work


def order(ana, work, **options):
    """Export a work; return the response."""
    return ana.post(f"{work}/export", json={"options": options})


def refusal(ana, work, **options):
    """Return the fields that are refused, with the reasons."""
    answer = order(ana, work, **options)
    assert answer.status_code == 400, answer.text
    assert not exports_of(ana, work)
    return answer.json["details"]


def plan(defaults=DEFAULTS, **options):
    """Return the video that is rendered, and what is made of it."""
    output = output_of(options, defaults)
    target = target_of(options, output.width, output.height, output.fps)
    return (output.width, output.height, output.fps), target


def test_formats_of_orders_are_those_that_are_made():
    assert tuple(FORMATS) == NAMES


def test_gif_is_stored_beside_the_mp4_of_which_it_is_made(ana, work, settings):
    answer = order(ana, work, format="gif")

    assert answer.status_code == 200, answer.text
    assert answer.mimetype == "image/gif"
    assert '.gif"' in answer.headers["Content-Disposition"]
    with Image.open(BytesIO(answer.data)) as image:
        assert (image.size, frames_in(image)) == ((96, 160), 30)
    [made] = exports_of(ana, work)
    assert (made["width"], made["height"], made["fps"], made["duration"]) == (96, 160, 15, 2)
    assert made["size"] == len(answer.data)
    assert (made["options"]["format"], made["options"]["fps"]) == ("gif", 15)
    assert ana.get(made["posterUrl"]).mimetype == "image/jpeg"
    again = ana.get(made["url"], headers={"Range": "bytes=0-5"})
    assert (again.status_code, again.data) == (206, b"GIF89a")
    assert ".gif" in again.headers["Content-Disposition"]
    assert order(ana, work, **made["options"]).data == answer.data
    assert len(exports_of(ana, work)) == 1
    assert not leftovers(settings.data_dir)


def test_sound_is_made_without_rendering_the_pictures(ana, work, ffmpeg):
    answer = order(ana, work, format="wav")

    assert answer.mimetype == "audio/wav"
    assert len(answer.data) == pytest.approx(2 * 48_000 * 4, abs=200)
    rendered = list(ffmpeg.calls("/run-"))
    assert len(rendered) == 1
    assert "still-" in rendered[0]
    [made] = exports_of(ana, work)
    assert (made["width"], made["height"], made["duration"]) == (96, 160, 2)
    with Image.open(BytesIO(ana.get(made["posterUrl"]).data)) as poster:
        assert poster.size == (96, 160)


@pytest.mark.measured_anew
def test_making_the_file_can_be_cancelled_and_resumed(ana, work, ffmpeg, settings):
    ffmpeg.slow_down("target.webp", 0.01)
    job = start_export(ana, work, options={"format": "webp"})
    until(lambda: ffmpeg.calls("target.webp") and ffmpeg.running())
    until(lambda: "WebP" in ana.show(job)["progress"]["message"])

    assert ana.post(f"{job}/cancel").status_code == 200
    wait_for_state(ana, job, "cancelled")

    until(lambda: not ffmpeg.running())
    until(lambda: not leftovers(settings.data_dir))
    assert not exports_of(ana, work)
    rendered = len(ffmpeg.calls("/run-"))
    ffmpeg.speed_up()
    resume_job(ana, job)
    assert wait_until_finished(ana, job)["result"]["options"]["format"] == "webp"
    assert len(ffmpeg.calls("/run-")) == rendered  # what was rendered is kept


def test_animation_that_is_too_long_is_refused_with_advice(ana, sources):
    work = new_work(ana, [sources.solid()])
    arrange(ana, work, [clip(0, 0, 45)])

    assert refusal(ana, work, format="gif") == {
        "options.format": "A GIF has at most 30 seconds, and this has 45.0. Choose a part by `from`"
        " and `to`, or webm, which may be as long as an MP4."
    }


def test_job_of_an_animation_of_scenes_is_refused_by_their_known_lengths(ana, sources):
    work = new_work(ana, [sources.solid(seconds=16), sources.solid("0x336699", seconds=15)])

    answer = ana.post(f"{work}/jobs", json={"kind": "export", "options": {"format": "webp"}})
    part = {"format": "gif", "to": 1, "width": 48}
    job = wait_until_finished(ana, start_export(ana, work, options=part))

    assert answer.status_code == 400
    assert "30 seconds, and this has 31.0" in answer.json["details"]["options.format"]
    assert job["state"] == "succeeded", job["reason"]
    assert [made["id"] for made in ana.show(f"{work}/jobs")] == [job["id"]]


def test_job_of_scenes_that_were_not_measured_fails_with_the_same_words(ana, sources, store):
    work = new_work(ana, [sources.solid(seconds=31)])
    *_, project, _, work_id = work.split("/")

    def forget(values):
        del values["generatedScenes"][0]["videoDuration"]

    store.works(project).change(work_id, forget)

    told = refusal(ana, work, format="webp")["options.format"]

    assert "30 seconds, and this has 31.0" in told


def test_images_count_as_long_as_their_scenes(ana, samples):
    work = ana.new_work(ana.new_project())
    ana.upload(f"{work}/media/scene/0/image", samples / "image.png")
    scene = {"scene_index": 0, "duration_seconds": 40, "image_prompt": "", "video_prompt": ""}
    ana.save(work, {"scenes": [scene]})

    answer = ana.post(f"{work}/jobs", json={"kind": "export", "options": {"format": "gif"}})

    assert answer.status_code == 400
    assert "this has 40.0" in answer.json["details"]["options.format"]


@pytest.mark.parametrize(
    ("options", "field", "told"),
    [
        ({"format": "gif", "width": 900}, "width", "800"),
        ({"format": "webp", "height": 801, "width": 400}, "height", "800"),
        ({"format": "gif", "fps": 25}, "fps", "at most 20"),
        ({"format": "webm", "captions": "track"}, "captions", "burn"),
        ({"format": "avi"}, "format", "mp4, gif, webp, webm, wav, mp3"),
    ],
)
def test_what_a_format_cannot_have_is_refused(ana, work, options, field, told):
    assert told in refusal(ana, work, **options)[f"options.{field}"]


def test_editors_request_may_name_a_format(ana, work):
    answer = export(ana, body_of(work, options={"width": 48, "height": 80, "format": "gif"}))

    assert answer.mimetype == "image/gif"


@pytest.mark.parametrize(
    ("options", "video", "made"),
    [
        ({}, (1080, 1920, 30), (270, 480, 15)),
        ({"width": 450}, (1080, 1920, 30), (450, 800, 15)),
        ({"width": 270, "height": 480}, (1080, 1920, 30), (270, 480, 15)),
        ({"width": 400, "height": 400}, (1080, 1080, 30), (400, 400, 15)),
        ({"width": 640, "height": 360, "fps": 20}, (1920, 1080, 30), (640, 360, 20)),
        ({"fps": "source"}, (1080, 1920, None), (270, 480, None)),
    ],
)
def test_animations_of_one_shape_are_made_of_one_video(options, video, made):
    assert plan(format="gif", **options) == (video, Target("gif", *made))


@pytest.mark.parametrize(("fps", "made"), [(24, 12), (25, 12.5), (29.97, 14.985), (60, 15), (8, 8)])
def test_usual_rate_is_a_whole_part_of_that_of_the_video(fps, made):
    assert plan(DEFAULTS | {"fps": fps}, format="webp")[1].fps == pytest.approx(made, abs=0.001)


def test_small_video_is_not_enlarged_unless_that_is_ordered():
    small = {"width": 96, "height": 160, "fps": 30}

    assert plan(small, format="gif")[1] == Target("gif", 96, 160, 15)
    assert plan(small, format="gif", width=192, height=320) == (
        (192, 320, 30),
        Target("gif", 192, 320, 15),
    )


def test_export_of_an_earlier_version_is_an_mp4(ana, work, store):
    order(ana, work)
    [made] = exports_of(ana, work)

    def forget(values):
        del values["options"]["format"]

    *_, project, _, work_id = work.split("/")
    from storage.paths import WorkRef

    store.exports(WorkRef(project, work_id)).change(made["id"], forget)

    assert exports_of(ana, work)[0]["options"]["format"] == "mp4"
    assert ana.get(made["url"]).mimetype == service.VIDEO_TYPE
