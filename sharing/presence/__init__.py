"""Presence: who is in a work at the moment, and what each of them edits."""
