"""A timeline for editing programs: OpenTimelineIO, alone or in a zip with its media.

Captions as files are made by plan/captions.py, since videos contain them as well.
"""
