"""Works: the videos of a project, and the media of their scenes."""
