"""How long the pictures and the sound of a clip are, and their rate: of a scene, or of an asset.

They are measured from the packets when the clip is stored, as exports measure them: what a
container states is often that of the longer of both. They are kept with the scene's entry in
`generatedScenes`, or with the asset, so that the page arranges clips as exports do, and all that
was measured is kept for the next export (unless the clip is an earlier take that is used again).
"""

from media.ffmpeg import FFmpegError
from media.limits import MediaBusyError, Pool
from media.measures import MediaReplacedError, measure_file
from media.streams import Streams
from storage.store import Store

DURATION, SOUND_DURATION, FPS = MEASURES = ("videoDuration", "videoSoundDuration", "videoFps")

Measures = dict[str, float | None]


def measure_clip(store: Store, path: str, pool: Pool) -> Measures:
    """Return the measures of a clip; none for one that cannot be read, or not now."""
    try:
        return measure_or_wait(store, path, pool)
    except MediaBusyError:
        return {}


def measure_or_wait(store: Store, path: str, pool: Pool) -> Measures:
    """Return the measures of a clip; none for one that cannot be read. Raises MediaBusyError."""
    try:
        return measures_of(measure_file(store, path, pool).streams)
    except (FFmpegError, MediaReplacedError, FileNotFoundError):
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
