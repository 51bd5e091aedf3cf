"""The baselines: bare Flask views, so that ratios can be compared between machines.

They run under the service's gunicorn.conf.py. The difference between the rates is the cost of the
service itself, without the web server, the framework and, for saves, the disk. A save parses the
body, makes it durable and answers with it, as the service does: under `/files` in a file of its
own, under `/rows` in a row of a SQLite table.
"""

import os
import sqlite3
import threading
import uuid
from contextlib import closing
from pathlib import Path

import orjson
from flask import Flask, Response, request

from benchmarks.disk import fsync

app = Flask(__name__)
_root = Path(os.environ["DATA_DIR"])
_connections = threading.local()


@app.get("/")
def ok() -> dict[str, bool]:
    """Return a small JSON object."""
    return {"ok": True}


@app.post("/files")
def create_file() -> Response:
    """Store a document in a new directory."""
    directory = _root / uuid.uuid4().hex
    directory.mkdir(parents=True)
    response = _write_file(directory)
    fsync(_root)
    return response


@app.put("/files/<name>")
def save_file(name: str) -> Response:
    """Replace a document: write it beside, flush it, rename it, flush the directory."""
    directory = _root / name
    directory.mkdir(parents=True, exist_ok=True)
    return _write_file(directory)


@app.post("/rows")
def create_row() -> Response:
    """Store a document in a new row."""
    return _write_row(uuid.uuid4().hex)


@app.put("/rows/<name>")
def save_row(name: str) -> Response:
    """Replace a document in its row."""
    return _write_row(name)


def _document() -> bytes:
    return orjson.dumps(orjson.loads(request.get_data()))


def _write_file(directory: Path) -> Response:
    data = _document()
    beside = directory / f"work.{os.getpid()}.{threading.get_ident()}.new"
    with beside.open("wb", buffering=0) as file:
        file.write(data)
        os.fsync(file.fileno())
    beside.rename(directory / "work.json")
    fsync(directory)
    return Response(data, content_type="application/json")


def _write_row(name: str) -> Response:
    data = _document()
    database = _database()
    with database:
        database.execute("INSERT OR REPLACE INTO works VALUES (?, ?)", (name, data))
    return Response(data, content_type="application/json")


def _database() -> sqlite3.Connection:
    """Return the thread's connection, of which a commit is durable."""
    if not hasattr(_connections, "database"):
        database = sqlite3.connect(_root / "works.sqlite", timeout=60)
        database.execute("PRAGMA synchronous=FULL")
        _connections.database = database
    connection: sqlite3.Connection = _connections.database
    return connection


def _create_table() -> None:
    _root.mkdir(exist_ok=True)
    with closing(sqlite3.connect(_root / "works.sqlite")) as database:
        database.execute("PRAGMA journal_mode=WAL")
        database.execute("CREATE TABLE works (name TEXT PRIMARY KEY, data BLOB)")


_create_table()
