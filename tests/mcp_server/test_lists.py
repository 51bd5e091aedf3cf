"""Lists of the protocol, in pages."""

import pytest
from mcp_types import JSONRPCError

from mcp_server.definitions import Listed, page
from mcp_server.protocol import Request
from tests.mcp_server.helpers import rpc

LISTS = ("tools/list", "prompts/list", "resources/list", "resources/templates/list")


@pytest.mark.parametrize("method", LISTS)
def test_made_up_cursor_is_an_error(ana, method):
    for cursor in ("made-up", "", "WzFd", 5, [], {"a": 1}):
        body = {"jsonrpc": "2.0", "id": 1, "method": method, "params": {"cursor": cursor}}

        answer = ana.post("/mcp", json=body).json

        assert JSONRPCError.model_validate(answer).error.code == -32602, cursor
        assert "nextCursor" in answer["error"]["message"], cursor


def test_resources_come_in_pages(ana, project):
    works = [ana.new_work(project) for _ in range(51)]

    first = rpc(ana, "resources/list")
    rest = rpc(ana, "resources/list", cursor=first["nextCursor"])

    assert "nextCursor" not in rest
    found = [each["uri"].rpartition("/")[2] for each in (*first["resources"], *rest["resources"])]
    assert sorted(found[:51]) == sorted(work.rpartition("/")[2] for work in works)
    assert found[51:] == [project.rpartition("/")[2]]


def test_page_begins_after_the_one_before_it_although_entries_have_changed():
    entries = [Listed((0, number, "x"), {"n": number}) for number in range(120)]
    first = page("items", entries, Request({}))

    second = page("items", entries[45:60], Request({"cursor": first["nextCursor"]}))

    assert [each["n"] for each in first["items"]] == list(range(50))
    assert second == {"items": [{"n": number} for number in range(50, 60)]}
