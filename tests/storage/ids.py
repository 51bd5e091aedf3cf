"""Strings that are invalid as ids, for tests of everything that takes one."""

INVALID_IDS = ["", ".", "..", "../users", "a/b", "a\0", "a\n", ".hidden", "-a", "é", "٣", "a" * 65]
