"""What is said about tests that were skipped for lack of a program."""

from tests.programs import PACKAGES, missing, packages_for


def test_packages_of_missing_programs_are_named_once():
    reasons = [
        "('tests/test_a.py', 3, 'Skipped: not installed: nginx (apt install nginx-light)')",
        "('tests/test_b.py', 5, 'Skipped: not installed: nginx (apt install nginx-light)')",
        "('tests/test_c.py', 7, 'Skipped: not installed: curl (apt install curl)')",
        "('tests/test_d.py', 9, 'Skipped: mounting needs Linux')",
    ]

    assert packages_for(reasons) == ["curl", "nginx-light"]


def test_reason_for_a_skip_names_the_package(monkeypatch):
    monkeypatch.setitem(PACKAGES, "no-program", "nginx-light")

    assert missing("no-program") == "not installed: no-program (apt install nginx-light)"
    assert packages_for([str(missing("no-program"))]) == ["nginx-light"]
