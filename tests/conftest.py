"""Shared fixtures: the application on a temporary data directory, users, and sample media."""

import fcntl
import gc
import itertools
import os
import shutil
from collections.abc import Iterator
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest
from werkzeug.security import check_password_hash

from settings.config import Settings
from settings.tuning import Tuning
from tests import browser as browsers
from tests import programs
from tests.access.members import store_of
from tests.applications import create_app, release_all
from tests.export.sources import Sources
from tests.jobs.helpers import until
from tests.jobs.receiver import Receiver
from tests.long_operations import forbid_long_operations
from tests.media import video_files
from tests.media.image_files import decode_in_this_process
from tests.outbound.internet import PUBLIC, Internet
from tests.people import Person, hash_quickly
from tests.service import Service
from tests.shared_files import made_once, shared_directory
from tests.vendors import Vendors
from tests.walk import PopulatedProject


def pytest_configure(config: pytest.Config) -> None:
    """Register the marks for other settings, as `tuning` is for other pauses."""
    for mark in ("settings(**fields): of the application", "service(**variables): of the service"):
        config.addinivalue_line("markers", mark)


def pytest_xdist_auto_num_workers(config: pytest.Config) -> int:
    """Return a multiple of the processors: much of the suite waits for timeouts and processes."""
    return 3 * (os.cpu_count() or 1)


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Iterator[None]:
    """Let one process import the tests first, so that the others find them compiled.

    All that is imported stays until the end: collecting garbage in it would find nothing.
    """
    gc.disable()
    with Path(__file__).open() as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            fcntl.flock(lock, fcntl.LOCK_SH)
            fcntl.flock(lock, fcntl.LOCK_UN)
        collected = yield
    gc.freeze()
    gc.enable()
    return collected


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Run slow modules first, so that all workers are busy until the end."""
    items.sort(key=lambda item: item.get_closest_marker("slow") is None)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say in one line what to install for the tests that lacked a program."""
    if packages := _missing_packages(terminalreporter):
        line = f"Tests were skipped for lack of programs: apt install {' '.join(packages)}"
        terminalreporter.write_line(line, yellow=True)


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """Fail in CI, where no program may be missing."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if "CI" in os.environ and reporter is not None and _missing_packages(reporter):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def _missing_packages(reporter: pytest.TerminalReporter) -> list[str]:
    return programs.packages_for(str(skip.longrepr) for skip in reporter.stats.get("skipped", ()))


@pytest.fixture(scope="session", autouse=True)
def _hash_passwords_quickly():
    """Hash in little time; the hash that is checked for unknown emails stays, and is cached."""
    hash_quickly()
    with pytest.MonkeyPatch.context() as patch:
        checked = lru_cache(check_password_hash)
        for module in ("web.api.accounts", "web.api.common.opened_reviews"):
            patch.setattr(f"{module}.check_password_hash", checked)
        yield


@pytest.fixture(scope="session", autouse=True)
def _nothing_long_under_a_lock():
    """Fail what takes long while the lock of a document is held (docs/decisions/0006)."""
    with pytest.MonkeyPatch.context() as patch:
        forbid_long_operations(patch)
        yield


@pytest.fixture
def ticking_clock(monkeypatch):
    """Make the clock return a later millisecond on each call, so that orders are predictable."""
    ticks = itertools.count(1_767_268_800_000)
    for module in (
        "storage.clock",
        "works.service",
        "projects.assets.uploads",
        "works.templates.service",
    ):
        monkeypatch.setattr(f"{module}.now_ms", lambda: next(ticks))


@pytest.fixture
def tuning(request):
    """Short pauses, as fake vendors take no time; a test may be marked with other fields."""
    quick = Tuning(
        result_poll=0.05,
        queue_poll=0.1,
        job_step=0.02,
        scene_pause=0.1,
        provider_retry=0.01,
        upload_poll=0.01,
        clock_doubt=0,
        usage_rest=0,  # a busy machine may take long to measure what a user stores
    )
    return replace(quick, **marked(request, "tuning"))


@pytest.fixture
def usual_settings(tmp_path, tuning):
    """The settings of most tests; a folder may override this fixture."""
    return Settings(
        tuning=tuning,
        data_dir=tmp_path / "data",
        fsync=False,
        log_level="ERROR",
        demo_provider="1",
        provider_poll=0.05,
    )


@pytest.fixture
def settings(request, usual_settings):
    """The settings of `app`; a test may be marked with other fields, or override this fixture."""
    return replace(usual_settings, **marked(request, "settings"))


def marked(request: pytest.FixtureRequest, name: str) -> dict[str, Any]:
    """Return the fields of a test's or a module's marks of this name; the nearest mark wins."""
    marks = reversed([*request.node.iter_markers(name)])
    return {field: value for mark in marks for field, value in mark.kwargs.items()}


@pytest.fixture(autouse=True)
def _release_applications():
    """Make the test's applications available for later tests."""
    yield
    release_all()


@pytest.fixture
def decoded_here(monkeypatch):
    """Decode images in this process: it takes longer to start a program than to decode most."""
    decode_in_this_process(monkeypatch)


@pytest.fixture
def measured_once(monkeypatch):
    """Measure files of the same contents once: it takes longer to start a program for it."""
    video_files.measure_once(monkeypatch)


# Folders whose tests look at what becomes of files, not at the programs that open them.
_FEW_PROGRAMS = {
    "access",
    "generation",
    "jobs",
    "mcp_server",
    "projects",
    "sharing",
    "web",
    "works",
}


@pytest.fixture(autouse=True)
def _few_programs(request):
    """Start no program for each image, and for each clip that was measured before."""
    if request.path.relative_to(Path(__file__).parent).parts[0] in _FEW_PROGRAMS:
        request.getfixturevalue("decoded_here")
        request.getfixturevalue("measured_once")


@pytest.fixture
def app(request, settings):
    """The application, on an empty data directory; with `populated`, on that with its project."""
    if "populated" in request.fixturenames:
        template: Path = request.getfixturevalue("populated_template")[0]
        shutil.copytree(template, settings.data_dir)
    return create_app(settings)


@pytest.fixture
def store(app):
    """The open data directory of the application."""
    return store_of(app)


@pytest.fixture(scope="session")
def populated_template(tmp_path_factory, samples):
    """A data directory with a populated project, and the project as JSON, for all processes."""

    def make(directory: Path) -> None:
        settings = Settings(
            data_dir=directory / "data", fsync=False, log_level="ERROR", demo_provider="1"
        )
        app = create_app(settings)
        project = PopulatedProject(Person.register(app.test_client(), "ana@example.com"), samples)
        services = app.extensions["services"]
        until(lambda: not services.store.queue.jobs())  # nothing is written at the ends of jobs
        services.jobs.worker.stop(60)
        (directory / "project.json").write_text(project.to_json())

    directory = made_once(tmp_path_factory, "populated", make)
    return directory / "data", (directory / "project.json").read_text()


@pytest.fixture
def populated(app, populated_template):
    """A project with data for requests to all routes, in a copy of its data directory."""
    return PopulatedProject.from_json(populated_template[1], app)


@pytest.fixture
def client(app):
    """A client of the application without a token."""
    return app.test_client()


@pytest.fixture
def ana(client):
    """A logged-in user."""
    return Person.register(client, "ana@example.com")


@pytest.fixture
def ben(client):
    """Another logged-in user, without access to ana's projects."""
    return Person.register(client, "ben@example.com")


@pytest.fixture
def cleo(client):
    """A third logged-in user."""
    return Person.register(client, "cleo@example.com")


@pytest.fixture
def project(ana):
    """The URL path of a project of ana's."""
    return ana.new_project()


@pytest.fixture
def work(ana, project):
    """The URL path of a work in ana's project."""
    return ana.new_work(project)


@pytest.fixture(scope="module")
def service(request, tmp_path_factory):
    """A running service for a module, which may be marked with settings: gunicorn, two workers."""
    data_dir = tmp_path_factory.mktemp("service") / "data"
    with Service.running(data_dir, **marked(request, "service")) as service:
        yield service


@pytest.fixture(scope="session")
def shared_vendors():
    """Fake AI vendors, which speak their protocols: one server for all tests of a process."""
    with Vendors.running(stop_seconds=0.5) as vendors:
        yield vendors


@pytest.fixture
def vendors(shared_vendors):
    """The shared vendors without rules and calls of earlier tests, whose jobs have ended."""
    shared_vendors.reset()
    yield shared_vendors
    shared_vendors.release()


@pytest.fixture
def receiver():
    """A server that receives webhooks."""
    with Receiver.running() as receiver:
        yield receiver


@pytest.fixture
def internet(monkeypatch):
    """A fake public internet, in which shop.example resolves to a public address."""
    internet = Internet(monkeypatch)
    internet.name("shop.example", [PUBLIC])
    yield internet
    internet.close()


@pytest.fixture(scope="session")
def browser():
    """Chromium, started once in each process."""
    with browsers.running() as browser:
        yield browser


_SAMPLES = {
    "video.mp4": "-f lavfi -i testsrc=s=64x64:d=1 -pix_fmt yuv420p",
    "long.mp4": "-f lavfi -i testsrc=s=320x240:d=8 -pix_fmt yuv420p",
    "video.mov": "-f lavfi -i testsrc=s=64x64:d=1 -pix_fmt yuv420p",
    "video.webm": "-f lavfi -i testsrc=s=64x64:d=1 -c:v libvpx",
    "video.avi": "-f lavfi -i testsrc=s=64x64:d=1",
    "image.png": "-f lavfi -i testsrc=s=64x64 -frames:v 1",
    "image.jpg": "-f lavfi -i testsrc=s=64x64 -frames:v 1 -update 1",
    "image.webp": "-f lavfi -i testsrc=s=64x64 -frames:v 1",
    "image.gif": "-f lavfi -i testsrc=s=64x64 -frames:v 1",
    "audio.mp3": "-f lavfi -i sine=d=1",
    "audio.m4a": "-f lavfi -i sine=d=1",
    "audio.wav": "-f lavfi -i sine=d=1",
    "audio.ogg": "-f lavfi -i sine=d=1 -c:a libvorbis",
    "audio.weba": "-f lavfi -i sine=d=1 -c:a libopus -f webm",
}


@pytest.fixture(scope="session")
def samples(tmp_path_factory):
    """A directory with a short video, image or audio file of each type, for all processes."""
    return made_once(tmp_path_factory, "samples", _make_samples)


@pytest.fixture(scope="session")
def sources(tmp_path_factory):
    """Sample media for exports, made as they are asked for, for all processes."""
    return Sources(shared_directory(tmp_path_factory, "sources"))


def _make_samples(directory: Path) -> None:
    for name, options in _SAMPLES.items():
        video_files.make(directory / name, f"-y {options}")
