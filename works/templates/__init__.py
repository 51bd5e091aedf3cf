"""Overlay templates: texts and pictures to lay over any work's video."""
