"""Applications for tests: built once in each process, with services of its own for each test."""

from flask import Flask

from app import create_app as build_app
from app import create_services
from commands.__main__ import COMMANDS
from media import ffmpeg, limits
from settings.config import Settings
from settings.tuning import DEFAULT
from storage.locking import waiting
from web.logs import configure_logs

_free: list[Flask] = []
_in_use: list[Flask] = []


def create_app(settings: Settings) -> Flask:
    """Return an application on these settings, as `app.create_app` does, with the command line.

    Building one takes 50 ms, its services a tenth of that. What is captured when it is built, the
    number of proxies, the path of PUBLIC_URL and whether it is a node, needs one of its own.
    """
    if settings.trusted_proxies or settings.public_url or settings.node:
        return _build(settings)
    if _free:
        app = _free.pop()
        configure_logs(settings)
        ffmpeg.set_program(settings.ffmpeg)
        app.extensions["services"] = create_services(settings)
    else:
        app = _build(settings)
    _in_use.append(app)
    return app


def _build(settings: Settings) -> Flask:
    app = build_app(settings)
    for command in COMMANDS:
        app.cli.add_command(command)
    return app


def release_all() -> None:
    """Stop the applications in use, and make them available for the next test.

    It waits for running jobs, whose paid calls would otherwise reach the next test's vendors. What
    an application sets for its process is as before: otherwise programs would hurry, as for one
    that has stopped, and locks would be waited for as long as the last one's tuning says.
    """
    workers = [app.extensions["services"].jobs.worker for app in _in_use]
    for worker in workers:
        worker.stopping.set()
    for worker in workers:
        worker.stop(30)
    _free.extend(_in_use)
    _in_use.clear()
    ffmpeg.set_program("")
    limits._services.clear()
    waiting.configure(waiting._wait_patiently, DEFAULT.brief_lock)
