"""Locks of files and documents, waiting for them, and permits that users share."""
