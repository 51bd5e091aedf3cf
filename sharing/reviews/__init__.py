"""Reviews: links to exports for guests, comments at frames, decisions about versions.

Comments and decisions are lines of one file beside each work: `comments.py` and `decisions.py`
write them, `records.py` defines them, and storage/work_comments.py appends and reads them.
"""
