"""Who did what in a project: what is recorded, how it is merged, listed and deleted."""

from pathlib import Path
from random import Random
from typing import Any

import orjson
import pytest

from access.rights import EDITOR
from sharing.activity.listing import merged
from sharing.activity.recorder import KEPT_DAYS, WINDOW_MS, Action, Recorder, delete_expired
from storage.clock import DAY_MS, now_ms
from storage.files.monthly_log import month_of
from storage.store import Store
from tests.access.members import member, set_members, store_of
from tests.export.stored import new_export
from tests.people import Person
from tests.walk import DEMO
from web.api.common.recording import RECORDED, UNRECORDED

Deed = tuple[str, str, str, str, int]  # the person's name, the action, its kind and name, its count


def id_of(path: str) -> str:
    return path.rpartition("/")[2]


def deeds(person: Person, project: str, query: str = "") -> list[Deed]:
    """Return what was done, the first first."""
    items = person.show(f"{project}/activity{query}")["items"]
    names = ("name", "action", "kind", "targetName", "count")
    return [tuple(item[name] for name in names) for item in reversed(items)]


def test_each_kind_of_change_is_recorded_with_its_person(app, ana, ben, project, samples):
    set_members(store_of(app), id_of(project), member(ben, EDITOR))
    work = ben.new_work(project, name="Teaser")
    ana.patch(work, json={"name": "Trailer"})
    ben.upload(f"{work}/media/scene/0/image", samples / "image.png")
    asset = ben.upload(f"{project}/assets", samples / "image.png").json
    ana.patch(project, json={"name": "Spring"})
    ana.delete(f"{project}/assets/{asset['id']}")
    ben.delete(work)

    assert deeds(ana, project) == [
        ("ana", "created", "project", "Untitled project", 1),
        ("ben", "created", "work", "Teaser", 1),
        ("ana", "changed", "work", "Trailer", 1),
        ("ben", "uploaded", "media", "Trailer", 1),
        ("ben", "created", "asset", asset["name"], 1),
        ("ana", "changed", "project", "Spring", 1),
        ("ana", "deleted", "asset", asset["name"], 1),
        ("ben", "deleted", "work", "Trailer", 1),
    ]


def test_what_is_refused_or_read_is_not_recorded(ana, ben, project):
    before = deeds(ana, project)
    work = f"{project}/works/work_none"

    assert ana.patch(work, json={"name": "x"}).status_code == 404
    assert ana.delete(work).status_code == 404
    assert ana.patch(project, json={"name": 1}).status_code == 400
    assert ben.patch(project, json={"name": "x"}).status_code == 404
    ana.get(project)

    assert deeds(ana, project) == before
    assert ben.get(f"{project}/activity").status_code == 404


def test_repetitions_within_ten_minutes_are_one_item(ana, project, work):
    for name in ("one", "two", "three"):
        ana.patch(work, json={"name": name})

    assert deeds(ana, project)[-1] == ("ana", "changed", "work", "one", 3)


def test_members_are_recorded(app, ana, ben, project):
    ana.patch(project, json={"name": "Spring"})
    made = ana.create(f"{project}/invitations", {"role": "editor"})
    other = ana.create(f"{project}/invitations", {"role": "viewer"})
    ana.delete(f"{project}/invitations/{other['id']}")
    ben.post(f"/api/invitations/{id_of(made['url'])}/accept")
    ana.patch(f"{project}/members/{ben.user['id']}", json={"role": "viewer"})
    ben.post(f"{project}/members/leave")

    assert deeds(ana, project)[2:] == [
        ("ana", "invited", "invitation", "", 1),
        ("ana", "invited", "invitation", "", 1),
        ("ana", "withdrew", "invitation", "", 1),
        ("ben", "joined", "project", "Spring", 1),
        ("ana", "changed", "member", "ben", 1),
        ("ben", "left", "project", "Spring", 1),
    ]


def test_reviews_are_recorded_with_the_names_of_guests(app, ana, project, work, samples):
    ana.patch(work, json={"name": "Teaser"})
    new_export(store_of(app), (id_of(project), id_of(work)), samples)
    before = deeds(ana, project)
    made = ana.create(f"{work}/reviews", {})
    address = f"/api/review/{id_of(made['url'])}"
    guest = ana.client.post(f"{address}/guest", json={"name": "Kim"}).json
    headers = {"X-Guest-Token": guest["guestToken"]}
    [version] = ana.client.get(address, headers=headers).json["versions"]
    export = {"exportId": version["exportId"]}
    comment = {**export, "frame": 0, "text": "Nice"}
    for path, body in (("comments", comment), ("decision", {**export, "decision": "approved"})):
        said = ana.client.post(f"{address}/{path}", json=body, headers=headers)
        assert said.status_code == 201, said.text
    ana.create(f"{work}/decisions", {**export, "decision": "changes", "text": "Longer"})
    ana.delete(f"{work}/reviews/{made['id']}")

    assert deeds(ana, project)[len(before) :] == [
        ("ana", "created", "review", "Teaser", 1),
        ("Kim", "commented", "work", "Teaser", 1),
        ("Kim", "approved", "work", "Teaser", 1),
        ("ana", "requested_changes", "work", "Teaser", 1),
        ("ana", "revoked", "review", "Teaser", 1),
    ]


def test_what_is_restored_from_the_trash_is_recorded(ana, project, work):
    ana.patch(work, json={"name": "Teaser"})
    ana.delete(work)
    [item] = ana.show("/api/trash")["items"]
    assert ana.post(f"/api/trash/{item['id']}/restore").status_code == 200

    assert deeds(ana, project)[-2:] == [
        ("ana", "deleted", "work", "Teaser", 1),
        ("ana", "restored", "work", "Teaser", 1),
    ]


def test_what_arrives_by_a_link_and_ordered_videos_are_recorded(ana, project, samples):
    link = ana.create("/api/links", {"kind": "upload", "projectId": id_of(project)})
    sent = ana.client.put(
        f"/api/uploads/{id_of(link['url'])}",
        data=(samples / "image.png").read_bytes(),
        content_type="image/png",
    )
    assert sent.status_code == 201, sent.text
    video = ana.post(
        "/api/videos",
        json={"prompt": "A lamp", "project": id_of(project), "sceneCount": 1, "export": False},
        headers=DEMO,
    )
    assert video.status_code == 202, video.text
    ana.post(f"/api/videos/{video.json['id']}/cancel")

    done = deeds(ana, project)
    assert done[1] == ("ana", "created", "asset", sent.json["name"], 1)
    assert [deed[:3] for deed in done[2:]] == [("ana", "started", "job")]


def test_a_started_job_is_an_export_or_another(ana, project, work):
    scene = {"scene_index": 0, "duration_seconds": 1, "image_prompt": "A lamp"}
    ana.save(work, {"name": "Teaser", "scenes": [scene]})
    for body in ({"kind": "scenes"}, {"kind": "export"}):
        ana.post(
            f"{work}/jobs",
            json=body,
            headers={"x-image-provider": "demo", "x-video-provider": "demo"},
        )

    assert ("ana", "started", "job", "Teaser", 1) in deeds(ana, project)


def test_the_list_has_pages(ana, project):
    for number in range(5):
        ana.new_work(project, name=f"Work {number}")

    first = ana.show(f"{project}/activity?limit=4")
    second = ana.show(first["next"])

    names = [item["targetName"] for item in (*first["items"], *second["items"])]
    assert names == [*(f"Work {number}" for number in reversed(range(5))), "Untitled project"]
    assert second["next"] is None
    assert ana.get(f"{project}/activity?cursor=x").status_code == 400


def action(at: int, item_id: str = "act_1", **fields: Any) -> dict[str, Any]:
    about = {"userId": "user_1", "action": "changed", "kind": "work", "targetId": "work_1"}
    names = {"name": "ana", "targetName": "Teaser"}
    return {"id": item_id, "at": at, **about, **names, **fields}


def test_lines_of_several_processes_are_merged():
    lines = [
        action(1000),
        {"again": "act_1", "count": 4, "last": 1900},
        action(WINDOW_MS + 1000, "act_3"),
        action(1500, "act_2"),
        {"again": "act_2", "count": 2},
        action(1500, "act_4", userId="user_2"),
        {"something": "else"},
        {"again": ["act_1"], "count": 1},
        {"again": "act_1", "count": "1"},
        action(1500, "act_5", userId=None),
        {**action(1500, "act_6"), "at": "now"},
        {"at": 1500, "id": "act_7"},
    ]

    found = [(item["id"], item["count"], item["lastAt"]) for item in merged(lines)]

    assert found == [("act_1", 8, 1900), ("act_4", 1, 1500), ("act_3", 1, WINDOW_MS + 1000)]


def write_log(store: Store, project_id: str, random: Random, count: int) -> list[dict[str, Any]]:
    """Write what two nodes have recorded in a day; return the actions, merged."""
    at = now_ms() - DAY_MS
    while month_of(at) != month_of(at + DAY_MS):
        at -= DAY_MS
    nodes: dict[str, list[dict[str, Any]]] = {"": [], "-b": []}
    directory = Path(store.root, "projects", project_id, "activity")
    for number in range(count):
        at += random.randrange(DAY_MS // count)
        target = random.choice([f"often-{number // 100}", f"once-{number}"])
        lines = nodes[random.choice(["", "-b"])]
        lines.append(action(at, f"act_{number}", targetId=target))
        if random.random() < 0.3:
            lines.append({"again": f"act_{number}", "count": 2, "last": at + 5})
    for node, lines in nodes.items():
        written = b"".join(b"\n%b\n" % orjson.dumps(line) for line in lines)
        (directory / f"{month_of(at)}{node}.jsonl").write_bytes(written)
    return merged(line for lines in nodes.values() for line in lines)


@pytest.mark.parametrize("seed", range(3))
def test_pages_are_read_from_the_end_of_long_logs(ana, project, store, seed):
    expected = write_log(store, id_of(project), Random(seed), 2_000)

    found, following = [], f"{project}/activity?limit=200"
    while following:
        page = ana.show(following)
        found += page["items"]
        following = page["next"]

    names = ("id", "count", "lastAt")
    assert [[item[name] for name in names] for item in reversed(found)] == [
        [item[name] for name in names] for item in expected
    ]


@pytest.mark.parametrize("month", [0, 4, 8])
def test_old_items_are_neither_listed_nor_kept(ana, project, store, month):
    log = store.activity(id_of(project))
    at = now_ms() - (KEPT_DAYS + 1 + 31 * month) * DAY_MS
    log.append(at, action(at))

    assert len(deeds(ana, project)) == 1
    delete_expired(store)
    oldest = month_of(now_ms() - KEPT_DAYS * DAY_MS)
    assert all(each >= oldest for each in log.months())


def test_an_incomplete_line_is_left_out(ana, project, store):
    [file] = (store.root / "projects" / id_of(project) / "activity").iterdir()
    with file.open("ab") as log:
        log.write(b'{"id": "act_')

    ana.new_work(project, name="Teaser")

    assert len(deeds(ana, project)) == 2


def test_nodes_write_files_of_their_own(ana, project, store):
    directory = store.root / "projects" / id_of(project) / "activity"
    [file] = directory.iterdir()
    file.rename(file.with_name(f"{file.stem}-left.jsonl"))

    ana.new_work(project, name="Teaser")

    assert len(deeds(ana, project)) == 2
    assert len([*directory.iterdir()]) == 2


def test_a_project_that_is_gone_is_no_error(ana, project, store):
    recorder = Recorder(store, 10)
    ana.delete(project)

    recorder.record(Action(id_of(project), ana.user["id"], "changed", "project", id_of(project)))

    assert not (store.root / "projects" / id_of(project)).exists()


def test_times_are_right_again_after_the_clock_was_ahead(ana, project, store, monkeypatch):
    recorder, ids = Recorder(store, 0), (id_of(project), ana.user["id"])
    monkeypatch.setattr("sharing.activity.recorder.now_ms", lambda: now_ms() + 40 * DAY_MS)
    recorder.record(Action(*ids, "changed", "project", id_of(project)))
    monkeypatch.undo()

    for kind in ("project", "work"):
        recorder.record(Action(*ids, "changed", kind, id_of(project)))

    items = ana.show(f"{project}/activity")["items"]
    deeds = [each for each in items if each["action"] == "changed"]
    assert [each["kind"] for each in deeds] == ["project", "work", "project"]
    assert deeds[0]["at"] > now_ms() + 39 * DAY_MS
    assert all(each["lastAt"] <= now_ms() + 10 for each in deeds[1:])


def test_every_route_that_changes_a_project_is_recorded(app):
    changing = {
        rule.endpoint
        for rule in app.url_map.iter_rules()
        if "project_id" in rule.arguments and (rule.methods or set()) - {"GET", "HEAD", "OPTIONS"}
    }

    assert changing - RECORDED.keys() - UNRECORDED == set(), "see web/api/common/recording.py"
    assert RECORDED.keys() | UNRECORDED <= app.view_functions.keys()
