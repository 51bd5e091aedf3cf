"""FFmpeg: measuring media files, and taking stills from them."""
