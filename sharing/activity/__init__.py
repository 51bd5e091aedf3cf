"""Activity: who did what in a project, and when; kept for 90 days."""
