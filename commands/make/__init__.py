"""`./vidworks make`: orders a video of files of this machine, and writes it there.

`command.py` is the command; the order itself is made by generation/videos/.
"""
