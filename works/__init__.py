"""Works: the videos of a project, and the media of their scenes.

`service.py` creates, validates and changes works, and `operations.py` edits their timelines. The
events that tell users of changes are found by `user_events.py`.
"""
