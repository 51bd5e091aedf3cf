"""The files that a timeline uses: their names in an export, and how each is opened."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import replace
from functools import partial
from typing import Any, NamedTuple, TypeVar

from errors import InvalidError, MissingError
from export.plan.clips import in_order, used_media
from export.plan.from_work import timeline_of_work
from export.plan.timeline import MediaId, Timeline
from export.plan.voices import Voice
from media.voice_measures import DURATION
from projects.assets import service as assets
from storage import trash
from storage.errors import NotFoundError
from storage.media.media_files import StoredFile
from storage.paths import WorkRef
from storage.store import Store
from timeline.fitted_words import fitted
from timeline.scene_numbers import IN_ORDER, scene_number
from timeline.spoken_words import Word
from works.origins import takes_of
from works.slots import AUDIO, AUDIO_TYPES, scene_image, scene_video, scene_voice
from works.voices import work_narration
from works.work_media import entity_tag

# Of the names of media.
_SCENE, _CLIP, _ASSET, _VOICE, _AUDIO = "scene-", "clip-", "asset-", "voice-", "audio"

T = TypeVar("T")
Opener = Callable[[], StoredFile]


class MissingMediaError(MissingError, code="missing_media"):
    """Media that is to be exported isn't there; the details name it."""


class Location(NamedTuple):
    """Where the media of an export is: its store and work."""

    store: Store
    ref: WorkRef

    def number_of(self, scene: int) -> int:
        """Return what messages for people call a scene."""
        try:
            work = self.store.work(self.ref).values
        except NotFoundError:  # deleted concurrently
            return IN_ORDER[scene]
        return scene_number(work, scene)


def clip_name(media: MediaId) -> str:
    """Return the name of what clips show among the media of an export."""
    return f"{_SCENE}{media}" if isinstance(media, int) else f"{_CLIP}{media}"


def music_name(asset_id: str | None) -> str:
    """Return the name of the music among the media of an export."""
    return _AUDIO if asset_id is None else asset_name(asset_id)


def voice_name(scene: int) -> str:
    """Return the name of a scene's voice among the media of an export."""
    return f"{_VOICE}{scene}"


def asset_name(asset_id: str) -> str:
    """Return the name of an asset that is no clip among the media of an export."""
    return f"{_ASSET}{asset_id}"


def is_overlay(name: str) -> bool:
    """Return whether an image with this name is laid over clips."""
    return name.startswith(_ASSET)


def open_scene(where: Location, scene: int) -> StoredFile:
    """Open a scene's clip, or else its image. Raises MissingMediaError."""
    files = where.store.work_media(where.ref)
    for slot in (scene_video(scene), scene_image(scene)):
        try:
            return files.open(slot.name, slot.types)
        except NotFoundError:
            continue
    raise MissingMediaError(
        f"Scene {where.number_of(scene)} has no clip and no image", {"sceneIndex": scene}
    )


def open_asset(where: Location, asset_id: str, *kinds: str) -> StoredFile:
    """Open an asset of one of these kinds (video, image, audio, font).

    Raises MissingMediaError, InvalidError.
    """
    try:
        stored = assets.open_file(where.store, where.ref.project_id, asset_id)
    except NotFoundError:
        raise _missing_asset(where, asset_id) from None
    if stored.media_type.partition("/")[0] not in kinds:
        stored.file.close()
        raise InvalidError("Wrong type of asset", f"{asset_id} is no {' or '.join(kinds)}.")
    return stored


def _missing_asset(where: Location, asset_id: str) -> MissingMediaError:
    """Return the error for an asset that is not there; it has its name if that is in the trash."""
    project, details = where.ref.project_id, {"assetId": asset_id}
    for entry in trash.entries_of(where.store, project):
        if entry["kind"] == "asset" and entry["documentId"] == asset_id:
            name = entry["name"]
            return MissingMediaError(f"'{name}' was deleted", {**details, "name": name})
    return MissingMediaError("No such asset", details)


def open_music(where: Location, asset_id: str | None) -> StoredFile:
    """Open an audio asset, or the work's own audio. Raises as `open_asset`."""
    if asset_id is not None:
        return open_asset(where, asset_id, "audio")
    try:
        files = where.store.work_media(where.ref)
        return files.open(AUDIO.name, AUDIO_TYPES)
    except NotFoundError:
        raise MissingMediaError("The work has no audio", {"audio": "Upload it first."}) from None


def open_voice(where: Location, voice: Voice) -> StoredFile:
    """Open a voice; if it was replaced since, the file that it was then. Raises MissingMediaError.

    Another one would not fit its place: it would be cut.
    """
    slot = scene_voice(voice.scene)
    try:
        stored = where.store.work_media(where.ref).open(slot.name, slot.types)
    except NotFoundError:
        raise MissingMediaError(
            f"Scene {where.number_of(voice.scene)} has no voice", {"sceneIndex": voice.scene}
        ) from None
    if voice.file in {"", stored.etag} or (earlier := _earlier_voice(where, voice)) is None:
        return stored
    stored.file.close()
    return earlier


def _earlier_voice(where: Location, voice: Voice) -> StoredFile | None:
    """Open the take that a voice was; None if that was deleted."""
    takes = takes_of(where.store, where.ref, scene_voice(voice.scene))
    with suppress(NotFoundError):
        for take in takes.read().takes:
            if take.etag == voice.file:
                return takes.open(take.id)
    return None


def open_clip(where: Location, media: MediaId) -> StoredFile:
    """Open what a clip shows. Raises MissingMediaError, InvalidError."""
    if isinstance(media, int):
        return open_scene(where, media)
    return open_asset(where, media, "video", "image")


def openers(where: Location, timeline: Timeline) -> Iterator[tuple[str, Opener]]:
    """Yield the name of each clip, image and sound, and the function that opens it."""
    clips = _first_starts((each.media, each.start) for each in timeline.clips)
    for media in in_order(used_media(timeline)):
        yield clip_name(media), partial(_open_at, clips[media], open_clip, where, media)
    sounds = [*timeline.music, *timeline.effects, *timeline.recordings]
    for music, at in _first_starts((each.asset, each.start) for each in sounds).items():
        yield music_name(music), partial(_open_at, at, open_music, where, music)
    for voice in timeline.voices:
        opener = partial(_open_at, voice.start, open_voice, where, voice)
        yield voice_name(voice.scene), opener
    for picture, at in _first_starts(
        (each.asset, each.start) for each in timeline.pictures
    ).items():
        yield asset_name(picture), partial(_open_at, at, open_asset, where, picture, "image")
    cover = None if timeline.cover is None else timeline.cover.asset
    if cover is not None and all(each.asset != cover for each in timeline.pictures):
        yield asset_name(cover), partial(_open_cover, where, cover)


def _open_cover(where: Location, asset_id: str) -> StoredFile:
    try:
        return open_asset(where, asset_id, "image")
    except MissingMediaError as exc:
        told = "The picture that was chosen as the cover was deleted"
        raise MissingMediaError(told, exc.details) from None


def all_openers(where: Location, timeline: Timeline) -> Iterator[tuple[str, Opener]]:
    """Yield what `openers` does, and the fonts."""
    yield from openers(where, timeline)
    fonts = _first_starts((each.font_asset, each.start) for each in timeline.texts)
    for font, at in fonts.items():
        if font is not None:
            yield asset_name(font), partial(_open_at, at, open_asset, where, font, "font")


def _first_starts(uses: Iterable[tuple[T, float | None]]) -> dict[T, float | None]:
    """Return when each file is first needed on the timeline, if that is known."""
    starts: dict[T, float | None] = {}
    for used, start in uses:
        known = starts.setdefault(used, start)
        starts[used] = known if start is None or known is None else min(known, start)
    return starts


def _open_at(at: float | None, opener: Callable[..., StoredFile], *args: Any) -> StoredFile:
    """Open a file. Raises as `opener` does; MissingMediaError says when it is needed."""
    try:
        return opener(*args)
    except MissingMediaError as exc:
        if at is not None:
            exc.details["at"] = at
        raise


def keys(where: Location, timeline: Timeline) -> dict[str, str]:
    """Return the key of each file that a timeline uses. Raises MissingMediaError."""
    found = {}
    for name, opener in all_openers(where, timeline):
        with (stored := opener()).file:
            found[name] = stored.etag
    return found


def stored_timeline(store: Store, work: Mapping[str, Any], options: Mapping[str, Any]) -> Timeline:
    """Return what an export of a work contains.

    Raises FieldsError, InvalidError, and NotFoundError if the work is deleted concurrently.
    """
    voices = [made for made in work["generatedScenes"] if "voiceUrl" in made]
    if not voices:
        return timeline_of_work(work, options)
    files = store.work_media(WorkRef.of(work))
    tags = {
        each["sceneIndex"]: entity_tag(files, scene_voice(each["sceneIndex"])) for each in voices
    }
    narration = work_narration(store, WorkRef.of(work))["scenes"]
    # By this, they were measured, and what a crash left of them was corrected.
    current = store.works(work["projectId"]).snapshot(work["id"]).values
    work = {**work, **{name: current[name] for name in ("generatedScenes", "editorState")}}
    spoken = {each["sceneIndex"]: _words(each) for each in narration}
    timeline = timeline_of_work(work, options, spoken)
    _check_measured(work, timeline)
    heard = [replace(voice, file=tags.get(voice.scene) or "") for voice in timeline.voices]
    return replace(timeline, voices=heard)


def _check_measured(work: Mapping[str, Any], timeline: Timeline) -> None:
    """Raise InvalidError for a voice that would be missing, since its length is not known."""
    shown = {clip.scene for clip in timeline.clips}
    for made in work["generatedScenes"]:
        if "voiceUrl" in made and DURATION not in made and made["sceneIndex"] in shown:
            which = (
                f"The voice of scene {scene_number(work, made['sceneIndex'])} could not be measured"
            )
            raise InvalidError(which, "Try again later; if it is damaged, replace it.")


def _words(scene: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the words of a voice as its text has them."""
    words = [Word(each["text"], each["start"], each["end"]) for each in scene["words"]]
    return [word._asdict() for word in fitted(scene["spokenText"], words)]
