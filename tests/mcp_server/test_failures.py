"""Every tool with what can go wrong: `isError`, what is wrong, and what to do next."""

from dataclasses import replace
from typing import Any

import pytest

from access.rights import EDITOR, VIEWER
from mcp_server.tools import TOOLS
from schemas.accounts import SCOPES
from tests.access.members import member, set_members, store_of
from tests.applications import create_app
from tests.jobs.helpers import new_work_with_scenes
from tests.mcp_server.helpers import call, data, failure, handle, rpc
from tests.people import Person

Json = dict[str, Any]

NAMES = [tool.name for tool in TOOLS]
PNG = "data:image/png;base64,iVBORw0KGgo="


def arguments_for(tool: str, work: str, job: str) -> Json:
    """Return arguments of a tool that are valid for a work and a job."""
    more: dict[str, Json] = {
        "find": {"what": "exports"},
        "create_work": {"project": work.partition("/")[0]},
        "update_work": {"name": "x"},
        "upload_url": {"name": "lamp.jpg"},
        "add_asset": {"source": PNG, "place": "scene_image", "scene": 0},
        "analyze": {"what": "reference", "vision_provider": "demo"},
        "write_scenario": {"llm_provider": "demo"},
        "generate": {"image_provider": "demo", "video_provider": "demo", "redo": 0},
        "get_job": {"job": job, "wait": 0},
        "control_job": {"job": job, "action": "cancel"},
        "edit_timeline": {"operations": [{"op": "clear"}]},
    }
    target = {} if tool in ("create_work", "get_job", "control_job") else {"work": work}
    return {**target, **more.get(tool, {})}


@pytest.mark.parametrize("tool", NAMES)
def test_what_is_another_users_does_not_exist(populated, ben, tool):
    before = populated.state()
    arguments = arguments_for(tool, handle(populated.work), handle(populated.job))

    text = failure(ben, tool, **arguments)

    assert text.startswith("Not found: There is no ")
    assert text.endswith("Call `find` to get handles that exist, and copy them exactly.")
    assert populated.state() == before


@pytest.mark.parametrize("tool", TOOLS, ids=NAMES)
def test_a_viewer_may_use_the_tools_that_read_and_no_others(app, populated, ben, tool):
    project_id = populated.project.rpartition("/")[2]
    set_members(store_of(app), project_id, member(ben, VIEWER))
    before = populated.state()
    arguments = arguments_for(tool.name, handle(populated.work), handle(populated.job))

    answer = call(ben, tool.name, **arguments)

    if tool.reads:
        assert not answer.get("isError"), answer
    else:
        [content] = answer["content"]
        assert content["text"] == (
            "Your role in this project does not permit this: You are a viewer of this project and"
            " may not change anything. Its owner can give you another role under Team. Tell the"
            " user; do not try other tools instead."
        )
    assert populated.state() == before


def test_only_the_owner_changes_the_style_of_a_project_with_a_work(app, ana, ben, project, work):
    set_members(store_of(app), project.rpartition("/")[2], member(ben, EDITOR))

    text = failure(ben, "update_work", work=handle(work), name="New", knowledge="Ben's")

    assert "Only its owner may do this" in text
    assert ana.show(work)["name"] != "New"


@pytest.mark.parametrize("tool", NAMES)
def test_unknown_handles_are_not_found(ana, tool):
    for unknown in ("work_0", "proj_0/work_0", "../..", "a/b/c", "", "x" * 5000):
        text = failure(ana, tool, **arguments_for(tool, unknown, unknown))

        assert text.startswith(("Not found: ", "Validation error: ")), (unknown, text)
        assert len(text) < 500, unknown


@pytest.mark.parametrize("tool", NAMES)
def test_wrong_arguments_are_named(ana, tool):
    unknown = failure(ana, tool, **{**arguments_for(tool, "a/b", "a"), "wrok": 1})
    wrong = failure(ana, tool, **{key: [[]] for key in arguments_for(tool, "a/b", "a")})

    assert unknown.startswith("Validation error: ")
    assert "wrok: Unknown field" in unknown
    assert wrong.startswith("Validation error: ")
    assert wrong.endswith("Correct the arguments and call the tool again.")


@pytest.mark.parametrize("tool", NAMES)
def test_tools_need_scopes_and_are_listed_only_with_them(populated, tool):
    arguments = arguments_for(tool, handle(populated.work), handle(populated.job))
    nobody = populated.owner.with_scopes(*(set(SCOPES) - needed(tool)))

    text = failure(nobody, tool, **arguments)

    assert "needs" in text
    assert "Ask the user for an API token with these scopes" in text
    assert tool not in listed(nobody)
    assert tool in listed(populated.owner)


def needed(name: str) -> set[str]:
    """Return the scopes without which a tool cannot be used at all."""
    tool = next(tool for tool in TOOLS if tool.name == name)
    return {*tool.scopes, *tool.any_scope}


def listed(person: Person) -> list[str]:
    return [tool["name"] for tool in rpc(person, "tools/list")["tools"]]


def test_tools_are_listed_in_a_fixed_order(ana):
    assert listed(ana) == NAMES  # the order of docs/mcp.md


@pytest.mark.parametrize(("method", "kind"), [("tools/call", "tool"), ("prompts/get", "prompt")])
@pytest.mark.parametrize("params", [{}, {"name": None}, {"name": 5}])
def test_call_without_a_name_says_what_is_missing(ana, method, kind, params):
    body = {"jsonrpc": "2.0", "id": 1, "method": method, "params": params}

    error = ana.post("/mcp", json=body).json["error"]

    assert error["code"] == -32602
    assert error["message"].startswith(f"`name` must be the name of a {kind}")


def test_missing_picture_is_to_be_made_not_looked_for(ana, work):
    for arguments in ({}, {"scene": 0}):
        text = failure(ana, "view_scenes", work=handle(work), **arguments)

        assert "Call `generate` to make it" in text
        assert "find" not in text


def test_unknown_tool_is_an_error_of_the_protocol(ana):
    body = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {"name": "delete_all"}}

    error = ana.post("/mcp", json=body).json["error"]

    assert error == {"code": -32602, "message": "Unknown tool: delete_all"}


@pytest.mark.parametrize("tool", ["update_work", "edit_timeline"])
def test_stale_version_is_refused(ana, work, tool):
    version = data(ana, "get_work", work=handle(work))["version"]
    ana.put(work, json={"name": "Changed by someone else"})
    arguments = {**arguments_for(tool, handle(work), ""), "if_match": version}

    text = failure(ana, tool, **arguments)

    assert text.startswith("The work has changed: its version is now ")
    assert ana.show(work)["name"] == "Changed by someone else"


@pytest.mark.parametrize("tool", ["write_scenario", "generate"])
def test_missing_key_is_asked_for_where_it_belongs(ana, project, tool):
    work = new_work_with_scenes(ana, project, 1)

    text = failure(ana, tool, work=handle(work))

    assert text.startswith("API key required (x-api-key header): Needed for gemini")
    assert "never ask for a key in the conversation" in text


def test_media_that_an_export_lacks_are_named(ana, project):
    work = new_work_with_scenes(ana, project, 1)

    text = failure(ana, "export_video", work=handle(work))

    assert text.startswith("Scene 1 has no clip and no image")
    assert text.endswith("Generate or add it first, or take it off the timeline.")


@pytest.mark.parametrize("tool", ["export_video", "generate"])
def test_malformed_key_is_refused(ana, project, tool):
    work = new_work_with_scenes(ana, project, 1)
    call(ana, "add_asset", work=handle(work), source=PNG, place="scene_image", scene=0)
    ana.client.environ_base["HTTP_X_API_KEY"] = "my\u00a0key"

    text = failure(ana, tool, work=handle(work))

    assert text.startswith("Invalid API key: x-api-key: expected printable ASCII")


def test_spent_budget_says_when_to_try_again(settings):
    limited = replace(settings, daily_calls=1, gemini_api_key="k")
    ana = Person.register(create_app(limited).test_client(), "ana@example.com")
    work = new_work_with_scenes(ana, ana.new_project(), 2)
    offer = data(ana, "generate", work=handle(work))
    assert offer["dailyLimit"] == 1

    text = failure(ana, "generate", work=handle(work), confirm=offer["confirm"])

    assert text.startswith("Daily limit of paid AI calls reached: At most 1 a day (DAILY_CALLS)")
    assert "Nothing was paid" in text


def test_confirmation_holds_only_for_what_was_asked(ana, project):
    work = new_work_with_scenes(ana, project, 2)
    order = {"work": handle(work), "image_provider": "demo", "video_provider": "demo"}
    confirm = data(ana, "generate", **order)["confirm"]

    other = failure(ana, "generate", **order, redo=0, confirm=confirm)
    ana.put(work, json={"imageSystemPrompt": "Something else"})
    changed = failure(ana, "generate", **order, confirm=confirm)

    for text in (other, changed):
        assert text.startswith("What was confirmed has changed meanwhile")
    assert ana.show(f"{work}/jobs") == []


def test_unreadable_files_are_refused(ana, work):
    ids = handle(work)

    no_image = failure(ana, "add_asset", work=ids, source="data:image/png;base64,AAAA")
    private = failure(ana, "add_asset", work=ids, source="http://127.0.0.1/x.png")
    no_url = failure(ana, "add_asset", work=ids, source="lamp.jpg")

    assert "Use a PNG, JPEG or WebP image" in no_image
    assert private.startswith("Address refused")
    assert "source: Must start with https:// or data:; upload_url is for a file" in no_url


def test_unexpected_failure_shows_nothing_of_the_inside(app, ana, work, monkeypatch):
    def fail(*_: Any) -> None:
        raise RuntimeError("secret")

    monkeypatch.setattr("mcp_server.tools.reading.work_part", fail)

    text = failure(ana, "get_work", work=handle(work))

    assert text.startswith("Internal server error: See the server's log for request ")
    assert "secret" not in text
