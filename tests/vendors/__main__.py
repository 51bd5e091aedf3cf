"""Run the fake vendors as a separate process: `python -m tests.vendors PORT`."""

import signal
import sys
import threading
from typing import Any

from tests.vendors.server import Server


def main() -> None:
    """Serve until SIGTERM or Ctrl-C."""
    server = Server(int(sys.argv[1]))

    def stop(*_: Any) -> None:
        # shutdown() waits until serve_forever returns, which runs in this thread.
        threading.Thread(target=server.stop).start()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    server.serve_forever(0.05)


if __name__ == "__main__":
    main()
