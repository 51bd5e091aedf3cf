"""Members that somebody damaged in a project's document by hand."""

from typing import Any

import orjson
import pytest

from commands.doctor.checks import run_checks
from tests.access.members import id_of, member, set_members

WRONG: list[Any] = [
    5,
    "ben",
    {"userId": "ben"},
    [None],
    [{}],
    [{"userId": 5, "role": "editor", "addedAt": 1}],
    [{"userId": ["x"], "role": "editor", "addedAt": 1}],
    [{"userId": "user_x", "role": {}, "addedAt": 1}],
    [{"userId": "user_x", "role": "", "addedAt": "x"}],
]


@pytest.mark.parametrize("members", WRONG)
def test_damaged_members_hinder_neither_the_owner_nor_other_projects(
    ana, ben, project, store, members
):
    path = store.root / "projects" / id_of(project) / "project.json"
    path.write_bytes(orjson.dumps({**orjson.loads(path.read_bytes()), "members": members}))

    assert [each["id"] for each in ana.show("/api/projects")] == [id_of(project)]
    assert ana.show(f"{project}/members")["members"] == []
    assert ana.patch(project, json={"name": "Spring"}).status_code == 200
    assert ben.show("/api/projects") == []
    assert ben.get(project).status_code == 404
    found = [each.finding.path for each in run_checks(store, repair=False)]
    assert any(id_of(project) in each for each in found)


@pytest.mark.parametrize("role", ["", "boss"])
def test_a_member_with_an_unknown_role_is_a_stranger_until_the_owner_gives_another(
    ana, ben, shared, store, role
):
    damaged = {**member(ben, role), "mayPay": None}
    store.projects.change(id_of(shared), lambda project: project.update(members=[damaged]))

    assert ben.get(shared).status_code == 404
    path = f"{shared}/members/{ben.user['id']}"
    assert ana.patch(path, json={"role": "viewer"}).json["mayPay"] is False
    assert ben.show(shared)["role"] == "viewer"


def test_a_member_whose_account_is_damaged_is_listed_without_a_name(ana, project, store):
    lost = {"userId": "user_lost", "role": "viewer", "mayPay": False, "addedAt": 1}
    (store.root / "users" / "user_lost").mkdir()
    (store.root / "users" / "user_lost" / "user.json").write_bytes(b"{")
    set_members(store, id_of(project), lost)

    assert ana.show(f"{project}/members")["members"] == [{**lost, "name": None, "email": None}]
