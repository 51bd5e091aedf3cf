"""The yardstick: the least a Flask view can do, so that ratios to it travel between machines.

Run under the very gunicorn.conf.py of the service; what remains between the two rates is the
service's own work and not the web server's or the framework's.
"""

from flask import Flask

app = Flask(__name__)


@app.get("/")
def ok() -> dict[str, bool]:
    """Answer with one small JSON object."""
    return {"ok": True}
