"""Applications for tests: built once in each process, with services of its own for each test."""

from flask import Flask

from app import create_app as build_app
from app import create_services
from config import Settings
from media import ffmpeg
from web.logs import configure_logs

_free: list[Flask] = []
_in_use: list[Flask] = []


def create_app(settings: Settings) -> Flask:
    """Return an application on these settings, as `app.create_app` does.

    Building one takes 16 ms, its services a tenth of one. What is captured when it is built, the
    number of proxies and whether it is a node, needs one of its own.
    """
    if settings.trusted_proxies or settings.node:
        return build_app(settings)
    if _free:
        app = _free.pop()
        configure_logs(settings)
        ffmpeg.set_program(settings.ffmpeg)
        app.extensions["services"] = create_services(settings)
    else:
        app = build_app(settings)
    _in_use.append(app)
    return app


def release_all() -> None:
    """End the jobs of the applications in use, and make these available for the next test."""
    for app in _in_use:
        app.extensions["services"].jobs.worker.stopping.set()
    _free.extend(_in_use)
    _in_use.clear()
