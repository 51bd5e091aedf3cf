"""The application factory: settings, services, blueprints; no logic."""

import secrets
from functools import partial

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from accounts.commands import token_commands, user_commands
from accounts.key_routes import blp as provider_keys
from accounts.routes import blp as accounts
from accounts.signer import Signer
from assets.routes import blp as assets
from config import SettingError, Settings, read_settings
from console import page
from console.routes import blp as console
from editor_templates.routes import blp as templates
from export.handover.routes import blp as handover
from export.kinds import KINDS as EXPORT_KINDS
from export.routes import blp as exports
from export.routes import work_blp as work_exports
from generation.kinds import KINDS as AI_KINDS
from generation.project_routes import asset_blp as asset_descriptions
from generation.project_routes import work_blp as work_generation
from generation.routes import blp as generation
from jobs.kinds import JobKinds
from jobs.routes import user_jobs, work_jobs
from jobs.service import JobService
from jobs.worker import JobWorker
from links.routes import blp as links
from links.service import delete_expired
from maintenance.commands import backup, doctor, restore
from maintenance.metrics_routes import blp as metrics
from mcp_server.bridge import bridge
from mcp_server.routes import blp as mcp
from media import ffmpeg, limits
from projects.routes import blp as projects
from storage.locking import waiting
from storage.paths import JWT_SECRET
from storage.store import Store
from web.another_node import register_another_node
from web.api import IdConverter
from web.context import Services
from web.docs import blp as docs
from web.errors import register_errors
from web.guard import register_guard
from web.health import blp as system
from web.lock_waiting import wait_for_lock
from web.logs import configure_logs
from web.metrics import counted, register_metrics
from web.middleware import register_middleware
from web.payloads import OrjsonProvider
from web.unmounted import register_check
from web.wait_limiter import WaitLimiter
from works.activity_routes import blp as activity
from works.media_routes import blp as media
from works.project_routes import blp as project_list
from works.routes import blp as works
from works.take_routes import blp as takes
from works.timeline_routes import blp as timelines

COMMANDS = (user_commands, token_commands, doctor, backup, restore, bridge)


def create_app(settings: Settings | None = None, *, serves: bool = True) -> Flask:
    """Return the application on its data directory; unless it `serves`, for the command line.

    Raises SettingError, StorageError, OSError.
    """
    settings = settings or read_settings()
    configure_logs(settings)
    if serves:
        page.load()  # before gunicorn forks
    ffmpeg.set_program(settings.ffmpeg)
    app = Flask("vidworks", static_folder=None)
    app.extensions["services"] = create_services(settings, serves=serves)
    app.json = OrjsonProvider(app)
    app.url_map.strict_slashes = False  # a redirect would lose a POST's body
    app.url_map.merge_slashes = False
    register_middleware(app)
    if settings.node:
        register_another_node(app)
    if settings.metrics_token and serves:
        register_metrics(app)
    register_errors(app)
    register_check(app)
    _register_routes(app)
    register_guard(app)
    for command in COMMANDS:
        app.cli.add_command(command)
    if settings.trusted_proxies:
        hops = settings.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]
    return app


def create_services(settings: Settings, *, serves: bool = True) -> Services:
    """Open the data directory and create the services on it. Raises as `create_app`.

    The command line verifies and signs no login, and works without a proper secret for that.
    """
    if settings.data_dir.exists() and not settings.data_dir.is_dir():
        raise SettingError(f'DATA_DIR is "{settings.data_dir}", which is not a directory')
    store = Store(
        settings.data_dir,
        fsync=settings.fsync,
        cache_bytes=settings.cache_mb << 20,
        takes=settings.takes,
        node=settings.node,
        tuning=settings.tuning,
    )
    if serves:
        store.nodes.serve()
    secret = settings.jwt_secret.encode()
    secret = secret or (store.secret(JWT_SECRET) if serves else secrets.token_bytes(32))
    kinds: JobKinds = {**AI_KINDS, **EXPORT_KINDS}
    if settings.metrics_token:
        kinds = {name: counted(kind) for name, kind in kinds.items()}
    worker = JobWorker(store, settings, kinds, delete_expired)
    waiters = WaitLimiter(settings.waiters, worker.stopping)
    limits.configure(store.root, worker.stopping, waiters.media_place, store.nodes.local)
    if serves:
        tuning = settings.tuning
        waiting.configure(partial(wait_for_lock, waiters.place, tuning), tuning.brief_lock)
    jobs = JobService(store, settings, worker)
    return Services(settings, store, Signer(secret, settings), jobs, waiters)


def _register_routes(app: Flask) -> None:
    app.url_map.converters["id"] = IdConverter
    for blueprint in (
        *(system, accounts, provider_keys, projects, project_list, works, timelines),
        *(media, takes, assets, links, templates),
        *(work_jobs, work_generation, activity, user_jobs, asset_descriptions, generation, docs),
        *(exports, work_exports, handover, mcp, metrics, console),
    ):
        app.register_blueprint(blueprint)
