"""Projects, with their works and assets."""

from typing import Any

from vidworks_client._sync.sending import send_file
from vidworks_client._sync.transport import Transport
from vidworks_client.files import OnBytes, Source
from vidworks_client.models import Asset, Project, Work
from vidworks_client.reading import body, read, read_all


class Projects:
    """Your projects."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def create(self, name: str, **fields: Any) -> Project:
        """Create a project; `fields` are further ones, in camelCase."""
        answer = self._transport.json("POST", "/api/projects", json={"name": name, **fields})
        return read(Project, answer)

    def list(self) -> list[Project]:
        """Return all projects, the most recently changed first."""
        return read_all(Project, self._transport.json("GET", "/api/projects"))

    def get(self, project_id: str) -> Project:
        """Return a project; its prompts and style guide are in `raw`."""
        return read(Project, self._transport.json("GET", f"/api/projects/{project_id}"))

    def named(self, name: str) -> Project:
        """Return your own project of a name, which is created if you have none."""
        own = self._transport.json("GET", "/api/projects", params={"shared": 0})
        found = [each for each in read_all(Project, own) if each.name == name]
        return found[0] if found else self.create(name)

    def delete(self, project_id: str) -> None:
        """Delete a project with everything in it."""
        self._transport.send("DELETE", f"/api/projects/{project_id}")


class Works:
    """The works of projects: a work is one video."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def create(self, project_id: str, **fields: Any) -> Work:
        """Create a work; `fields` are those of its brief, in camelCase, such as `productName`."""
        path = f"/api/projects/{project_id}/works"
        return read(Work, self._transport.json("POST", path, json=fields))

    def list(self, project_id: str) -> list[Work]:
        """Return the works of a project, the most recently changed first."""
        path = f"/api/projects/{project_id}/works"
        return read_all(Work, self._transport.json("GET", path))

    def get(self, project_id: str, work_id: str) -> Work:
        """Return a work; its scenes and timeline are in `raw`."""
        path = f"/api/projects/{project_id}/works/{work_id}"
        return read(Work, self._transport.json("GET", path))

    def update(self, work: Work, **fields: Any) -> Work:
        """Change the fields that are given, in camelCase; others are kept."""
        return read(Work, self._transport.json("PATCH", work.path, json=fields))

    def upload(
        self, work: Work, slot: str, source: Source, *, on_bytes: OnBytes | None = None
    ) -> str:
        """Store a local file, or one at an address, as media of a work, and return its address.

        `slot` is one of `reference`, `audio`, `scene/0/image`, `scene/0/video`, `scene/0/voice`.
        """
        path, part = f"{work.path}/media/{slot}", _PARTS.get(slot, "file")
        answer = send_file(self._transport, path, part, source, {}, on_bytes)
        return str(answer.get("url") or answer.get("audioUrl"))

    def delete(self, work: Work) -> None:
        """Delete a work with its media."""
        self._transport.send("DELETE", work.path)


class Assets:
    """The assets of projects: images, videos, sounds and fonts."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def add(
        self,
        project_id: str,
        source: Source,
        *,
        name: str | None = None,
        tags: list[str] | None = None,
        description: str | None = None,
        on_bytes: OnBytes | None = None,
        idempotency_key: str | None = None,
    ) -> Asset:
        """Store a local file, or one at an address, as an asset of a project.

        `on_bytes` is called with the bytes of a local file that were sent, and all of them. An
        `idempotency_key` of your own makes it repeatable for a day, even by another program.
        """
        path = f"/api/projects/{project_id}/assets"
        form = body(name=name, tags=tags, description=description)
        answer = send_file(
            *(self._transport, path, "file", source, form, on_bytes),
            idempotency_key=idempotency_key,
        )
        if "assetId" in answer:  # of a job
            return self.get(project_id, answer["assetId"])
        return read(Asset, answer)

    def list(self, project_id: str, *, type: str | None = None) -> list[Asset]:  # noqa: A002
        """Return the assets of a project, or those of a type: `image`, `video`, `audio`, `font`."""
        path, query = f"/api/projects/{project_id}/assets", body(type=type)
        answer = self._transport.json("GET", path, params=query)
        return read_all(Asset, answer["assets"])

    def get(self, project_id: str, asset_id: str) -> Asset:
        """Return an asset."""
        path = f"/api/projects/{project_id}/assets/{asset_id}/meta"
        return read(Asset, self._transport.json("GET", path))

    def delete(self, asset: Asset) -> None:
        """Delete an asset. Works that use it keep its ID, and miss it."""
        self._transport.send("DELETE", f"/api/projects/{asset.project_id}/assets/{asset.id}")


_PARTS = {"reference": "video", "audio": "audio"}
