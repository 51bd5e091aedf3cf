"""Projects: the settings that all works of a brand or client share, and their files (`assets/`).

Begin with `service.py`.
"""
