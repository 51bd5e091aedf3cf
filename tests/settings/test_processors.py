"""The service uses as many processors as a container or a unit allows."""

import pytest

from settings import processors


@pytest.mark.parametrize(
    ("own", "limits", "expected"),
    [
        ("/", {"": "150000 100000"}, [2]),  # as in a container
        ("/system.slice/vidworks.service", {"system.slice/vidworks.service": "400000 100000"}, [4]),
        ("/a/b", {"a/b": "max 100000", "a": "50000 100000"}, [1]),
        ("/a", {}, []),
    ],
)
def test_quotas_of_the_group_and_those_above_are_limits(tmp_path, own, limits, expected):
    (tmp_path / "cgroup").write_text(f"12:cpu:/old\n0::{own}\n")
    for group, limit in limits.items():
        (tmp_path / "groups" / group).mkdir(parents=True, exist_ok=True)
        (tmp_path / "groups" / group / "cpu.max").write_text(f"{limit}\n")

    assert processors.quotas(tmp_path / "cgroup", tmp_path / "groups") == expected


def test_without_control_groups_there_is_no_limit(tmp_path):
    assert processors.quotas(tmp_path / "missing", tmp_path) == []
    assert processors.available() >= 1
