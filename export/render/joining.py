"""FFmpeg's arguments that join the parts of a video, its sound and its captions, as they are."""

import re
from collections.abc import Sequence
from datetime import UTC, datetime
from fractions import Fraction
from pathlib import Path, PurePath
from typing import NamedTuple

from export.plan.captions import TRACK_INPUT
from export.plan.timeline import Tags
from export.render.encoding import timescale
from media.ffmpeg import input_args
from media.languages import language_code
from media.picture_filters import FIND_BLACK, FLAGS, JPEG
from media.streams import AAC_SAMPLES
from storage.files.files import write_private

POSTER_PIXELS = 960  # of the longer side
_POSTER_SECONDS = (1, 2, 3, 5, 8)  # at which it is taken: the first that is not black

_MATRICES = {"bt709": 1, "smpte170m": 6}  # of ITU-T H.273

# What an MP4 says of each packet at most (times, size, place), and of everything else.
_PACKET_BYTES, _OTHER_BYTES = 48, 16_384

_SPECIAL, _ESCAPED = re.compile(r"([=;#\\])"), r"\\\1"  # in FFmpeg's lists of tags


class Part(NamedTuple):
    """A file in the working directory that becomes a part of the video, of so many frames.

    `stream` is the number of its video stream. `is_clip`: it was not rendered, and other streams,
    such as the sound, may begin before the first frame. `missing_matrix` is that of its colours, in
    words of the scale filter, if its headers do not say what all parts have.
    """

    path: str
    frames: int
    stream: int = 0
    is_clip: bool = False
    missing_matrix: str = ""


class CopiedSound(NamedTuple):
    """The AAC of the parts' own files, in the stream with this number.

    `counts` says for each part how many packets there are, and how many of these are kept.
    """

    stream: int
    counts: list[tuple[int, int]]

    @property
    def packets(self) -> int:
        """How many packets are kept."""
        return sum(kept for _, kept in self.counts)


SoundFile = str | CopiedSound  # the path of a file with the whole sound, or that of the parts


class Joining(NamedTuple):
    """What is joined: parts, sound, captions (the path of a file, or None), and the file's tags.

    `playlist` and `tag_file` are where the names of the parts and the tags go.
    """

    parts: Sequence[Part]
    sound: SoundFile
    captions: Path | None
    playlist: Path
    tag_file: Path
    tags: Tags
    fps: Fraction


def write_lists(joining: Joining) -> None:
    """Write the playlist of the parts, and the tags: no user's text is part of a command."""
    write_private(joining.playlist, _playlist(joining).encode())
    write_tags(joining.tag_file, joining.tags)


def write_tags(path: Path, tags: Tags) -> None:
    """Write tags in the form that FFmpeg reads."""
    write_private(path, _tag_list(tags).encode())


def _playlist(joining: Joining) -> str:
    """Return the playlist of the parts.

    `inpoint` makes a clip begin with its first frame, if its own sound is not used.
    """
    lines = ["ffconcat version 1.0"]
    for part in joining.parts:
        lines.append(f"file '{PurePath(part.path).name}'")
        if part.is_clip and isinstance(joining.sound, str):
            lines.append("inpoint 0")
        lines.append(f"duration {float(part.frames / joining.fps):.6f}")
    return "\n".join(lines) + "\n"


def _tag_list(tags: Tags) -> str:
    """Return the tags in the form that FFmpeg reads."""
    lines = [";FFMETADATA1"]
    if title := " ".join(tags.title.replace("\0", " ").split()):
        lines.append(f"title={_SPECIAL.sub(_ESCAPED, title)}")
    if tags.created:
        date = datetime.fromtimestamp(tags.created // 1000, UTC)
        lines += [f"date={date:%Y-%m-%d}", f"creation_time={date:%Y-%m-%dT%H:%M:%SZ}"]
    return "\n".join(lines) + "\n"


def join_args(joining: Joining) -> list[str]:
    """Return the arguments that join everything, but for the output."""
    # All parts have the same headers, which are those of the video: no packet is converted.
    # `-copyts`: or sound that begins before 0, as AAC does, would delay the pictures.
    inputs = ["-copyts", "-f", "concat", "-safe", "0", "-auto_convert", "0"]
    inputs += ["-i", f"file:{joining.playlist}"]
    first = joining.parts[0]
    maps = ["-map", f"0:{first.stream}"]
    times = _exact_times(joining.fps)
    filters = ["-bsf:v", f"{_with_colors(first.missing_matrix)}{times}"]
    count = 1
    if isinstance(joining.sound, str):
        inputs += ["-i", f"file:{joining.sound}"]
        maps += ["-map", f"{count}:a"]
        count += 1
    else:
        maps += ["-map", f"0:{joining.sound.stream}"]
        filters += ["-bsf:a", _kept_packets(joining.sound)]
    codecs = ["-c", "copy"]
    if joining.captions is not None:
        inputs += [*TRACK_INPUT, "-i", f"file:{joining.captions}"]
        maps += ["-map", f"{count}:s"]
        count += 1
        codecs += ["-c:s", "mov_text"]
    ticks = ["-video_track_timescale", str(timescale(joining.fps))]
    colors = _color_args(first.missing_matrix)
    inputs += ["-f", "ffmetadata", "-i", f"file:{joining.tag_file}"]
    return [*inputs, *maps, *tag_args(count, joining.tags), *codecs, *filters, *colors, *ticks]


def output_args(joining: Joining, path: str, cues: int) -> list[str]:
    """Return the arguments that write an MP4 that players can start before it has arrived.

    Clips that are joined as they are take no other time than that of reading and writing them. So
    room for the header is left before them, instead of moving them when it is known.
    """
    if not joining.parts[0].is_clip:
        return ["-movflags", "+faststart", "-f", "mp4", f"file:{path}"]
    frames = sum(part.frames for part in joining.parts)
    sound = joining.sound
    seconds = float(frames / joining.fps)
    packets = int(seconds * 50) if isinstance(sound, str) else sound.packets
    size = _OTHER_BYTES + _PACKET_BYTES * (frames + packets + 4 * cues)  # titles take 2 KB at most
    return ["-moov_size", str(size), "-f", "mp4", f"file:{path}"]


def poster_frames(total: int, fps: Fraction) -> list[int]:
    """Return which of the frames may be the poster: the second one where the first is black, …."""
    first, *later = (int(seconds * fps) for seconds in _POSTER_SECONDS)
    frames = [min(first, total // 2), *(min(frame, total - 1) for frame in later)]
    return list(dict.fromkeys(frames))


def poster_args(
    parts: Sequence[Part], fps: Fraction, frame: int, path: str, *, is_exact: bool = False
) -> list[str]:
    """Return the arguments that write a frame of the joined parts as a picture.

    Unless it `is_exact`, it may be one of the following frames, for which less of a clip is
    decoded; there may be none. The log of the level `info` says whether it is black.
    """
    for part in parts:
        if frame < part.frames:
            break
        frame -= part.frames
    # Half a frame earlier: its time may be rounded down in the file.
    seek = ["-ss", f"{float((frame - Fraction(1, 2)) / fps):.6f}"] if frame else []
    scale = f"scale=w='min(iw,{POSTER_PIXELS})':h='min(ih,{POSTER_PIXELS})'"
    colors = f"flags={FLAGS}:in_color_matrix={part.missing_matrix or 'auto'}"
    colors += f":out_color_matrix={JPEG.matrix}:out_range={JPEG.range}"
    fit = f"{FIND_BLACK},{scale}:force_original_aspect_ratio=decrease:{colors},format=yuvj420p"
    jpeg = ["-c:v", "mjpeg", "-q:v", "3", "-f", "image2", "-update", "1", f"file:{path}"]
    shown = ["-map", f"0:{part.stream}", "-frames:v", "1", "-map_metadata", "-1", "-vf", fit]
    skipped = [] if is_exact or not part.is_clip else ["-skip_frame", "noref"]
    return [*skipped, *seek, *input_args(part.path), *shown, *jpeg]


def still_args(part: Part, path: str) -> list[str]:
    """Return the arguments that write the first frame of a part as a JPEG or PNG of its size."""
    if path.endswith(".png"):
        colors, codec = "out_range=pc,format=rgb24", ["-c:v", "png"]
    else:
        colors = f"out_color_matrix={JPEG.matrix}:out_range={JPEG.range},format=yuvj420p"
        codec = ["-c:v", "mjpeg", "-q:v", "2"]
    shown = ["-frames:v", "1", "-map_metadata", "-1", "-vf", f"scale=flags={FLAGS}:{colors}"]
    return [*input_args(part.path), *shown, *codec, "-f", "image2", "-update", "1", f"file:{path}"]


def tag_args(number: int, tags: Tags) -> list[str]:
    """Return the arguments that write the tags of an input, and none of the parts."""
    arguments = ["-map_metadata:g", f"{number}:g", "-map_metadata:s", "-1"]
    arguments += ["-map_chapters", "-1"]
    if language := language_code(tags.language):
        for kind in ("a", "s"):  # of all sounds and captions
            arguments += [f"-metadata:s:{kind}", f"language={language}"]
    return arguments


def _with_colors(matrix: str) -> str:
    """Return the filter that writes colours into the headers of H.264, with a comma, or nothing."""
    if not matrix:
        return ""
    colors = (
        f"colour_primaries=1:transfer_characteristics=1:matrix_coefficients={_MATRICES[matrix]}"
    )
    return f"h264_metadata={colors}:video_full_range_flag=0,"


def _color_args(matrix: str) -> list[str]:
    """Return the arguments that write the same into the headers of the MP4."""
    if not matrix:
        return []
    colors = ["-color_primaries", "bt709", "-color_trc", "bt709", "-colorspace", matrix]
    return [*colors, "-color_range", "tv"]


def _exact_times(fps: Fraction) -> str:
    """Return the filter that rounds times to whole frames.

    When parts are joined, each is placed with microseconds, and the errors add up.
    """
    rate = f"{fps.numerator}/{fps.denominator}"
    times = (f"{name}=round({name.upper()}*TB*{rate})/TB/({rate})" for name in ("pts", "dts"))
    return f"setts={':'.join(times)}"


def _kept_packets(sound: CopiedSound) -> str:
    """Return the filters that drop the other packets, and place those that are kept.

    They follow each other without gaps. FFmpeg's encoder puts one before the first sample.
    """
    position, dropped = 0, []
    for packets, kept in sound.counts:
        if kept < packets:
            dropped.append(rf"between(n\,{position + kept}\,{position + packets - 1})")
        position += packets
    time = f"(N-1)*{AAC_SAMPLES}/SR/TB"
    return f"noise=drop={'+'.join(dropped) or '0'},setts=ts={time}:duration={AAC_SAMPLES}/SR/TB"
