"""A single image or clip that belongs to no work; the job keeps the file."""

from generation.files import keep_clip, kept_picture, picture_of
from generation.models import image_model, video_model
from jobs import calls
from jobs.run import Run
from prompts import pictures
from providers.contract import ImageOrder, VideoOrder
from storage.media_files import IncomingFile
from works.slots import IMAGE_TYPES, VIDEO_TYPES

IMAGE, VIDEO, FIRST_FRAME = "image", "video", "first-frame"
TYPES = {IMAGE: IMAGE_TYPES, VIDEO: VIDEO_TYPES}

_SIZE = {"width": 1080, "height": 1920}  # as works have it where nothing else is said
_SECONDS = 5.0


def make_image(run: Run) -> None:
    """Job kind `image`."""
    if not calls.is_open(run, "image"):
        return
    request = run.job["request"]
    prompt = pictures.image_prompt(
        request["prompt"],
        style_guide=request.get("styleGuide"),
        instruction=request.get("image_instruction"),
        negative=request.get("negative_prompt"),
    )
    order = ImageOrder(prompt, **(request.get("resolution") or _SIZE))
    model = image_model(run, "image")
    made = calls.ask(run, "image", lambda: model.generate(order))
    picture = picture_of(run, "image", made)

    def keep() -> None:
        with run.files.receive() as incoming:
            incoming.write(picture.data)
            _keep(run, IMAGE, incoming, picture.type)

    run.insist(keep)
    calls.done(run, "image", made.usage, {"imageUrl": f"{run.ref.url}/media"})


def make_video(run: Run) -> None:
    """Job kind `video`."""
    if not calls.is_open(run, "video"):
        return
    model = video_model(run, "video")
    task = calls.follow(run, "video", model, lambda: _order(run))
    keep_clip(run, "video", (model, task), run.files, lambda i, k: _keep(run, VIDEO, i, k))
    result = {"videoUrl": f"{run.ref.url}/media", "publicUrl": task.public_url}
    calls.done(run, "video", task.usage, result)


def _order(run: Run) -> VideoOrder:
    request = run.job["request"]
    prompt = pictures.video_prompt(
        request["prompt"],
        style_guide=request.get("styleGuide"),
        instruction=request.get("video_instruction"),
    )
    size = request.get("resolution") or _SIZE
    duration = request.get("duration") or _SECONDS
    return VideoOrder(prompt, kept_picture(run.files, FIRST_FRAME), duration, **size)


def _keep(run: Run, slot: str, incoming: IncomingFile, kind: str) -> None:
    run.files.finish(incoming)
    run.files.place(incoming, slot, kind, TYPES[slot])
