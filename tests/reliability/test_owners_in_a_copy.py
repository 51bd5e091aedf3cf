"""Where root has cloned below a directory of its own, the tests of owners run from a copy."""

import os
import re
import subprocess

import pytest

from tests.other_users import (
    PYTHON_OF_ONE,
    ROOT_ONLY,
    can_run_python,
    can_run_service,
    copy_clone,
    readable_directory,
)

pytestmark = pytest.mark.slow  # starts services


def test_owners_in_a_copy_that_all_users_can_read():
    if os.geteuid() != 0:
        pytest.skip(ROOT_ONLY)
    if can_run_service():
        pytest.skip("all users can run the service from this clone: test_owners.py does")
    if not can_run_python():
        pytest.skip(PYTHON_OF_ONE)
    with readable_directory() as top:
        python = copy_clone(top / "clone")
        command = [python, "-m", "pytest", "-n", "0", "tests/reliability/test_owners.py"]

        done = subprocess.run(
            command, cwd=top / "clone", capture_output=True, text=True, check=False, timeout=300
        )

    assert re.search(r"^\d+ passed in ", done.stdout, re.MULTILINE), done.stdout
