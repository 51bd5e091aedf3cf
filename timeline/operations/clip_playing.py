"""The operation `clip`: the speed, volume, fades, crop and motion of a clip."""

from timeline.clips import Clip
from timeline.edit import Edit, Operation
from timeline.frames import Rate, rounded
from timeline.operations.fields import given_fields
from timeline.operations.registry import performs
from timeline.time_map import FREEZE

_FIELDS = {name: name for name in ("speed", "volume", "fadeIn", "fadeOut", "crop", "motion")}


@performs("clip")
def set_clip(edit: Edit, operation: Operation) -> None:
    """Change what is given of a clip; null removes it. At another speed, it shows the same part."""
    clip = edit.clips.named_in(operation)
    before = clip.speed
    clip.set(**given_fields(operation, _FIELDS))
    if "speed" in operation:
        _keep_part(clip, before, edit.rate)


def _keep_part(clip: Clip, before: float, rate: Rate) -> None:
    """Set the length in which a clip shows as much of its media as at the speed before.

    A clip that stands still, or did, stays as long as it is.
    """
    if FREEZE not in (before, clip.speed) and clip.speed != before:
        clip.length = max(rounded(clip.length * before / clip.speed), rate.shortest)
