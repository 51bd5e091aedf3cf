"""Looking after the data directory: doctor, backup and restore."""
