"""The cast of a scene, as an image model gets it: lines of the prompt, and reference pictures.

The order is fixed: the members in the scene's order, each with its pictures, then the selected
assets that are not among these. A model that takes no pictures gets the members' descriptions.
"""

import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import orjson

from errors import InvalidError
from generation.photos import missing_asset
from projects import cast as service
from projects.assets import service as assets
from providers.contract import Picture
from providers.models import Model, find_model
from providers.prompts.visuals import Depicted
from schemas.scenes import MAX_SCENE_CAST
from storage.errors import NotFoundError
from storage.store import Store
from timeline.scene_numbers import scene_number

Json = Mapping[str, Any]

_IN_WORDS_ONLY = "{} takes no pictures: its image is made from the descriptions of its cast alone."


class _Part(NamedTuple):
    """What is in an image, with the ids of the assets that show it."""

    name: str
    kind: str
    description: str
    asset_ids: Sequence[str]


class SceneCast:
    """What is to be in the image of a scene; nothing, if the scene has no cast.

    `note` says what the model cannot take of it, "" if there is nothing like that.

    Raises InvalidError for a member or a selected asset that is not in the project.
    """

    def __init__(self, store: Store, work: Json, scene: Json, model: Model) -> None:
        self._store = store
        self._project_id: str = work["projectId"]
        self._model = model
        self._number = scene_number(work, scene["scene_index"])
        self._parts = [self._member(member_id) for member_id in scene.get("cast") or ()]
        if self._parts and model.max_references:
            self._parts += self._selected(work)
        wanted = _asset_ids(self._parts)
        self._asset_ids = wanted if model.max_references else []
        is_in_words_only = wanted and not model.max_references
        self.note = _IN_WORDS_ONLY.format(model.name) if is_in_words_only else ""

    def __bool__(self) -> bool:
        """Return whether anything is to be in the image."""
        return bool(self._parts)

    def shows(self, asset_id: str) -> bool:
        """Return whether a picture that is sent is this asset."""
        return asset_id in self._asset_ids

    def check(self) -> None:
        """Raise InvalidError for more pictures than the model takes, or for a missing one."""
        most = self._model.max_references
        if len(self._asset_ids) > most:
            raise InvalidError(
                f"Scene {self._number} has too many reference pictures",
                f"There are {len(self._asset_ids)} of its cast and of selected assets."
                f" {self._model.name} takes {most}: leave some out, or choose another model.",
            )
        for part in self._parts:
            for asset_id in assets.missing(self._store, self._project_id, part.asset_ids):
                raise _missing_picture(asset_id, part.name)

    def lines(self) -> list[Depicted]:
        """Return what the prompt says, with the numbers of the pictures, from 1."""
        numbers = {asset_id: number for number, asset_id in enumerate(self._asset_ids, 1)}
        return [
            Depicted(
                part.name,
                part.kind,
                part.description,
                [numbers[each] for each in part.asset_ids if each in numbers],
            )
            for part in self._parts
        ]

    def pictures(self) -> list[Picture]:
        """Return the pictures to send. Raises InvalidError as `check`."""
        self.check()
        return [self._read(asset_id) for asset_id in self._asset_ids]

    def _read(self, asset_id: str) -> Picture:
        try:
            stored = assets.open_file(self._store, self._project_id, asset_id)
        except NotFoundError:
            raise _missing_picture(asset_id, "the cast") from None
        with stored.file:
            return Picture(stored.file.readall(), stored.media_type)

    def _member(self, member_id: str) -> _Part:
        try:
            member = self._store.cast(self._project_id).snapshot(member_id).values
        except NotFoundError:
            raise InvalidError(
                f"A member of the cast of scene {self._number} is missing",
                f"{member_id} is not in the project: take it out of the scene.",
            ) from None
        return _Part(member["name"], member["kind"], member["description"], member["assetIds"])

    def _selected(self, work: Json) -> Iterator[_Part]:
        """Yield the selected images that do not show a member."""
        if work["assetUsageMode"] == "direct":
            return
        shown = _asset_ids(self._parts)
        for asset_id in work["selectedAssetIds"]:
            asset = selected_asset(self._store, self._project_id, asset_id)
            if asset["type"] == "image" and asset_id not in shown:
                yield _Part(asset["name"], "", asset.get("description") or "", [asset_id])


def scene_cast(store: Store, work: Json, scene: Json, call: Json) -> SceneCast:
    """Return the cast of a scene for the model of a call. Raises InvalidError."""
    return SceneCast(store, work, scene, find_model("image", call["provider"], call["model"]))


def selected_asset(store: Store, project_id: str, asset_id: str) -> assets.Asset:
    """Return the document of a selected asset. Raises InvalidError."""
    try:
        return assets.document(store, project_id, asset_id)
    except NotFoundError:
        raise missing_asset(asset_id) from None


def _asset_ids(parts: Iterable[_Part]) -> list[str]:
    """Return the ids of the assets that show parts, each once, in their order."""
    return list(dict.fromkeys(asset_id for part in parts for asset_id in part.asset_ids))


def _missing_picture(asset_id: str, name: str) -> InvalidError:
    return InvalidError(
        f"A picture of {name} is missing",
        f"{asset_id} is not in the project: restore it, or take it out of the cast.",
    )


def cast_of(store: Store, work: Json) -> list[dict[str, Any]]:
    """Return the cast that a scenario of a work may have; none where scenes show photos."""
    if work["assetUsageMode"] == "direct":
        return []
    listed: list[dict[str, Any]] = orjson.loads(service.list_json(store, work["projectId"]))["cast"]
    return listed[::-1]


def with_cast(scene: Json, cast: Sequence[Json]) -> dict[str, Any]:
    """Return a scene of a scenario with the ids of the members that it names.

    Names that no member has are left out: a model may invent some.
    """
    ids = {unicodedata.normalize("NFC", each["name"]): each["id"] for each in cast}
    named = [unicodedata.normalize("NFC", name.strip()) for name in scene["cast"]]
    found = list(dict.fromkeys(ids[name] for name in named if name in ids))[:MAX_SCENE_CAST]
    rest = {key: value for key, value in scene.items() if key != "cast"}
    return {**rest, "cast": found} if found else rest
