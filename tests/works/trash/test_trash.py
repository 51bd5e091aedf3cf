"""What is deleted goes to the trash, is listed there, restored, or removed for good."""

import time
from pathlib import Path

import pytest

from storage import trash
from storage.clock import DAY_MS
from storage.trash import delete_expired
from tests.works.trash.helpers import TRASH, discard, id_of, items


def files(directory: Path) -> dict[str, bytes]:
    """Return what is in a directory, but for locks, logs and the activity."""
    paths = [path for path in directory.rglob("*.*") if path.parent.name != "activity"]
    visible = [path for path in paths if path.is_file() and not path.name.startswith(".")]
    return {str(path.relative_to(directory)): path.read_bytes() for path in visible}


def test_deleted_work_is_listed_with_who_deleted_it(ana, project):
    work = ana.new_work(project, name="Lamps")

    before = int(time.time() * 1000)
    trash_id = discard(ana, work)

    [item] = items(ana)
    assert before <= item["deletedAt"] <= int(time.time() * 1000)
    assert item.pop("bytes") > 0
    assert item == {
        "id": trash_id,
        "kind": "work",
        "name": "Lamps",
        "projectId": id_of(project),
        "projectName": ana.show(project)["name"],
        "documentId": id_of(work),
        "deletedBy": {"userId": ana.user["id"], "name": ana.user["name"]},
        "deletedAt": item["deletedAt"],
        "expiresAt": item["deletedAt"] + 30 * DAY_MS,
    }
    assert ana.get(work).status_code == 404
    assert ana.show(f"{project}/works") == []


def test_all_that_was_in_a_project_is_there_again(ana, project, samples, store):
    work = ana.new_work(project)
    ana.upload(f"{work}/media/scene/0/image", samples / "image.png")
    ana.upload(f"{project}/assets", samples / "image.png")
    before, shown = files(store.root / "projects"), ana.show(f"{project}/works")

    trash_id = discard(ana, project)
    assert ana.show("/api/projects") == []
    assert ana.get(work).status_code == 404
    restored = ana.post(f"{TRASH}/{trash_id}/restore")

    assert restored.json["documentId"] == id_of(project)
    assert files(store.root / "projects") == before
    assert ana.show(f"{project}/works") == shown
    assert [each["id"] for each in ana.show("/api/projects")] == [id_of(project)]
    assert items(ana) == []
    assert list((store.root / "trash").glob("[!.]*")) == []


def test_work_and_asset_are_restored(ana, project, samples):
    work = ana.new_work(project)
    asset = ana.upload(f"{project}/assets", samples / "image.png").json["url"]
    before = ana.show(work), ana.show(f"{asset}/meta"), ana.get(asset).data

    for trash_id in (discard(ana, work), discard(ana, asset)):
        assert ana.post(f"{TRASH}/{trash_id}/restore").status_code == 200

    assert (ana.show(work), ana.show(f"{asset}/meta"), ana.get(asset).data) == before
    assert len(ana.show(f"{project}/works")) == 1
    assert ana.show(f"{project}/assets")["count"] == 1


def test_permanent_deletion_leaves_nothing_in_the_trash(ana, work):
    response = ana.delete(f"{work}?permanently=1")

    assert (response.status_code, response.headers["X-Deleted"]) == (204, "permanently")
    assert items(ana) == []
    assert ana.delete(f"{work}?permanently=yes").status_code == 400


@pytest.mark.parametrize("query", ["", "?permanently=1"])
def test_works_of_a_project_that_is_gone_for_good_go_with_it(ana, project, work, query, store):
    discard(ana, work)
    discard(ana, f"{project}{query}")

    for item in items(ana):
        assert item["kind"] == "project"  # its works cannot be restored without it
        assert ana.delete(f"{TRASH}/{item['id']}").status_code == 204

    assert trash.entries(store) == []


def test_work_is_restored_with_its_project_first(ana, project, work):
    of_work, of_project = discard(ana, work), discard(ana, project)

    assert ana.post(f"{TRASH}/{of_work}/restore").status_code == 404
    assert ana.post(f"{TRASH}/{of_project}/restore").status_code == 200
    assert ana.post(f"{TRASH}/{of_work}/restore").status_code == 200
    assert ana.get(work).status_code == 200


def test_nothing_is_restored_over_something(ana, project, work, store):
    trash_id = discard(ana, work)
    store.works(id_of(project)).create(id_of(work), {"id": id_of(work), "name": "Another"})

    response = ana.post(f"{TRASH}/{trash_id}/restore")

    assert (response.status_code, response.json["code"]) == (409, "already_exists")
    assert store.works(id_of(project)).snapshot(id_of(work)).values["name"] == "Another"
    assert [item["id"] for item in items(ana)] == [trash_id]


def test_other_users_find_nothing(ana, ben, project, work):
    ids = discard(ana, work), discard(ana, project)

    assert items(ben) == []
    for trash_id in ids:
        assert ben.post(f"{TRASH}/{trash_id}/restore").status_code == 404
        assert ben.delete(f"{TRASH}/{trash_id}").status_code == 404
    assert ben.delete(TRASH).status_code == 204
    assert ana.post(f"{TRASH}/{ids[1]}/restore").status_code == 200
    assert ana.post(f"{TRASH}/{ids[0]}/restore").status_code == 200


def test_token_lists_and_restores_what_its_scopes_include(ana, project, samples):
    asset = ana.upload(f"{project}/assets", samples / "image.png").json["url"]
    of_asset, of_work = discard(ana, asset), discard(ana, ana.new_work(project))
    script = ana.with_scopes("works:read", "works:write")

    assert [item["id"] for item in items(script)] == [of_work]
    assert script.post(f"{TRASH}/{of_asset}/restore").status_code == 403
    assert script.delete(TRASH).status_code == 204
    assert [item["id"] for item in items(ana)] == [of_asset]
    assert ana.with_scopes("ai:analyze").get(TRASH).status_code == 403


def test_pages_of_the_trash_come_one_after_the_other(ana, project):
    ids = [discard(ana, ana.new_work(project)) for _ in range(3)]
    all_at_once = [item["id"] for item in items(ana)]

    first = ana.show(f"{TRASH}?limit=2")
    second = ana.show(first["next"])

    assert sorted(all_at_once) == sorted(ids)
    assert [item["id"] for item in first["items"] + second["items"]] == all_at_once
    assert second["next"] is None
    assert ana.get(f"{TRASH}?cursor=x").status_code == 400


def test_expired_and_hollow_entries_are_removed(ana, project, store):
    expired, hollow, young, kept = (discard(ana, ana.new_work(project)) for _ in range(4))
    store.trash.change(expired, lambda entry: entry.update(expiresAt=entry["deletedAt"]))
    for trash_id in (hollow, young):
        directory = Path(trash.content_of(store.root, trash.find(store, trash_id)))
        directory.rename(store.root / "projects" / id_of(project) / "works" / directory.name)
    store.trash.change(hollow, lambda entry: entry.update(deletedAt=1))

    assert [item["id"] for item in items(ana)] == [kept, expired]
    delete_expired(store)

    assert [item["id"] for item in items(ana)] == [kept]
    assert set(store.trash.documents) == {young, kept}  # a document may just be moved there


@pytest.mark.parametrize("damaged", [b"", b"[]", b"{}"])
def test_damaged_work_is_deleted_and_restored_as_well(ana, project, work, damaged, store):
    document = store.root / "projects" / id_of(project) / "works" / id_of(work) / "work.json"
    document.write_bytes(damaged)

    trash_id = discard(ana, work)

    assert [item["name"] for item in items(ana)] == [id_of(work)]
    assert ana.post(f"{TRASH}/{trash_id}/restore").status_code == 200
    assert document.read_bytes() == damaged


def test_if_match_is_checked_before_something_is_moved(ana, work, store):
    assert ana.delete(work, headers={"If-Match": '"old"'}).status_code == 412
    assert ana.get(work).status_code == 200
    assert set(store.trash.documents) == set()
