"""The command line: what `./vidworks` does beside starting the service and running the tests.

`__main__.py` lists the commands and opens the data directory for them. `users.py`, `data.py`,
`update.py`, `release.py` and `make/command.py` define them; they print with `cli.py`. May import
all other packages.

    archives/   backup and restore
    doctor/     the checks of the data directory
    make/       a video of files of this machine
    releases/   the clone, an update of it, and making a release
"""
