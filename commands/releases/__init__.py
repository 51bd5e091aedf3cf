"""Releases: the clone that they are in, an update to the newest, and making one."""
