"""Four people who edit one work in their browsers at once, by a random script.

They use the page's own code: what they do goes through the document that the page shows. Each has
texts, clips, a field of the brief and one of each scene that only this person changes, so that it
is known what has to be there in the end; the order and the lengths of clips, and the name of the
work, everybody changes.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from random import Random
from typing import Any

from playwright.sync_api import Browser, Page, expect

from tests.browser import TIMEOUT
from tests.console.visit import Visit
from tests.jobs.helpers import until
from tests.service import Client, Service

Json = dict[str, Any]

NAMES = ("Ana", "Ben", "Cleo", "Dan")
BRIEF = ("productName", "productDescription", "targetAudience", "language")
PROMPTS = ("image_prompt", "video_prompt", "negative_prompt", "text_overlay")
TRANSITIONS = ("cut", "fade", "slide", "wipeleft")
SCENES = 4
MOST = 20  # texts of a person, and clips: a work may have so many
PATIENCE = 120  # seconds: a page notices after 45 that the stream of events is silent

_BEGIN = """async (path) => {
    const base = new URL(".", document.querySelector("script[type=module]").src);
    const load = (name) => import(new URL(name, base));
    const { openDocuments } = await load("documents/document.js");
    const scenes = await load("screens/work/scenes/actions.js");
    const work = [...openDocuments].find((each) => each.path === path);
    const operate = (operation) => {
        try {
            work.operate([operation]);
            return true;
        } catch (error) {
            if (error.name !== "OperationError") throw error;
            return false;
        }
    };
    const decide = (own, choices) => {
        for (const conflict of work.conflicts.value) {
            const [, , field] = conflict.path.split(".");
            const isOwn = field === own || (conflict.path === "name" && choices);
            work.resolve(conflict, isOwn ? "mine" : "theirs");
        }
    };
    window.trial = { work, operate, decide, ...scenes };
}"""
_IS_SETTLED = "!trial.work.isDirty && !trial.work.conflicts.value.length"


class Someone:
    """One of the people, with a browser of their own, and what they have done that must stay."""

    def __init__(self, visit: Visit, number: int, seed: int) -> None:
        self.visit = visit
        self.name = NAMES[number]
        self.random = Random(f"{seed} {number}")
        self.fields: Json = {}  # of the brief
        self.prompts: dict[str, int] = {}  # with the index that the scene had then
        self.words: dict[str, str] = {}  # by the id of the text
        self.clips: set[str] = set()
        self.order: list[int] | None = None  # of the scenes, if this person has moved them
        self._brief, self._prompt = BRIEF[number], PROMPTS[number]
        self._moves_scenes = number == 0
        self._made = 0

    @property
    def page(self) -> Page:
        return self.visit.page

    def call(self, function: str, argument: Any = None) -> Any:
        return self.page.evaluate(function, argument)

    def open(self, path: str) -> None:
        """Show the work in the editor."""
        self.visit.open(f"{path.removeprefix('/api')}/edit")
        expect(self.page.locator(".save-status")).to_be_visible()
        self.call(_BEGIN, path)

    def value(self) -> Json:
        """Return the work as it is shown."""
        value: Json = self.call("trial.work.value.value")
        return value

    def act(self, trial: "Trial") -> None:
        """Do something at random."""
        actions: dict[Callable[[Trial], None], float] = {
            self._write: 3,
            self._rewrite: 3,
            self._insert: 2,
            self._edit_clip: 5,
            self._delete_clip: 0.5,
            self._prompt_scene: 4,
            self._add_scene: 1,
            self._remove_scene: 0.3,
            self._fill_brief: 2,
            self._rename: 0.5,
            self._save: 1,
        }
        if self._moves_scenes:
            actions[self._move_scene] = 2
        [action] = self.random.choices([*actions], [*actions.values()])
        action(trial)

    def lose_connection(self) -> None:
        """Work on without the service; `settle` finds it again."""
        self.visit.context.set_offline(True)

    def settle(self) -> None:
        """Decide conflicts, and save."""
        self.visit.context.set_offline(False)
        self.call("([own, mine]) => trial.decide(own, mine)", [self._prompt, self._chance()])
        self.call("() => trial.work.flush()")

    def _chance(self) -> bool:
        return self.random.random() < 0.5

    def _new(self, kind: str) -> str:
        self._made += 1
        return f"{kind}_{self.name}_{self._made}"

    def _operate(self, **operation: Any) -> bool:
        return bool(self.call("(operation) => trial.operate(operation)", operation))

    def _write(self, trial: "Trial") -> None:
        if len(self.words) == MOST:
            return self._delete_text(trial)
        new, words = self._new("text"), self._new("words")
        start = round(self.random.uniform(0, 10), 2)
        times = {"start": start, "end": start + 1}
        if self._operate(op="text", new=new, text=words, **times):
            self.words[new] = words
        return None

    def _delete_text(self, _: "Trial") -> None:
        text = self.random.choice(sorted(self.words))
        self._operate(op="delete", kind="text", id=text)
        del self.words[text]

    def _rewrite(self, trial: "Trial") -> None:
        if not self.words:
            return self._write(trial)
        text, words = self.random.choice([*self.words]), self._new("words")
        moved = self.random.choice(
            ({}, {"x": self.random.randint(-90, 90)}, {"start": 2, "end": 4})
        )
        if self._operate(op="text", id=text, text=words, **moved):
            self.words[text] = words
        return None

    def _insert(self, trial: "Trial") -> None:
        if len(self.clips) == MOST:
            return self._delete_clip(trial)
        new, scene = self._new("clip"), self.random.randrange(SCENES)
        after = self.random.choice((None, *self._clips()))
        if self._operate(op="insert", scene=scene, new=new, after=after, seconds=2):
            self.clips.add(new)
        return None

    def _edit_clip(self, _: "Trial") -> None:
        clips = self._clips()
        clip = self.random.choice(clips)
        seconds = round(self.random.uniform(0.1, 4), 2)
        operation: Json = self.random.choice(
            (
                {"op": "move", "after": self.random.choice((None, *clips))},
                {"op": "move", "after": self.random.choice((None, *clips))},
                {"op": "trim", "seconds": seconds},
                {"op": "trim", "from": round(seconds / 4, 2)},
                {"op": "gap", "seconds": round(seconds / 4, 2)},
                {"op": "transition", "transition": self.random.choice(TRANSITIONS)},
            )
        )
        self._operate(**operation, clip=clip)

    def _delete_clip(self, _: "Trial") -> None:
        if self.clips:
            clip = self.random.choice(sorted(self.clips))
            self._operate(op="delete", kind="clip", id=clip)
            self.clips.remove(clip)

    def _clips(self) -> list[str]:
        return [clip["id"] for clip in self.value()["editorState"]["editorData"]["videoTrack"]]

    def _scenes(self) -> list[int]:
        return [scene["scene_index"] for scene in self.value()["scenes"]]

    def _prompt_scene(self, _: "Trial") -> None:
        scene, words = self.random.choice(self.value()["scenes"]), self._new("prompt")
        edit = "([scene, fields]) => trial.editScene(trial.work, scene, fields)"
        self.call(edit, [scene["scene_index"], {self._prompt: words}])
        self.prompts.pop(scene.get(self._prompt), None)
        self.prompts[words] = scene["scene_index"]

    def _add_scene(self, trial: "Trial") -> None:
        trial.added.add(self.call("() => trial.addScene(trial.work)"))

    def _remove_scene(self, trial: "Trial") -> None:
        added = [each for each in self.value()["scenes"] if each["scene_index"] in trial.added]
        if added:
            scene = self.random.choice(added)
            remove = "(scene) => trial.removeScene(trial.work, scene)"
            self.call(remove, scene["scene_index"])
            trial.removed.add(scene["scene_index"])
            trial.removed_prompts |= {scene.get(field) for field in PROMPTS}

    def _move_scene(self, _: "Trial") -> None:
        scenes = self._scenes()
        place = self.random.randrange(len(scenes) - 1)
        pair = scenes[place : place + 2]
        self.call("([a, b]) => trial.swapScenes(trial.work, a, b)", pair)
        self.order = self._scenes()

    def _fill_brief(self, _: "Trial") -> None:
        fields = {self._brief: self._new("brief")}
        self.call("(fields) => trial.work.edit(fields)", fields)
        self.fields |= fields

    def _rename(self, trial: "Trial") -> None:
        name = self._new("name")
        self.call("(name) => trial.work.edit({ name })", name)
        trial.names.add(name)

    def _save(self, _: "Trial") -> None:
        self.settle()


class Trial:
    """Four people in a work, and what they have done to what is everybody's."""

    def __init__(self, people: Sequence[Someone], path: str, owner: Client) -> None:
        self.people = people
        self.path = path
        self.owner = owner
        self.names = {"Teaser"}
        self.added: set[int] = set()
        self.removed: set[int] = set()
        self.removed_prompts: set[str | None] = set()  # of scenes that were removed

    def stored(self) -> Json:
        """Return the work as the service has it."""
        return dict(self.owner.show(self.path))

    def settle(self) -> None:
        """Save everything, and wait until all see the same as the service has."""
        until(self._is_saved, PATIENCE)
        until(self._is_equal, PATIENCE)

    def _is_saved(self) -> bool:
        for someone in self.people:
            someone.settle()
        return all(someone.call(_IS_SETTLED) for someone in self.people)

    def _is_equal(self) -> bool:
        stored = self.stored()
        return all(someone.value() == stored for someone in self.people)

    def losses(self) -> list[str]:
        """Return what is not there any more, although nobody has changed or removed it since."""
        work = self.stored()
        return [*self._lost_fields(work), *self._lost_scenes(work), *self._lost_objects(work)]

    def _lost_fields(self, work: Json) -> Iterator[str]:
        if work["name"] not in self.names:
            yield f"name is {work['name']!r}"
        for someone in self.people:
            for field, value in someone.fields.items():
                if work[field] != value:
                    yield f"{field} is {work[field]!r}, not {value!r}"

    def _lost_scenes(self, work: Json) -> Iterator[str]:
        scenes = {scene["scene_index"]: scene for scene in work["scenes"]}
        kept = {*range(SCENES)} | self.added - self.removed
        for index in sorted(kept - scenes.keys()):
            yield f"scene {index}"
        for someone, field in zip(self.people, PROMPTS, strict=True):
            found = {scene.get(field): index for index, scene in scenes.items()}
            for value in someone.prompts.keys() - self.removed_prompts - found.keys():
                yield f"{field} {value!r} of scene {someone.prompts[value]}"
            for value in someone.prompts.keys() & found.keys():
                # One that two people have added gets another index.
                if someone.prompts[value] < SCENES and found[value] != someone.prompts[value]:
                    yield f"{field} {value!r} is in scene {found[value]}"
        order = [index for index in self.people[0].order or () if index < SCENES]
        present = [index for index in scenes if index < SCENES]
        if order and present != order:
            yield f"scenes are in the order {present}, not {order}"

    def _lost_objects(self, work: Json) -> Iterator[str]:
        state = work["editorState"]
        clips = {clip["id"] for clip in state["editorData"]["videoTrack"]}
        for someone in self.people:
            yield from sorted(someone.clips - clips)
            for text, words in someone.words.items():
                found = state["textOverlays"].get(text, {}).get("text")
                if found != words:
                    yield f"{text} is {found!r}, not {words!r}"


@contextmanager
def four_people(browser: Browser, service: Service, seed: int) -> Iterator[Trial]:
    """Let four people open a work of the first one, of whose project the others are editors."""
    with ExitStack() as stack:
        visits = []
        for _ in NAMES:
            context = stack.enter_context(browser.new_context(reduced_motion="reduce"))
            context.set_default_timeout(TIMEOUT)
            visits.append(Visit(context, service))
        for visit in visits:
            visit.expect_problem("412")  # of a save that begins before the page heard of another
            visit.expect_problem("404")  # of media that scenes do not have
            visit.expect_problem("ERR_INTERNET_DISCONNECTED")
            visit.expect_problem("503")  # of a busy machine: the page tries again
        clients = [visit.log_in(name) for visit, name in zip(visits, NAMES, strict=True)]
        owner = clients[0]
        project = owner.new_project(name="Spring")
        for client in clients[1:]:
            join(owner, client, project)
        path = owner.new_work(project, name="Teaser")
        owner.save(path, {"scenes": _scenes(), "editorState": {"editorData": _tracks()}})
        people = [Someone(visit, number, seed) for number, visit in enumerate(visits)]
        for someone in people:
            someone.open(path)
        yield Trial(people, path, owner)
        assert [visit.problems for visit in visits] == [[] for _ in visits]


def join(owner: Client, client: Client, project: str, role: str = "editor") -> None:
    """Let somebody accept an invitation to a project."""
    made = owner.create(f"{project}/invitations", {"role": role})
    token = made["url"].rpartition("/")[2]
    assert client.post(f"/api/invitations/{token}/accept").status == 200


def _scenes() -> list[Json]:
    texts = dict.fromkeys(PROMPTS, "")
    return [
        {"scene_index": index, "duration_seconds": 3, **texts, "transition": "cut"}
        for index in range(SCENES)
    ]


def _tracks() -> Json:
    clips = [
        {"id": f"clip-{index}", "sceneIndex": index, "start": 3 * index, "end": 3 * index + 3}
        for index in range(SCENES)
    ]
    return {"videoTrack": clips, "textTrack": [], "imageTrack": [], "audioTrack": []}
