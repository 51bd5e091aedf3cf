"""Documents and media as files in one directory. Knows nothing of HTTP.

Begin with `store.py`: all of the data directory; then `paths.py`, `documents/tables.py` (how a
document is read, created and changed) and `files/durable_files.py`.
"""
