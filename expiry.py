"""Deletes what has expired: every hour, in one process of each node (jobs/hourly.py).

- jobs outside of works, JOB_DAYS after their end
- what is in the trash, after 30 days
- links that ended more than a day ago
- what is known of requests (for their repetition), after a day
- counters of throttled requests, an hour after the last one
- the activity of projects, in months that ended more than 90 days ago
- who has a work open, after an hour without a sign
- links to what is gone, and keys of projects that are gone

What a crash has left is removed at the start (storage/leftovers.py), and parts of exports when
their cache is full (export/render/segment_cache.py).
"""

from accounts import counters
from accounts import requests as noted_requests
from jobs.expired_jobs import prune_user_jobs
from sharing.activity import recorder
from sharing.links import service as link_service
from sharing.presence import service as people
from storage import trash
from storage.orphans import delete_orphans
from storage.store import Store


def delete_expired(store: Store, job_days: int) -> None:
    """Delete what has expired; jobs outside of works `job_days` after their end."""
    prune_user_jobs(store, job_days)
    trash.delete_expired(store)  # early, as the clock has just been looked at
    link_service.delete_expired(store)
    noted_requests.delete_expired(store)
    counters.delete_expired(store)
    recorder.delete_expired(store)
    people.delete_expired(store)
    delete_orphans(store)
