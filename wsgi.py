"""What gunicorn runs: `gunicorn -c gunicorn.conf.py wsgi:app`."""

import sys

from app import create_app
from config import SettingError
from storage.errors import StorageError

try:
    app = create_app()
except (SettingError, StorageError) as exc:
    sys.exit(f"Vidworks cannot start: {exc}")
