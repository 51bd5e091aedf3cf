"""Members of projects: their roles, invitations, leaving, handing a project over."""
