"""Media tools: FFmpeg for video and sound, Pillow for images.

Begin with `ffmpeg.py`, which runs FFmpeg, `limits.py`, which limits the programs that read media of
others, and `measures.py`: what is in a file. `drawing/` draws texts.
"""
