"""Former names of `adapters.py`, which `tests/media/test_image_memory.py` still imports."""

from tests.providers.adapters import picture
from tests.providers.adapters import video_request as video_order

__all__ = ["picture", "video_order"]
