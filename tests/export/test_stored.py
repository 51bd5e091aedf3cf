"""Stored exports: what they count for, and what becomes of them when their work is deleted."""

import json
from typing import Any

import pytest

from export import job, service
from export.plan.from_work import content_of
from export.plan.timeline import Clip, Output, Tags, Timeline
from export.sources.openers import Location
from media.ffmpeg import FFmpegStartError
from schemas.exports import StoredExportSchema
from storage.clock import now_ms
from storage.paths import WorkRef
from storage.store import Store
from storage.usage import Usage
from tests.export.stored import new_export
from tests.people import Person

MB = 1 << 20


@pytest.fixture
def export(store, work, samples):
    """The directory of an export of ana's work."""
    return new_export(store, ref_of(work), samples)


def ref_of(work: str) -> WorkRef:
    """Return the reference to the work at this path."""
    *_, project_id, _, work_id = work.split("/")
    return WorkRef(project_id, work_id)


def used(store: Store, person: Person) -> int:
    """Return how many bytes a user stores, measured now."""
    usage = Usage(store, person.user["id"])
    with usage.reserve(0, 0):
        pass
    usage.measure_again()
    return usage.bytes


def test_export_counts_for_the_quota_of_its_user_and_the_cache_does_not(
    ana, ben, store, settings, export
):
    before = [used(store, person) for person in (ana, ben)]
    (store.root / "cache" / "segments").mkdir(parents=True)
    for path in (export / "media/video.mp4", store.root / "cache/segments/abc.mp4"):
        with path.open("wb") as file:
            file.truncate(7 * MB)

    after = [used(store, person) for person in (ana, ben)]

    assert 6 * MB < after[0] - before[0] <= 7 * MB
    assert after[1] == before[1]


@pytest.mark.parametrize("level", ["export", "work", "project"])
def test_deleted_export_is_gone_from_the_disk(ana, project, work, export, level):
    url = {"export": f"{work}/exports/{export.name}", "work": work, "project": project}[level]
    assert ana.get(f"{work}/exports/{export.name}").status_code == 200

    assert ana.delete(url).status_code == 204

    assert not export.exists()
    assert ana.get(f"{work}/exports/{export.name}").status_code == 404
    assert ana.get(f"{work}/exports/{export.name}/poster").status_code == 404
    if level == "export":
        assert ana.show(f"{work}/exports") == {"exports": []}
    else:
        assert ana.get(f"{work}/exports").status_code == 404


def test_exports_are_listed_newest_first_without_damaged_ones(ana, store, work, export, samples):
    others = [new_export(store, ref_of(work), samples) for _ in range(2)]
    (others[0] / "export.json").write_text("{")
    store.exports(ref_of(work)).change(others[1].name, lambda each: each.update(createdAt=1))

    listed = ana.show(f"{work}/exports")["exports"]

    assert [each["id"] for each in listed] == [export.name, others[1].name]


def test_a_new_export_is_the_newest_even_after_a_clock_was_set_back(store, work, export):
    ahead = now_ms() + 1_000_000
    store.exports(ref_of(work)).change(export.name, lambda each: each.update(createdAt=ahead))

    assert service.next_time(store, ref_of(work)) == ahead + 1


def test_downloads_of_a_works_exports_have_names_that_differ(ana, store, work, export, samples):
    draft = new_export(store, ref_of(work), samples)
    options = {"width": 360, "height": 640, "options": {"quality": "draft"}}
    store.exports(ref_of(work)).change(draft.name, lambda each: each.update(options))

    names = [
        ana.get(f"{work}/exports/{each.name}").headers["Content-Disposition"].split('"')[1]
        for each in (export, draft)
    ]

    name = ana.show(work)["name"]
    assert names[1] == f"{name} 9x16 360x640 draft.mp4"
    assert names[0] != names[1]


@pytest.mark.parametrize(
    "field", [*StoredExportSchema(exclude=["id", "content", "warnings"]).fields]
)
@pytest.mark.parametrize("value", ["missing", None])
def test_export_with_a_damaged_field_is_neither_listed_nor_found(
    ana, store, work, export, samples, field, value
):
    ref = ref_of(work)
    damaged = new_export(store, ref, samples)
    path = damaged / "export.json"
    document = json.loads(path.read_text())
    document[field] = None
    if value == "missing":
        del document[field]
    path.write_text(json.dumps(document))

    listed = ana.show(f"{work}/exports")["exports"]

    assert [each["id"] for each in listed] == [export.name]
    found = service.find(store, ref, "0" * 64)
    assert found is not None
    assert found["id"] == export.name


def test_captions_of_a_damaged_export_are_a_500_that_says_so(ana, work, export):
    path = export / "export.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | {"cues": [{"start": 0}]}))

    answer = ana.get(f"{work}/exports/{export.name}/captions.vtt")

    assert (answer.status_code, answer.json["error"]) == (500, "Stored document is unreadable")


@pytest.mark.parametrize("damage", ["missing", "cut", "directory"])
def test_export_without_its_whole_video_is_not_found_again(store, work, export, damage):
    video = export / "media/video.mp4"
    assert service.find(store, ref_of(work), "0" * 64) is not None
    content = video.read_bytes()
    video.unlink()
    if damage == "cut":
        video.write_bytes(content[:-1])
    elif damage == "directory":
        video.mkdir()

    assert service.find(store, ref_of(work), "0" * 64) is None


def test_export_of_another_ffmpeg_or_with_other_fonts_is_not_found_again(
    store, ana, work, samples, monkeypatch
):
    assert ana.upload(f"{work}/media/scene/0/video", samples / "video.mp4").status_code == 200
    where = Location(store, ref_of(work))
    timeline = Timeline(Output(96, 160), [Clip(0)])
    keys = [job.export_key(where, timeline) for _ in range(2)]

    for program in ("version", "fonts_version"):
        monkeypatch.setattr(job, program, lambda: "another one")
        keys.append(job.export_key(where, timeline))

    assert len(set(keys)) == 3


def test_export_of_a_renamed_work_is_not_found_again(store, work):
    where = Location(store, ref_of(work))
    tags = [Tags("Tea", "en"), Tags("Coffee", "en"), Tags("Tea", "de")]

    keys = [job.export_key(where, Timeline(Output(96, 160), [], tags=each)) for each in tags]

    assert len(set(keys)) == 3


def test_export_can_be_ordered_while_ffmpeg_cannot_be_started(store, work, monkeypatch):
    def fail() -> str:
        raise FFmpegStartError

    monkeypatch.setattr(job, "version", fail)

    assert job.export_key(Location(store, ref_of(work)), Timeline(Output(96, 160), []))


def test_list_has_what_other_processes_change(ana, settings, work, samples, export):
    def listed() -> set[tuple[str, Any]]:
        found = ana.show(f"{work}/exports")["exports"]
        return {(each["id"], each.get("isCurrent")) for each in found}

    assert listed() == {(export.name, None)}
    other = Store(settings.data_dir, fsync=False, tuning=settings.tuning)

    added = new_export(other, ref_of(work), samples)
    assert listed() == {(export.name, None), (added.name, None)}

    service.note_content(other, service.get(other, ref_of(work), added.name), "other")
    assert listed() == {(export.name, None), (added.name, False)}

    service.delete(other, ref_of(work), export.name)
    assert listed() == {(added.name, False)}


def test_list_says_whether_the_work_has_changed_since_an_export(ana, store, work, export):
    ref = ref_of(work)

    def listed() -> Any:
        return ana.show(f"{work}/exports")["exports"][0].get("isCurrent")

    assert listed() is None  # of an earlier version
    found = service.get(store, ref, export.name)
    service.note_content(store, found, content_of(store.work(ref).values))
    assert listed() is True
    ana.save(work, {"name": "Another name", "productName": "Lamp"})
    assert listed() is True
    ana.save(work, {"videoDuration": 9, "editorState": {"audioVolume": 0.5}})
    assert listed() is False
