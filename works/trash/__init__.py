"""What was deleted: listed, restored, and removed for good (storage/trash.py keeps it)."""
