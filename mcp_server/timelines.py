"""The timeline of a work: how a model sees it, and the operations by which it edits it. Pure."""

import re
from collections.abc import Callable, Iterator, Mapping
from itertools import count
from typing import Any

from errors import FieldsError
from mcp_server.fitting import UNTRUSTED
from storage.ids import ID_PATTERN, valid_id
from timeline.transitions import CUT, DEFAULT_TRANSITION_SECONDS, FADE, MOVEMENTS
from works.scenario import order_of

Json = dict[str, Any]
Seconds = Callable[[int], float]  # how long the media of a scene are

_ASSET = re.compile(f"/assets/({ID_PATTERN})\\Z")
_TEXT_SHARE, _PICTURE_SHARE, _TEXT_POSITION = 1 / 15, 0.3, 0.3  # of the frame


class Editor:
    """Edits the timeline of a copy of a work, `work`, one operation after the other."""

    def __init__(self, work: Json, seconds: Seconds) -> None:
        self.work = work
        self._seconds = seconds
        work["editorState"].setdefault("editorData", {})

    @property
    def state(self) -> Json:
        """The editor state of the work."""
        state: Json = self.work["editorState"]
        return state

    @property
    def tracks(self) -> Json:
        """The tracks of the timeline."""
        tracks: Json = self.state["editorData"]
        return tracks

    def arrange(self, clips: list[Json], path: str) -> None:
        """Put scenes in order, one after the other. Raises FieldsError for unknown scenes."""
        known = scene_indexes(self.work)
        for number, clip in enumerate(clips):
            if clip["scene"] not in known:
                message = f"There is no scene {clip['scene']}; there are {sorted(known)}."
                raise FieldsError({f"{path}.clips.{number}.scene": [message]})
        used = (f"clip_{number}" for number in count(1))
        track = [self._action(name, clip) for name, clip in zip(used, clips, strict=False)]
        self._place(track)

    def trim(self, number: int, start: float | None, seconds: float | None, path: str) -> None:
        """Change where a clip's media begin and how long it is; later clips move up or back."""
        track = self._clips()
        action = self._clip(track, number, path)
        length = action["end"] - action["start"]
        if start is not None:
            action["trimStart"] = start
        action["end"] = action["start"] + (length if seconds is None else seconds)
        self._place(track)

    def set_transition(self, number: int, name: str, seconds: float | None, path: str) -> None:
        """Set the transition from a clip to the next one."""
        track = self._clips()
        action = self._clip(track, number, path)
        action["transitionType"] = name
        action["transitionDuration"] = DEFAULT_TRANSITION_SECONDS if seconds is None else seconds
        self._place(track)

    def add_text(self, given: Json) -> None:
        """Add a text, or replace the one with this id."""
        width, height = self._frame()
        overlay = {
            "text": given["text"],
            "fontSize": given.get("size") or round(min(width, height) * _TEXT_SHARE),
            "fontColor": given.get("color") or "#ffffff",
            "centerX": given.get("x", 0),
            "centerY": given.get("y", round(height * _TEXT_POSITION)),
        }
        self._overlay("text", given, overlay)

    def add_picture(self, given: Json, asset: Mapping[str, Any]) -> None:
        """Add a picture, or replace the one with this id; its shape is the asset's by default."""
        width, _ = self._frame()
        wide = given.get("width") or round(width * _PICTURE_SHARE)
        shape = asset.get("height", 1) / (asset.get("width") or 1)
        overlay = {
            "assetId": asset["id"],
            "width": wide,
            "height": given.get("height") or max(1, round(wide * shape)),
            "centerX": given.get("x", 0),
            "centerY": given.get("y", 0),
            "opacity": given.get("opacity", 1),
            "rotation": given.get("rotation", 0),
            "maintainAspectRatio": True,
        }
        self._overlay("image", given, overlay)

    def set_music(self, url: str | None, volume: float | None) -> None:
        """Set the music under the whole video; None removes it."""
        self.state["audioUrl"] = url
        self.tracks["audioTrack"] = []
        if volume is not None:
            self.state["audioVolume"] = volume

    def remove(self, overlay_id: str, path: str) -> None:
        """Remove a text or a picture. Raises FieldsError if there is none with this id."""
        for kind in ("text", "image"):
            overlays = dict(self.state.get(f"{kind}Overlays") or {})
            if overlays.pop(overlay_id, None) is not None:
                self.state[f"{kind}Overlays"] = overlays
                track = self.tracks.get(f"{kind}Track", [])
                kept = [action for action in track if action["id"] != overlay_id]
                self.tracks[f"{kind}Track"] = kept
                return
        raise FieldsError({f"{path}.id": ["There is no text or picture with this id."]})

    def clear(self) -> None:
        """Remove clips, texts and pictures: the scenes play in order again."""
        for track in ("videoTrack", "textTrack", "imageTrack"):
            self.tracks[track] = []
        self.state.update(textOverlays={}, imageOverlays={})

    def _clips(self) -> list[Json]:
        """Return a copy of the video track; of a work without one, the scenes in order."""
        if not self.tracks.get("videoTrack"):
            scenes = order_of(self.work)
            transitions = {
                scene["scene_index"]: scene.get("transition") or "cut"
                for scene in self.work["scenes"]
            }
            clips = [
                {"scene": index, "transition": transitions.get(index, "cut")} for index in scenes
            ]
            self.arrange(clips, "operations")
        return [dict(action) for action in self.tracks["videoTrack"]]

    @staticmethod
    def _clip(track: list[Json], number: int, path: str) -> Json:
        if number >= len(track):
            message = f"There are {len(track)} clips, counted from 0."
            raise FieldsError({f"{path}.clip": [message]})
        return track[number]

    def _action(self, name: str, clip: Json) -> Json:
        trim = clip.get("from") or 0.0
        rest = max(self._seconds(clip["scene"]) - trim, 0.1)
        action = {"id": name, "start": 0.0, "end": clip.get("seconds") or rest}
        action["sceneIndex"] = clip["scene"]
        if trim:
            action["trimStart"] = trim
        if transition := clip.get("transition"):
            action["transitionType"] = transition
            seconds = clip.get("transitionSeconds")
            action["transitionDuration"] = (
                DEFAULT_TRANSITION_SECONDS if seconds is None else seconds
            )
        return action

    def _place(self, track: list[Json]) -> None:
        """Put clips one after the other, each as long as it is, and make them the video track."""
        position = 0.0
        for action in track:
            length = action["end"] - action["start"]
            action["start"], action["end"] = round(position, 3), round(position + length, 3)
            position += length
        self.tracks["videoTrack"] = track

    def _overlay(self, kind: str, given: Json, overlay: Json) -> None:
        overlays = dict(self.state.get(f"{kind}Overlays") or {})
        track = list(self.tracks.get(f"{kind}Track", []))
        overlay_id = given.get("id") or self._new_id(kind)
        overlays[overlay_id] = overlay
        action = {"id": overlay_id, "start": given["start"], "end": given["end"]}
        kept = [each for each in track if each["id"] != overlay_id]
        self.state[f"{kind}Overlays"] = overlays
        self.tracks[f"{kind}Track"] = [*kept, action]

    def _new_id(self, kind: str) -> str:
        used = {*(self.state.get("textOverlays") or {}), *(self.state.get("imageOverlays") or {})}
        return next(name for n in count(1) if (name := f"{kind}_{n}") not in used)

    def _frame(self) -> tuple[int, int]:
        settings = self.state.get("exportSettings") or self.work["resolution"]
        return settings["width"], settings["height"]


def scene_indexes(work: Mapping[str, Any]) -> set[int]:
    """Return the scenes of a work: of its scenario, and those that have media."""
    made = (scene["sceneIndex"] for scene in work["generatedScenes"])
    return {*(scene["scene_index"] for scene in work["scenes"]), *made}


def describe_timeline(work: Mapping[str, Any]) -> Json:
    """Return a timeline as a model sees it."""
    state = work["editorState"]
    tracks = state.get("editorData") or {}
    clips = [
        {"clip": number, "scene": action.get("sceneIndex", number), **_times(action)}
        for number, action in enumerate(tracks.get("videoTrack") or [])
    ]
    texts = [
        {**place, "size": text["fontSize"], UNTRUSTED: {**hidden, "text": text["text"]}}
        for place, hidden, text in _placed(state, tracks, "text")
    ]
    pictures = [
        {**place, "width": picture["width"], UNTRUSTED: {**hidden, "asset": picture["assetId"]}}
        for place, hidden, picture in _placed(state, tracks, "image")
    ]
    settings = state.get("exportSettings") or work["resolution"]
    note = {} if clips else {"note": "Without clips, the scenes play in order."}
    return {
        "seconds": clips[-1]["end"] if clips else None,
        "frame": {key: settings.get(key) for key in ("width", "height", "fps")},
        "clips": clips,
        "texts": texts,
        "pictures": pictures,
        "music": _music(state),
        **note,
    }


def known_transition(name: str) -> str:
    """Return the name of a transition; of an unknown one, which is a text, what it is drawn as."""
    return name if name in (CUT, *MOVEMENTS) else FADE


def _music(state: Mapping[str, Any]) -> Json | None:
    if not (url := state.get("audioUrl")):
        return None
    asset = _ASSET.search(url)
    return {"asset": asset[1] if asset else "the work's own", "volume": state.get("audioVolume", 1)}


def _times(action: Mapping[str, Any]) -> Json:
    times = {"start": action["start"], "end": action["end"]}
    if action.get("trimStart"):
        times["from"] = action["trimStart"]
    if action.get("transitionType"):
        times["transition"] = known_transition(action["transitionType"])
        times["transitionSeconds"] = action.get("transitionDuration", DEFAULT_TRANSITION_SECONDS)
    return times


def _placed(
    state: Mapping[str, Any], tracks: Mapping[str, Any], kind: str
) -> Iterator[tuple[Json, Json, Mapping[str, Any]]]:
    """Yield where and when overlays are shown, their ids if these are texts, and the overlays."""
    overlays = state.get(f"{kind}Overlays") or {}
    for action in tracks.get(f"{kind}Track") or []:
        if (overlay := overlays.get(action["id"])) is not None:
            name = {"id": action["id"]}
            given, hidden = (name, {}) if valid_id(action["id"]) else ({}, name)
            times = {"start": action["start"], "end": action["end"]}
            place = {**given, **times, "x": overlay["centerX"], "y": overlay["centerY"]}
            yield place, hidden, overlay
