"""The application: settings, store, blueprints; no logic."""

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from accounts.commands import token_commands, user_commands
from accounts.routes import blp as accounts
from accounts.sessions import Signer
from api import VERSION, Api, OrjsonProvider
from assets.routes import blp as assets
from config import Settings, read_settings
from editor_templates.routes import blp as templates
from errors import register_errors
from ffmpeg import run as ffmpeg
from generation.asset_routes import blp as asset_descriptions
from generation.kinds import KINDS
from generation.routes import blp as generation
from generation.work_routes import blp as work_generation
from guard import register_guard
from jobs.routes import user_jobs, work_jobs
from jobs.runner import Runner
from jobs.service import Office
from jobs.waiting import WaitingRoom
from maintenance.commands import backup, doctor, restore
from openapi import ABOUT
from projects.routes import blp as projects
from storage.paths import JWT_SECRET
from storage.store import Store
from system.docs import blp as docs
from system.envelope import register_envelope
from system.logs import configure_logs
from system.routes import blp as system
from works.media_routes import blp as media
from works.routes import blp as works


def create_app(settings: Settings | None = None) -> Flask:
    """The service on its data directory. Raises SettingError, StorageError."""
    settings = settings or read_settings()
    configure_logs(settings)
    app = Flask("vidworks", static_folder=None)
    app.json = OrjsonProvider(app)
    app.url_map.strict_slashes = False  # a redirect would lose a POST's body
    app.url_map.merge_slashes = False
    store = Store(settings.data_dir, fsync=settings.fsync, cache_bytes=settings.cache_mb << 20)
    secret = settings.jwt_secret.encode() or store.secret(JWT_SECRET)
    app.extensions.update(settings=settings, store=store, signer=Signer(secret, settings))
    runner = Runner(store, settings, KINDS)
    app.extensions["office"] = Office(store, settings, runner)
    app.extensions["waiting_room"] = WaitingRoom(settings.waiters, runner.stopping)
    ffmpeg.use(settings.ffmpeg)
    register_envelope(app, settings)
    register_errors(app)
    _register_api(app)
    app.register_blueprint(docs)
    register_guard(app)
    _register_commands(app)
    if settings.trusted_proxies:
        hops = settings.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]
    return app


def _register_commands(app: Flask) -> None:
    for command in (user_commands, token_commands, doctor, backup, restore):
        app.cli.add_command(command)


def _register_api(app: Flask) -> None:
    app.config.update(
        API_TITLE="Vidworks",
        API_VERSION=VERSION,
        OPENAPI_VERSION="3.1.0",
        API_SPEC_OPTIONS={
            "info": {"description": ABOUT, "license": {"name": "MIT", "identifier": "MIT"}},
            "servers": [{"url": "/"}],  # where the description itself came from
        },
    )
    api = Api(app)
    for blueprint in (
        *(system, accounts, projects, works, media, assets, templates),
        *(work_jobs, work_generation, user_jobs, asset_descriptions, generation),
    ):
        api.register_blueprint(blueprint)
    app.extensions["description"] = api.description
