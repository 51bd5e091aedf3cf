"""What gunicorn runs: the worker, client connections, the thread pool and the log stream."""
