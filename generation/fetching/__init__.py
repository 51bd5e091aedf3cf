"""Files at addresses, fetched by jobs in the background."""
