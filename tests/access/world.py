"""A data directory for the matrix of rights: a shared project, another one, and their people."""

import json
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from flask import Flask

from access.rights import EDITOR, VIEWER
from tests.access.callers import GUEST, MEMBERS, OWNER_OF_SHARED, REMOVED, USERS, Caller, Relation
from tests.access.members import member, set_members, store_of
from tests.people import Person
from tests.walk import PopulatedProject

_IDS = re.compile(r"\b(proj|work|asset|tmpl|job|take|link|trash)_([0-9a-f]{16,32})\b")
_FOREIGN_OWNER, _FOREIGN_MEMBER = "foreign owner", "foreign member"


def mirrored(text: str) -> str:
    """Return a text with other ids: those of the other project in place of the shared one's."""
    return _IDS.sub(lambda match: f"{match[1]}_{match[2][::-1]}", text)


class World:
    """The shared project, which its owner has populated, and a copy with other ids and people."""

    def __init__(self, shared: PopulatedProject) -> None:
        self.shared = shared
        client = shared.owner.client
        names = [caller.name for caller in USERS if caller is not OWNER_OF_SHARED]
        self.people = {
            name: Person.register(client, f"{name.replace(' ', '.')}@example.com")
            for name in (*names, _FOREIGN_OWNER, _FOREIGN_MEMBER)
        }
        self.people[OWNER_OF_SHARED.name] = shared.owner
        self._write_narration()
        self.trash = {
            action: shared.owner.delete(shared.owner.new_work(shared.project)).headers["X-Deleted"]
            for action in ("restore", "remove")
        }
        self._copied_links: list[str] = []
        self.project_id = shared.project.rpartition("/")[2]

    def write(self, data_dir: Path) -> None:
        """Write the members of the shared project, and its copy; the service does not run."""
        shared = data_dir / "projects" / self.project_id
        copy = _copy(shared)
        for trash_id in self.trash.values():
            _copy(data_dir / "trash" / trash_id)
        self._copy_links(data_dir / "links")
        _copy(data_dir / "provider-keys" / self.project_id)
        removed = member(self.people[REMOVED.name], EDITOR, may_pay=True)
        _add_members(shared, *self._members(), removed)
        _add_members(copy, member(self.people[_FOREIGN_MEMBER], VIEWER))
        self._give_copy_to(_FOREIGN_OWNER, data_dir)

    def give_copy_to(self, caller: Caller, data_dir: Path) -> None:
        """Make the copy the caller's own project; its former owner is no member."""
        self._give_copy_to(caller.name, data_dir)

    def remove_member(self, app: Flask) -> None:
        """Remove the member to be removed, after they have used the project."""
        removed = self.person(REMOVED, app)
        assert removed.get(self.shared.work).status_code == 200
        store, removed_id = store_of(app), removed.user["id"]
        members = store.projects.snapshot(self.project_id).values["members"]
        rest = [each for each in members if each["userId"] != removed_id]
        set_members(store, self.project_id, *rest)

    def address(self, url: str, relation: Relation) -> str:
        """Return what in the project of this relation has the place of a URL in the shared one."""
        return url if relation is Relation.SHARED else mirrored(url)

    def person(self, caller: Caller, app: Flask) -> Person:
        """Return a user who sends requests to an application on a copy of the data."""
        known = self.people[caller.name]
        return Person(app.test_client(), known.token, known.user)

    def headers(self, caller: Caller) -> dict[str, str]:
        """Return the credential that a caller sends."""
        if caller.is_user:
            return {"Authorization": f"Bearer {self.people[caller.name].token}"}
        return {"X-Guest-Token": "guest"} if caller is GUEST else {}

    def _write_narration(self) -> None:
        """Let something be said in the scenes of the work."""
        owner, work = self.shared.owner, self.shared.work
        scenes = owner.show(work)["scenes"]
        said = [{**scene, "narration": {"text": "A lamp."}} for scene in scenes]
        owner.save(work, {"scenes": said})

    def _give_copy_to(self, name: str, data_dir: Path) -> None:
        user_id = self.people[name].user["id"]
        project_id = mirrored(self.project_id)
        paths = [data_dir / "projects" / project_id / "project.json"]
        paths += [data_dir / "provider-keys" / project_id / "provider-key.json"]
        paths += [data_dir / "links" / link_id / "link.json" for link_id in self._copied_links]
        for path in paths:
            with _document(path) as values:
                values["userId"] = user_id

    def _copy_links(self, links: Path) -> None:
        """Copy the links that belong to the project, and not to the login that made them."""
        for path in links.glob("*/link.json"):
            link = json.loads(path.read_text())
            if link["target"]["projectId"] == self.project_id and not link["source"]:
                copy = links / mirrored(link["id"]) / path.name
                copy.parent.mkdir()
                copy.write_text(mirrored(path.read_text()))
                self._copied_links.append(copy.parent.name)

    def _members(self) -> list[dict[str, Any]]:
        return [
            member(self.people[each.name], str(each.role), may_pay=each.may_pay) for each in MEMBERS
        ]


def _copy(directory: Path) -> Path:
    """Copy a directory of documents with other ids."""
    copy = directory.with_name(mirrored(directory.name))
    shutil.copytree(directory, copy)
    for path in sorted(copy.rglob("*"), reverse=True):
        if path.suffix == ".json":
            path.write_text(mirrored(path.read_text()))
        path.rename(path.with_name(mirrored(path.name)))
    return copy


def _add_members(project: Path, *members: dict[str, Any]) -> None:
    with _document(project / "project.json") as values:
        values["members"].extend(members)


@contextmanager
def _document(path: Path) -> Iterator[dict[str, Any]]:
    """Change a document that no service has opened."""
    values = json.loads(path.read_text())
    yield values
    path.write_text(json.dumps(values))
