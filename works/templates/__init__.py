"""Overlay templates for the editor. Flask uses the name `templates` for HTML."""
