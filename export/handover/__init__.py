"""A timeline for editing programs: OpenTimelineIO, alone or in a zip with its media."""
