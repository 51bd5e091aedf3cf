"""What is printed to a terminal: texts of users and names of files cannot control it."""


def printable(text: str) -> str:
    """Return the text with `?` for unprintable characters, such as terminal control codes."""
    return "".join(character if character.isprintable() else "?" for character in text)


def printable_lines(text: str) -> str:
    """Return a text of several lines, each of them printable."""
    return "\n".join(map(printable, text.split("\n")))
