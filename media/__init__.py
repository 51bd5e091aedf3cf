"""Media tools: FFmpeg for video and sound, Pillow for images. Knows no HTTP and no documents."""
