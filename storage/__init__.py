"""Documents and media as files in one directory. Knows nothing of HTTP."""
