"""Works that are duplicated, in their project and into others."""

import errno
import os
from dataclasses import replace
from itertools import count

import pytest

from errors import BusyError
from storage.errors import QuotaError
from storage.files.hard_links import link_files
from storage.files.trees import list_names
from storage.leftovers import find_leftovers, remove_leftovers
from storage.limits import StorageLimits
from storage.paths import WorkRef
from tests.access.members import id_of
from tests.storage.killing import killed_before
from tests.works.takes import list_takes, use
from tests.works.trash.helpers import join
from works import copies as module
from works.copies import Copies

SLOTS = ("reference", "audio", "scene/0/image", "scene/0/video", "scene/0/voice")


@pytest.fixture
def ana(populated):
    return populated.owner


@pytest.fixture
def work(populated):
    """A work with media of each slot, takes, words of a voice, and a clip that shows an asset."""
    url, owner, asset = populated.work, populated.owner, id_of(populated.asset)
    words = [{"text": "Hello", "start": 0, "end": 0.5}]
    assert owner.put(f"{url}/media/scene/0/voice/words", json={"words": words}).status_code == 200
    state = owner.show(url)["editorState"]
    state["editorData"]["videoTrack"].append({"id": "b", "start": 1, "end": 2, "assetId": asset})
    owner.save(url, {"name": "Lamp", "editorState": state, "selectedAssetIds": [asset]})
    return url


def duplicate(person, work, **body):
    """Duplicate a work; return the URL of the copy."""
    answer = person.post(f"{work}/duplicate", json=body)
    assert answer.status_code == 201, answer.text
    assert person.show(answer.headers["Location"]) == answer.json
    return answer.headers["Location"]


def without_own(work, url):
    """Return the text of a work as it would be that of any other."""
    own = {"id": "", "projectId": "", "name": "", "createdAt": 0, "updatedAt": 0}
    return str({**work, **own}).replace(url, "").replace(url.rpartition("/works/")[0], "")


def check_media(person, copy, original):
    """Check that a copy has the media, the takes and the words of its original."""
    for slot in SLOTS:
        assert (
            person.get(f"{copy}/media/{slot}").data == person.get(f"{original}/media/{slot}").data
        )
    for path in ("media/scene/0/takes", "media/scene/0/voice/words", "narration"):
        shown = [str(person.show(f"{each}/{path}")).replace(each, "") for each in (copy, original)]
        assert shown[0] == shown[1], path


def test_copy_has_all_that_the_work_shows_and_nothing_that_was_done_with_it(ana, work):
    copy = duplicate(ana, work)

    document = ana.show(copy)
    assert document["name"] == "Lamp (2)"
    assert without_own(document, copy) == without_own(ana.show(work), work)
    assert work not in str(document)
    check_media(ana, copy, work)
    for gone in ("jobs", "exports", "comments", "reviews"):
        found, left = (ana.show(f"{each}/{gone}") for each in (work, copy))
        assert found != left, gone
        assert left == ([] if isinstance(left, list) else {**left, gone: []}), gone
    assert ana.show(duplicate(ana, work))["name"] == "Lamp (3)"
    assert ana.show(duplicate(ana, work, name="Other"))["name"] == "Other"


def test_work_and_copy_change_apart(ana, work, samples):
    copy = duplicate(ana, work)
    before = ana.show(work), list_takes(ana, work)
    image = ana.get(f"{work}/media/scene/0/image").data

    earlier = next(take for take in list_takes(ana, copy) if not take["current"])
    use(ana, earlier)
    assert ana.upload(f"{copy}/media/scene/0/video", samples / "video.webm").status_code == 200
    ana.save(copy, {"name": "Changed"})
    assert ana.delete(f"{copy}/media/audio").status_code == 204

    assert (ana.show(work), list_takes(ana, work)) == before
    assert ana.get(f"{work}/media/scene/0/image").data == image
    assert ana.delete(f"{copy}?permanently=1").status_code == 204
    assert ana.get(f"{work}/media/scene/0/image").data == image


def test_copy_in_another_project_brings_its_assets_once(ana, populated, work):
    other = ana.new_project()

    copy = duplicate(ana, work, projectId=id_of(other))

    [asset] = ana.show(f"{other}/assets")["assets"]
    source = ana.show(f"{populated.asset}/meta")
    assert (asset["name"], asset["size"]) == (source["name"], source["size"])
    assert ana.get(asset["url"]).data == ana.get(populated.asset).data
    assert ana.get(asset["thumbnail"]).data == ana.get(source["thumbnail"]).data
    document = ana.show(copy)
    assert document["selectedAssetIds"] == [asset["id"]]
    assert document["editorState"]["editorData"]["videoTrack"][1]["assetId"] == asset["id"]
    for theirs in (id_of(populated.project), id_of(populated.asset)):
        assert theirs not in str(document)
    check_media(ana, copy, work)
    duplicate(ana, work, projectId=id_of(other))
    assert ana.show(f"{other}/assets")["count"] == 1
    ana.show(f"{other}/works")


def test_reading_in_the_source_and_changing_in_the_target_are_needed(ana, ben, populated, work):
    join(ana, populated.project, ben, "viewer")
    own = ben.new_project()

    refused = ben.post(f"{work}/duplicate")
    copy = duplicate(ben, work, projectId=id_of(own))
    unknown = [
        ana.post(f"{work}/duplicate", json={"projectId": each})
        for each in (id_of(own), f"proj_{'0' * 16}")
    ]

    assert (refused.status_code, refused.json["code"]) == (403, "right_missing")
    assert {each.status_code for each in unknown} == {404}
    assert ben.show(copy)["name"] == "Lamp"
    for scopes in (["works:read"], ["works:write"], ["works:read", "works:write"]):
        token = ben.with_scopes(*scopes)
        answer = token.post(f"{work}/duplicate", json={"projectId": id_of(own)})
        assert answer.json["code"] == "missing_scope"


def test_repeated_request_gets_the_same_copy(ana, work):
    once = {"Idempotency-Key": "0123456789abcdef"}
    first, second = (ana.post(f"{work}/duplicate", headers=once) for _ in range(2))

    assert first.json == second.json
    assert second.headers["Idempotency-Replayed"] == "true"


def test_scenes_that_a_job_works_on_have_no_job_in_the_copy(ana, work):
    scenes = [{"sceneIndex": 0, "status": "generating_video"}]
    scenes.append({"sceneIndex": 7, "status": "generating_image"})
    ana.save(work, {"generatedScenes": scenes})

    copied = ana.show(duplicate(ana, work))["generatedScenes"]

    assert [(each["sceneIndex"], each["status"]) for each in copied] == [
        (0, "done"),
        (7, "pending"),
    ]


def test_copy_counts_for_the_owner_of_its_project(ben, work, store, settings):
    own = id_of(ben.new_project())
    limits = StorageLimits(store, replace(settings, user_quota_mb=0.01))

    with pytest.raises(QuotaError):
        Copies(store, limits, own, ben.user["id"]).duplicate(ref_of(work), None, _permit)

    assert list_names(store.root / "projects" / own / "works") == []
    assert [*find_leftovers(store.root)] == []


def test_disk_without_hard_links_gets_copies_if_there_is_room(ana, work, store, monkeypatch):
    needed = []

    def link(*_args):
        raise OSError(errno.EPERM, "no links")

    monkeypatch.setattr(os, "link", link)
    check = StorageLimits.check_free

    def noted_check(limits, *args):
        needed.append(args)
        check(limits, *args)

    monkeypatch.setattr(StorageLimits, "check_free", noted_check)
    copy = duplicate(ana, work)

    check_media(ana, copy, work)
    audio = next((store.root / "projects").glob(f"*/works/{id_of(copy)}/media/audio.mp3"))
    assert audio.stat().st_nlink == 1
    assert (audio.stat().st_size, ana.user["id"]) in needed


def test_nothing_is_left_on_a_full_disk(ana, work, store, monkeypatch):
    def link(*_args):
        raise OSError(errno.ENOSPC, "full")

    before = ana.show(work.rpartition("/")[0])
    monkeypatch.setattr(os, "link", link)

    answer = ana.post(f"{work}/duplicate")

    assert (answer.status_code, answer.json["code"]) == (507, "disk_full")
    assert ana.show(work.rpartition("/")[0]) == before
    assert [*find_leftovers(store.root)] == []


def test_work_that_changes_meanwhile_is_copied_as_it_is_then(copies, work, store, monkeypatch):
    names = ["Second", "First"]

    def link(*args):
        if names:
            fields = {"name": names.pop()}
            store.works(ref_of(work).project_id).change(
                id_of(work), lambda each: each.update(fields)
            )
        link_files(*args)

    monkeypatch.setattr(module, "link_files", link)

    assert copies.duplicate(ref_of(work), None, _permit).values["name"] == "Second"


def test_work_that_never_rests_is_refused(copies, work, monkeypatch):
    def link(*_args):
        raise FileNotFoundError

    monkeypatch.setattr(module, "link_files", link)

    with pytest.raises(BusyError):
        copies.duplicate(ref_of(work), None, _permit)


@pytest.mark.slow  # 22 processes that are killed
def test_process_that_is_killed_leaves_the_whole_copy_or_nothing(copies, ana, work, store):
    """In another project, so that its assets are copied as well."""
    works = f"/api/projects/{copies.project_id}/works"
    for change in count(1):
        was_killed = killed_before(change, lambda: copies.duplicate(ref_of(work), None, _permit))
        remove_leftovers(store.root)  # as the next start does
        found = ana.show(works)
        assert len(found) in {0, 1}
        for each in found:
            check_media(ana, f"{works}/{each['id']}", work)
            assert ana.delete(f"{works}/{each['id']}?permanently=1").status_code == 204
        if not was_killed:
            assert found
            break
    assert change > 20
    assert ana.show(f"/api/projects/{copies.project_id}/assets")["count"] == 1


@pytest.fixture
def copies(ana, store, settings):
    """What copies works into an empty project of ana's."""
    project = id_of(ana.new_project())
    return Copies(store, StorageLimits(store, settings), project, ana.user["id"])


def _permit():
    """Let a copy be put into its place."""


def ref_of(work):
    """Return the reference to the work at a URL."""
    return WorkRef(work.split("/")[3], id_of(work))
