"""JSON documents: read, changed in transactions, listed by indexes that follow change logs."""
