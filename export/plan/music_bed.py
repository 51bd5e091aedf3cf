"""Music and recordings as they are heard in a video: at their loudness, repeated, faded. Pure.

All times are seconds.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import NamedTuple

from export.plan.timeline import Timeline
from export.plan.voices import Music
from media.levelling import VOICE_LUFS
from timeline.ducking import gain_of

FADE = 1.0  # in which music that is levelled ends with the video
JOIN = 0.05  # in which the end of music turns into its beginning, where it is repeated
MAX_TURNS = 200  # how often a file is repeated at most: each time is an input of FFmpeg
MAX_GAIN = 40.0  # decibels, in both directions
SILENCE = -60.0  # LUFS below which there is nothing to be made louder


class Song(NamedTuple):
    """What is known of a file with music: how long it sounds, and its loudness in LUFS."""

    seconds: float | None = None
    loudness: float | None = None


Songs = Mapping[str | None, Song]  # by the asset, None for the work's own audio
NO_SONGS: Songs = MappingProxyType({})


def heard_music(timeline: Timeline, songs: Songs, end: float, *, is_spoken: bool) -> list[Music]:
    """Return the music of a video that ends at a time, with what is known of its files.

    It is brought to its loudness if somebody speaks, which is what it is to be heard beside.
    """
    level = timeline.music_level
    if not timeline.changes_music:
        return timeline.music
    heard: list[Music] = []
    for music in timeline.music:
        song = songs.get(music.asset, Song())
        turns = [_levelled(music, level if is_spoken else None, song.loudness)]
        if timeline.loops_music:
            turns = [*_turns(turns[0], song.seconds, end, MAX_TURNS - len(heard))]
        if level is not None:
            turns[-1] = _faded(turns[-1], song.seconds, end)
        heard += turns
    return heard


def heard_recordings(timeline: Timeline, songs: Songs) -> list[Music]:
    """Return the recordings of a video as loud as voices, each until its file ends."""
    heard = []
    for recording in timeline.recordings:
        song = songs.get(recording.asset, Song())
        levelled = _levelled(recording, VOICE_LUFS, song.loudness)
        if song.seconds is not None and levelled.end is not None:
            stop = levelled.start + max(song.seconds - levelled.trim, 0.0)
            levelled = replace(levelled, end=min(levelled.end, stop))
        heard.append(levelled)
    return heard


def _levelled(music: Music, level: float | None, loudness: float | None) -> Music:
    """Return music at a level in LUFS; without one, as it is."""
    if level is None:
        return music
    return replace(music, volume=music.volume * gain_of(bed_gain(level, loudness)))


def bed_gain(level: float, loudness: float | None) -> float:
    """Return the decibels that bring music to a level in LUFS; 0 for silence, or if unknown."""
    if loudness is None or loudness < SILENCE:
        return 0.0
    return max(-MAX_GAIN, min(MAX_GAIN, level - loudness))


def _turns(music: Music, seconds: float | None, end: float, most: int) -> Iterator[Music]:
    """Yield music as often as its place needs: each turn is blended with the one before."""
    stop = end if music.end is None else min(music.end, end)
    join = min(JOIN, (seconds or 0.0) / 4)
    turn, count = replace(music, trim=_trim(music.trim, seconds, join)), 1
    while seconds and count < most:
        over = turn.start + seconds - turn.trim
        if over >= stop or over - join <= turn.start:
            break
        yield replace(turn, end=over, fade_out=join)
        turn = replace(music, start=over - join, trim=0.0, fade_in=join)
        count += 1
    yield turn


def _trim(trim: float, seconds: float | None, join: float) -> float:
    """Return where music that is repeated begins in its file, also if that is after its end."""
    return trim % (seconds - join) if seconds and trim >= seconds else trim


def _faded(music: Music, seconds: float | None, end: float) -> Music:
    """Return music that ends in the last second of a video with a fade, unless it has one."""
    stop = end if music.end is None else min(music.end, end)
    if seconds is not None:
        stop = min(stop, music.start + seconds - music.trim)
    if music.fade_out or stop <= end - FADE or stop <= music.start:
        return music
    return replace(music, end=stop, fade_out=min(FADE, stop - music.start))
