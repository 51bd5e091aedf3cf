"""The application factory: settings, services, blueprints; no logic."""

import secrets
from functools import partial

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from accounts.identity import Signer
from console import page
from console.routes import blp as console
from expiry import delete_expired
from export.job import KINDS as EXPORT_KINDS
from generation.fetching.kinds import KINDS as FETCHING_KINDS
from generation.kinds import KINDS as AI_KINDS
from generation.videos.kinds import pipeline
from jobs.children import ChildJobs
from jobs.kinds import JobKinds
from jobs.service import JobService
from jobs.worker import JobWorker
from mcp_server.routes import blp as mcp
from media import ffmpeg, limits
from settings.config import SettingError, Settings, read_settings
from sharing.activity import recorder
from sharing.reviews.notices import Notices
from storage.locking import waiting
from storage.paths import JWT_SECRET
from storage.store import Store
from web.addresses import PublicPath, public_path
from web.api.accounts import blp as accounts
from web.api.activity import blp as project_activity
from web.api.assets import blp as assets
from web.api.cast import blp as cast
from web.api.common.recording import register_activity
from web.api.docs import blp as docs
from web.api.exports import blp as exports
from web.api.exports import work_blp as work_exports
from web.api.generation import blp as generation
from web.api.guest_media import blp as guest_media
from web.api.guest_reviews import blp as guest_reviews
from web.api.handover import blp as handover
from web.api.health import blp as system
from web.api.invitations import blp as invitations
from web.api.invitations import project_blp as project_invitations
from web.api.jobs import user_jobs, work_jobs
from web.api.links import blp as links
from web.api.llms import blp as llms
from web.api.members import blp as members
from web.api.metrics import blp as metrics
from web.api.presence import blp as presence
from web.api.project_generation import asset_blp as asset_descriptions
from web.api.project_generation import work_blp as work_generation
from web.api.project_keys import blp as project_keys
from web.api.project_list import blp as project_list
from web.api.projects import blp as projects
from web.api.provider_keys import blp as provider_keys
from web.api.provider_voices import blp as provider_voices
from web.api.review_links import blp as review_links
from web.api.reviews import blp as reviews
from web.api.scene_voices import blp as scene_voices
from web.api.takes import blp as takes
from web.api.templates import blp as templates
from web.api.timelines import blp as timelines
from web.api.trash import blp as trash
from web.api.user_events import blp as jobs_and_events
from web.api.videos import blp as videos
from web.api.webhooks import blp as webhooks
from web.api.work_media import blp as media
from web.api.works import blp as works
from web.context import Services
from web.errors import register_errors
from web.guard import register_guard
from web.logs import configure_logs
from web.metrics import counted, register_metrics
from web.middleware import register_another_node, register_check, register_middleware
from web.payloads import OrjsonProvider
from web.routing import IdConverter, Rule
from web.wait_limiter import WaitLimiter, wait_for_lock


def create_app(
    settings: Settings | None = None, *, serves: bool = True, reads_only: bool = False
) -> Flask:
    """Return the application on its data directory; unless it `serves`, for the command line.

    For a command that `reads_only`, the directory may be read-only. Raises SettingError,
    StorageError, OSError.
    """
    settings = settings or read_settings()
    configure_logs(settings)
    if serves:
        page.load(public_path(settings))  # before gunicorn forks
    ffmpeg.set_program(settings.ffmpeg)
    app = Flask("vidworks", static_folder=None)
    app.extensions["services"] = create_services(settings, serves=serves, reads_only=reads_only)
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
    register_activity(app)
    if path := public_path(settings):
        app.wsgi_app = PublicPath(app.wsgi_app, path)  # type: ignore[method-assign]
    if settings.trusted_proxies:
        hops = settings.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]
    return app


def create_services(
    settings: Settings, *, serves: bool = True, reads_only: bool = False
) -> Services:
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
        reads_only=reads_only,
    )
    if serves:
        store.nodes.serve()
    secret = settings.jwt_secret.encode()
    secret = secret or (store.secret(JWT_SECRET) if serves else secrets.token_bytes(32))
    signer = Signer(secret, settings)
    children = ChildJobs()
    kinds: JobKinds = {**AI_KINDS, **EXPORT_KINDS, **FETCHING_KINDS}
    kinds = {**kinds, **pipeline(children, kinds, signer.derive)}
    if settings.metrics_token:
        kinds = {name: counted(kind) for name, kind in kinds.items()}

    def every_hour(store: Store, may_delete: bool) -> None:
        if may_delete:
            delete_expired(store, settings.job_days)
        notices.send_left()

    worker = JobWorker(store, settings, kinds, every_hour)
    notices = Notices(store, settings, worker.finalizer.deliveries, worker.stopping)
    waiters = WaitLimiter(settings.waiters, worker.stopping)
    limits.configure(store.root, worker.stopping, waiters.media_permit, store.nodes.local)
    if serves:
        tuning = settings.tuning
        waiting.configure(partial(wait_for_lock, waiters.permit, tuning), tuning.brief_lock)
    jobs = JobService(store, settings, worker)
    children.connect(jobs)
    log = recorder.Recorder(store, settings.tuning.repetitions)
    return Services(settings, store, signer, jobs, waiters, log, notices)


def _register_routes(app: Flask) -> None:
    app.url_rule_class = Rule
    app.url_map.converters["id"] = IdConverter
    for blueprint in (
        *(system, accounts, provider_keys, projects, project_list, works, timelines),
        *(members, project_invitations, invitations, project_keys),
        *(media, scene_voices, provider_voices, takes, assets, cast, links, templates, trash),
        *(work_jobs, work_generation, jobs_and_events, user_jobs, webhooks, videos),
        *(presence, project_activity),
        *(asset_descriptions, generation, docs),
        *(exports, work_exports, handover, reviews, review_links, guest_reviews, guest_media),
        *(mcp, metrics, llms, console),
    ):
        app.register_blueprint(blueprint)
