"""A random history: what people do with projects that they share, and what each may read then.

Everybody does everything at random, whether they may or not. The model knows what today's rules
give them; each answer is compared with it, and searched for names that its reader may not see.
"""

import os
import random
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import Any, NamedTuple

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from access.rights import CHANGE, MANAGE, PAY, SEE
from app import create_services
from storage.queue import CREATION_SECONDS
from tests.export.stored import export_document, keep_export
from tests.histories.model import Document, Member, Place, Project
from tests.jobs.helpers import MODEL_HEADERS, until
from tests.people import Person

_CHANGES = ("mkdir", "link", "replace", "rename", "unlink", "utime", "ftruncate", "write")
_REFUSED = {400, 403, 404, 409, 410}
_PEOPLE = ("ana", "ben", "cem", "dee", "eli")
_KEY = "Idempotency-Key"

Json = dict[str, Any]


class KilledError(BaseException):
    """Ends a request right before a change of the disk, as SIGKILL does."""


class Sent(NamedTuple):
    """A request with an Idempotency-Key, the id of what it made, if anything, and where that is."""

    person: str
    url: str
    body: Json
    key: str
    made: str | None
    project: Project | None
    document: Document | None


class History:
    """The people, their projects, and the requests of a history."""

    def __init__(self, app: Flask, seed: int) -> None:
        self.app = app
        app.extensions["services"].jobs.worker.start()
        self.random = random.Random(seed)
        client = app.test_client()
        self.people = {
            name: Person.register(client, f"{name}-{seed}@example.com") for name in _PEOPLE
        }
        self.projects: list[Project] = []
        self.sent: list[Sent] = []
        self.invitations: list[tuple[Project, str, str]] = []  # its maker, and its address
        self.ended: set[str] = set()  # of these addresses
        # what a review link is of, its maker, and its address
        self.shared: list[tuple[Project, Document, str, str]] = []
        self.steps: list[str] = []
        self.number = 0

    def run(self, steps: int) -> None:
        """Do this many things at random, and look at everything now and then."""
        actions = self._actions()
        for step in range(steps):
            [action] = self.random.choices([*actions], [*actions.values()])
            action()
            if step % 8 == 7:
                self.check_views()

    def _actions(self) -> dict[Callable[[], None], int]:
        """The things that are done, and how often each is."""
        return {
            self._create_project: 3,
            self._create_work: 4,
            self._rename_project: 2,
            self._rename_work: 3,
            self._invite: 3,
            self._accept: 5,
            self._change_member: 3,
            self._remove_member: 2,
            self._hand_over: 5,
            self._delete_project: 4,
            self._delete_work: 4,
            self._restore: 6,
            self._remove_for_good: 1,
            self._repeat: 6,
            self._share: 2,
            self._guest: 3,
            self._order: 3,
            self._order_with_a_kill: 1,
        }

    # Requests

    def _send(
        self, person: str, method: str, url: str, body: Json | None = None, **headers: str
    ) -> TestResponse:
        """Send a request; what it answers must not name what the person may not see now."""
        hidden = {name for name in self._hidden_from(person) if name not in str(body)}
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        answer = self.people[person].request(method, url, json=body, headers=named)
        self.steps.append(f"{person}: {method} {url} {body or ''} -> {answer.status_code}")
        assert answer.status_code < 500, self._told(answer.text)
        self._check_text(person, answer.text, hidden)
        return answer

    def _check_text(self, person: str, text: str, hidden: set[str]) -> None:
        for name in hidden:
            assert name not in text, self._told(f"{person} reads {name}: {text}")

    def _hidden_from(self, person: str) -> set[str]:
        """Return the names that somebody may not read now."""
        names: set[str] = set().union(*(project.all_names for project in self.projects))
        own = (
            sent.body["scenes"][0]["image_prompt"] for sent in self.sent if _is_order(sent, person)
        )
        return names.difference(own, *(project.shown_to(person) for project in self.projects))

    def _create(self, person: str, url: str, project: Project | None) -> Document | None:
        """Create a work or a project with a key; None if that was refused."""
        key, name = self._new_name("key"), self._new_name("name")
        answer = self._send(person, "POST", url, {"name": name}, Idempotency_Key=key)
        document: Document | None = None
        if answer.status_code == 201:
            made = answer.json["id"]
            if project is None:
                document = project = Project(made, f"{url}/{made}", {name}, owner=person)
                self.projects.append(project)
            else:
                document = Document(made, f"{url}/{made}", {name})
                project.works.append(document)
        made = document.id if document else None
        self.sent.append(Sent(person, url, {"name": name}, key, made, project, document))
        return document

    # What people do

    def _create_project(self) -> None:
        assert self._create(self._person(), "/api/projects", None), self._told("refused")

    def _rename_project(self) -> None:
        if (project := self._any_project()) is None:
            return
        person, name = self._person(project), self._new_name("renamed")
        if project.may(person, MANAGE):
            project.names.add(name)  # it may be answered
        answer = self._send(person, "PUT", project.url, {"name": name})
        self._expect(answer, project.may(person, MANAGE))

    def _create_work(self) -> None:
        if (project := self._any_project()) is None:
            return
        person = self._person(project)
        made = self._create(person, f"{project.url}/works", project)
        assert bool(made) == project.may(person, CHANGE), self._told(str(project))

    def _rename_work(self) -> None:
        if (found := self._any_work()) is None:
            return
        project, work = found
        person, name = self._person(project), self._new_name("renamed")
        if work.place is Place.LIVE and project.may(person, CHANGE):
            work.names.add(name)  # it may be answered
        answer = self._send(person, "PATCH", work.url, {"name": name})
        self._expect(answer, work.place is Place.LIVE and project.may(person, CHANGE))

    def _invite(self) -> None:
        if (project := self._any_project()) is None:
            return
        person = self._person(project)
        role = self.random.choice(["editor", "editor", "reviewer", "viewer"])
        may_pay = role == "editor" and self.random.random() < 0.7
        body = {"role": role, "mayPay": may_pay}
        answer = self._send(person, "POST", f"{project.url}/invitations", body)
        if self._expect(answer, project.may(person, MANAGE)):
            token = answer.json["url"].rpartition("/")[2]
            self.invitations.append((project, person, f"/api/invitations/{token}/accept"))

    def _accept(self) -> None:
        if not self.invitations:
            return
        (project, maker, url), person = self.random.choice(self.invitations), self._person()
        is_good = url not in self.ended and project.may(maker, MANAGE)
        answer = self._send(person, "POST", url)
        if self._expect(answer, is_good and not project.may(person, SEE)):
            given = answer.json
            project.members[person] = Member(given["role"], given["mayPay"])
            self.ended.add(url)

    def _change_member(self) -> None:
        if (found := self._any_member()) is None:
            return
        project, name = found
        person, role = self._person(project), self.random.choice(["editor", "viewer"])
        url = f"{project.url}/members/{self._id_of(name)}"
        answer = self._send(person, "PATCH", url, {"role": role})
        if self._expect(answer, project.may(person, MANAGE)):
            project.members[name] = Member(role, answer.json["mayPay"])

    def _remove_member(self) -> None:
        if (found := self._any_member()) is None:
            return
        project, name = found
        if self.random.random() < 0.5:
            answer = self._send(name, "POST", f"{project.url}/members/leave")
            is_allowed = project.may(name, SEE)
        else:
            person = self._person(project)
            answer = self._send(person, "DELETE", f"{project.url}/members/{self._id_of(name)}")
            is_allowed = project.may(person, MANAGE)
        if self._expect(answer, is_allowed):
            del project.members[name]

    def _hand_over(self) -> None:
        if (found := self._any_member()) is None:
            return
        project, name = found
        person = self._person(project)
        answer = self._send(person, "POST", f"{project.url}/owner", {"userId": self._id_of(name)})
        if self._expect(answer, project.may(person, MANAGE)):
            self.ended.update(url for each, _, url in self.invitations if each is project)
            del project.members[name]
            project.members[project.owner] = Member("editor", may_pay=True)
            project.owner = name

    def _delete_project(self) -> None:
        if (project := self._any_project()) is None:
            return
        self._discard(project, project, MANAGE)

    def _delete_work(self) -> None:
        if (found := self._any_work()) is None:
            return
        project, work = found
        self._discard(project, work, CHANGE)

    def _discard(self, project: Project, document: Document, right: str) -> None:
        person = self._person(project)
        answer = self._send(person, "DELETE", document.url)
        if self._expect(answer, document.place is Place.LIVE and project.may(person, right)):
            document.place, document.trash_id = Place.TRASH, answer.headers["X-Deleted"]

    def _restore(self) -> None:
        if (found := self._any_in_trash()) is None:
            return
        project, document = found
        person = self._person(project)
        answer = self._send(person, "POST", f"/api/trash/{document.trash_id}/restore")
        if self._expect(answer, self._may_restore(person, project, document)):
            document.place = Place.LIVE

    def _remove_for_good(self) -> None:
        if (found := self._any_in_trash()) is None:
            return
        project, document = found
        person = self._person(project)
        answer = self._send(person, "DELETE", f"/api/trash/{document.trash_id}")
        if self._expect(answer, self._may_restore(person, project, document)):
            document.place = Place.GONE
            if document is project:
                for work in project.works:
                    work.place = Place.GONE

    def _share(self) -> None:
        """Make a review link of a work, which has an export."""
        if (found := self._any_work()) is None:
            return
        project, work = found
        person, store = self._person(project), self.app.extensions["services"].store
        if project.place is work.place is Place.LIVE and not work.is_exported:
            keep_export(store, export_document((project.id, work.id)), b"video", b"poster")
            work.is_exported = True
        answer = self._send(person, "POST", f"{work.url}/reviews", {})
        is_there = work.place is Place.LIVE and work.is_exported
        if self._expect(answer, is_there and project.may(person, CHANGE)):
            token = answer.json["url"].rpartition("/")[2]
            self.shared.append((project, work, person, f"/api/review/{token}"))

    def _guest(self) -> None:
        """Open a review link without an account, which works while its maker may change that."""
        if not self.shared:
            return
        project, work, maker, url = self.random.choice(self.shared)
        answer = self.app.test_client().get(url)
        self.steps.append(f"guest: GET {url} -> {answer.status_code}")
        self._expect(answer, work.place is Place.LIVE and project.may(maker, CHANGE))
        names: set[str] = set().union(*(each.all_names for each in self.projects))
        self._check_text("a guest", answer.text, names - work.names)

    def _repeat(self) -> None:
        """Repeat a request with its key: nothing new is made, nor shown to who lost their right."""
        if not self.sent:
            return
        sent = self.random.choice(self.sent)
        headers = {"Idempotency_Key": sent.key, **_vendors_of(sent.url)}
        answer = self._send(sent.person, "POST", sent.url, sent.body, **headers)
        if answer.status_code >= 300:
            assert answer.status_code in _REFUSED, self._told(answer.text)
        elif sent.made is None:  # what was refused is carried out now
            self._note_late(sent, answer)
        else:
            assert answer.json["id"] == sent.made, self._told(answer.text)
            assert sent.project is not None
            assert sent.project.may(sent.person, SEE), self._told(answer.text)
            assert sent.document is None or sent.document.place is Place.LIVE, self._told("gone")

    def _order(self) -> None:
        """Order a video, in the project *Videos* or in another one."""
        project = self._any_project() if self.random.random() < 0.5 else None
        person, key, prompt = self._person(project), self._new_name("key"), self._new_name("order")
        body = {**_ORDER, "scenes": [{"image_prompt": prompt, "video_prompt": prompt}]}
        if project is not None:
            body["project"] = project.id
            project.works.append(Document("", project.url, {prompt}))
        headers = {"Idempotency_Key": key, **_vendors_of("/api/videos")}
        answer = self._send(person, "POST", "/api/videos", body, **headers)
        is_allowed = project is None or project.may(person, PAY)
        assert (answer.status_code == 202) == is_allowed, self._told(answer.text)
        made = answer.json["id"] if is_allowed else None
        if project is None:
            project = self._default_project(person, answer.json["projectId"], prompt)
        self.sent.append(Sent(person, "/api/videos", body, key, made, project, None))

    def _default_project(self, person: str, project_id: str, prompt: str) -> Project:
        """Return the project *Videos* of somebody: one of theirs that is there, or a new one."""
        url = f"/api/projects/{project_id}"
        for project in self.projects:
            if project.id == project_id:
                found = project
                break
        else:
            found = Project(project_id, url, set(), owner=person)
            self.projects.append(found)
        assert (found.owner, found.place) == (person, Place.LIVE), self._told(str(found))
        found.works.append(Document("", url, {prompt}))
        return found

    def _order_with_a_kill(self) -> None:
        """Kill the service while it takes an order, start it again, and repeat the order."""
        person, key, prompt = self._person(), self._new_name("key"), self._new_name("order")
        body = {**_ORDER, "scenes": [{"image_prompt": prompt, "video_prompt": prompt}]}
        headers = {
            _KEY: key,
            **{k.replace("_", "-"): v for k, v in _vendors_of("/api/videos").items()},
        }
        with suppress(KilledError), killed_at_change(self.random.randrange(1, 12)):
            self.people[person].post("/api/videos", json=body, headers=headers)
        self.steps.append(f"{person}: POST /api/videos {prompt}, killed")
        self._restart()
        answer = self.people[person].post("/api/videos", json=body, headers=headers)
        self.steps.append(f"{person}: repeated -> {answer.status_code}")
        assert answer.status_code == 202, self._told(answer.text)
        job = answer.json
        project = self._default_project(person, job["projectId"], prompt)
        self.sent.append(Sent(person, "/api/videos", body, key, job["id"], project, None))

    def _restart(self) -> None:
        settings = self.app.extensions["services"].settings
        self.app.extensions["services"].jobs.worker.stop(30)
        services = create_services(settings)
        self.app.extensions["services"] = services
        services.jobs.worker.start()

    def _note_late(self, sent: Sent, answer: TestResponse) -> None:
        """Note what was made by repeating a request that had been refused."""
        project, made, document = sent.project, answer.json["id"], None
        assert project is not None
        if sent.url == "/api/videos":
            assert project.may(sent.person, PAY), self._told(answer.text)
        else:
            assert project.may(sent.person, CHANGE), self._told(answer.text)
            document = Document(made, f"{sent.url}/{made}", {sent.body["name"]})
            project.works.append(document)
        self.sent[self.sent.index(sent)] = sent._replace(made=made, document=document)

    # What must hold

    def check_views(self) -> None:
        """Look at all that people can list, and at each project and work."""
        for person in _PEOPLE:
            for url in ("/api/projects", "/api/trash", "/api/jobs?all=1", "/api/videos"):
                assert self._send(person, "GET", url).status_code == 200
            for project in self.projects:
                self._check_view(person, project.url, is_shown=project.may(person, SEE))
                for work in project.works:
                    if work.id:
                        is_shown = work.place is Place.LIVE and project.may(person, SEE)
                        self._check_view(person, work.url, is_shown=is_shown)

    def _check_view(self, person: str, url: str, *, is_shown: bool) -> None:
        status = self._send(person, "GET", url).status_code
        assert status == (200 if is_shown else 404), self._told(f"{person} {url} {status}")

    def check_reach(self) -> None:
        """Restore all that is in the trash, as its owner: nothing is out of their reach."""
        for project in self.projects:
            for document in (project, *project.works):
                if document.place is Place.TRASH and project.place is not Place.GONE:
                    listed = self._send(project.owner, "GET", "/api/trash?limit=200").json["items"]
                    assert document.trash_id in {each["id"] for each in listed}, self._told("lost")
                    url = f"/api/trash/{document.trash_id}/restore"
                    answer = self._send(project.owner, "POST", url)
                    assert answer.status_code == 200, self._told(answer.text)
                    document.place = Place.LIVE
        self.check_views()

    def wait_for_jobs(self) -> None:
        """Wait until no job is left to do, nor a marker of one that a kill left without it."""
        store = self.app.extensions["services"].store
        until(lambda: not store.queue.jobs(), CREATION_SECONDS + 60)

    # Helpers

    def _may_restore(self, person: str, project: Project, document: Document) -> bool:
        if document.place is not Place.TRASH:
            return False
        if document is project:
            return person == project.owner
        return project.may(person, CHANGE)

    def _expect(self, answer: TestResponse, is_allowed: bool) -> bool:
        """Assert that a request was carried out if, and only if, that is allowed."""
        done = answer.status_code < 300
        assert done == is_allowed, self._told(answer.text)
        assert done or answer.status_code in _REFUSED, self._told(answer.text)
        return done

    def _told(self, problem: str) -> str:
        """Return a problem with what was done before."""
        return "\n".join((*self.steps[-60:], problem))

    def _new_name(self, kind: str) -> str:
        self.number += 1
        return f"{kind}-{self.number:03d}-{self.random.getrandbits(40):010x}"

    def _id_of(self, name: str) -> str:
        return str(self.people[name].user["id"])

    def _person(self, project: Project | None = None) -> str:
        """Return anybody; of a project, mostly its owner or one of its members."""
        chance = self.random.random()
        if project is not None and chance < 0.5:
            return project.owner
        if project is not None and chance < 0.8 and project.members:
            return self.random.choice([*project.members])
        return self.random.choice(_PEOPLE)

    def _any_project(self) -> Project | None:
        return self.random.choice(self.projects) if self.projects else None

    def _any_work(self) -> tuple[Project, Document] | None:
        works = [(each, work) for each in self.projects for work in each.works if work.id]
        return self.random.choice(works) if works else None

    def _any_member(self) -> tuple[Project, str] | None:
        members = [(each, name) for each in self.projects for name in each.members]
        return self.random.choice(members) if members else None

    def _any_in_trash(self) -> tuple[Project, Document] | None:
        """Return what is or was in the trash."""
        found = [
            (project, document)
            for project in self.projects
            for document in (project, *project.works)
            if document.trash_id
        ]
        return self.random.choice(found) if found else None


def _is_order(sent: Sent, person: str) -> bool:
    """Return whether this is somebody's order, whose own words they may read for ever."""
    return (sent.person, sent.url) == (person, "/api/videos")


_ORDER: Json = {"resolution": {"width": 64, "height": 64}, "sound": False, "export": False}


def _vendors_of(url: str) -> Mapping[str, str]:
    """Return the headers that choose the vendors of an order."""
    names = {name.replace("-", "_"): value for name, value in MODEL_HEADERS.items()}
    return names if url == "/api/videos" else {}


@contextmanager
def killed_at_change(change: int) -> Iterator[None]:
    """Let this thread end before one of its changes of the disk, and make none from there on."""
    thread, left = threading.get_ident(), [change]

    def watched(name: str) -> Callable[..., object]:
        original = getattr(os, name)

        def change(*args: object, **kwargs: object) -> object:
            if threading.get_ident() == thread:
                left[0] -= 1
                if left[0] <= 0:
                    raise KilledError
            return original(*args, **kwargs)

        return change

    with pytest.MonkeyPatch.context() as patch:
        for name in _CHANGES:
            patch.setattr(os, name, watched(name))
        yield
