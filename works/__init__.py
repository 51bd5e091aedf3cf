"""The heart: works, and the media of their scenes."""
