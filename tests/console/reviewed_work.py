"""A work with a small exported video, to be reviewed."""

from pathlib import Path
from typing import Any, NamedTuple

from tests.export.sources import Sources, sine
from tests.service import Answer, Client, Service

COUNT = 40  # frames of the video


class Reviewed(NamedTuple):
    """A work whose owner is `client`: its path in the API, and its exports, newest first."""

    client: Client
    service: Service
    work: str

    @property
    def page(self) -> str:
        """The address of the work's page."""
        return self.work.removeprefix("/api")

    @property
    def export_id(self) -> str:
        """The newest export."""
        return str(self.client.get(f"{self.work}/exports").json["exports"][0]["id"])

    def export(self, fps: float = 30, **options: Any) -> str:
        """Export the work; return the export's id."""
        body = {"options": {"quality": "draft", "fps": fps, **options}}
        assert self.client.post(f"{self.work}/export", body).status == 200
        return self.export_id

    def share(self, **fields: Any) -> str:
        """Make a review link; return its token."""
        made = self.client.create(f"{self.work}/reviews", fields)
        return str(made["url"]).rpartition("/")[2]

    def guest(self, link: str, name: str = "Bea", **password: str) -> str:
        """Open a link as a guest; return the guest's token."""
        body = {"name": name, **password}
        entered = self.service.request("POST", f"/api/review/{link}/guest", body)
        assert entered.status == 201, entered.body
        return str(entered.json["guestToken"])

    def say(self, link: str, token: str, **fields: Any) -> Answer:
        """Comment as a guest."""
        path = f"/api/review/{link}/comments"
        return self.service.request("POST", path, fields, X_Guest_Token=token)

    def comments(self) -> list[dict[str, Any]]:
        """Return the comments on the work, as its members read them."""
        listed: list[dict[str, Any]] = self.client.get(f"{self.work}/comments").json["comments"]
        return listed


def create(
    service: Service, client: Client, sources: Sources, fps: str = "30", name: str = "Teaser"
) -> Reviewed:
    """Create a work of one clip, whose frames have their numbers on them, and export it."""
    work = client.new_work(client.new_project(name="Spring"), name=name)
    clip = _numbered(sources, fps)
    stored = client.put(f"{work}/media/scene/0/video", clip.read_bytes(), Content_Type="video/mp4")
    assert stored.status == 200, stored.body
    rate = round(number(fps), 2)
    seconds = COUNT / number(fps)
    clips = [{"id": "clip", "start": 0, "end": seconds, "sceneIndex": 0}]
    size = {"width": 160, "height": 160, "fps": rate}
    state = {"editorData": {"videoTrack": clips}, "exportSettings": size}
    assert client.put(work, {"editorState": state, "videoDuration": seconds}).status == 200
    reviewed = Reviewed(client, service, work)
    reviewed.export(rate)
    return reviewed


def _numbered(sources: Sources, fps: str) -> Path:
    name = f"reviewed-{fps.replace('/', '-')}.mp4"
    return sources.numbered(0, COUNT, fps, (160, 160), sound=sine(220), name=name)


def number(fps: str) -> float:
    """Return a rate such as 30000/1001 as a number."""
    first, _, second = fps.partition("/")
    return float(first) / float(second or 1)
