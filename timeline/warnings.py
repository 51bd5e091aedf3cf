"""What an operation made that may not be meant."""

from collections.abc import Iterator, Sequence
from typing import Any

from schemas.transitions import CUT
from timeline.changes import CLIP, Change
from timeline.clips import Clip, Clips
from timeline.context import Context
from timeline.frames import Rate
from timeline.ids import caption_ids
from timeline.item_kinds import CAPTION, SOUND
from timeline.scene_clips import State, actions_of_timeline, is_arranged, rate_of_timeline
from timeline.sound_fit import music_warnings, sound_warnings
from timeline.transitions import DEFAULT_TRANSITION_SECONDS
from timeline.voice_fit import overruns_of

_MORE = 0.001  # seconds by which a voice fits less than before

_TRACKS = {
    "text": "textTrack",
    "picture": "imageTrack",
    "place": "audioTrack",
    "sound": "soundTrack",
}


def warnings_of(
    before: State, after: State, changes: Sequence[Change], context: Context
) -> list[str]:
    """Return warnings of what an operation changed, given both timelines."""
    touched = {(change["kind"], change.get("id")) for change in changes}
    rate = rate_of_timeline(after)
    actions = (after.get("editorData") or {}).get("videoTrack") or []
    found = [*_caption_warnings(before, after, context), *_voice_warnings(before, after, context)]
    found += music_warnings(after, context, before)
    found += _sound_warnings(after, touched, context)
    if not actions or not touched:
        return found
    clips = Clips(actions, rate)
    if not is_arranged(before):  # what the scenes were like already is no news
        touched -= {(CLIP, name) for name in _clips_of_scenes(before, clips, context, rate)}
    if any(kind == CLIP for kind, _ in touched):
        found += _clip_warnings(clips, touched, context, rate)
    return found + list(_late_items(after, touched, rate.seconds(clips.end())))


def _clip_warnings(
    clips: Clips, touched: set[tuple[str, Any]], context: Context, rate: Rate
) -> Iterator[str]:
    for clip, following in zip(clips.list, [*clips.list[1:], None], strict=True):
        is_touched = (CLIP, clip.id) in touched
        if is_touched:
            yield from _overrun(clip, context, rate)
            yield from _shortened_fades(clip, rate)
        if following is not None and (is_touched or (CLIP, following.id) in touched):
            yield from _shortened_transition(clip, following, rate)


def _overrun(clip: Clip, context: Context, rate: Rate) -> Iterator[str]:
    seconds = context.seconds_of(clip.fields)
    if seconds is None:
        return
    needed = clip.media_at(clip.length, rate)
    if rate.frame(needed) > rate.frame(seconds):
        more = f"the clip {clip.id} needs {needed:g}: its last frame stays"
        media = f"asset {clip.asset}"
        if clip.scene is not None:
            media = f"scene {context.number_of(clip.scene)}"
        yield f"The media of {media} last {seconds:g} seconds, and {more}."


def _shortened_fades(clip: Clip, rate: Rate) -> Iterator[str]:
    if any(rate.frame(clip.fields.get(name, 0)) > clip.length for name in ("fadeIn", "fadeOut")):
        length = f"its length, {rate.seconds(clip.length):g} seconds"
        yield f"The fades of the clip {clip.id} are shortened to {length}."


def _shortened_transition(clip: Clip, following: Clip, rate: Rate) -> Iterator[str]:
    name = clip.fields.get("transitionType") or CUT
    if name in {CUT, "none"} or following.gap:
        return
    seconds = clip.fields.get("transitionDuration", DEFAULT_TRANSITION_SECONDS)
    longest = min(clip.length, following.length) // 2
    if rate.frame(seconds) > longest:
        limit = f"half of a clip, {rate.seconds(longest):g} seconds"
        yield f"The transition from the clip {clip.id} is shortened to {limit}."


def _late_items(after: State, touched: set[tuple[str, Any]], end: float) -> Iterator[str]:
    """Yield warnings of items that were changed and end after the video."""
    for kind, track in _TRACKS.items():
        for action in (after.get("editorData") or {}).get(track) or []:
            if (kind, action["id"]) in touched and action["end"] > end:
                yield f"The {kind} {action['id']} ends after the video, at {end:g} seconds."
    if not any(kind == CAPTION.name for kind, _ in touched):
        return
    captions = after.get("captions") or []
    for caption, name in zip(captions, caption_ids(captions), strict=True):
        if (CAPTION.name, name) in touched and caption["end"] > end:
            yield f"The caption {name} ends after the video, at {end:g} seconds."


def _sound_warnings(after: State, touched: set[tuple[str, Any]], context: Context) -> Iterator[str]:
    for action in (after.get("editorData") or {}).get("soundTrack") or []:
        if (SOUND.name, action["id"]) in touched:
            yield from sound_warnings(action, context)


def _caption_warnings(before: State, after: State, context: Context) -> Iterator[str]:
    has_texts = any(scene.text for scene in context.scenes if scene.plays)
    if has_texts and after.get("captions") and not before.get("captions"):
        yield "The texts of the scenes are no captions any more: the timeline has its own now."


def _clips_of_scenes(before: State, clips: Clips, context: Context, rate: Rate) -> Iterator[str]:
    """Yield the clips that are as the scenes were that nobody had arranged."""
    scenes = Clips(actions_of_timeline(before, context, rate), rate).before
    for clip in clips:
        scene = scenes.get(clip.id)
        if scene and (clip.length, clip.fields) == (scene.length, scene.fields):
            yield clip.id


def _voice_warnings(before: State, after: State, context: Context) -> Iterator[str]:
    """Yield warnings of voices that do not fit any more, or less than before."""
    if not context.voices:
        return
    known = {(each.scene, each.following): each.seconds for each in overruns_of(before, context)}
    for each in overruns_of(after, context):
        if each.seconds > known.get((each.scene, each.following), 0) + _MORE:
            yield each.message(context)
