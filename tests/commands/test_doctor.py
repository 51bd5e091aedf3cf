"""`./vidworks doctor`: each problem that it finds and repairs."""

import os
import re
import shutil
import threading
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from commands.doctor import documents
from commands.doctor.checks import run_checks
from commands.doctor.findings import CheckContext
from commands.doctor.housekeeping import check_leftovers
from storage.clock import DAY_MS, now_ms
from storage.clock_watch import Reading, is_trusted
from storage.documents.snapshots import Snapshot, read_snapshot
from storage.errors import UnreadableError
from storage.paths import WorkRef
from storage.store import Store
from tests.commands.conftest import DataDirectory, new_job
from tests.people import Person
from tests.sharing.links.conftest import export_link

Damage = Callable[[DataDirectory], object]


def without_field(document: str, field: str) -> Damage:
    return lambda data: data.edit(file_of(data, document), **{field: None})


def with_fields(document: str, **fields: object) -> Damage:
    return lambda data: data.edit(file_of(data, document), **fields)


def with_text(document: str, text: str) -> Damage:
    return lambda data: file_of(data, document).write_text(text)


def place(data: DataDirectory, path: str) -> Path:
    """Return a path that begins with what is there, such as `work/work.json`."""
    what, _, rest = path.partition("/")
    directory: Path = getattr(data, what)
    return directory / rest


def removed(path: str) -> Damage:
    return lambda data: place(data, path).unlink()


def added(path: str) -> Damage:
    return lambda data: place(data, path).write_text("mine")


def with_mode(path: str, mode: int) -> Damage:
    return lambda data: place(data, path).chmod(mode)


def replaced_by_pipe(path: str) -> Damage:
    return lambda data: replace_by_pipe(place(data, path))


def replaced_by_link(path: str) -> Damage:
    def damage(data: DataDirectory) -> None:
        place(data, path).unlink()
        place(data, path).symlink_to("missing")

    return damage


def readable(path: str) -> Damage:
    """Add a file that others can read, whose directory may be new."""

    def damage(data: DataDirectory) -> None:
        (data.root / path).parent.mkdir(exist_ok=True)
        (data.root / path).write_text("{}")
        (data.root / path).chmod(0o644)

    return damage


def file_of(data: DataDirectory, document: str) -> Path:
    directory: Path = getattr(data, document)
    return directory / f"{document}.json"


def expired_login(data: DataDirectory) -> None:
    data.store.logins.create("account-0", {"counters": {"08": [3, 0]}})


def empty_login(data: DataDirectory) -> None:
    expired_login(data)
    (data.root / "logins/account-0/login.json").write_text("")


def empty_budget(data: DataDirectory) -> None:
    data.store.budgets.create(data.user.name, {"day": 1, "calls": 1})
    (data.root / "budgets" / data.user.name / "budget.json").write_text("")


def invalid_marker(data: DataDirectory) -> None:
    data.store.queue.add("users/user_0/jobs", "job_0")
    (data.root / MARKER).rename(data.root / "queue" / "my notes.txt")


def unqueued_job(data: DataDirectory) -> None:
    jobs = data.store.work_jobs(WorkRef(data.project.name, data.work.name))
    new_job(data.store, jobs, data.user.name, "running")


def older_media(data: DataDirectory) -> None:
    older = data.media / "reference.webm"
    older.write_bytes(b"superseded")
    os.utime(older, (0, 0))


def leftover_directory(data: DataDirectory) -> None:
    shutil.copytree(data.work, data.project / "works" / ".deleted-0")


def leftover_in_cache(data: DataDirectory) -> None:
    (data.root / "cache" / "segments").mkdir(parents=True)
    (data.root / "cache" / "segments" / ".tmp-0.mp4").write_bytes(b"half")


def missing_image(data: DataDirectory) -> None:
    (data.media / "scene-0-image.png").unlink()
    data.facts("scene-0-image").unlink()


def replace_by_pipe(path: Path) -> None:
    path.unlink(missing_ok=True)
    path.parent.mkdir(exist_ok=True)
    os.mkfifo(path)


def replace_by_directory(path: Path) -> None:
    path.unlink(missing_ok=True)
    path.mkdir()


def marker_of(job: Path, root: Path) -> str:
    return ".".join(job.relative_to(root).parts)


MARKER = "queue/users.user_0.jobs.job_0"
MISMATCH = "does not match the media files: "
PIPE = " is a named pipe instead of a file"
STRAY = " is not part of the service's data"
READABLE = " can be read by other users"

# By name: causes the problem, and a part of its message. Repair moves the files to lost+found.
MOVED: dict[str, tuple[Damage, str]] = {
    "not JSON": (with_text("work", "{"), "work.json is not JSON"),
    "empty": (with_text("user", ""), "user.json is not JSON"),
    "not an object": (with_text("project", "[]"), "project.json is not a JSON object"),
    "a user without id": (without_field("user", "id"), "user.json is invalid: id: Missing"),
    "a user without hash": (without_field("user", "passwordHash"), "passwordHash: Missing"),
    "a wrong id": (with_fields("user", id="user_0"), "user.json has a different id than"),
    "a copied project": (
        with_fields("project", id="proj_0"),
        "project.json has a different id than",
    ),
    "a wrong project id": (with_fields("work", projectId="proj_0"), "has a different projectId"),
    "a token without scopes": (without_field("token", "scopes"), "token.json is invalid"),
    "a token without hash": (without_field("token", "hash"), "token.json is invalid"),
    "a project without time": (without_field("project", "updatedAt"), "updatedAt: Required"),
    "a work without name": (without_field("work", "name"), "work.json is invalid: name"),
    "an invalid time": (with_fields("work", updatedAt="now"), "updatedAt: Must be an integer"),
    "invalid scenes": (with_fields("work", generatedScenes=[1]), "generatedScenes.0"),
    "no project.json": (removed("project/project.json"), "does not contain project.json"),
    "no work.json": (removed("work/work.json"), "does not contain work.json"),
    "a stray file": (added("root/users/notes.txt"), "users/notes.txt" + STRAY),
    "a stray name": (added("root/users/\udcff\x1b[2J"), "users/??[2J" + STRAY),
    "a stray directory": (
        lambda data: shutil.copytree(data.work, f"{data.work} copy"),
        " copy" + STRAY,
    ),
    "an unreadable login": (empty_login, "login.json is not JSON"),
    "media of an unknown slot": (
        added("media/scene-01-image.png"),
        "media/scene-01-image.png is not a file of any media slot",
    ),
    "media of an unknown type": (
        added("media/reference.txt"),
        "media/reference.txt is not a file of any media slot",
    ),
    "two files in a slot": (older_media, "reference.webm is superseded by reference.mp4"),
    "facts without a file": (
        lambda data: data.take.unlink(),
        ".json has facts of a file that is not there",
    ),
    "facts that are not JSON": (
        lambda data: data.take.with_suffix(".json").write_text("{"),
        ".json is not JSON",
    ),
    "facts of the current file that are not JSON": (
        lambda data: data.facts("scene-0-image").write_text("[]"),
        ".json is not a JSON object",
    ),
    "invalid facts": (
        lambda data: data.edit(data.take.with_suffix(".json"), source="bought"),
        ".json is invalid: source: Must be one of",
    ),
    "a word that never ends": (
        lambda data: data.edit(data.facts("scene-0-voice"), words=[{"text": "a", "start": 0}]),
        ".json is invalid: words.0.end: Required",
    ),
    "facts of another take": (
        lambda data: data.edit(data.take.with_suffix(".json"), id="take_0"),
        ".json has a different id than its name",
    ),
    "a take of another type": (
        lambda data: data.take.with_suffix(".mp4").write_bytes(b"?"),
        ".mp4 is not a file of any take",
    ),
    "a second file of a take": (
        lambda data: shutil.copy(data.take, data.take.with_suffix(".png")),
        ".png is a second file of its take",
    ),
    "a stray file among takes": (
        added("work/takes/notes.txt"),
        "takes/notes.txt is not a file of any take",
    ),
    "an unreadable asset": (with_text("asset", "{"), "asset.json is not JSON"),
    "an asset of an unknown type": (
        with_fields("asset", mimeType="image/svg+xml"),
        "mimeType: Must be",
    ),
    "an asset without its file": (removed("asset/media/file.png"), "lacks its file media/file.png"),
    "an unknown file of an asset": (
        added("asset/media/file.txt"),
        "media/file.txt is not a file of the asset",
    ),
    "a template of another project": (
        with_fields("template", projectId="proj_0"),
        "has a different projectId",
    ),
    "an invalid template": (with_fields("template", content=[]), "template.json is invalid"),
    "an unreadable job": (with_text("job", ""), "job.json is not JSON"),
    "a job of another work": (with_fields("job", workId="work_0"), "has a different workId"),
    "a job in an unknown state": (with_fields("job", state="asleep"), "state: Must be one of"),
    "a user's unreadable job": (
        lambda data: (data.user_job / "job.json").write_text("{"),
        "job.json is not JSON",
    ),
    "an unreadable export": (with_text("export", "{"), "export.json is not JSON"),
    "an export without key": (without_field("export", "key"), "export.json is invalid: key"),
    "an export with invalid captions": (
        with_fields("export", cues=[{"start": 0, "end": 1}]),
        "cues.0.text: Missing",
    ),
    "an export of another work": (
        with_fields("export", workId="work_0"),
        "export.json has a different workId than its path",
    ),
    "no export.json": (removed("export/export.json"), "does not contain export.json"),
    "an export without its video": (
        removed("export/media/video.mp4"),
        "lacks its file media/video.mp4",
    ),
    "an unknown file of an export": (
        added("export/media/video.mov"),
        "media/video.mov is not a file of the export",
    ),
    "a file beside an export": (added("export/notes.txt"), "/notes.txt" + STRAY),
    "an unreadable budget": (empty_budget, "budget.json is not JSON"),
    "an invalid marker": (invalid_marker, "queue/my notes.txt is not a queue marker"),
    "a token without an owner": (
        with_fields("token", userId="user_0"),
        "belongs to user_0, who does not exist",
    ),
    "a pipe as a document": (replaced_by_pipe("work/work.json"), "work.json" + PIPE),
    "a file as media directory": (added("template/media"), "/media" + STRAY),
    "a file beside a document": (added("project/notes.txt"), "/notes.txt" + STRAY),
}

# The same; repair moves nothing.
MENDED: dict[str, tuple[Damage, str]] = {
    "damaged sessions": (
        with_fields("user", sessions={"first": "now"}),
        "user.json has damaged sessions",
    ),
    "a missing reference": (removed("media/reference.mp4"), MISMATCH + "hasReferenceVideo"),
    "an unmentioned reference": (
        with_fields("work", hasReferenceVideo=False),
        MISMATCH + "hasReferenceVideo",
    ),
    "a missing image": (missing_image, MISMATCH + "generatedScenes"),
    "an unmentioned scene": (with_fields("work", generatedScenes=[]), MISMATCH + "generatedScenes"),
    "an outdated voice": (
        lambda data: data.edit(data.facts("scene-0-voice"), textHash="0" * 16),
        MISMATCH + "generatedScenes",
    ),
    "a take without facts": (
        lambda data: data.take.with_suffix(".json").unlink(),
        ".jpg has no facts that say where it came from",
    ),
    "a pipe in place of a take": (
        replaced_by_pipe("work/takes/scene-0-image.take_0.webp"),
        "take_0.webp" + PIPE,
    ),
    "a leftover among takes": (
        added("work/takes/.tmp-0"),
        "takes/.tmp-0 is a leftover of an interrupted operation",
    ),
    "missing audio": (removed("media/audio.mp3"), MISMATCH + "editorState"),
    "a pipe in place of an export's poster": (
        replaced_by_pipe("export/media/poster.jpg"),
        "media/poster.jpg" + PIPE,
    ),
    "a leftover of an export": (
        lambda data: shutil.copytree(data.export, data.export.with_name(".new-0")),
        "exports/.new-0 is a leftover",
    ),
    "a leftover in the cache": (leftover_in_cache, "cache/segments/.tmp-0.mp4 is a leftover"),
    "a readable file in the cache": (readable("cache/a.mp4"), "cache/a.mp4" + READABLE),
    "a marker without a job": (
        lambda data: data.store.queue.add("users/user_0/jobs", "job_0"),
        f"{MARKER} is a queue marker of a job that does not exist",
    ),
    "a job that is not in the queue": (unqueued_job, "is unfinished, but is not in the queue"),
    "a leftover file": (added("work/.tmp-0"), ".tmp-0 is a leftover of an interrupted operation"),
    "a leftover directory": (leftover_directory, ".deleted-0 is a leftover"),
    "a pipe in a slot": (replaced_by_pipe("media/audio.mp3"), "media/audio.mp3" + PIPE),
    "a link in a slot": (
        replaced_by_link("media/reference.mp4"),
        "media/reference.mp4 is a link instead of a file",
    ),
    "a directory as a lock": (
        lambda data: replace_by_directory(data.work / ".lock"),
        "/.lock is a directory instead of a file",
    ),
    "a pipe as a lock": (replaced_by_pipe("asset/.lock"), "/.lock" + PIPE),
    "a link as a change log": (
        replaced_by_link("root/projects/.changes"),
        "projects/.changes is a link instead of a file",
    ),
    "a pipe as a secret": (replaced_by_pipe("root/webhook-secret"), "webhook-secret" + PIPE),
    "a pipe as a queue marker": (
        lambda data: replace_by_pipe(data.root / "queue" / marker_of(data.job, data.root)),
        PIPE,
    ),
    "a readable file of the demo": (readable("demo/demo-1.json"), "demo/demo-1.json" + READABLE),
    "a readable document": (with_mode("work/work.json", 0o644), "work.json" + READABLE),
    "a readable secret": (with_mode("root/jwt-secret", 0o640), "jwt-secret" + READABLE),
    "a readable directory": (with_mode("root/users", 0o755), "users" + READABLE),
}

PROBLEMS = MOVED | MENDED

each_problem = pytest.mark.parametrize("problem", PROBLEMS)


def test_doctor_finds_no_problems_in_data_of_the_service(data, run):
    result = run("doctor")

    assert result.stdout == f"No problems found in {data.root}.\n"
    assert result.exit_code == 0


def test_what_the_service_deletes_by_itself_is_no_problem(data, run):
    expired_login(data)

    assert run("doctor").exit_code == 0


def test_doctor_tells_which_unfinished_jobs_name_a_retired_model(data, run):
    path = new_job(data.store, data.store.user_jobs(data.user.name), data.user.name, "queued")
    job = read_snapshot(str(path / "job.json")).values
    calls = [{**call, "model": "veo-3.1-generate-preview"} for call in job["calls"]]
    data.edit(path / "job.json", calls=calls)
    data.store.queue.add(str(path.parent.relative_to(data.root)), path.name)

    result = run("doctor")

    retired = "the model veo-3.1-generate-preview was retired on 2026-10-22"
    assert result.stdout.splitlines() == [
        f"Note: 1 unfinished job: {retired}; use gemini-omni-1.2-flash.",
        f"No problems found in {data.root}.",
    ]
    assert result.exit_code == 0


def test_doctor_takes_the_cache_of_exports_as_it_is(data, run):
    for name in ("segments/abc.mp4", "working/job_0/sound.m4a"):
        (data.root / "cache" / name).parent.mkdir(parents=True)
        (data.root / "cache" / name).write_bytes(b"?")

    assert run("doctor").stdout == f"No problems found in {data.root}.\n"


def test_export_without_poster_is_no_problem(data, run):
    (data.export / "media" / "poster.jpg").unlink()

    assert run("doctor").exit_code == 0


@each_problem
def test_doctor_reports_a_problem_and_repairs_it_without_losing_data(data, run, problem):
    damage, message = PROBLEMS[problem]
    damage(data)
    before = data.files()

    report = run("doctor")

    assert message in report.stdout
    assert report.stdout.count("\n") == 2  # the finding and a summary
    assert "doctor --repair" in report.stdout
    assert report.exit_code == 1
    assert data.files() == before

    repair = run("doctor", "--repair")

    assert message in repair.stdout
    assert "Repaired: " in repair.stdout
    assert repair.exit_code == 0, repair.stdout
    after = data.files()
    quarantined = {
        re.sub(r"^lost\+found/[^/]+/", "", path): content
        for path, content in after.items()
        if path.startswith("lost+found/")
    }
    assert bool(quarantined) == (problem in MOVED)
    work = str(data.work.relative_to(data.root) / "work.json")
    user = str(data.user.relative_to(data.root) / "user.json")
    may_change = {work, user, "logins/account-0/login.json", MARKER}
    missing = {
        path for path, content in before.items() if content != {**after, **quarantined}.get(path)
    }
    assert missing <= (set() if problem in MOVED else may_change)
    again = run("doctor")
    assert message not in again.stdout
    owner_is_gone = not data.user.exists()  # then the owner's tokens and projects are found
    assert again.exit_code == int(owner_is_gone)


def test_lost_and_found_is_readable_by_its_owner_only(data, run):
    (data.work / "work.json").write_text("{")

    run("doctor", "--repair")

    assert (data.root / "lost+found").stat().st_mode & 0o077 == 0


def test_second_name_of_the_current_file_is_removed(data, ana, run):
    """An interrupted replacement leaves it."""
    before = ana.show(f"{data.url}/media/scene/0/takes")
    second = data.facts("scene-0-image").with_suffix(".png")
    second.hardlink_to(data.media / "scene-0-image.png")
    assert ana.show(f"{data.url}/media/scene/0/takes") == before

    result = run("doctor", "--repair")

    assert f"{second.name} is the scene's file, a leftover" in result.stdout
    assert not second.exists()
    assert ana.show(f"{data.url}/media/scene/0/takes") == before
    assert run("doctor").exit_code == 0


def test_take_with_new_facts_can_be_used(data, ana, run):
    content = data.take.read_bytes()
    data.take.with_suffix(".json").write_text("{")
    run("doctor", "--repair")

    take = ana.show(f"{data.url}/media/scene/0/takes")["takes"][-1]
    assert ana.post(f"{take['url']}/use").status_code == 200

    assert ana.get(f"{data.url}/media/scene/0/image").data == content


def test_newest_file_of_a_slot_is_still_served_after_repair(data, ana, run, samples):
    older_media(data)

    run("doctor", "--repair")

    served = ana.get(f"{data.url}/media/reference").data
    assert served == (samples / "video.mp4").read_bytes()


def test_repaired_work_matches_its_media_files(data, ana, run):
    (data.media / "scene-0-video.webm").unlink()
    (data.media / "reference.mp4").unlink()

    run("doctor", "--repair")

    work = ana.get(data.url).json
    image = f"{data.url}/media/scene/0/image"
    assert work["hasReferenceVideo"] is False
    [scene] = work["generatedScenes"]
    assert (scene["imageUrl"], scene["status"]) == (image, "image_ready")
    assert "videoUrl" not in scene


def test_unused_audio_is_no_problem(data, ana, run):
    ana.put(data.url, json={"editorState": {"audioUrl": None}})

    assert run("doctor").exit_code == 0


def test_scene_status_without_media_is_no_problem(data, ana, run):
    ana.put(data.url, json={"generatedScenes": [{"sceneIndex": 5, "status": "done"}]})

    assert run("doctor").exit_code == 0


@pytest.mark.parametrize("problem", ["not JSON", "a missing reference"])
def test_other_process_sees_a_repair_immediately(data, ana, run, problem, open_second):
    other_process = Person(open_second(data.root).test_client(), ana.token, ana.user)
    works = f"{data.url.rpartition('/')[0]}"
    before = other_process.get(works).json
    PROBLEMS[problem][0](data)

    run("doctor", "--repair")

    after = other_process.get(works).json
    assert after != before
    assert after == ana.get(works).json


def test_unreadable_document_is_reported_but_not_repaired(data, run, monkeypatch):
    def refuse(path: str) -> Snapshot:
        if path.endswith("user.json"):
            raise UnreadableError("Permission denied")
        return read_snapshot(path)

    monkeypatch.setattr("commands.doctor.documents.read_snapshot", refuse)

    result = run("doctor", "--repair")

    assert f"users/{data.user.name}/user.json cannot be read: " in result.stdout
    assert "Repaired" not in result.stdout
    assert result.exit_code == 1
    assert data.user.exists()


def test_project_without_owner_is_kept_until_the_owner_is_added_again(data, ana, run):
    shutil.rmtree(data.user)
    shutil.rmtree(data.token)

    result = run("doctor", "--repair")

    message = f"projects/{data.project.name} belongs to {data.user.name}, who does not exist"
    assert message in result.stdout
    assert "users add" in result.stdout
    assert result.exit_code == 1
    ana = Person.register(ana.client, ana.user["email"])
    assert run("doctor").exit_code == 0
    assert ana.get(data.url).status_code == 200


def test_quarantine_of_a_user_keeps_projects_and_tokens(data, run):
    (data.user / "user.json").write_text("")

    run("doctor", "--repair")

    assert data.project.exists()
    assert data.token.exists()


@pytest.mark.parametrize(
    ("fields", "problem"),
    [
        ({"userId": "user_0"}, "belongs to user_0, who does not exist"),
        ({"hash": None}, "link.json is invalid: hash"),
        ({"kind": "other"}, "link.json is invalid: kind"),
    ],
)
def test_links_are_checked(data, ana, run, fields, problem):
    link = export_link(ana, f"{data.url}/exports/{data.export.name}")
    assert run("doctor").exit_code == 0
    data.edit(data.root / "links" / link.id / "link.json", **fields)

    found = run("doctor").stdout
    assert problem in found
    assert ("To keep it, run `users add` with the same email before" in found) == (
        "userId" in fields
    )
    run("doctor", "--repair")

    assert run("doctor").exit_code == 0
    assert not (data.root / "links" / link.id).exists()


def test_failed_repair_is_reported(data, run):
    (data.root / "lost+found").write_text("in the way")
    (data.work / "work.json").write_text("{")

    result = run("doctor", "--repair")

    assert "Not repaired: " in result.stdout
    assert result.exit_code == 1
    assert (data.work / "work.json").exists()


def test_temporary_files_of_a_running_service_are_kept(data, run):
    other = Store(data.root)
    upload = data.work / ".tmp-0"
    upload.write_bytes(b"half")

    assert run("doctor", "--repair").exit_code == 0
    assert upload.exists()
    found = [finding.path for finding in check_leftovers(CheckContext(other), min_age=-1)]
    assert found == [str(upload.relative_to(data.root))]


def test_no_service_starts_while_leftovers_are_removed(data):
    started = threading.Event()

    def start() -> None:
        Store(data.root)
        started.set()

    with data.store.exclusive() as alone:
        assert alone
        threading.Thread(target=start).start()

        assert not started.wait(0.3)
    assert started.wait(60)


def test_documents_that_are_larger_than_new_ones_may_be_are_left_alone(data, run):
    """They were stored before sizes were limited."""
    data.edit(
        file_of(data, "project"), knowledge="x" * 1_000_001, styleGuide={"must_avoid": ["x"] * 1001}
    )
    overlay = {"id": "o", "text": "x" * 10_001, "fontSize": 1, "fontColor": "red"}
    position = {"centerX": 0, "centerY": 0, "timingMode": "relative"}
    content = {"textOverlays": [{**overlay, **position}] * 5001, "imageOverlays": []}
    data.edit(file_of(data, "template"), content=content)
    data.edit(file_of(data, "asset"), tags=["x" * 101] * 1001)

    assert run("doctor").exit_code == 0


def test_each_document_is_read_once(data, monkeypatch):
    time.sleep(0.06)  # a document that is just written may change unnoticed, and is read again
    read: Counter[str] = Counter()

    def count(path: str) -> Snapshot:
        read[path] += 1
        return read_snapshot(path)

    monkeypatch.setattr(documents, "read_snapshot", count)

    assert list(run_checks(data.store)) == []
    assert read[str(data.work / "work.json")] == 1
    assert set(read.values()) == {1}


def test_clock_that_has_jumped_is_told_and_no_problem(data, run):
    is_trusted(data.store, doubt=0)
    month = Reading.now()._replace(time_ms=now_ms() + 30 * DAY_MS)
    assert not is_trusted(data.store, 86_400, month)

    result = run("doctor")

    assert result.exit_code == 0
    assert "is kept until the clock is set back, or the service has run for 1 day more; check" in (
        result.stdout
    )
