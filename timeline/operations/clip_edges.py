"""Operations on the edges of clips: `trim`, `split` and `transition`."""

from schemas.transitions import CUT
from timeline.clips import Registers, clip_of, transition_between
from timeline.edit import Edit, Operation
from timeline.frames import plain
from timeline.framing import divided
from timeline.ids import new_id
from timeline.operations.placing import check_trim
from timeline.operations.registry import performs
from timeline.refusals import refuse


@performs("trim")
def trim(edit: Edit, operation: Operation) -> None:
    """Change where a clip's media begin, or how long it is; clips behind it follow."""
    clip = edit.clips.named_in(operation)
    check_trim(edit, clip.fields, operation)
    if "from" in operation:
        clip.set(trimStart=plain(operation["from"]))
    if "seconds" in operation:
        clip.length = edit.rate.frames(operation["seconds"])


@performs("split")
def split(edit: Edit, operation: Operation) -> None:
    """Divide a clip so that nothing looks different: the first part is cut to the second."""
    clips, rate = edit.clips, edit.rate
    index = clips.index(operation["clip"], "clip")
    clip = clips.list[index]
    at, length = rate.frame(operation["at"]), clip.length
    rest = length - at
    if at < rate.shortest or rest < rate.shortest:
        ends = (rate.seconds(rate.shortest), rate.seconds(length - rate.shortest))
        refuse("at", f"Must be from {ends[0]:g} to {ends[1]:g}, within the clip.")
    second_id = operation.get("new") or new_id("clip")
    if any(each.id == second_id for each in clips):
        refuse("new", "There is a clip with this id.")
    second = clip_of(second_id, Registers(0, 0, rest, clip.fields))
    clip.length = at
    clip.set(transitionType=CUT, fadeOut=None)
    clips.insert(index + 1, second)
    # The media begin with the transition before, whose length may depend on that of the first part.
    earlier = transition_between(clips.list[index - 1], clip, rate) if index else 0
    second.set(trimStart=plain(clip.media_at(at + earlier, rate)), fadeIn=None)
    if "motion" in clip.fields:
        done = (earlier + at) / (earlier + length)
        first_motion, second_motion = divided(clip.fields["motion"], done)
        clip.set(motion=first_motion)
        second.set(motion=second_motion)


@performs("transition")
def transition(edit: Edit, operation: Operation) -> None:
    """Set the transition from a clip to the next one."""
    clip = edit.clips.named_in(operation)
    if "transition" in operation:
        clip.set(transitionType=operation["transition"])
    if "seconds" in operation:
        clip.set(transitionDuration=plain(operation["seconds"]))
