"""Backup and restore: the data directory as one archive. Begin with backup.py and restore.py."""
