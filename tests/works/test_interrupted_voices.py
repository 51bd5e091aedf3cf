"""A voice is replaced by another file of its recording, and that fails or is killed at any step.

Corrected words, and the place of what is spoken on the timeline, are right afterwards.
"""

import errno
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from commands.doctor.findings import CheckContext
from commands.doctor.media_files import check_works
from errors import BusyError
from projects.service import create as create_project
from settings.config import Settings
from storage.errors import StorageError
from storage.limits import StorageLimits
from storage.paths import WorkRef
from storage.store import Store
from tests.media.test_cleaning import in_a_room
from tests.media.voice_recordings import write
from tests.storage.killing import killed_before
from tests.storage.steps import KilledError, failing_at
from tests.storage.test_takes import copy_tree
from works import service, takes, voices
from works.cleaned_voices import VoiceCleaner
from works.origins import UPLOADED
from works.slots import scene_voice
from works.work_media import store_file

WORD, SPOKEN_AT = "CORRECTED", 5.7  # seconds of the timeline
FULL = OSError(errno.ENOSPC, "No space left on device")
DEATH = KilledError()
FAILURES = (OSError, StorageError, BusyError)

Act = Callable[[Store], object]


def opened(root: Path, kept: int = 20) -> Store:
    return Store(root, fsync=False, takes=kept)


def ref(store: Store) -> WorkRef:
    [found] = store.works("p").documents
    return WorkRef("p", str(found))


def switch(store: Store, *, is_on: bool) -> None:
    limits = StorageLimits(store, Settings())
    VoiceCleaner(store, limits, "ana", ref(store), 0).switch(is_on=is_on)


def correct(store: Store) -> None:
    """Correct a word, and trim the voice on the timeline, so that the word is heard at a time."""
    [word, *rest] = voices.voice_words(store, ref(store), 0)["words"]
    changed = {"words": [{**word, "text": WORD}, *rest], "wordsSource": "alignment"}
    voices.set_words(store, ref(store), 0, changed)
    entry = {"id": "v", "sceneIndex": 0, "start": 5, "end": 6, "trimStart": word["start"] - 0.7}

    def place(work: Any) -> None:
        work["editorState"] = {"editorData": {"voiceTrack": [entry]}}

    store.works("p").change(ref(store).work_id, place)


def place_of_word(store: Store) -> tuple[str, float]:
    """Return the corrected word, and when it is heard on the timeline."""
    [word] = voices.voice_words(store, ref(store), 0)["words"]
    work = store.work(ref(store)).values
    [entry] = work["editorState"]["editorData"]["voiceTrack"]
    return word["text"], entry["start"] + word["start"] - entry.get("trimStart", 0)


@pytest.fixture(scope="module")
def recorded(tmp_path_factory):
    """A data directory with a work, whose scene has a recording with one word."""
    directory = tmp_path_factory.mktemp("recorded")
    store = opened(directory / "data")
    create_project(store, "ana", {}, "p")
    work = WorkRef("p", service.create(store, "p", {}).values["id"])
    path = write(directory / "voice.wav", in_a_room())
    with store.work_media(work).receive() as incoming:
        incoming.write(path.read_bytes())
        store_file(store, work, scene_voice(0), incoming, "audio/wav", UPLOADED)
    words = [{"text": "wake", "start": 1.8, "end": 2.0}]
    voices.set_words(store, work, 0, {"words": words, "wordsSource": "estimate"})
    return directory / "data"


@pytest.fixture(scope="module")
def both(tmp_path_factory, recorded):
    """Data directories in which both files were made, and corrected since: by which is used."""
    found = {}
    for is_cleaned in (True, False):
        found[is_cleaned] = tmp_path_factory.mktemp("both") / "data"
        copy_tree(recorded, found[is_cleaned])
        store = opened(found[is_cleaned])
        switch(store, is_on=True)
        switch(store, is_on=is_cleaned)
        correct(store)
    return found


def directories(initial: Path, parent: Path) -> Callable[[int], Path]:
    def copy(step: int) -> Path:
        directory = parent / f"step-{step}"
        copy_tree(initial, directory)
        return directory

    return copy


def assert_follows(store: Store) -> None:
    voices.complete_voices(store, ref(store))
    word, seconds = place_of_word(store)
    assert word == WORD
    assert seconds == pytest.approx(SPOKEN_AT, abs=0.002)


def assert_all_follows(store: Store) -> None:
    """Assert that it is right as it is read next, and each time that it is switched."""
    assert_follows(store)
    for is_on in (True, False, True):
        switch(store, is_on=is_on)
        assert_follows(store)


def repair(store: Store) -> None:
    for finding in check_works(CheckContext(store)):
        assert finding.repair is not None
        finding.repair()


def delete_earlier(store: Store) -> None:
    """Delete the cleaned file if the scene has the recording."""
    made = takes.list_takes(store, ref(store), 0)
    for take in made:
        if not take["current"] and "cleanedFrom" in take:
            takes.delete_take(store, ref(store), 0, take["id"])


NEXT: dict[str, Act] = {
    "read": assert_all_follows,
    "switch on": partial(switch, is_on=True),
    "switch off": partial(switch, is_on=False),
    "doctor": repair,
    "delete the other file": delete_earlier,
}


@pytest.mark.parametrize("is_on", [True, False])
def test_kill_at_any_step_loses_nothing(both, tmp_path, is_on):
    copy = directories(both[not is_on], tmp_path)
    for step in count(1):
        directory = copy(step)
        # Without earlier files, the one that was replaced is deleted: afterwards.
        killed = killed_before(step, partial(switch, opened(directory, 0), is_on=is_on))
        assert_follows(opened(directory, 0))
        if not killed:
            break
    assert step > 5


@pytest.mark.parametrize(
    ("is_on", "then"),
    [
        (False, "read"),
        (False, "delete the other file"),
        *((True, each) for each in list(NEXT)[:-1]),
    ],
)
def test_full_disk_at_any_step_loses_nothing_whatever_comes_next(both, tmp_path, is_on, then):
    copy = directories(both[not is_on], tmp_path)
    for step in count(1):
        store = opened(copy(step))
        with failing_at(step, FULL) as steps, suppress(*FAILURES):
            switch(store, is_on=is_on)
        NEXT[then](store)
        assert_follows(store)
        if steps.taken < step:
            break
    assert step > 5


@pytest.mark.thorough
@pytest.mark.parametrize("error", [FULL, DEATH])
def test_first_clean_up_that_fails_at_any_step_loses_nothing(recorded, tmp_path, error):
    initial = tmp_path / "initial"
    copy_tree(recorded, initial)
    correct(opened(initial))
    copy = directories(initial, tmp_path)
    for step in count(1):
        directory = copy(step)
        with (
            failing_at(step, error) as steps,
            suppress(type(error), OSError, StorageError, BusyError),
        ):
            switch(opened(directory), is_on=True)
        assert_all_follows(opened(directory))
        if steps.taken < step:
            break
    assert step > 5
