"""Who may do what in a project.

`rights.py` has the table of roles and rights, and `projects.py: check` reads it: for routes with a
project in their path, the guard calls it (web/guard.py); for others, their views or services do.
"""
