"""Which file system a directory is on."""

import os
from pathlib import Path

_MOUNTS = Path("/proc/self/mountinfo")
_NETWORK = (
    "fuse.",
    "nfs",
    "ceph",
    "cifs",
    "smb",
    "lustre",
    "gfs2",
    "ocfs2",
    "gpfs",
    "beegfs",
    "afs",
)


def network_file_system(directory: Path) -> str | None:
    """Return the type of a directory's file system if other machines may use it too, else None.

    Only Linux says so.
    """
    try:
        device = os.stat(directory).st_dev
        mounts = _MOUNTS.read_text().splitlines()
    except OSError:
        return None
    number = f"{os.major(device)}:{os.minor(device)}"
    for line in mounts:
        fields, _, source = line.partition(" - ")
        if fields.split()[2] == number:
            name = source.split()[0]
            return name if name.startswith(_NETWORK) else None
    return None
