"""The timeline of `POST /api/export`, as the web editor sends it."""

from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit

from errors import FieldsError
from export.plan.checks import check_times
from export.plan.options import output_of, window_of
from export.plan.overlays import picture_of, text_of
from export.plan.targets import target_of
from export.plan.timeline import Clip, Timeline
from export.plan.voices import Music
from schemas.transitions import CUT
from schemas.works import DEFAULT_RESOLUTION
from storage.paths import ASSET_URL, WorkRef
from timeline.transitions import DEFAULT_TRANSITION_SECONDS
from works.slots import AUDIO

Body = Mapping[str, Any]

_DEFAULTS = {**DEFAULT_RESOLUTION, "fps": 30}


def timeline_of_body(body: Body) -> Timeline:
    """Return the timeline of a body that ExportBodySchema has loaded. Raises FieldsError."""
    options = body.get("options") or {}
    audio = body.get("audio")
    first, last = window_of(options)
    output = output_of(options, _DEFAULTS)
    return Timeline(
        output,
        [_clip(each, number) for number, each in enumerate(body["clips"])],
        [text_of(*each) for each in _overlays(body, "texts")],
        [picture_of(*each) for each in _overlays(body, "images")],
        [] if audio is None else [_music(audio, WorkRef.named_in(body))],
        first=first,
        last=last,
        target=target_of(options, output.width, output.height, output.fps),
    ).within_window()


def audio_asset(url: str | None, ref: WorkRef, path: str) -> str | None:
    """Return the id of the audio asset that a URL of this service names; None for the work's audio.

    Raises FieldsError, naming `path`.
    """
    if not url:
        return None
    try:
        url_path = urlsplit(url).path
    except ValueError:  # such as an unfinished IPv6 address
        url_path = ""
    if url_path == AUDIO.url(ref):
        return None
    asset = ASSET_URL.fullmatch(url_path)
    if asset is None or asset[1] != ref.project_id:
        expected = f"Must be {AUDIO.url(ref)} or an audio asset of the project."
        raise FieldsError({path: [expected]})
    return asset[2]


def _clip(clip: Body, number: int) -> Clip:
    check_times(f"clips.{number}", clip["position"], clip["end"])
    seconds = clip.get("transitionDuration")
    return Clip(
        clip["sceneIndex"],
        float(clip["position"]),
        float(clip["end"]),
        float(clip.get("cutFrom") or 0.0),
        clip.get("transition") or CUT,
        DEFAULT_TRANSITION_SECONDS if seconds is None else float(seconds),
    )


def _overlays(body: Body, name: str) -> Iterator[tuple[Body, tuple[float, float], str]]:
    """Yield the overlays of a list with their times and paths. Raises FieldsError."""
    for number, overlay in enumerate(body.get(name) or []):
        path = f"{name}.{number}"
        check_times(path, overlay["position"], overlay["end"])
        yield overlay, (float(overlay["position"]), float(overlay["end"])), path


def _music(audio: Body, ref: WorkRef) -> Music:
    volume = audio.get("volume")
    asset = audio_asset(audio.get("audioUrl"), ref, "audio.audioUrl")
    return Music(asset, 1.0 if volume is None else float(volume))
