"""The locks have the hashes of all files, and `./vidworks` installs no others."""

import re
import subprocess

import pytest

from tests.service import ROOT


@pytest.mark.parametrize("name", ["requirements", "requirements-dev"])
def test_each_version_in_a_lock_has_the_hashes_of_its_files(name):
    lock = (ROOT / f"{name}.lock").read_text().replace("\\\n", " ")

    for line in lock.splitlines():
        assert re.fullmatch(
            r"[A-Za-z0-9._-]+==\S+( ;[^#]+?)?(\s+--hash=sha256:[0-9a-f]{64})+", line
        )


def test_what_has_no_files_for_musl_is_left_out_of_the_lock_there():
    script = (ROOT / "vidworks").read_text()
    [program] = re.findall(r"sed '(.*?)'", script)
    lock = (ROOT / "requirements.lock").read_text()

    left = subprocess.run(["sed", program], input=lock, capture_output=True, text=True, check=True)

    [removed] = re.findall(r"^espeakng-loader==.*?[^\\]\n", lock, re.DOTALL | re.MULTILINE)
    assert left.stdout == lock.replace(removed, "")


def test_packages_are_installed_only_if_they_have_a_hash_of_the_lock():
    commands = re.findall(r"pip install .*", (ROOT / "vidworks").read_text())

    assert commands
    assert all("--require-hashes" in command for command in commands)
