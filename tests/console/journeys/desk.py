"""A person who is logged in, and opens new works of clips of one colour each."""

from mimetypes import guess_type

from playwright.sync_api import expect

from tests.console import edited_work
from tests.console.journeys import media
from tests.console.journeys.edit_screen import EditScreen
from tests.console.visit import Visit
from tests.service import Client

_CLIPS = tuple(f"{clip.name}.mp4" for clip in media.CLIPS)


class Desk:
    """A person with a project, who opens works of it in a tab."""

    def __init__(self, visit: Visit, client: Client, *, by_touch: bool = False) -> None:
        self._visit = visit
        self._by_touch = by_touch
        self._client = client
        self._project = client.new_project(name="Journeys")

    def upload(self, name: str) -> None:
        """Put a file into the project."""
        path = f"{self._project}/assets"
        edited_work.upload_bytes(self._client, path, name, media.content(name))

    def open(self, *files: str, captions: bool = False) -> EditScreen:
        """Open the Edit screen of a new work with a scene for each file."""
        work = self._new_work(files or _CLIPS, captions)
        self._visit.go(f"{work.removeprefix('/api')}/edit")
        screen = EditScreen(self._visit.page, self._client, work, by_touch=self._by_touch)
        expect(screen.clips).to_have_count(len(files or _CLIPS))
        return screen

    def _new_work(self, files: tuple[str, ...], captions: bool) -> str:
        work = self._client.new_work(self._project, name="Journey")
        for number, name in enumerate(files):
            media_type = guess_type(name)[0] or ""
            path = f"{work}/media/scene/{number}/{media_type.partition('/')[0]}"
            answer = self._client.put(path, media.content(name), Content_Type=media_type)
            assert answer.status == 200, answer.body
        scenes = [
            {
                "scene_index": number,
                "duration_seconds": media.SECONDS,
                "text_overlay": f"Line {number + 1}" if captions else None,
            }
            for number in range(len(files))
        ]
        size = {"width": media.FRAME[0], "height": media.FRAME[1]}
        state = {"exportSettings": {**size, "fps": media.FPS}}
        self._client.save(work, {"scenes": scenes, "resolution": size, "editorState": state})
        return work
