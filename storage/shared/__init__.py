"""What serves several machines that share a data directory (docs/decisions/0023).

A service that runs alone needs none of it: to follow one machine, read on without this package. The
rest of storage/ meets it in these places only:

    nodes.py          which nodes there are; a change log and a lock's name for each
    changes.py        whether a request changed anything, so that another node may repeat it
    file_systems.py   whether a directory is on a network file system
"""
