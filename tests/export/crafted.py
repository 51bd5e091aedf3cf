"""Files that claim to be videos, but tell FFmpeg to open something else; and a secret to open."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

_PLAYLISTS = {
    "hls": "#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\n{}\n#EXT-X-ENDLIST\n",
    "ffconcat": "ffconcat version 1.0\nfile '{}'\n",
}
_SDP = "v=0\no=- 0 0 IN IP4 127.0.0.1\ns=-\nc=IN IP4 127.0.0.1\nt=0 0\nm=video {} RTP/AVP 33\n"

# Options with which FFmpeg opens what a playlist names.
UNGUARDED = {
    "hls": "-protocol_whitelist file,http,tcp -f hls -allowed_extensions ALL -extension_picky 0",
    "ffconcat": "-protocol_whitelist file,http,tcp -f concat -safe 0",
}
PLAYLISTS = tuple(_PLAYLISTS)


def playlist(path: Path, kind: str, target: str) -> Path:
    """Write a playlist of `PLAYLISTS` that names a file or URL, and return its path."""
    path.write_text(_PLAYLISTS[kind].format(target))
    return path


def sdp(path: Path, port: int) -> Path:
    """Write a description of a stream that arrives at a UDP port, and return its path."""
    path.write_text(_SDP.format(port))
    return path


class SecretServer(ThreadingHTTPServer):
    """A server on loopback that answers all requests with a file, and counts them."""

    def __init__(self, secret: Path) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.secret = secret.read_bytes()
        self.url = f"http://127.0.0.1:{self.server_port}/{secret.name}"
        self.requests = 0

    @classmethod
    @contextmanager
    def running(cls, secret: Path) -> Iterator["SecretServer"]:
        """Run a server in threads of this process."""
        with cls(secret) as server:
            thread = threading.Thread(target=server.serve_forever, args=(0.01,))
            thread.start()
            try:
                yield server
            finally:
                server.shutdown()
                thread.join()


class _Handler(BaseHTTPRequestHandler):
    server: SecretServer

    def do_GET(self) -> None:
        self.server.requests += 1
        self.send_response(200)
        self.send_header("Content-Length", str(len(self.server.secret)))
        self.end_headers()
        self.wfile.write(self.server.secret)

    def log_message(self, *_: Any) -> None:
        """Log nothing."""
