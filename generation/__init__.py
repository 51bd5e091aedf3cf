"""What AI does for works, assets and projects: the kinds of jobs, and their endpoints."""
