"""Long-running AI work that survives a crash: job documents, threads, paid calls, waiting."""
