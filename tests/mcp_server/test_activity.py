"""What tools do in a project is in its activity, as what the page does."""

from mcp_server.activity import FILES, RECORDED, UNRECORDED
from mcp_server.tools import TOOLS
from tests.jobs.helpers import new_work_with_scenes
from tests.mcp_server.helpers import data, failure, handle
from tests.people import Person

DOT = "data:image/gif;base64,R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7"


def done(person: Person, project: str) -> list[tuple[str, str, str]]:
    """Return what was done after the project was created, the first first."""
    items = person.show(f"{project}/activity")["items"]
    return [(item["action"], item["kind"], item["targetName"]) for item in reversed(items)][1:]


def test_tools_that_change_a_project_are_recorded(ana, project):
    created = data(ana, "create_work", project=handle(project), name="Teaser")
    work = created["work"]
    data(ana, "add_asset", work=work, source=DOT, name="Dot")
    data(ana, "edit_timeline", work=work, operations=[{"op": "format", "fit": "cover"}])
    data(ana, "update_work", work=work, name="Trailer")
    failure(ana, "update_work", work=f"{work}0", name="Other")
    data(ana, "get_work", work=work)

    assert done(ana, project) == [
        ("created", "work", "Teaser"),
        ("created", "asset", "Dot"),
        ("changed", "work", "Teaser"),
    ]


def test_every_tool_that_changes_something_is_recorded():
    changing = {tool.name for tool in TOOLS if not tool.reads}

    assert changing == RECORDED.keys() | UNRECORDED | {FILES}


def test_an_offer_is_not_recorded_before_it_is_confirmed(ana, project):
    path = new_work_with_scenes(ana, project, 1)
    models = {"image_provider": "demo", "video_provider": "demo"}
    before = done(ana, project)

    offer = data(ana, "generate", work=handle(path), **models)
    started = [("started", "job", ana.show(path)["name"])]

    if "confirm" in offer:
        assert done(ana, project) == before
        data(ana, "generate", work=handle(path), confirm=offer["confirm"], **models)
    assert done(ana, project) == before + started
