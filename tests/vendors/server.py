"""The server of all vendors: one port, real connections."""

import logging
import socket
from importlib import import_module
from pathlib import Path
from typing import Any

from flask import Flask
from werkzeug.serving import ThreadedWSGIServer

from tests.vendors.control_routes import control
from tests.vendors.state import State
from tests.vendors.vendor import Vendor

_free: list[Flask] = []  # of servers that have stopped: building an application takes 15 ms


def create_app() -> Flask:
    """Return the application with the routes of all vendors and of `control_routes`."""
    app = Flask(__name__)
    for blueprint in (control, *_vendors()):
        app.register_blueprint(blueprint)
    return app


def _vendors() -> list[Vendor]:
    """Return the vendors of all modules of this package."""
    names = [path.stem for path in Path(__file__).parent.glob("[a-z]*.py")]
    names = [name for name in names if not name.startswith(("test_", "conftest", "server"))]
    modules = [import_module(f"tests.vendors.{name}") for name in names]
    found = [each for module in modules for each in vars(module).values()]
    return list(dict.fromkeys(each for each in found if isinstance(each, Vendor)))


class Server(ThreadedWSGIServer):
    """Serves on loopback with a thread for each connection; `stop` ends all of them."""

    daemon_threads = False

    def __init__(self, port: int = 0) -> None:
        logging.getLogger("werkzeug").setLevel(logging.ERROR)
        self._vendors = _free.pop() if _free else create_app()
        self._vendors.config["STATE"] = State()
        self._open: set[Any] = set()
        super().__init__("127.0.0.1", port, self._vendors)

    def stop(self) -> None:
        """Stop `serve_forever`, end pending requests, and wait for all threads."""
        state: State = self._vendors.config["STATE"]
        state.stopping.set()
        state.released.set()
        self.shutdown()
        for connection in list(self._open):
            try:
                connection.shutdown(socket.SHUT_RDWR)
            except OSError:  # already closed by the client
                continue
        self.server_close()
        _free.append(self._vendors)

    def process_request(self, request: Any, client_address: Any) -> None:
        self._open.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        self._open.discard(request)
        super().shutdown_request(request)
