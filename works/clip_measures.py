"""How long the pictures and the sound of a scene's clip are, and their rate.

They are measured from the packets when the clip is stored, as exports measure them: what a
container states is often that of the longer of both. They are kept with the scene's entry in
`generatedScenes`, so that the page arranges clips as exports do.
"""

from media.ffmpeg import FFmpegError
from media.limits import MediaBusyError, Pool
from media.streams import Streams, read_streams

DURATION, SOUND_DURATION, FPS = MEASURES = ("videoDuration", "videoSoundDuration", "videoFps")

Measures = dict[str, float | None]


def measure_clip(path: str, pool: Pool) -> Measures:
    """Return the measures of a clip; none for one that cannot be read, or not now."""
    try:
        return measures_of(read_streams(path, pool))
    except (FFmpegError, MediaBusyError):
        return {}


def measures_of(streams: Streams) -> Measures:
    """Return the measures of a clip with these streams; none without a picture."""
    video, audio = streams
    if video is None:
        return {}
    return {
        DURATION: video.seconds,
        SOUND_DURATION: None if audio is None else audio.seconds,
        FPS: video.fps,
    }
