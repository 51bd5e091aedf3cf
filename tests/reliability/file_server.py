"""A server of one file, which may pause in the middle of it."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class FileServer(ThreadingHTTPServer):
    """Sends its file to whoever asks; every other transfer pauses in the middle if `pauses`."""

    def __init__(self, content: bytes, *, pauses: bool) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.content = content
        self.pauses = pauses
        self.requests = 0
        self.closing = threading.Event()

    @classmethod
    @contextmanager
    def running(cls, content: bytes, *, pauses: bool = False) -> Iterator[str]:
        """Run a server in threads of this process; yield the address of its file."""
        server = cls(content, pauses=pauses)
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/file"
        finally:
            server.closing.set()
            server.shutdown()
            server.server_close()
            thread.join()


class _Handler(BaseHTTPRequestHandler):
    server: FileServer

    def do_GET(self) -> None:
        content, self.server.requests = self.server.content, self.server.requests + 1
        pauses = self.server.pauses and self.server.requests % 2
        self.send_response(200)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content[: len(content) // 2])
        if pauses:
            self.server.closing.wait()
        else:
            self.wfile.write(content[len(content) // 2 :])

    def log_message(self, *_: object) -> None:
        """Log nothing."""
