"""`./vidworks make`: an order without a running service, or left to one."""

import json
import os
from dataclasses import replace
from typing import Any
from unittest.mock import Mock

import pytest
from click.testing import Result
from flask import Flask

from accounts import users
from commands.make.command import why_not
from commands.make.command_inputs import scenes_of_lines, surplus
from commands.make.local_orders import LocalOrders
from commands.make.local_photos import Photo
from generation.videos.default_project import default_project
from jobs.service import JobService
from storage.locking.locks import FileLock
from storage.paths import SEMAPHORES
from tests.jobs.helpers import until
from tests.service import ROOT
from tests.works.media import AVIF
from works.templates import service as templates

pytestmark = pytest.mark.tuning(demo_task=0.1)

SMALL_SHAPE = ("--shape", "90x160")
SMALL = {"resolution": {"width": 90, "height": 160}}

TEXT = {
    "id": "title",
    "text": "Arc",
    "fontSize": 12,
    "fontColor": "#ffffff",
    "centerX": 0,
    "centerY": 0,
    "timingMode": "relative",
}


@pytest.fixture
def settings(settings):
    """Those of a machine without keys."""
    keys = [name for name in vars(settings) if name.endswith("_api_key")]
    without: dict[str, Any] = dict.fromkeys(keys, "")
    return replace(settings, demo_provider="auto", **without)


@pytest.fixture
def jobs(app):
    service: JobService = app.extensions["services"].jobs
    return service


def make(app: Flask, *args: object) -> Result:
    """Run the command in this process."""
    return app.test_cli_runner().invoke(args=["make", *map(str, args)])


def test_photo_and_sentence_become_a_video_and_the_same_command_makes_no_other(
    app, samples, tmp_path
):
    film = tmp_path / "film.mp4"
    order = (samples / "image.png", "A lamp", *SMALL_SHAPE, "--silent", "-o", film, "--json")

    done = make(app, *order)
    film.rename(tmp_path / "first.mp4")
    repeated = make(app, *order)

    assert done.exit_code == 0, done.stderr
    job = json.loads(done.stdout)
    assert job["file"] == str(film)
    assert [step["state"] for step in job["steps"]] == ["succeeded"] * len(job["steps"])
    assert "Making" in done.stderr
    assert "made in" in done.stderr
    assert "made in" not in repeated.stderr
    assert "users password local@localhost" in done.stderr
    assert (tmp_path / "first.mp4").read_bytes()[4:8] == b"ftyp"
    assert repeated.exit_code == 0, repeated.stderr
    assert json.loads(repeated.stdout)["id"] == job["id"]
    assert film.read_bytes() == (tmp_path / "first.mp4").read_bytes()
    assert "--again makes another" in repeated.stderr
    assert "users password" not in repeated.stderr


def test_lines_are_spoken_over_moving_photos_under_the_texts_of_a_template(
    app, jobs, samples, tmp_path
):
    LocalOrders(jobs)  # the account
    [user_id] = jobs.store.users.documents
    project_id = default_project(jobs.store, user_id)
    content = {"textOverlays": [TEXT], "imageOverlays": []}
    templates.create(jobs.store, project_id, {"name": "Intro", "content": content})
    lines = tmp_path / "lines.txt"
    lines.write_text("\nLight.\n")
    order = (samples / "image.png", "--template", "Intro", *SMALL_SHAPE, "--json")

    done = make(app, *order, "--lines", lines, "-o", tmp_path / "film.mp4")
    said = make(app, *order, "--say", "Light.", "-o", tmp_path / "film.mp4")

    assert done.exit_code == 0, done.stderr
    job = json.loads(done.stdout)
    assert [step["name"] for step in job["steps"]] == [
        *("work", "assets", "scenes", "narration", "music", "template", "export")
    ]
    work = jobs.store.works(project_id).snapshot(job["workId"]).values
    assert [scene["narration"]["text"] for scene in work["scenes"]] == ["Light."]
    assert len(work["editorState"]["textOverlays"]) == 1
    assert json.loads(said.stdout)["id"] == job["id"]


def test_order_that_was_stopped_goes_on_and_again_makes_another(jobs, samples):
    photo = Photo("lamp.png", (samples / "image.png").read_bytes())
    orders = LocalOrders(jobs)
    ref = orders.order({**SMALL, "prompt": "A lamp", "sound": False}, [photo])

    def stop(_job: Any) -> None:
        raise KeyboardInterrupt

    until(lambda: jobs.get(ref)["state"] != "queued")
    with pytest.raises(KeyboardInterrupt):
        orders.follow(ref, stop)
    orders.stop()
    jobs.worker.stopping.clear()
    same = LocalOrders(jobs)

    assert same.order({**SMALL, "prompt": "A lamp", "sound": False}, [photo]) == ref
    assert same.follow(ref, lambda _: None)["state"] == "succeeded"
    assert same.order({**SMALL, "prompt": "A lamp", "sound": False}, [photo]) == ref
    other = same.order({**SMALL, "prompt": "A lamp", "sound": False}, [photo], again=True)
    assert other != ref
    assert same.order({**SMALL, "prompt": "A lamp", "sound": False}, [photo]) == other
    same.stop()


def test_demo_is_chosen_without_any_key_also_if_everyone_may_use_it(jobs):
    jobs.settings = replace(jobs.settings, demo_provider="1")
    orders = LocalOrders(jobs)

    ref = orders.order({**SMALL, "prompt": "A lamp"}, [])

    orders.stop()
    chosen = jobs.get(ref)["request"]["providers"]
    assert {role["provider"] for role in chosen.values()} == {"demo"}


def test_account_is_chosen_and_told_how_to_get_a_key(jobs):
    users.register(jobs.store, "ana@example.com", "", "Ana")
    users.register(jobs.store, "eve@example.com", "", "Eve")
    jobs.settings = replace(
        jobs.settings, gemini_api_key="secret", server_key_users=("ana@example.com",)
    )

    assert LocalOrders(jobs).account == "ana@example.com"
    eve = LocalOrders(jobs, "Eve@Example.com")
    assert eve.account == "eve@example.com"
    assert "GEMINI_API_KEY is for the users in SERVER_KEY_USERS" in eve.advice_on_key("gemini")
    assert "set RUNWAY_API_KEY in .env" in eve.advice_on_key("runway")


def test_account_that_another_command_creates_at_the_same_time_is_used(jobs, monkeypatch):
    created = LocalOrders(jobs).account
    monkeypatch.setattr(users, "exist", lambda _store: False)  # it looked before that

    assert LocalOrders(jobs).account == created


def test_order_is_left_to_a_running_service_until_that_stops(jobs):
    orders = LocalOrders(jobs)
    directory = jobs.store.root / SEMAPHORES
    jobs.store.disk.make_directory(directory)
    lock = FileLock.try_acquire(directory, "queue")
    assert lock is not None
    with lock:
        ref = orders.order({**SMALL, "prompt": "A lamp", "sceneCount": 1}, [])
        assert jobs.get(ref)["state"] == "queued"
        assert not orders.runs_here(ref)

    assert orders.follow(ref, lambda _: None)["state"] == "succeeded"
    jobs.worker.takes_jobs = True


def test_picture_of_an_unsupported_type_is_told_what_to_become(app, tmp_path):
    photo = tmp_path / "photo.avif"
    photo.write_bytes(AVIF)

    done = make(app, photo, "A lamp", "-o", tmp_path / "film.mp4")

    told = "Error: photo.avif: AVIF is not supported; save it as JPEG or PNG.\n"
    assert done.stderr.endswith(told)
    assert done.exit_code == 1


def test_surplus_lines_and_photos_are_told():
    assert scenes_of_lines(["One.", "Two.", "Three."], 2) == [
        {"asset": 0, "narration": "One."},
        {"asset": 1, "narration": "Two."},
        {"asset": 0, "narration": "Three."},
    ]
    assert scenes_of_lines(["One."], 2)[1] == {"asset": 1, "narration": None}
    assert surplus(3, 1) == "3 lines for 1 photo: photos are shown again, from the first on."
    assert surplus(1, 3) == "1 line for 3 photos: nothing is said over the last 2."
    assert surplus(2, 2) is surplus(0, 2) is None


def test_resume_is_offered_unless_the_order_itself_fails():
    failed = {"state": "failed", "reason": "The voice is unknown.", "failure": {"status": 400}}
    busy = {**failed, "reason": "The provider is busy.", "failure": {"status": 429}}

    assert why_not(failed) == "The voice is unknown."
    assert why_not(busy).startswith("The provider is busy. The same command with --resume")
    cancelled = why_not({"state": "cancelled", "reason": None, "failure": None})
    assert cancelled.startswith("The video is cancelled. The same command with --resume")


def test_video_that_a_service_makes_is_cancelled_by_the_command(app, jobs, tmp_path, monkeypatch):
    order = ("A lamp", *SMALL_SHAPE, "-o", tmp_path / "film.mp4")
    directory = jobs.store.root / SEMAPHORES
    jobs.store.disk.make_directory(directory)
    lock = FileLock.try_acquire(directory, "queue")
    assert lock is not None

    nothing = make(app, *order, "--cancel")
    with lock:
        with monkeypatch.context() as patch:
            patch.setattr(LocalOrders, "follow", Mock(side_effect=KeyboardInterrupt))
            left = make(app, *order)
        cancelled = make(app, *order, "--cancel")
        again = make(app, *order, "--cancel")
    stopped = make(app, *order)

    assert "There is nothing to cancel" in nothing.stderr
    assert left.exit_code == 130
    assert "for local@localhost, also after Ctrl-C. The same command waits" in left.stderr
    assert "The service goes on." in left.stderr
    assert cancelled.exit_code == 0, cancelled.stderr
    assert "Cancelled. What is made is kept" in cancelled.stderr
    assert "Its state is cancelled" in again.stderr
    assert "Error: The video is cancelled. The same command with --resume" in stopped.stderr
    assert "Making" not in stopped.stderr


def test_photo_that_is_larger_than_assets_may_be_or_no_file_is_not_read(app, tmp_path):
    large, pipe, link, zero = (tmp_path / name for name in ("large", "pipe", "link", "zero"))
    with large.open("wb") as file:
        file.truncate((50 << 20) + 1)
    os.mkfifo(pipe)
    link.symlink_to(large)
    zero.symlink_to("/dev/zero")

    told = [make(app, path, "A lamp").stderr for path in (link, pipe, zero)]

    assert f"{link} is too large: at most 50 MB are accepted." in told[0]
    assert f"{pipe} is a named pipe instead of a file." in told[1]
    assert f"{zero} is a special file instead of a file." in told[2]


@pytest.mark.parametrize(
    ("args", "message"),
    [
        ((), "Expected photos, or a sentence"),
        (("lmap.jpg", "A lamp"), "There is no file lmap.jpg."),
        ((".", "A lamp"), ". is a directory instead of a file."),
        (("/dev/zero", "A lamp"), "/dev/zero is a special file instead of a file."),
        (("A lamp", "--lines", "/dev/zero"), "/dev/zero has more than "),
        ((300 * "A lamp ", "that follows"), 'that follows"'),
        (("A lamp", "that follows"), 'got "A lamp", "that follows".'),
        (("A lamp", "-o", "missing/film.mp4"), "There is no directory missing."),
        (("A lamp", "-o", "/proc/film.mp4"), "No file can be written to /proc"),
        (("A lamp", "-o", "/dev/zero"), "-o /dev/zero is a special file, which is not replaced."),
        (("A lamp", "--shape", "round"), "expected portrait, landscape, square"),
        (("A lamp", "--provider", "acme"), "provider: Expected one of"),
        (
            ("A lamp", "--provider", "gemini"),
            "gemini needs a key: set GEMINI_API_KEY in .env, or enter one in the page under"
            " Settings > Providers, as local@localhost.",
        ),
        (("A lamp", "--user", "eve@x.org"), "No account has the email eve@x.org"),
        ((str(ROOT / "README.md"), "A lamp"), "README.md: expected a picture (PNG"),
        (("A lamp", "--template", "Intro"), 'No template is called "Intro": There is none yet.'),
        (("A lamp", "--shape", "0x10"), "expected 16 to 4096 pixels for each side."),
        (("A lamp", "--shape", "10000x10000"), "expected 16 to 4096 pixels for each side."),
        (("A lamp", "-o", "film.mov"), "-o film.mov: videos are MP4 files; expected film.mp4."),
        (("A lamp", " "), "The sentence is empty"),
        (("A lamp", "--say", " "), "--say is empty"),
        (("A lamp", "--say", "Light."), "Lines need photos"),
        (("A lamp", "--lines", "/dev/null"), "/dev/null is empty: expected a line for each photo."),
        (("A lamp", "--lines", str(ROOT / "docs/example.jpg")), "example.jpg is no text in UTF-8."),
        (("A lamp", "--lines", "/dev/null", "--say", "Light."), "not with both"),
    ],
)
def test_bad_input_is_explained(app, args, message, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    done = make(app, *args)

    assert done.exit_code in {1, 2}, done.stderr
    assert message in done.stderr
    assert [*tmp_path.iterdir()] in ([], [tmp_path / "data"])
