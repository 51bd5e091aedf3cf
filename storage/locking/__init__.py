"""Locks of files and documents, waiting for them, and places that users share."""
