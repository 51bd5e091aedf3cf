"""AI for works, assets and projects: the kinds of jobs, and the endpoints that start them."""
