"""Whole videos, from a sentence and pictures to a file."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from vidworks_client._async.io import Stream
from vidworks_client._async.library import AsyncAssets, AsyncProjects
from vidworks_client._async.pages import pages_of
from vidworks_client._async.transport import Transport
from vidworks_client._async.waiting import path_of, wait_for
from vidworks_client.errors import ConflictError
from vidworks_client.files import Source, as_data, fit_into_json, is_local, upload_key
from vidworks_client.models import AnyJob, Video
from vidworks_client.reading import body, read
from vidworks_client.vendors import Vendors

_ALL = "/api/videos"
_PROJECT = "Videos"  # of the service, for videos without a project


class AsyncVideos:
    """The jobs that make whole videos. One is given as an object, or by its ID."""

    def __init__(self, transport: Transport, projects: AsyncProjects, assets: AsyncAssets) -> None:
        self._transport = transport
        self._projects = projects
        self._assets = assets

    async def create(
        self,
        prompt: str | None = None,
        *,
        assets: Iterable[Source] = (),
        name: str | None = None,
        project: str | None = None,
        scene_count: int | None = None,
        video_duration: float | None = None,
        language: str | None = None,
        resolution: Mapping[str, int] | None = None,
        template: str | None = None,
        sound: bool | Mapping[str, Any] | None = None,
        scenes: list[Mapping[str, Any]] | None = None,
        export: bool | Mapping[str, Any] | None = None,
        webhook_url: str | None = None,
        webhook_events: list[str] | None = None,
        metadata: Mapping[str, Any] | None = None,
        vendors: Vendors | None = None,
        idempotency_key: str | None = None,
        **brief: Any,
    ) -> Video:
        """Order a video: `prompt` says in a sentence what it is about.

        `assets` are pictures (and music): local files, addresses, data URLs or IDs of assets.
        `brief` are further fields of the brief, in camelCase, such as `targetAudience`.
        An `idempotency_key` of your own makes the order repeatable, even by another program; with
        more than 6 MB of local files, for a day.
        """
        fields = body(
            prompt=prompt,
            name=name,
            project=project,
            scene_count=scene_count,
            video_duration=video_duration,
            language=language,
            resolution=resolution,
            template=template,
            sound=sound,
            scenes=scenes,
            export=export,
            webhook_url=webhook_url,
            webhook_events=webhook_events,
            metadata=metadata,
        )
        fields |= brief | await self._send_files(list(assets), project, idempotency_key)
        answer = await self._transport.json(
            "POST",
            _ALL,
            json=fields,
            headers=(vendors or Vendors()).headers(),
            idempotency_key=idempotency_key,
        )
        return read(Video, answer)

    async def get(self, video: AnyJob | str) -> Video:
        """Return a video's job as it is now; once it is done, with links that are valid."""
        return read(Video, await self._transport.json("GET", _path_of(video)))

    async def list(self, *, limit: int | None = 50) -> list[Video]:
        """Return the newest videos' jobs; all of them if `limit` is None."""
        return [
            read(Video, each)
            async for page in pages_of(self._transport, _ALL, {}, limit)
            for each in page
        ]

    async def iterate(self) -> Stream[Video]:
        """Yield all videos' jobs, newest first, and ask the service for more when needed."""
        async for page in pages_of(self._transport, _ALL, {}, None):
            for each in page:
                yield read(Video, each)

    async def wait(
        self,
        video: AnyJob | str,
        *,
        timeout: float | None = None,
        on_progress: Callable[[Video], None] | None = None,
    ) -> Video:
        """Return a video's job once it has succeeded; `on_progress` gets it as it changes.

        Raises JobError if it fails, is interrupted or cancelled, and WaitTimeoutError.
        """
        return await wait_for(self._transport, await self.get(video), timeout, on_progress)

    async def cancel(self, video: AnyJob | str) -> Video:
        """Cancel a video's job; what it has finished is kept."""
        path = _path_of(video)
        return read(Video, await self._transport.json("POST", f"{path}/cancel"))

    async def resume(self, video: AnyJob | str, *, vendors: Vendors | None = None) -> Video:
        """Continue where a video's job failed, was interrupted or cancelled; one that runs goes on.

        Finished steps are kept, and not paid again.
        """
        path, headers = _path_of(video), (vendors or Vendors()).headers()
        try:
            answer = await self._transport.json("POST", f"{path}/resume", headers=headers)
        except ConflictError:
            current = await self.get(path)
            if current.is_finished:
                raise
            return current
        return read(Video, answer)

    async def _send_files(
        self, sources: Sequence[Source], project: str | None, key: str | None
    ) -> dict[str, Any]:
        """Return the fields of an order for its assets: small files as data, others uploaded.

        With a `key`, the same files are the same assets, so that the order is the same.
        """
        if not sources:
            return {}
        if fit_into_json(sources):
            return {"assets": [as_data(each) if is_local(each) else each for each in sources]}
        project_id = project
        if project_id is None:
            home = await self._projects.named(_PROJECT)
            project_id = home.id
        sent = []
        for number, source in enumerate(sources):
            sent.append(await self._asset(project_id, source, key and upload_key(key, number)))
        return {"assets": sent, "project": project_id}

    async def _asset(self, project_id: str, source: Source, key: str | None) -> Any:
        if not is_local(source):
            return source
        asset = await self._assets.add(project_id, source, idempotency_key=key)
        return asset.id


def _path_of(video: AnyJob | str) -> str:
    """Return the address of a video, also if it is given as a job, such as that of an error."""
    return path_of(video if isinstance(video, str) else video.id, _ALL)
