"""What is known of the music that an export levels or repeats: how long its files are, how loud."""

from collections.abc import Mapping
from functools import partial

from errors import InvalidError
from export.plan.music_bed import NO_SONGS, Song, Songs
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
    """Return what a plan needs to know of the music, measured once for each version of a file.

    Raises InvalidError for what cannot be read, and what `check` and `wait` raise.
    """
    if not timeline.changes_music:
        return NO_SONGS
    measures = MeasureCache(where.store.root, where.store.disk)

    def song(held: Media) -> Song:
        assert held.audio is not None  # noqa: S101 - it was linked as music
        if not timeline.levels_music:
            return Song(held.audio.seconds)
        measure = partial(measures.loudness, held.path, held.key, held.audio, JOBS, check)
        try:
            return Song(held.audio.seconds, retry_while_busy(measure, wait))
        except FFmpegError as exc:
            raise InvalidError("The music cannot be read", str(exc)) from exc

    assets = {music.asset for music in timeline.music}
    return {asset: song(media[music_name(asset)]) for asset in assets}
