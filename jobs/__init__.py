"""Jobs that survive a crash: AI work, exports, fetched files. Documents, threads, paid calls.

Begin with `model.py`: the document of a job; then `worker.py`, which runs jobs in threads, and
`paid_calls.py`. `service.py` is what endpoints call; `webhooks/` tells what has happened.
"""
