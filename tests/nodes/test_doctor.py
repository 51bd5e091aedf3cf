"""`doctor --shared` on mounts of a real volume."""

import pytest

from commands.doctor.shared_mounts import check_mounts

pytestmark = pytest.mark.thorough


def test_mounts_without_caches_of_names_keep_all_promises(mounts):
    promises = list(check_mounts(mounts.a.path, mounts.b.path))

    assert len(promises) == 6
    assert [promise for promise in promises if promise.advice] == []


def test_a_mount_with_default_caches_is_late(mounts):
    default = mounts.volume.mount("default", "--entry-cache", "1", "--dir-entry-cache", "1")

    promises = list(check_mounts(mounts.a.path, default.path))

    broken = [promise for promise in promises if promise.advice]
    assert [promise.name for promise in broken] == ["What one replaces, the other sees at once"]
    assert "stat in" in broken[0].seen
    assert "--entry-cache 0" in broken[0].advice
