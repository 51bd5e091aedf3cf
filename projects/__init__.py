"""Projects: what the works of one brand or client have in common."""
