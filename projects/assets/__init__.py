"""Assets: images, videos, audio files and fonts of a project."""
