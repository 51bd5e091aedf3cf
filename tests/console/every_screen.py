"""Every screen and tab with usual contents, at the addresses of the page's own table."""

import re
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, expect

from console.screens import SCREENS
from tests.console import edited_work
from tests.service import Client, Service
from tests.works.templates import shapes as templates

_PROMPTS = {"image_prompt": "A lamp", "video_prompt": "It glows", "duration_seconds": 1}
_SCENES = [
    {"scene_index": number, **_PROMPTS, "narration": {"text": "Warm light."}} for number in range(3)
]


class EveryScreen:
    """A project with something of everything, and the addresses that show it."""

    def __init__(self, service: Service, client: Client, directory: Path, samples: Path) -> None:
        self._client = client
        self._samples = samples
        work = edited_work.create(client, directory)
        self.project = f"/projects/{work['projectId']}"
        self.work = f"{self.project}/works/{work['id']}"
        self._ids = {"project_id": work["projectId"], "work_id": work["id"]}
        self._fill_project(service)
        self._fill_work()

    def addresses(self) -> list[str]:
        """Return those of all screens and tabs, new ones included, and of what opens by a query.

        Raises KeyError for a part of an address of which nothing was made.
        """
        screens = [self._address(path) for path in SCREENS]
        asset = f"{self.project}/assets?asset={self._ids['asset_id']}"
        template = f"{self.project}/templates?template={self._ids['template_id']}"
        member = f"{self.project}/cast?member={self._ids['cast_id']}"
        return [*screens, asset, template, member]

    def _address(self, path: str) -> str:
        address = re.sub(r"<id:(\w+)>", lambda each: self._ids[each[1]], path)
        return f"/#{address}" if address.startswith("/invitations/") else address

    def _fill_project(self, service: Service) -> None:
        project = f"/api{self.project}"
        picture = self._samples / "image.jpg"
        self._ids["asset_id"] = edited_work.upload(self._client, f"{project}/assets", picture)
        mina = {"name": "Mina", "kind": "person", "assetIds": [self._ids["asset_id"]]}
        self._ids["cast_id"] = self._make(f"{project}/cast", mina)["id"]
        template = templates.template(content={"textOverlays": [templates.text_overlay()]})
        self._ids["template_id"] = self._make(f"{project}/templates", template)["id"]
        self._make("/api/tokens", {"name": "Scripts", "scopes": ["works:read"]})
        self._client.delete(self._client.new_work(project, name="Draft"))
        member = service.client(service.register(f"member-{self._ids['work_id']}@example.com"))
        invitation = self._make(f"{project}/invitations", {"role": "editor"})["url"]
        member.post(f"/api/invitations/{invitation.rpartition('/')[2]}/accept")
        self._make(f"{project}/invitations", {"role": "viewer"})
        offered = member.post(f"{member.new_project()}/invitations", {"role": "editor"}).json
        self._ids["token_id"] = offered["url"].rpartition("/")[2]

    def _fill_work(self) -> None:
        work = f"/api{self.work}"
        fields = {"scenes": _SCENES, "selectedAssetIds": [self._ids["asset_id"]]}
        assert self._client.request("PATCH", work, fields).status == 200
        self._put(f"{work}/media/scene/0/voice", "audio.wav", "audio/wav")
        self._put(f"{work}/media/reference", "video.mp4", "video/mp4")
        self._client.post(f"{work}/jobs", {"kind": "scenes", "sceneIndexes": [1]})
        options = {"quality": "draft", "to": 0.2}
        assert self._client.post(f"{work}/export", {"options": options}).status == 200
        self.review = "/review/" + self._make(f"{work}/reviews", {})["url"].rpartition("/")[2]
        self._make(f"{work}/comments", {"frame": 0, "text": "Brighter"})

    def _put(self, path: str, name: str, media_type: str) -> None:
        content = (self._samples / name).read_bytes()
        answer = self._client.put(path, content, Content_Type=media_type)
        assert answer.status == 200, answer.body

    def _make(self, path: str, body: Any) -> Any:
        answer = self._client.post(path, body)
        assert answer.status == 201, answer.body
        return answer.json


def wait_until_shown(page: Page) -> None:
    """Wait until the screen that was opened is there."""
    expect(page.get_by_role("heading", level=1).first).to_be_attached()
    expect(page.get_by_text("Loading…")).to_have_count(0)
    expect(page.locator("#main").locator("a, button, input").first).to_be_attached()
