"""What is known of the music and recordings that an export levels: how long they are, how loud."""

from collections.abc import Mapping
from functools import partial

from errors import InvalidError
from export.plan.music_bed import Song, Songs
from export.plan.timeline import Timeline
from export.sources.held_media import Media
from export.sources.openers import Location, music_name
from media.ffmpeg import FFmpegError
from media.limits import JOBS, retry_while_busy
from media.measures import MeasureCache
from media.processes import Check


def songs_of(
    where: Location, timeline: Timeline, media: Mapping[str, Media], check: Check, wait: Check
) -> Songs:
    """Return what a plan needs to know of the music and the recordings, by their assets.

    Each is measured once for each version of its file.

    Raises InvalidError for what cannot be read, and what `check` and `wait` raise.
    """
    levelled, measures = timeline.levelled_sounds, MeasureCache(where.store.root, where.store.disk)

    def song(asset: str | None) -> Song:
        held = media[music_name(asset)]
        assert held.audio is not None  # noqa: S101 - it was linked as music
        if asset not in levelled:
            return Song(held.audio.seconds)
        measure = partial(measures.loudness, held.path, held.key, held.audio, JOBS, check)
        try:
            return Song(held.audio.seconds, retry_while_busy(measure, wait))
        except FFmpegError as exc:
            raise InvalidError("The sound cannot be read", str(exc)) from exc

    return {asset: song(asset) for asset in timeline.measured_sounds}
