"""SERVER_KEY_USERS: only the users named there may use the server's own keys."""

import pytest

from tests.jobs.helpers import MODEL_HEADERS, new_work_with_scenes, start_job, wait_until_finished

OWN_KEY = {"x-api-key": "key-of-ben"}

pytestmark = pytest.mark.settings(server_key_users=("ana@example.com",), demo_provider="1")


@pytest.fixture
def bens_work(ben):
    return new_work_with_scenes(ben, ben.new_project(), 1)


def test_named_user_may_use_the_servers_keys(ana, work_with_scenes):
    assert (
        wait_until_finished(ana, start_job(ana, work_with_scenes, sceneIndexes=[0]))["state"]
        == "succeeded"
    )


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("{work}/jobs", {"kind": "scenes"}),
        ("{work}/scenario", {}),
        ("/api/generate/image", {"prompt": "A lamp"}),
        ("/api/style-guide/extract", {"text": "Calm."}),
    ],
)
def test_other_user_needs_a_key(ben, bens_work, vendors, path, body):
    url = path.format(work=bens_work)

    answer = ben.post(url, json=body, headers=MODEL_HEADERS)

    assert answer.status_code == 400
    assert answer.json["error"] == "API key required (x-api-key header)"
    assert "for other users (setting SERVER_KEY_USERS)" in answer.json["details"]
    assert vendors.requests() == []
    assert ben.post(url, json=body, headers={**MODEL_HEADERS, **OWN_KEY}).status_code < 300


def test_other_user_cannot_resume_with_the_servers_keys(ben, bens_work, vendors):
    vendors.rule(vendor="openai", refuse=True)
    job = start_job(ben, bens_work, headers=OWN_KEY)
    assert wait_until_finished(ben, job)["state"] == "failed"

    assert ben.post(f"{job}/resume").status_code == 400
    assert ben.post(f"{job}/resume", headers=OWN_KEY).status_code == 202


def test_other_user_may_use_the_demo(ben):
    headers = {"x-llm-provider": "demo"}

    answer = ben.post("/api/style-guide/extract", json={"text": "Calm."}, headers=headers)

    assert answer.status_code == 200
