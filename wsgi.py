"""The WSGI entry point: `gunicorn -c gunicorn.conf.py wsgi:app`."""

import sys

from app import create_app
from config import SettingError
from storage.errors import StorageError

try:
    app = create_app()
except SettingError as exc:
    sys.exit(f"Vidworks cannot start: {exc}")
except (StorageError, OSError) as exc:
    sys.exit(f"Vidworks cannot start: DATA_DIR cannot be used: {exc}")
