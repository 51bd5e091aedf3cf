"""What is seen of a clip: trim, split, transition."""

from collections.abc import Mapping
from typing import Any

from schemas.exports import MAX_CLIPS
from timeline.clips import Registers, clip_of, transition_before
from timeline.edit import Edit
from timeline.frames import plain
from timeline.ids import new_id
from timeline.operations.placing import MIN_SECONDS
from timeline.refusals import refuse
from timeline.transitions import CUT

Operation = Mapping[str, Any]


def trim(edit: Edit, operation: Operation) -> None:
    """Change where a clip's media begin, or how long it is; clips behind it follow."""
    clips, end = edit.clips, edit.clips.end()
    index = clips.index(operation["clip"], "clip")
    clips.settle(index + 1)
    clip = clips.list[index]
    if "from" in operation:
        clip.set(trimStart=plain(operation["from"]))
    if "seconds" in operation:
        clip.length = edit.rate.frames(operation["seconds"])
        edit.check_end(end, "seconds")


def split(edit: Edit, operation: Operation) -> None:
    """Divide a clip so that nothing looks different: the first part is cut to the second."""
    clips, rate = edit.clips, edit.rate
    index = clips.index(operation["clip"], "clip")
    if len(clips.list) >= MAX_CLIPS:
        refuse("clip", f"There are {len(clips.list)} clips; at most {MAX_CLIPS} can be exported.")
    clips.settle(index + 1)
    clip = clips.list[index]
    at = rate.frame(operation["at"])
    rest = clip.length - at
    if rate.seconds(at) < MIN_SECONDS or rate.seconds(rest) < MIN_SECONDS:
        last = f"{rate.seconds(clip.length) - MIN_SECONDS:g}"
        refuse("at", f"Must be from {MIN_SECONDS} to {last}: within the clip.")
    second_id = operation.get("new") or new_id("clip")
    if any(each.id == second_id for each in clips):
        refuse("new", "There is a clip with this id.")
    second = clip_of(second_id, Registers(0, 0, rest, clip.fields))
    clip.length = at
    clip.set(transitionType=CUT)
    clips.insert(index + 1, second)
    # The media begin with the transition before, whose length may depend on that of the first part.
    earlier = transition_before(clips.list, clips.spans(), index, rate)
    second.set(trimStart=plain(clip.trim + rate.seconds(at + earlier)))
    if "trimEnd" in second.fields:
        second.set(trimEnd=plain(second.trim + rate.seconds(rest)))


def transition(edit: Edit, operation: Operation) -> None:
    """Set the transition from a clip to the next one."""
    clips = edit.clips
    clip = clips.list[clips.index(operation["clip"], "clip")]
    if "transition" in operation:
        clip.set(transitionType=operation["transition"])
    if "seconds" in operation:
        clip.set(transitionDuration=plain(operation["seconds"]))
