"""Changes of large job documents are appended to a journal, and none of them is ever lost."""

import copy
import os
import random
import time
from collections.abc import Callable
from typing import Any

import pytest

from storage.documents import journal
from storage.documents.documents import DocumentCache
from storage.documents.snapshots import read_current, serialize
from storage.documents.tables import DocumentTable
from storage.errors import UnreadableError
from storage.store import Store
from tests.simultaneous import at_once

Values = dict[str, Any]


def new_job(calls: int) -> Values:
    return {"n": 0, "calls": [{"id": f"image-{n}", "state": "planned"} for n in range(calls)]}


@pytest.fixture
def table(store):
    return store.collection("users/u1/jobs")


@pytest.fixture
def job(store, table):
    """The path of a large job's document."""
    store.disk.make_directory(store.root / "users/u1/jobs")
    table.create("j1", new_job(600))
    return store.root / "users/u1/jobs/j1/job.json"


@pytest.fixture
def changes(job):
    """The path of its journal."""
    return job.with_name("changes.jsonl")


def finish(table: DocumentTable, number: int) -> None:
    """Note as a step that a call is done."""

    def mutate(values: Values) -> None:
        values["n"] += 1
        values["calls"][number]["state"] = "done"

    table.change("j1", mutate, step=True)


def test_step_of_a_large_document_writes_a_line(table, job, changes):
    before = job.read_bytes()

    finish(table, 7)
    finish(table, 8)

    assert job.read_bytes() == before
    assert changes.read_text().splitlines()[1:] == [
        '[[["n"],1],[["calls",7,"state"],"done"]]',
        '[[["n"],2],[["calls",8,"state"],"done"]]',
    ]
    values = table.snapshot("j1").values
    assert (values["n"], values["calls"][7]["state"]) == (2, "done")


def test_step_of_a_small_document_rewrites_it(store, table):
    store.disk.make_directory(store.root / "users/u1/jobs")
    table.create("j1", new_job(3))

    finish(table, 1)

    directory = store.root / "users/u1/jobs/j1"
    assert not (directory / "changes.jsonl").exists()
    assert b'"done"' in (directory / "job.json").read_bytes()


def test_change_that_is_no_step_rewrites_the_document_and_removes_the_journal(table, job, changes):
    finish(table, 7)

    table.change("j1", lambda values: values.update(state="succeeded"))

    assert not changes.exists()
    values = read_current(str(job)).values
    assert (values["state"], values["calls"][7]["state"]) == ("succeeded", "done")


def test_journal_stays_smaller_than_the_document(table, job, changes):
    for number in range(700):
        finish(table, number % 600)
        assert not changes.exists() or changes.stat().st_size < job.stat().st_size + 1000

    assert table.snapshot("j1").values["n"] == 700


@pytest.mark.parametrize("cut", [1, 5, 30])
def test_incomplete_last_line_is_ignored_and_replaced(table, job, changes, cut):
    finish(table, 7)
    complete = changes.read_bytes()
    finish(table, 8)
    changes.write_bytes(changes.read_bytes()[:-cut])  # as if the power had failed

    assert read_current(str(job)).values["n"] == 1
    finish(table, 9)

    values = read_current(str(job)).values
    assert [values["calls"][n]["state"] for n in (7, 8, 9)] == ["done", "planned", "done"]
    assert changes.read_bytes().startswith(complete)


def test_journal_of_an_earlier_version_is_ignored_and_replaced(table, job, changes):
    finish(table, 7)
    stale = changes.read_bytes()
    table.change("j1", lambda values: values.update(n=100))
    changes.write_bytes(stale)  # as if the process had died before it removed the journal

    assert table.snapshot("j1").values["n"] == 100
    finish(table, 8)

    assert table.snapshot("j1").values["n"] == 101


def test_journal_of_an_earlier_version_is_removed_by_the_next_change_that_is_no_step(
    table, job, changes
):
    """With such a journal beside it, the document would be read twice at each use."""
    finish(table, 7)
    stale = changes.read_bytes()
    table.change("j1", lambda values: values.update(n=100))
    changes.write_bytes(stale)

    table.change("j1", lambda values: values.update(n=200))

    assert not changes.exists()
    assert table.snapshot("j1").values["n"] == 200


def test_step_after_a_stale_read_is_refused_instead_of_removing_later_ones(
    store, table, job, monkeypatch
):
    for number in range(2):  # without a journal at first, then with one
        stale = table.snapshot("j1")
        finish(table, number)
        with monkeypatch.context() as context:
            context.setattr(DocumentCache, "get", lambda *_: stale)  # noqa: B023 - used at once
            with pytest.raises(UnreadableError, match="changed"):
                finish(table, 100)

    finish(table, 2)

    values = read_current(str(job)).values
    assert (values["n"], values["calls"][100]["state"]) == (3, "planned")


def test_journal_that_does_not_match_is_unreadable(table, job, changes):
    finish(table, 7)
    changes.write_bytes(changes.read_bytes() + b'[[["calls",7000,"state"],"done"]]\n')

    with pytest.raises(UnreadableError):
        table.snapshot("j1")


def test_concurrent_steps_through_two_stores_are_all_kept(store, second_store, job):
    tables = [each.collection("users/u1/jobs") for each in (store, second_store)]

    def steps(table: DocumentTable, start: int) -> Callable[[], None]:
        def run() -> None:
            for number in range(start, start + 40):
                finish(table, number)
                if number % 15 == 0:
                    table.change("j1", lambda values: values.update(whole=True))

        return run

    at_once([steps(tables[n % 2], 100 * n) for n in range(4)])

    values = tables[0].snapshot("j1").values
    assert values["n"] == 160
    assert sum(call["state"] == "done" for call in values["calls"]) == 160


def test_readers_see_each_version_in_order(table, store, job):
    seen: list[int] = []

    def read() -> None:
        while not seen or seen[-1] < 150:
            seen.append(store.collection("users/u1/jobs").snapshot("j1").values["n"])
            time.sleep(0.0005)  # else the writer waits for the interpreter's lock again and again

    def write() -> None:
        for number in range(150):
            finish(table, number)
            if number % 20 == 0:
                table.change("j1", lambda values: values.update(whole=True))

    at_once([read, write])

    assert seen == sorted(seen)


def test_changes_between_random_documents_lead_from_one_to_the_other():
    generator = random.Random(7)
    for _ in range(300):
        old = {"a": random_value(generator, 3), "b": random_value(generator, 3)}
        new = copy.deepcopy(old)
        for key in generator.sample(["a", "b", "c"], 2):
            new[key] = random_value(generator, 3)
        result = copy.deepcopy(old)

        journal.apply(result, list(journal.difference(old, new)))

        assert serialize(result) == serialize(new)


def random_value(generator: random.Random, depth: int) -> Any:
    """Return a JSON value, nested at most this deep."""
    kind = generator.randrange(6 if depth else 4)
    if kind == 5:
        return {key: random_value(generator, depth - 1) for key in "xyz"[: generator.randrange(4)]}
    if kind == 4:
        return [random_value(generator, depth - 1) for _ in range(generator.randrange(4))]
    return [None, generator.randrange(3), generator.random() < 0.5, "text"][kind]


@pytest.mark.usefixtures("job")
def test_step_that_is_written_during_a_read_is_seen_by_the_next_read(store, table, monkeypatch):
    """What was read before a write must not be taken for the version after it."""
    finish(table, 1)
    writer = Store(store.root, fsync=False).collection("users/u1/jobs")
    fstat, calls = os.fstat, []

    def fstat_after_a_step(descriptor: int) -> os.stat_result:
        if os.readlink(f"/proc/self/fd/{descriptor}").endswith("changes.jsonl"):
            calls.append(descriptor)
            if len(calls) == 2:  # the first is for opening the file
                finish(writer, 2)
        return fstat(descriptor)

    monkeypatch.setattr(os, "fstat", fstat_after_a_step)
    table.snapshot("j1")

    assert len(calls) > 1
    assert table.snapshot("j1").values["n"] == 2
