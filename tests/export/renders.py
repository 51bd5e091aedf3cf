"""Renders timelines of sample media, as the job that exports a work does, without the service."""

import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from export.plan.caption_looks import PLAIN, CaptionLook
from export.plan.cues import Cue
from export.plan.music_bed import Song
from export.plan.plan import Plan, make_plan
from export.plan.timeline import Clip, Output, Picture, Tags, Text, Timeline
from export.plan.voices import Music, Voice
from export.render.batches import Effort, in_pieces
from export.render.burned_captions import caption_middles
from export.render.drawn_overlays import Overlays
from export.render.segment_cache import SegmentCache
from export.render.video import Renderer
from export.sources.held_media import Media, measure
from export.sources.openers import asset_name, clip_name, music_name, voice_name
from media.limits import JOBS
from media.measures import MeasureCache
from media.music_loudness import loudness_of
from storage.files.durable_files import Disk
from storage.media.media_files import entity_tag
from tests.export.frame_numbers import read_frame_number
from tests.export.measure import Frame, frames

SMALL = Output(96, 160)
_IMAGES = (".png", ".jpg")
_SOUNDS = (".wav", ".m4a", ".mp3", ".flac", ".opus")


@dataclass(frozen=True)
class Render:
    """A video that was rendered, and the plan it follows."""

    path: Path
    plan: Plan
    frames: list[Frame] = field(repr=False)


def render(
    directory: Path,
    clips: Sequence[Clip],
    files: Sequence[Path],
    *,
    output: Output = SMALL,
    music: Mapping[str, Path] | None = None,
    tracks: Sequence[Music] | None = None,
    texts: Sequence[Text] = (),
    pictures: Sequence[Picture] = (),
    assets: Mapping[str, Path] | None = None,
    window: tuple[float, float | None] = (0.0, None),
    cues: Sequence[Cue] = (),
    arranged: tuple[float, float] | None = None,
    tags: Tags = Tags(),  # noqa: B008 - it cannot be changed
    voices: Mapping[Voice, Path] | None = None,
    effects: Sequence[Music] = (),
    recordings: Sequence[Music] = (),
    duck: float = 0.0,
    ducks_clips: bool = False,
    music_level: float | None = None,
    loops_music: bool = False,
    caption_look: CaptionLook = PLAIN,
    decode: bool = True,
) -> Render:
    """Render clips into a new file in an existing directory.

    The scene of a clip is an index into the files. `music` holds files by the ids of their assets,
    also those of `effects` and `recordings`; without `tracks`, each is heard from the beginning.
    `assets` are files of pictures and fonts.
    Overlays are arranged in a frame of the size `arranged`, by default that of the output. The
    frames of the result are there if it is to `decode` them.
    """
    music = music or {}
    first, last = window
    width, height = arranged or (output.width, output.height)
    timeline = Timeline(
        output,
        list(clips),
        list(texts),
        list(pictures),
        music=list(tracks if tracks is not None else map(Music, music)),
        cues=list(cues),
        scale=min(output.width / width, output.height / height),
        arranged_width=width,
        first=first,
        last=last,
        tags=tags,
        voices=list(voices or ()),
        effects=list(effects),
        duck=duck,
        ducks_clips=ducks_clips,
        caption_look=caption_look,
        music_level=music_level,
        loops_music=loops_music,
        recordings=list(recordings),
    )
    work = directory / f"render-{sum(1 for _ in directory.iterdir())}"
    work.mkdir()
    media = {clip_name(number): measured(path, work) for number, path in enumerate(files)}
    for asset, path in music.items():
        media[music_name(asset)] = measured(path, work)
    for voice, path in (voices or {}).items():
        media[voice_name(voice.scene)] = measured(path, work)
    sources = {clip.media: media[clip_name(clip.media)].facts() for clip in clips}
    songs: dict[str | None, Song] = {asset: _song(media[music_name(asset)]) for asset in music}
    plan = in_pieces(make_plan(timeline, sources, songs), Effort(timeline.frame, media))
    for asset, path in (assets or {}).items():
        media[asset_name(asset)] = Media(str(path), path.name, path.name)
    cache = SegmentCache(work, Disk(fsync=False), 1 << 30)
    middles = caption_middles(timeline, plan)
    overlays = Overlays(timeline, timeline.frame, media, work, middles)
    renderer = Renderer(
        timeline, plan, media, overlays, work, cache, lambda: None, lambda _progress: None
    )
    path = work / "exported.mp4"
    renderer.render(str(path), str(work / "poster.jpg"))
    return Render(path, plan, list(frames(path)) if decode else [])


def _song(media: Media) -> Song:
    assert media.audio is not None
    return Song(media.audio.seconds, loudness_of(media.path, media.audio, JOBS))


def measured(path: Path, directory: Path) -> Media:
    """Return a file as media of an export, the file itself copied into a directory.

    Videos and sounds are measured once, also if several tests render them.
    """
    copy = Path(shutil.copy(path, directory))
    measures = MeasureCache(path.parent, Disk(fsync=False))
    if path.suffix in _IMAGES:  # an upright image is written beside it
        return measure(measures, str(copy), entity_tag(copy.stat()), "image")
    kind = "audio" if path.suffix in _SOUNDS else "video"
    media = measure(measures, str(path), entity_tag(path.stat()), kind)
    return media._replace(path=str(copy), key=entity_tag(copy.stat()))


def numbers(video: Render) -> list[int | None]:
    """Return the number of each frame; None for those that show no numbered one."""
    return [_number(frame) for frame in video.frames]


def _number(frame: Frame) -> int | None:
    try:
        return read_frame_number(frame)
    except ValueError:
        return None
