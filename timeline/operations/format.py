"""The exported frame: its size and rate, and how clips fill it."""

from timeline.edit import Edit, Operation
from timeline.frames import DEFAULT_FPS, plain
from timeline.item_kinds import PICTURE, TEXT
from timeline.operations.registry import performs
from timeline.reframing import Size, reframed

_NAMES = ("width", "height", "fps", "fit")


@performs("format")
def set_format(edit: Edit, operation: Operation) -> None:
    """Change the frame. In another size, texts and pictures are arranged for it (`reframed`)."""
    before = Size(*edit.frame_size())
    given = {name: operation[name] for name in _NAMES if name in operation}
    missing = {**edit.context.resolution, "fps": DEFAULT_FPS}
    settings = {**missing, **edit.settings, **given}
    edit.settings = {
        name: plain(value) if isinstance(value, float) else value
        for name, value in settings.items()
    }
    if (after := Size(*edit.frame_size())) != before:
        _resize(edit, before, after)


def _resize(edit: Edit, before: Size, after: Size) -> None:
    """Arrange texts and pictures for another frame."""
    for kind in (TEXT, PICTURE):
        for item in edit.items(kind):
            now = edit.registers(kind, item)
            if now.overlay is not None:
                item.now = now._replace(overlay=reframed(kind, now.overlay, before, after))
