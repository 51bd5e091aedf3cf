"""Logs for a person at a terminal, or a line of JSON each for a machine (LOG_FORMAT=json)."""

import logging
import re
import sys
import time
from typing import Any

import orjson

from config import Settings

_PLAIN = {"request_id", "user", "method", "path", "status", "ms", "bytes"}
_TOKEN = re.compile(r"""(token=)[^&\s'"]+""")


class TextFormatter(logging.Formatter):
    """Lines such as `2026-01-31 12:00:00.123 INFO GET /api/health 200 0.2 ms user=- id=…`."""

    def format(self, record: logging.LogRecord) -> str:
        """One line, and a traceback where there is one."""
        now = time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(record.created))
        text = f"{now}.{int(record.msecs):03d} {record.levelname:<7} {record.getMessage()}"
        request_id = getattr(record, "request_id", None)
        if request_id and "status" not in vars(record):
            text += f" id={request_id}"
        if record.exc_info:
            text += "\n" + self.formatException(record.exc_info)
        return text


class JsonFormatter(logging.Formatter):
    """One JSON object a line."""

    def format(self, record: logging.LogRecord) -> str:
        """The record's fields, those of a request included."""
        line: dict[str, Any] = {
            "time": int(record.created * 1000),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
        }
        line.update((key, value) for key, value in vars(record).items() if key in _PLAIN)
        if record.exc_info:
            line["traceback"] = self.formatException(record.exc_info)
        return orjson.dumps(line, default=str).decode()


def configure_logs(settings: Settings) -> None:
    """Send this service's logs, and what gunicorn has to say, to standard error."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonFormatter() if settings.log_format == "json" else TextFormatter())
    log, gunicorn_log = logging.getLogger("vidworks"), logging.getLogger("gunicorn.error")
    for each in (log, gunicorn_log):
        each.handlers = [handler]
        each.propagate = False
    log.setLevel(settings.log_level)
    gunicorn_log.addFilter(_without_tokens)
    # What the lines don't show need not be found out for each of them (Python's documentation,
    # "Optimization" of logging): the caller's line, the thread, the process.
    logging._srcfile = None  # noqa: SLF001
    logging.logThreads = logging.logProcesses = logging.logMultiprocessing = False


def _without_tokens(record: logging.LogRecord) -> bool:
    """Blacken `?token=`: gunicorn quotes the first line of a request that it cannot parse."""
    record.msg, record.args = _TOKEN.sub(r"\1***", record.getMessage()), None
    return True
