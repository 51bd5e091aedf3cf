"""Long work that survives a crash: its documents, the threads that do it, paid calls, waiting."""
