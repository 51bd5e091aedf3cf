"""`doctor` and comments: what it finds, and what it takes for granted."""

from commands.doctor.checks import run_checks
from commands.doctor.findings import Finding
from storage.paths import COMMENTS
from storage.store import Store


def found_in_comments(store: Store) -> list[Finding]:
    findings = [each.finding for each in run_checks(store, repair=True)]
    return [each for each in findings if COMMENTS in each.path or "work.json" in each.path]


def test_damaged_lines_are_told_and_stay(store, link, ana, work):
    link.say(link.enter())
    name = f"{work.removeprefix('/api/')}/{COMMENTS}"
    path = store.root / name
    assert found_in_comments(store) == []

    with path.open("ab") as file:
        file.write(b'{"type": "com\x00\n{"type": "comment", "id": 5, "at": 1}\n')
    before = path.read_bytes()
    [found] = found_in_comments(store)

    assert (found.path, found.problem) == (name, "has 2 damaged lines")
    assert path.read_bytes() == before
    assert len(ana.show(f"{work}/comments")["comments"]) == 1
