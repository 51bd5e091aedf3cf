"""A process that is killed between any two steps of a change of takes loses no file."""

import json
import os
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from commands.doctor.checks import run_checks
from storage.errors import DiskFullError
from storage.files.trees import list_names
from storage.media import take_state as all_takes_module
from storage.media.media_files import MediaFiles
from storage.media.take_state import Take, read_takes
from storage.paths import WorkRef
from storage.store import Store
from tests.storage.killing import killed_before
from works import service, takes, work_media
from works.generated_scenes import mismatches
from works.origins import UPLOADED, takes_of
from works.slots import scene_image

WORK = WorkRef("p", "w")
SLOT = scene_image(0)
TYPES = {"image/png": b"\x89PNG\r\n\x1a\n", "image/jpeg": b"\xff\xd8\xff"}

Operation = Callable[[Store], None]


@pytest.fixture(autouse=True)
def _work(store):
    """A project with a work, whose scene had three images."""
    project = {"id": "p", "userId": "u", "name": "Any", "updatedAt": 1}
    store.projects.create("p", {**project, **dict.fromkeys(PROMPTS)})
    work_id = service.create(store, "p", {}).values["id"]
    os.rename(store.root / "projects/p/works" / work_id, store.root / "projects/p/works/w")
    store.works("p").update({"id": "w"}, doc_ids=["w"])
    for number, media_type in ((1, "image/png"), (2, "image/jpeg"), (3, "image/png")):
        put(store, number, media_type)


PROMPTS = ("systemPrompt", "analyzerPrompt", "imageSystemPrompt", "videoSystemPrompt")


def content(number: int, media_type: str) -> bytes:
    return TYPES[media_type] + bytes([number] * (1000 + number % 2))  # some of the same size


def put(store: Store, number: int, media_type: str = "image/png") -> None:
    with store.work_media(WORK).receive() as incoming:
        incoming.write(content(number, media_type))
        work_media.store_file(store, WORK, SLOT, incoming, media_type, UPLOADED)


def all_takes(store: Store) -> list[Take]:
    return takes_of(store, WORK, SLOT).read().takes


def use(store: Store, position: int) -> None:
    takes.use_take(store, WORK, 0, all_takes(store)[position].id)


def delete_oldest(store: Store) -> None:
    takes.delete_take(store, WORK, 0, all_takes(store)[-1].id)


def remove_current(store: Store) -> None:
    work_media.remove_file(store, WORK, SLOT)


OPERATIONS: dict[str, Operation] = {
    "replace by the same type": lambda store: put(store, 5),
    "replace by another type": lambda store: put(store, 5, "image/jpeg"),
    "use one of the same type": lambda store: use(store, 2),
    "use one of another type": lambda store: use(store, 1),
    "delete": delete_oldest,
    "remove the current": remove_current,
}


def contents(store: Store) -> set[bytes]:
    return {Path(take.path).read_bytes() for take in all_takes(store)}


def served(store: Store) -> bytes:
    with store.work_media(WORK).open(SLOT.name, SLOT.types).file as file:
        return file.readall()


def facts_on_disk(store: Store) -> dict[str, int]:
    """Return the sizes by id that the facts on the disk state."""
    paths = (store.root / "projects/p/works/w/takes").glob("*.json")
    facts = [json.loads(path.read_text()) for path in paths]
    return {each["id"]: each["size"] for each in facts}


@pytest.mark.parametrize("name", OPERATIONS)
def test_kill_before_each_step_loses_no_file(root, tmp_path, name):
    initial = os.path.join(tmp_path, "initial")
    copy_tree(root, Path(initial))
    before = contents(Store(root, fsync=False))
    current = served(Store(root, fsync=False))
    removes = name in {"delete", "remove the current"}
    step, outcomes = 0, set()
    while True:
        step += 1
        directory = tmp_path / f"after-{step}"
        copy_tree(Path(initial), directory)
        killed = killed_before(step, partial(OPERATIONS[name], Store(directory, fsync=False)))

        store = Store(directory, fsync=False)

        found = contents(store)
        new = content(5, "image/jpeg" if "another" in name else "image/png")
        assert found >= before or removes
        assert found - before <= {new}
        if name == "remove the current":
            assert found >= before - {current}
        else:
            assert not [*mismatches(work_of(store), store.work_media(WORK).slots())]
            assert served(store) in found
        assert sum(take.current for take in all_takes(store)) <= 1
        outcomes.add(frozenset(found))
        assert_next_change_succeeds(store)
        if not killed:
            break
    assert step >= 3
    assert len(outcomes) <= 2


def copy_tree(source: Path, target: Path) -> None:
    """Copy a directory; files with the same inode keep one in common."""
    assert os.system(f"cp -a {source} {target}") == 0


def work_of(store: Store) -> dict[str, object]:
    return store.works("p").snapshot("w").parse()


def assert_next_change_succeeds(store: Store) -> None:
    """Assert that what a crash left neither confuses a change nor stays, and `doctor` agrees."""
    before = contents(store)

    put(store, 8)
    use(store, 1)

    assert contents(store) == before | {content(8, "image/png")}
    state = takes_of(store, WORK, SLOT).read()
    assert state.leftovers == []
    assert facts_on_disk(store) == {take.id: take.size for take in state.takes}
    findings = [result.finding for result in run_checks(store)]
    assert [each for each in findings if "takes/" in each.path or "media/" in each.path] == []


class TestWithoutHardLinks:
    @pytest.fixture(autouse=True)
    def _no_links(self, monkeypatch):
        def link(*_: object, **__: object) -> None:
            raise PermissionError(1, "Operation not permitted")

        monkeypatch.setattr(os, "link", link)

    def test_replaced_files_are_kept(self, store):
        before = contents(store)

        put(store, 5)
        use(store, 2)

        assert contents(store) == before | {content(5, "image/png")}

    def test_full_disk_leaves_the_slot_as_it_is(self, store, monkeypatch):
        before, current = contents(store), served(store)
        monkeypatch.setattr(store.disk, "write", raise_disk_full)

        with pytest.raises(DiskFullError):
            put(store, 5)

        assert (contents(store), served(store)) == (before, current)


def raise_disk_full(*_: object) -> None:
    raise OSError(28, "No space left on device")


def test_take_that_is_replaced_before_it_is_opened_is_served_from_its_new_place(store, monkeypatch):
    files = takes_of(store, WORK, SLOT)
    known = files.read()
    assert known.current is not None
    put(store, 5)
    states = iter([known, files.read()])
    monkeypatch.setattr(files, "read", lambda: next(states))

    with files.open(known.current.id).file as file:
        assert file.readall() == content(3, "image/png")


def test_file_put_into_the_slot_by_other_means_has_no_facts_of_another(store):
    media: MediaFiles = store.work_media(WORK)
    found = media.find(SLOT.name, SLOT.types)
    assert found is not None
    Path(found[0]).write_bytes(TYPES["image/png"] + b"put here by hand")

    current = takes_of(store, WORK, SLOT).read().current

    assert current is not None
    assert current.facts is None


def test_replacing_a_large_file_copies_nothing(store):
    """The file that is replaced, and the new one, keep their inodes."""
    before = {Path(take.path).stat().st_ino for take in all_takes(store)}

    put(store, 5)

    after = {Path(take.path).stat().st_ino for take in all_takes(store)}
    assert before < after


def test_takes_of_several_slots_are_listed_at_once(store, monkeypatch):
    slots = [takes_of(store, WORK, scene_image(index)) for index in (1, 0)]
    listed = list_names(slots[0].directory)
    expected = [slot.read() for slot in slots]
    listings = iter([listed, listed])
    monkeypatch.setattr(all_takes_module, "list_names", lambda _: next(listings))

    assert read_takes(slots) == expected
    assert [len(each.takes) for each in expected] == [0, 3]
    assert read_takes([]) == [] == list(listings)


def test_slot_that_changes_while_several_are_read_is_read_again(store, monkeypatch):
    slots = [takes_of(store, WORK, scene_image(index)) for index in (0, 1)]

    def changed(directory: str) -> list[str]:
        monkeypatch.setattr(all_takes_module, "list_names", list_names)
        listed = list_names(directory)
        put(store, 4)
        delete_oldest(store)
        return listed

    monkeypatch.setattr(all_takes_module, "list_names", changed)

    states = read_takes(slots)

    assert states == [slot.read() for slot in slots]
    assert Path(states[0].current.path).read_bytes() == content(4, "image/png")
