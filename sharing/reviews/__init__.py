"""Reviews: links to exports for guests, comments at frames, decisions about versions.

Begin with `comments.py` and `decisions.py`: what guests and members may do. Both are stored as
lines of `comments.jsonl` beside each work: `stored_discussions.py` reads and appends them,
`records.py` defines them, and storage/work_comments.py has the file.
"""
