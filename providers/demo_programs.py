"""What the models of the provider `demo` share: the programs that they run are limited together."""

from collections.abc import Sequence

from media.ffmpeg import FFmpegError, run
from media.limits import MediaBusyError, Pool
from providers.errors import ProviderError
from providers.models import DEMO

RENDERING = Pool("demo", wait_seconds=300, cpu_seconds=120)
USAGE = {"credits": 0}


def run_ffmpeg(arguments: Sequence[str], what: str) -> bytes:
    """Run FFmpeg and return its standard output. Raises ProviderError, which names the result."""
    try:
        return run(arguments, 300, RENDERING)
    except (FFmpegError, MediaBusyError) as exc:
        raise ProviderError(DEMO, f"{what} could not be made: {exc}") from exc
