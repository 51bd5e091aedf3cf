"""The WSGI entry point: `gunicorn -c gunicorn.conf.py wsgi:app`."""

import sys

from app import create_app
from settings.config import SettingError, read_settings
from storage.errors import StorageError
from storage.files.privileges import explain

try:
    _settings = read_settings()
    app = create_app(_settings)
except SettingError as exc:
    sys.exit(f"Vidworks cannot start: {exc}")
except (StorageError, OSError) as exc:
    sys.exit(f"Vidworks cannot start: {explain(exc, _settings.data_dir)}")
