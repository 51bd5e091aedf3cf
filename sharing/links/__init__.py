"""Links: addresses that open one thing without a login, and end by themselves."""
