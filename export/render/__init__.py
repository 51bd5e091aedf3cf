"""From a plan to the video: what FFmpeg does, in which parts, and what is kept of it."""
