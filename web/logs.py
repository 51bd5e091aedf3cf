"""Logs for a person at a terminal, or a line of JSON each for a machine (LOG_FORMAT=json)."""

import logging
import re
import sys
import time
from functools import lru_cache
from typing import Any

import orjson

from config import Settings

_TOKEN = re.compile(r"""(token=)[^&\s'"]+""")


class TextFormatter(logging.Formatter):
    """Lines such as `2026-01-31 12:00:00.123 ERROR   unexpected failure id=…`."""

    def format(self, record: logging.LogRecord) -> str:
        """One line, and a traceback where there is one."""
        now = _second(int(record.created))
        text = f"{now}.{int(record.msecs):03d} {record.levelname:<7} {record.getMessage()}"
        if "request_id" in vars(record):
            text += f" id={vars(record)['request_id']}"
        if record.exc_info:
            text += "\n" + self.formatException(record.exc_info)
        return text


class JsonFormatter(logging.Formatter):
    """One JSON object a line."""

    def format(self, record: logging.LogRecord) -> str:
        """The record's fields."""
        line: dict[str, Any] = {
            "time": int(record.created * 1000),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
        }
        if "request_id" in vars(record):
            line["request_id"] = vars(record)["request_id"]
        if record.exc_info:
            line["traceback"] = self.formatException(record.exc_info)
        return orjson.dumps(line, default=str).decode()


def write_request_line(log_format: str, fields: dict[str, Any]) -> None:
    """Write the line of a request: request_id, user, method, path, status and ms.

    Past `logging`, which would take a fifth of a short request.
    """
    line = _json_line if log_format == "json" else _text_line
    sys.stderr.write(line(time.time(), fields))


def _text_line(now: float, fields: dict[str, Any]) -> str:
    return (
        f"{_second(int(now))}.{int(now % 1 * 1000):03d} INFO    {fields['method']} {fields['path']}"
        f" {fields['status']} {fields['ms']} ms user={fields['user']} id={fields['request_id']}\n"
    )


def _json_line(now: float, fields: dict[str, Any]) -> str:
    line = {"time": int(now * 1000), "level": "INFO", "logger": "vidworks.request", **fields}
    return orjson.dumps(line, option=orjson.OPT_APPEND_NEWLINE).decode()


@lru_cache(maxsize=1)
def _second(now: int) -> str:
    return time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(now))


def configure_logs(settings: Settings) -> None:
    """Send this service's logs, and what gunicorn has to say, to standard error."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonFormatter() if settings.log_format == "json" else TextFormatter())
    log, gunicorn_log = logging.getLogger("vidworks"), logging.getLogger("gunicorn.error")
    for each in (log, gunicorn_log):
        each.handlers = [handler]
        each.propagate = False
    log.setLevel(settings.log_level)
    gunicorn_log.addFilter(_redact_tokens)


def _redact_tokens(record: logging.LogRecord) -> bool:
    """Redact `?token=`: gunicorn quotes the first line of a request that it cannot parse."""
    record.msg, record.args = _TOKEN.sub(r"\1***", record.getMessage()), None
    return True
