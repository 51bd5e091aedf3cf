"""Projects, with their works and assets."""

from typing import Any

from vidworks_client._async.sending import send_file
from vidworks_client._async.transport import Transport
from vidworks_client.files import OnBytes, Source
from vidworks_client.models import Asset, Project, Work
from vidworks_client.reading import body, read, read_all


class AsyncProjects:
    """Your projects."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    async def create(self, name: str, **fields: Any) -> Project:
        """Create a project; `fields` are further ones, in camelCase."""
        answer = await self._transport.json("POST", "/api/projects", json={"name": name, **fields})
        return read(Project, answer)

    async def list(self) -> list[Project]:
        """Return all projects, the most recently changed first."""
        return read_all(Project, await self._transport.json("GET", "/api/projects"))

    async def get(self, project_id: str) -> Project:
        """Return a project; its prompts and style guide are in `raw`."""
        return read(Project, await self._transport.json("GET", f"/api/projects/{project_id}"))

    async def named(self, name: str) -> Project:
        """Return your own project of a name, which is created if you have none."""
        own = await self._transport.json("GET", "/api/projects", params={"shared": 0})
        found = [each for each in read_all(Project, own) if each.name == name]
        return found[0] if found else await self.create(name)

    async def delete(self, project_id: str) -> None:
        """Delete a project with everything in it."""
        await self._transport.send("DELETE", f"/api/projects/{project_id}")


class AsyncWorks:
    """The works of projects: a work is one video."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    async def create(self, project_id: str, **fields: Any) -> Work:
        """Create a work; `fields` are those of its brief, in camelCase, such as `productName`."""
        path = f"/api/projects/{project_id}/works"
        return read(Work, await self._transport.json("POST", path, json=fields))

    async def list(self, project_id: str) -> list[Work]:
        """Return the works of a project, the most recently changed first."""
        path = f"/api/projects/{project_id}/works"
        return read_all(Work, await self._transport.json("GET", path))

    async def get(self, project_id: str, work_id: str) -> Work:
        """Return a work; its scenes and timeline are in `raw`."""
        path = f"/api/projects/{project_id}/works/{work_id}"
        return read(Work, await self._transport.json("GET", path))

    async def update(self, work: Work, **fields: Any) -> Work:
        """Change the fields that are given, in camelCase; others are kept."""
        return read(Work, await self._transport.json("PATCH", work.path, json=fields))

    async def upload(
        self, work: Work, slot: str, source: Source, *, on_bytes: OnBytes | None = None
    ) -> str:
        """Store a local file, or one at an address, as media of a work, and return its address.

        `slot` is one of `reference`, `audio`, `scene/0/image`, `scene/0/video`, `scene/0/voice`.
        """
        path, part = f"{work.path}/media/{slot}", _PARTS.get(slot, "file")
        answer = await send_file(self._transport, path, part, source, {}, on_bytes)
        return str(answer.get("url") or answer.get("audioUrl"))

    async def delete(self, work: Work) -> None:
        """Delete a work with its media."""
        await self._transport.send("DELETE", work.path)


class AsyncAssets:
    """The assets of projects: images, videos, sounds and fonts."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    async def add(
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
        answer = await send_file(
            *(self._transport, path, "file", source, form, on_bytes),
            idempotency_key=idempotency_key,
        )
        if "assetId" in answer:  # of a job
            return await self.get(project_id, answer["assetId"])
        return read(Asset, answer)

    async def list(self, project_id: str, *, type: str | None = None) -> list[Asset]:  # noqa: A002
        """Return the assets of a project, or those of a type: `image`, `video`, `audio`, `font`."""
        path, query = f"/api/projects/{project_id}/assets", body(type=type)
        answer = await self._transport.json("GET", path, params=query)
        return read_all(Asset, answer["assets"])

    async def get(self, project_id: str, asset_id: str) -> Asset:
        """Return an asset."""
        path = f"/api/projects/{project_id}/assets/{asset_id}/meta"
        return read(Asset, await self._transport.json("GET", path))

    async def delete(self, asset: Asset) -> None:
        """Delete an asset. Works that use it keep its ID, and miss it."""
        await self._transport.send("DELETE", f"/api/projects/{asset.project_id}/assets/{asset.id}")


_PARTS = {"reference": "video", "audio": "audio"}
