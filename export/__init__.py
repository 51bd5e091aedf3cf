"""Export: a work's timeline becomes one video file."""
