"""gunicorn's settings, from the service's own (see config.py)."""

import gc
import logging
import socket
import struct
import sys
from typing import Any

from config import SettingError, read_settings

try:
    _settings = read_settings()
except SettingError as exc:
    sys.exit(f"Vidworks cannot start: {exc}")

bind = (
    f"[{_settings.host}]:{_settings.port}"
    if ":" in _settings.host
    else (f"{_settings.host}:{_settings.port}")
)
workers = _settings.workers
worker_class = "web.worker.Worker"
threads = _settings.threads
preload_app = True  # reads and sweeps the data directory once
keepalive = 30
limit_request_line = 8190  # the most that gunicorn takes; what is longer gets 414
graceful_timeout = _settings.provider_timeout + 10  # what a vendor was paid for is waited for
proc_name = "vidworks"
loglevel = "warning"
control_socket_disable = True
forwarded_allow_ips = "127.0.0.1,::1"


def when_ready(server: Any) -> None:
    """Prepare what the workers inherit, and say that the service runs.

    Clients that stop sending or taking are let go, or they would hold a thread for ever: that is
    set on the listening sockets, whose connections inherit it. A body that stops gets 408.
    """
    seconds = struct.pack("ll", _settings.client_timeout, 0)
    for listener in server.LISTENERS:
        for option in (socket.SO_RCVTIMEO, socket.SO_SNDTIMEO):
            listener.sock.setsockopt(socket.SOL_SOCKET, option, seconds)
    # What was loaded by now stays: no need to look through it for garbage again and again, nor,
    # with documents of hundreds of objects, after every 700 new ones.
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)
    host = "localhost" if _settings.host in {"127.0.0.1", "::1"} else _settings.host
    sentence = (
        f"Vidworks is running: http://{host}:{_settings.port}/api/docs"
        f"  (data in {_settings.data_dir}; stop with Ctrl-C)"
    )
    if _settings.log_format == "json":
        logging.getLogger("vidworks").info(sentence)
    else:
        print(sentence, file=sys.stderr, flush=True)


def post_worker_init(worker: Any) -> None:
    """Run jobs in this process; threads do not outlive a fork."""
    if (jobs := _jobs(worker)) is not None:
        jobs.worker.start()
        jobs.waiters.resize_pool = worker.resize_pool


def worker_int(worker: Any) -> None:
    """Start nothing new, and release requests that wait for jobs, which go on after a restart."""
    if (jobs := _jobs(worker)) is not None:
        jobs.worker.stopping.set()


def worker_exit(_server: Any, worker: Any) -> None:
    """Wait for the answers of vendors that are being paid for."""
    if (jobs := _jobs(worker)) is not None:
        jobs.worker.stop(graceful_timeout)


def _jobs(worker: Any) -> Any:
    services = worker.wsgi.extensions.get("services")  # the benchmarks' bare view has none
    return services and services.jobs
