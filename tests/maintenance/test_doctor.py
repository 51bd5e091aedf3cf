"""`./vidworks doctor`: each thing it finds, and how it repairs it."""

import os
import re
import shutil
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from config import Settings
from maintenance.doctor.findings import CheckContext
from maintenance.doctor.leftovers import check_leftovers
from storage.store import Store
from tests.applications import create_app
from tests.maintenance.conftest import House, Run, new_job
from tests.people import Person

Plant = Callable[[House], object]


def lacks(document: str, field: str) -> Plant:
    return lambda house: house.edit(where(house, document), **{field: None})


def says(document: str, **fields: object) -> Plant:
    return lambda house: house.edit(where(house, document), **fields)


def holds(document: str, text: str) -> Plant:
    return lambda house: where(house, document).write_text(text)


def where(house: House, document: str) -> Path:
    home: Path = getattr(house, document)
    return home / f"{document}.json"


def old_login(house: House) -> None:
    house.store.logins.create("account-0", {"failures": 3, "updatedAt": 0})


def empty_login(house: House) -> None:
    old_login(house)
    (house.root / "logins/account-0/login.json").write_text("")


def empty_budget(house: House) -> None:
    house.store.budgets.create(house.user.name, {"day": 1, "calls": 1})
    (house.root / "budgets" / house.user.name / "budget.json").write_text("")


def stray_mark(house: House) -> None:
    house.store.queue.add("users/user_0/jobs", "job_0")
    (house.root / STRAY_MARK).rename(house.root / "queue" / "my notes.txt")


def forgotten_job(house: House) -> None:
    jobs = house.store.work_jobs(house.project.name, house.work.name)
    new_job(house.store, jobs, house.user.name, "running")


def older_media(house: House) -> None:
    older = house.media / "reference.webm"
    older.write_bytes(b"superseded")
    os.utime(older, (0, 0))


def leftover_directory(house: House) -> None:
    shutil.copytree(house.work, house.project / "works" / ".deleted-0")


STRAY_MARK = "queue/users.user_0.jobs.job_0"

# What to plant, what doctor says of it, and whether what it takes away is kept in lost+found.
REPAIRABLE: dict[str, tuple[Plant, str, bool]] = {
    "not JSON": (holds("work", "{"), "work.json is not JSON", True),
    "empty": (holds("user", ""), "user.json is not JSON", True),
    "not an object": (holds("project", "[]"), "project.json is not a JSON object", True),
    "a user without id": (lacks("user", "id"), "user.json cannot be used: id: Missing", True),
    "a user without hash": (lacks("user", "passwordHash"), "passwordHash: Missing", True),
    "another's id": (says("user", id="user_0"), "user.json has another id than", True),
    "a copied project": (says("project", id="proj_0"), "project.json has another id", True),
    "another's work": (says("work", projectId="proj_0"), "has another projectId", True),
    "a token without scopes": (lacks("token", "scopes"), "token.json cannot be used", True),
    "a token without hash": (lacks("token", "hash"), "token.json cannot be used", True),
    "a project without time": (lacks("project", "updatedAt"), "updatedAt: Missing", True),
    "a work without name": (lacks("work", "name"), "work.json cannot be used: name", True),
    "a time of no kind": (says("work", updatedAt="now"), "updatedAt: Not a valid", True),
    "scenes of no kind": (says("work", generatedScenes=[1]), "generatedScenes.0", True),
    "no project.json": (
        lambda house: (house.project / "project.json").unlink(),
        "holds no project.json",
        True,
    ),
    "no work.json": (lambda house: (house.work / "work.json").unlink(), "holds no work.json", True),
    "a stray file": (
        lambda house: (house.root / "users" / "notes.txt").write_text("mine"),
        "users/notes.txt is nothing that the service knows",
        True,
    ),
    "a stray name": (
        lambda house: (house.root / "users" / "\udcff\x1b[2J").write_text("mine"),
        "users/??[2J is nothing that the service knows",
        True,
    ),
    "a stray directory": (
        lambda house: shutil.copytree(house.work, f"{house.work} copy"),
        " copy is nothing that the service knows",
        True,
    ),
    "an unreadable login": (
        empty_login,
        "login.json is not JSON",
        True,
    ),
    "media of no slot": (
        lambda house: (house.media / "scene-01-image.png").write_bytes(b"?"),
        "media/scene-01-image.png is in no place for media",
        True,
    ),
    "media of no type": (
        lambda house: (house.media / "reference.txt").write_bytes(b"?"),
        "media/reference.txt is in no place for media",
        True,
    ),
    "two of one slot": (older_media, "reference.webm is superseded by reference.mp4", True),
    "a lost reference": (
        lambda house: (house.media / "reference.mp4").unlink(),
        "says otherwise than the media that is there: hasReferenceVideo",
        False,
    ),
    "an untold reference": (
        says("work", hasReferenceVideo=False),
        "says otherwise than the media that is there: hasReferenceVideo",
        False,
    ),
    "a lost image": (
        lambda house: (house.media / "scene-0-image.png").unlink(),
        "says otherwise than the media that is there: generatedScenes",
        False,
    ),
    "an untold scene": (
        says("work", generatedScenes=[]),
        "says otherwise than the media that is there: generatedScenes",
        False,
    ),
    "lost audio": (
        lambda house: (house.media / "audio.mp3").unlink(),
        "says otherwise than the media that is there: editorState",
        False,
    ),
    "an unreadable asset": (holds("asset", "{"), "asset.json is not JSON", True),
    "an asset of no type": (says("asset", mimeType="image/svg+xml"), "mimeType: Must be", True),
    "an asset without its file": (
        lambda house: (house.asset / "media" / "file.png").unlink(),
        "lacks its file, media/file.png",
        True,
    ),
    "media of no asset": (
        lambda house: (house.asset / "media" / "file.txt").write_bytes(b"?"),
        "media/file.txt is in no place for media",
        True,
    ),
    "another's template": (says("template", projectId="proj_0"), "has another projectId", True),
    "a template of no kind": (says("template", content=[]), "template.json cannot be used", True),
    "an unreadable job": (holds("job", ""), "job.json is not JSON", True),
    "another work's job": (says("job", workId="work_0"), "has another workId", True),
    "a job of no state": (says("job", state="asleep"), "state: Must be one of", True),
    "a user's unreadable job": (
        lambda house: (house.user_job / "job.json").write_text("{"),
        "job.json is not JSON",
        True,
    ),
    "an unreadable budget": (empty_budget, "budget.json is not JSON", True),
    "a mark of no job": (
        lambda house: house.store.queue.add("users/user_0/jobs", "job_0"),
        f"{STRAY_MARK} marks a job that is not there",
        False,
    ),
    "a stray mark": (stray_mark, "queue/my notes.txt is nothing that the service knows", True),
    "a forgotten job": (forgotten_job, "is not finished, and no process knows", False),
    "a token of nobody": (
        says("token", userId="user_0"),
        "belongs to user_0, who does not exist",
        True,
    ),
    "a leftover file": (
        lambda house: (house.work / ".tmp-0").write_bytes(b"?"),
        ".tmp-0 was left by interrupted work",
        False,
    ),
    "a leftover directory": (leftover_directory, ".deleted-0 was left by", False),
    "a document for all": (
        lambda house: (house.work / "work.json").chmod(0o644),
        "work.json can be read by others",
        False,
    ),
    "a secret for all": (
        lambda house: (house.root / "jwt-secret").chmod(0o640),
        "jwt-secret can be read by others",
        False,
    ),
    "a directory for all": (
        lambda house: (house.root / "users").chmod(0o755),
        "users can be read by others",
        False,
    ),
    "old logins": (old_login, "logins holds counts of failed logins that count no more", False),
}

planted = pytest.mark.parametrize("what", REPAIRABLE)


def test_nothing_is_wrong_with_what_the_service_wrote(house: House, run: Run) -> None:
    result = run("doctor")

    assert result.stdout == f"Nothing is wrong in {house.root}.\n"
    assert result.exit_code == 0


@planted
def test_it_is_found(house: House, run: Run, what: str) -> None:
    plant, said, _ = REPAIRABLE[what]
    plant(house)
    before = house.files()

    result = run("doctor")

    assert said in result.stdout
    assert result.stdout.count("\n") == 2  # the finding and a summary
    assert "doctor --repair" in result.stdout
    assert result.exit_code == 1
    assert house.files() == before


@planted
def test_it_is_repaired(house: House, run: Run, what: str) -> None:
    plant, said, _ = REPAIRABLE[what]
    plant(house)

    result = run("doctor", "--repair")

    assert said in result.stdout
    assert "Repaired: " in result.stdout
    assert result.exit_code == 0, result.stdout
    again = run("doctor")
    assert said not in again.stdout
    owner_is_gone = not house.user.exists()  # then what is the owner's is found next
    assert again.exit_code == int(owner_is_gone)


@planted
def test_nothing_that_someone_may_want_is_lost(house: House, run: Run, what: str) -> None:
    plant, _, moved = REPAIRABLE[what]
    plant(house)
    before = house.files()

    run("doctor", "--repair")

    after = house.files()
    taken = {
        re.sub(r"^lost\+found/[^/]+/", "", path): data
        for path, data in after.items()
        if path.startswith("lost+found/")
    }
    assert bool(taken) == moved
    work = str(house.work.relative_to(house.root) / "work.json")
    changed = set() if moved else {work, "logins/account-0/login.json", STRAY_MARK}
    missing = {path for path, data in before.items() if data != {**after, **taken}.get(path)}
    assert missing <= changed


def test_lost_and_found_is_its_owners_alone(house: House, run: Run) -> None:
    (house.work / "work.json").write_text("{")

    run("doctor", "--repair")

    assert (house.root / "lost+found").stat().st_mode & 0o077 == 0


def test_the_newer_of_two_files_goes_on_being_served(
    house: House, ana: Person, run: Run, samples: Path
) -> None:
    older_media(house)

    run("doctor", "--repair")

    served = ana.get(f"{house.url}/media/reference").data
    assert served == (samples / "video.mp4").read_bytes()


def test_a_repaired_work_says_what_is_there(house: House, ana: Person, run: Run) -> None:
    (house.media / "scene-0-video.webm").unlink()
    (house.media / "reference.mp4").unlink()

    run("doctor", "--repair")

    work = ana.get(house.url).json
    image = f"{house.url}/media/scene/0/image"
    assert work["hasReferenceVideo"] is False
    assert work["generatedScenes"] == [
        {"sceneIndex": 0, "imageUrl": image, "status": "image_ready"}
    ]


def test_audio_taken_off_the_timeline_is_no_fault(house: House, ana: Person, run: Run) -> None:
    ana.put(house.url, json={"editorState": {"audioUrl": None}})

    assert run("doctor").exit_code == 0


def test_a_status_is_the_clients_to_say(house: House, ana: Person, run: Run) -> None:
    ana.put(house.url, json={"generatedScenes": [{"sceneIndex": 5, "status": "done"}]})

    assert run("doctor").exit_code == 0


@pytest.mark.parametrize("what", ["not JSON", "a lost reference"])
def test_other_processes_see_a_repair_at_once(
    settings: Settings, house: House, ana: Person, run: Run, what: str
) -> None:
    elsewhere = Person(create_app(settings).test_client(), ana.token, ana.user)
    works = f"{house.url.rpartition('/')[0]}"
    before = elsewhere.get(works).json
    REPAIRABLE[what][0](house)

    run("doctor", "--repair")

    after = elsewhere.get(works).json
    assert after != before
    assert after == ana.get(works).json


def test_what_cannot_be_read_is_left_to_a_person(house: House, run: Run) -> None:
    (house.user / "user.json").unlink()
    (house.user / "user.json").mkdir()

    result = run("doctor", "--repair")

    assert f"users/{house.user.name}/user.json cannot be read: " in result.stdout
    assert "Repaired" not in result.stdout
    assert result.exit_code == 1
    assert (house.user / "user.json").is_dir()


def test_a_project_of_nobody_comes_back_with_its_owner(house: House, ana: Person, run: Run) -> None:
    shutil.rmtree(house.user)
    shutil.rmtree(house.token)

    result = run("doctor", "--repair")

    said = f"projects/{house.project.name} belongs to {house.user.name}, who does not exist"
    assert said in result.stdout
    assert "users add" in result.stdout
    assert result.exit_code == 1
    Person.register(ana.client, ana.user["email"])
    assert run("doctor").exit_code == 0
    assert ana.get(house.url).status_code == 200


def test_an_unreadable_user_does_not_cost_others_their_place(house: House, run: Run) -> None:
    (house.user / "user.json").write_text("")

    run("doctor", "--repair")

    assert house.project.exists()
    assert house.token.exists()


def test_what_cannot_be_repaired_is_said(house: House, run: Run) -> None:
    (house.root / "lost+found").write_text("in the way")
    (house.work / "work.json").write_text("{")

    result = run("doctor", "--repair")

    assert "Not repaired: " in result.stdout
    assert result.exit_code == 1
    assert (house.work / "work.json").exists()


def test_a_running_services_work_in_progress_is_left_alone(house: House, run: Run) -> None:
    other = Store(house.root)
    upload = house.work / ".tmp-0"
    upload.write_bytes(b"half")

    assert run("doctor", "--repair").exit_code == 0
    assert upload.exists()
    found = [finding.path for finding in check_leftovers(CheckContext(other), age=-1)]
    assert found == [str(upload.relative_to(house.root))]


def test_no_service_starts_while_leftovers_are_removed(house: House) -> None:
    started = threading.Event()

    def start() -> None:
        Store(house.root)
        started.set()

    with house.store.exclusive() as alone:
        assert alone
        threading.Thread(target=start).start()

        assert not started.wait(0.3)
    assert started.wait(5)
