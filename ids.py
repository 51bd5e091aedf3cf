"""What an id looks like, wherever one arrives: in a URL, in a body, on the way to a path."""

ID = "[A-Za-z0-9][A-Za-z0-9_-]{0,63}"
