"""Long work that survives a crash."""
