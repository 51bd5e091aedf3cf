"""The baseline: a bare Flask view, so that ratios can be compared between machines.

It runs under the service's gunicorn.conf.py. The difference between the two rates is the cost of
the service itself, without the web server and the framework.
"""

from flask import Flask

app = Flask(__name__)


@app.get("/")
def ok() -> dict[str, bool]:
    """Return a small JSON object."""
    return {"ok": True}
