"""Requests while another program holds locks: those that need one get 503, and change nothing."""

import fcntl
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest
from werkzeug.test import TestResponse

from tests.accounts.requests import log_in
from tests.held_locks import lock_of
from tests.mcp_server.helpers import failure, handle

pytestmark = pytest.mark.tuning(brief_lock=0.01, request_lock=0.03)


@contextmanager
def locked(*locks: Path) -> Iterator[None]:
    """Hold locks, by descriptors of their own, as another program does."""
    with ExitStack() as stack:
        for lock in locks:
            fcntl.flock(stack.enter_context(lock.open("a")), fcntl.LOCK_EX)
        yield


def documents(data_dir: Path) -> list[Path]:
    """Return the lock of every document."""
    return [
        path.with_name(".lock")
        for path in data_dir.rglob("*.json")
        if path.parent.name not in {"takes", "measures"}
    ]


def assert_locked(answer: TestResponse) -> None:
    assert answer.status_code == 503
    assert int(answer.headers["Retry-After"]) > 0
    assert answer.json is not None
    assert answer.json["error"] == "The document is locked"
    assert sorted(answer.json) == ["code", "details", "error"]


def test_with_all_documents_locked_reads_succeed_and_changes_get_503(app, settings, populated):
    owner = populated.owner
    before = populated.state()
    refused = set()

    with locked(*documents(settings.data_dir)):
        for route in populated.routes(app):
            answer = route.request(owner.client, owner.token)
            if answer.status_code == 503:
                assert_locked(answer)
                refused.add(route.name)
                assert not route.reads, route.name
            else:
                assert answer.status_code < 500, route.name
        assert populated.state()[0][3] == before[0][3]

    work = "/api/projects/<id:project_id>/works/<id:work_id>"
    assert {f"PATCH {work}", f"DELETE {work}", f"DELETE {work}/media/audio"} <= refused
    assert {"DELETE /api/projects/<id:project_id>", "POST /api/auth/logout"} <= refused
    assert populated.state()[1] == before[1]


def test_upload_to_a_locked_work_leaves_nothing_behind(settings, ana, work, samples):
    lock = lock_of(settings.data_dir, work)
    with locked(lock):
        assert_locked(ana.upload(f"{work}/media/scene/0/video", samples / "video.mp4"))

    assert {path.name for path in lock.parent.rglob("*")} == {".lock", "work.json"}


def test_tool_says_that_a_work_is_locked(settings, ana, work):
    with locked(lock_of(settings.data_dir, work)):
        text = failure(ana, "update_work", work=handle(work), name="x")

    assert text.startswith("The document is locked: ")
    assert text.endswith("Nothing was paid; wait some seconds and call the tool again.")


def test_login_and_password_need_the_users_lock(settings, ana):
    with locked(settings.data_dir / "users" / ana.user["id"] / ".lock"):
        assert_locked(log_in(ana.client))
        assert ana.get("/api/auth/me").status_code == 200

    assert log_in(ana.client).status_code == 200


def test_token_that_is_locked_can_be_used(settings, ana):
    token = ana.with_scopes("projects:read")
    [lock] = [path / ".lock" for path in (settings.data_dir / "tokens").iterdir() if path.is_dir()]
    with locked(lock):
        assert token.get("/api/projects").status_code == 200


@pytest.mark.tuning(request_lock=3600.0)
def test_those_that_wait_beyond_a_users_share_are_refused_at_once(app, settings, ana, ben, work):
    waiters = app.extensions["services"].waiters
    with ExitStack() as stack, locked(lock_of(settings.data_dir, work)):
        for _ in range(settings.waiters * 3 // 4):
            stack.enter_context(waiters.permit(ana.user["id"]))

        assert_locked(ana.put(work, json={"name": "x"}))


@pytest.mark.tuning(hashing_turn=0.05)
def test_password_is_hashed_again_after_its_turn_was_held_for_long(settings, ana):
    assert log_in(ana.client).status_code == 200  # makes the lock's file
    with locked(settings.data_dir / ".places" / "password-turn-0"):
        answer = log_in(ana.client)
        assert answer.status_code == 503
        assert int(answer.headers["Retry-After"]) > 0

    assert log_in(ana.client).status_code == 200
