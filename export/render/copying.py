"""Exports that encode nothing: clips that are joined as they are."""

import re
from collections.abc import Mapping
from itertools import pairwise

from export.plan.clips import PlacedClip
from export.plan.plan import Plan
from export.plan.timeline import Timeline
from export.render.filters import Look
from export.render.joining import CopiedSound, Part
from export.render.sound_parts import samples
from export.sources.held_media import Media
from export.sources.openers import clip_name
from media.levelling import RATE
from media.streams import AAC_SAMPLES, AudioStream, exact_rate
from timeline.time_map import NORMAL_SPEED

# What exports are encoded as; clips of another kind are encoded. Colours are checked apart.
_KIND = re.compile(r"h264 \(High\) .*?, yuv420p\((?:tv, )?(?:[\w/-]+, )?progressive\)")
_BT709 = "bt709"
_SOUND = "aac (LC) (mp4a / "  # in an MP4, whose packets have no headers


def copied_parts(
    timeline: Timeline, plan: Plan, media: Mapping[str, Media], look: Look
) -> list[Part] | None:
    """Return the clips in order if joining them makes the video; None if anything has to change."""
    whole = plan.first == 0 and plan.last == plan.clips[-1].end and plan.clips[0].start == 0
    adjacent = all(placed.end == following.start for placed, following in pairwise(plan.clips))
    if not (whole and adjacent) or timeline.output.quality == "draft":
        return None
    if any(segment.overlays or segment.incoming for segment in plan.segments):
        return None
    found = [media[clip_name(placed.clip.media)] for placed in plan.clips]
    # FFmpeg joins streams that have the same number in their files.
    formats = {(each.video.format, each.video.number) for each in found if each.video is not None}
    fitting = all(_fits(*each, plan, look) for each in zip(plan.clips, found, strict=True))
    if not fitting or len(formats) != 1:
        return None
    _, stream = formats.pop()
    matrix = _missing_matrix(found[0])
    return [
        Part(each.path, placed.end - placed.start, stream, is_clip=True, missing_matrix=matrix)
        for placed, each in zip(plan.clips, found, strict=True)
    ]


def copied_sound(timeline: Timeline, plan: Plan, media: Mapping[str, Media]) -> CopiedSound | None:
    """Return which packets of the clips' AAC, joined, are the sound; None if it has to change.

    Clips are those of `copied_parts`. A clip's first packet is what its encoder put before 0, so
    that it takes the place of the previous clip's last one. Each clip begins within half a packet
    (11 ms) of its time, however many there are.
    """
    has_sounds = timeline.music or timeline.effects or timeline.recordings
    if has_sounds or plan.voices or timeline.output.loudness:
        return None
    if not all(placed.clip.sounds_as_it_is for placed in plan.clips):
        return None
    sounds = [media[clip_name(placed.clip.media)].audio for placed in plan.clips]
    formats = {(sound.format, sound.number) for sound in sounds if sound is not None}
    if len(formats) != 1:
        return None
    [(encoding, stream)] = formats
    if not encoding.startswith(_SOUND):
        return None
    counts = []
    for placed, sound in zip(plan.clips, sounds, strict=True):
        edges = [
            round(samples(frame, plan.fps) / AAC_SAMPLES) for frame in (placed.start, placed.end)
        ]
        kept = edges[1] - edges[0] + (placed is plan.clips[-1])
        if sound is None or not _is_whole(sound, kept):
            return None
        counts.append((sound.packets, kept))
    return CopiedSound(stream, counts)


def _is_whole(sound: AudioStream, packets: int) -> bool:
    """Return whether a sound is 48 kHz stereo, begins as FFmpeg's AAC does, and is long enough.

    Joined packets follow each other without gaps, so there must be none before. No other stream may
    begin earlier than the picture, or it would move both.
    """
    begins = abs(sound.first_packet + AAC_SAMPLES / RATE) < 0.001 and abs(sound.file_start) < 0.001
    fits = "48000 Hz, stereo" in sound.format and sound.is_gapless
    return fits and begins and sound.packets >= packets


def _fits(placed: PlacedClip, media: Media, plan: Plan, look: Look) -> bool:
    """Return whether a clip is shown from its first frame to its last one, as it is."""
    video = media.video
    clip = placed.clip
    if video is None or not video.is_plain or placed.begin != placed.start:
        return False
    if clip.trim or clip.speed != NORMAL_SPEED or clip.crop or clip.motion:
        return False
    signal = video.signal
    colors = {signal.matrix, signal.primaries, signal.transfer}
    return (
        _KIND.match(video.format) is not None
        and colors <= {"", _BT709}
        and (video.width, video.height) == (look.frame.width, look.frame.height)
        and exact_rate(video.fps) == plan.fps
        and video.frames == placed.end - placed.start
    )


def _missing_matrix(media: Media) -> str:
    """Return the matrix of a clip's colours if its headers lack some of them: as it is encoded."""
    assert media.video is not None  # noqa: S101 - it was looked at before
    signal = media.video.signal
    if signal.matrix and signal.primaries and signal.transfer:
        return ""
    return signal.matrix or signal.likely_matrix
