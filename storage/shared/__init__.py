"""What several machines need that share a data directory (docs/decisions/0023).

To follow one machine, read on without this package: there is no other node then, and everything is
found by its path.

    nodes.py          which nodes there are, and the name of this one
    directories.py    directories that are open are used for a second, which spares round trips
    lapsed_locks.py   what a lock that has lapsed while it was held cannot harm
    changes.py        whether a request changed anything, so that another node may repeat it
    file_systems.py   whether a directory is on a network file system

What else there is only for them: `check_owner` in jobs/run.py, as the lock of a job may lapse;
jobs/assistance.py and export/assistance.py, by which nodes share an export; web/middleware.py,
by which nginx repeats requests; commands/doctor/shared_mounts.py.
"""
