"""Shared projects as test data: somebody who sees as many as another one owns."""

from __future__ import annotations

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from benchmarks.client import Api
from benchmarks.measure import log

PROJECTS, SHARED = 1_000, 900  # that each of the two sees; of these, how many are shared with one

_THREADS = 16


@dataclass(frozen=True)
class Team:
    """The tokens of who owns all of the projects, and of who owns some and is a member of others.

    `work` is the path of a work that both see.
    """

    owner: str | None
    member: str | None
    work: str


def make(owner: Api, port: int, work: str) -> Team:
    """Return a team of an owner of many projects, among them that of a work, and of a member."""
    log(f"  creating {2 * PROJECTS - SHARED:,} projects, {SHARED} of them shared")
    member = Api.register(port, "member@example.com")
    here = work.partition("/works/")[0]
    owned = len(owner.call("GET", "/api/projects"))
    projects = [here, *_new_projects(owner, PROJECTS - owned)]
    _new_projects(member, PROJECTS - SHARED)
    with ThreadPoolExecutor(_THREADS) as pool:
        for _ in pool.map(lambda project: share(owner, member, project), projects[:SHARED]):
            pass
    for api in (owner, member):
        if (length := len(api.call("GET", "/api/projects"))) != PROJECTS:
            raise RuntimeError(f"the list of {PROJECTS:,} projects has {length} entries")
    return Team(owner.token, member.token, work)


def _new_projects(api: Api, count: int) -> Iterable[str]:
    with ThreadPoolExecutor(_THREADS) as pool:
        return list(pool.map(lambda number: api.new_project(f"Project {number}"), range(count)))


def share(owner: Api, member: Api, project: str) -> None:
    """Make the user of `member` an editor of a project of the owner."""
    invitation = owner.call("POST", f"{project}/invitations", {"role": "editor"})
    token = invitation["url"].rpartition("/")[2]
    member.call("POST", f"/api/invitations/{token}/accept")
