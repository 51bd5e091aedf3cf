"""The server: all vendors on one port, on real connections."""

import logging
import socket
from typing import Any

from flask import Flask
from werkzeug.serving import ThreadedWSGIServer

from tests.vendors import gemini_files, gemini_video  # noqa: F401 - they add to Gemini's addresses
from tests.vendors.claude import claude
from tests.vendors.control_routes import control
from tests.vendors.gemini import gemini
from tests.vendors.openai import openai
from tests.vendors.runway import runway
from tests.vendors.state import State


def create_app() -> Flask:
    """All vendors, and what steers them."""
    app = Flask(__name__)
    app.config["STATE"] = State()
    for blueprint in (control, openai, claude, gemini, runway):
        app.register_blueprint(blueprint)
    return app


class Server(ThreadedWSGIServer):
    """Serves on loopback; a thread for each connection, all of which end when it stops."""

    daemon_threads = False

    def __init__(self, port: int = 0) -> None:
        logging.getLogger("werkzeug").setLevel(logging.ERROR)
        self.fake = create_app()
        self._open: set[Any] = set()
        super().__init__("127.0.0.1", port, self.fake)

    def stop(self) -> None:
        """Stop `serve_forever`, release requests that hang, and wait for all threads."""
        self.fake.config["STATE"].stopping.set()
        self.shutdown()
        for connection in list(self._open):
            try:
                connection.shutdown(socket.SHUT_RDWR)
            except OSError:  # its client was faster
                continue
        self.server_close()

    def process_request(self, request: Any, client_address: Any) -> None:
        self._open.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        self._open.discard(request)
        super().shutdown_request(request)
