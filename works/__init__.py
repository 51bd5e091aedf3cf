"""Works: the videos of a project, and the media of their scenes.

`service.py` creates, validates and changes works, and `operations.py` edits their timelines.

    templates/   texts and pictures to lay over any work
    trash/       what was deleted
"""
