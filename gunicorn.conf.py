"""gunicorn's settings, derived from those of the service (see config.py)."""

import gc
import logging
import os
import signal
import socket
import sys
from collections.abc import Iterator
from functools import partial
from typing import Any

from accounts import registration
from providers.models import settings_notices
from settings.config import (
    SettingError,
    dotenv_notice,
    exposure,
    read_settings,
    strangers_warning,
    unit_warning,
    unknown_names_warning,
)
from storage import last_backup
from storage.errors import StorageError
from storage.files.privileges import PrivilegeError, become_owner, process_owner
from storage.shared.nodes import network_file_system
from storage.store import Store
from web import metrics
from web.server.listening import check_address, host_in_url
from web.server.log_stream import LOG_STREAM
from web.server.worker import STOP_SIGNALS, Worker, ignore_stop_signals, max_connections

gc.disable()  # until `when_ready`: what a start makes stays, and collecting takes a tenth of it

try:
    _settings = read_settings()
    _acts_as_owner = become_owner(_settings.data_dir, for_good=True)
except (SettingError, PrivilegeError) as exc:
    sys.exit(f"Vidworks cannot start: {exc}")

bind = f"{host_in_url(_settings.host)}:{_settings.port}"
user, group = process_owner()  # by default who it was when gunicorn was imported: root
workers = _settings.workers
worker_class = Worker
Worker.client_timeout = _settings.client_timeout
worker_connections = max_connections()
threads = _settings.threads
preload_app = True  # so that the data directory is read and cleaned up only once
keepalive = 30
limit_request_line = 8190  # gunicorn's maximum; longer ones get 414
graceful_timeout = _settings.provider_timeout + 10  # time to finish paid requests to vendors
proc_name = "vidworks"
# What workers touch to say that they live must not be on a file system that may be slow, or die.
worker_tmp_dir = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None  # noqa: S108 - gunicorn creates unnamed files there
loglevel = "warning"
control_socket_disable = True
# No client may set SCRIPT_NAME, PATH_INFO or the URL's scheme by headers, nor may one on this
# machine. What proxies send is read by the application, if TRUSTED_PROXIES says so (app.py).
forwarded_allow_ips = ""


def on_starting(_server: Any) -> None:
    """Exit with a message if the address cannot be listened on, or nothing can be counted."""
    try:
        check_address(_settings)
        metrics.prepare(_settings)
    except SettingError as exc:
        sys.exit(f"Vidworks cannot start: {exc}")


def when_ready(server: Any) -> None:
    """Set up what the workers inherit, and print the service's address."""
    # Connections inherit it. By default, a client would count as stalled until it has received a
    # third of the send buffer, which may be a megabyte.
    for listener in server.LISTENERS:
        listener.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NOTSENT_LOWAT, 128 << 10)
    # A new worker has the arbiter's signal handlers until it sets its own, and would lose a signal
    # to stop. So they are blocked at the fork, and unblocked by Worker.init_signals.
    os.register_at_fork(
        before=partial(signal.pthread_sigmask, signal.SIG_BLOCK, STOP_SIGNALS),
        after_in_parent=partial(signal.pthread_sigmask, signal.SIG_UNBLOCK, STOP_SIGNALS),
    )
    # Objects loaded by now live as long as the process: exclude them from garbage collection. And
    # collect less often than after 700 new objects, since a document has hundreds of them.
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)
    gc.enable()
    local = _settings.host in {"127.0.0.1", "::1"}
    host = "localhost" if local else host_in_url(_settings.host)
    user = f", as its owner {process_owner().name}" if _acts_as_owner else ""
    _announce(
        f"Vidworks is running: http://{host}:{_settings.port}"
        f"  (data in {_settings.data_dir}{user}; stop with Ctrl-C)"
    )
    if (services := _services(server.app.wsgi())) is not None:
        _announce_registration(services.store)
    for warning in _warnings():
        _announce(warning)


def post_worker_init(worker: Any) -> None:
    """Start the threads of this process, since threads do not survive a fork."""
    LOG_STREAM.start()
    metrics.start_process(_settings)
    if (services := _services(worker.wsgi)) is not None:
        services.jobs.worker.start()
        services.waiters.resize_pool = worker.tpool.resize


def worker_int(worker: Any) -> None:
    """Stop starting jobs and release waiting requests; jobs resume after a restart."""
    if worker.has_requests():
        _announce(
            "Requests in progress are finished first: uploads and downloads in at most 10 s, "
            f"AI calls in {graceful_timeout:.0f} s."
        )
    if (services := _services(worker.wsgi)) is not None:
        services.jobs.worker.stopping.set()


def worker_exit(_server: Any, worker: Any) -> None:
    """Wait for the responses of paid requests to vendors."""
    if (services := _services(worker.wsgi)) is not None:
        services.jobs.worker.stop(graceful_timeout)
    LOG_STREAM.stop()


def child_exit(_server: Any, worker: Any) -> None:
    """Forget the gauges of a worker that has ended."""
    metrics.forget_process(_settings, worker.pid)


def on_exit(_server: Any) -> None:
    """Ignore further signals: one that arrives while Python exits would end it with an error."""
    ignore_stop_signals()
    metrics.remove(_settings)


def _announce(message: str) -> None:
    if _settings.log_format == "json":
        logging.getLogger("vidworks").info(message)
    else:
        LOG_STREAM.write(message + "\n")


def _announce_registration(store: Store) -> None:
    """Print who can create accounts, and the setup code if the first account needs it."""
    _announce(f"{registration.in_words(store, _settings)}.")
    if _settings.registration == "auto" and exposure(_settings):
        try:
            code = registration.setup_code(store)
        except (StorageError, OSError) as exc:
            _announce(f"Warning: the setup code cannot be stored: {exc}")
        else:
            if code:
                _announce(f"Setup code: {code}")


def _warnings() -> Iterator[str]:
    told = strangers_warning(_settings), unknown_names_warning(), unit_warning(), _shared_warning()
    yield from filter(None, told)
    notices = dotenv_notice(), *settings_notices(_settings), last_backup.warning(_settings.data_dir)
    for notice in filter(None, notices):
        yield f"Warning: {notice}."


def _shared_warning() -> str | None:
    """Return a warning if the data directory is shared without NODE, or NODE set without that."""
    file_system = network_file_system(_settings.data_dir)
    if file_system and not _settings.node:
        return (
            f"Warning: DATA_DIR is on a network file system ({file_system}): if other machines use"
            " it too, set NODE to another name on each."
        )
    if _settings.node and not file_system:
        return (
            "Warning: NODE is set, but DATA_DIR is not on a known network file system: is the"
            " volume mounted?"
        )
    return None


def _services(app: Any) -> Any:
    return app.extensions.get("services")  # the bare view of benchmarks/ has none
