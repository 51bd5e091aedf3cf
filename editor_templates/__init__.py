"""Overlay templates for the editor; `templates` alone is what Flask calls HTML."""
