"""Runway: clips that start with a given first frame."""

from typing import Any

from providers.contract import VideoRequest
from providers.image_encoding import data_url, prepare_picture
from providers.models import find_model
from providers.runway_tasks import RunwayTasks

_MAX_PICTURE_LENGTH = 5_000_000  # characters of the data URL


class RunwayVideo(RunwayTasks):
    """Role `video`."""

    def submit(self, request: VideoRequest) -> str:
        """Submit a task, which is charged; return the vendor's id of it."""
        model = find_model("video", "runway", self._model)
        frame = prepare_picture(self._client, request.first_frame, _MAX_PICTURE_LENGTH)
        body: dict[str, Any] = {
            "promptImage": data_url(frame),
            "promptText": model.shorten_prompt(request.prompt),
            "duration": model.duration(request.duration),
        }
        if (ratio := model.size(request.width, request.height)) is not None:
            body["ratio"] = ratio
        return self._start("/v1/image_to_video", body)
