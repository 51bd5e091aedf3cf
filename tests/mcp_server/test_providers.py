"""What models learn of providers: which can be used now, with whose key, and the default."""

from typing import Any

import pytest

from mcp_server.tools import TOOLS
from providers.models import providers_for
from schemas.ai import ROLES
from tests.mcp_server.helpers import data, handle
from tests.people import Person

SERVER_KEY, OWN_KEY, PROJECT_KEY = "server-key-000000", "own-key-00000000", "project-key-0000"

pytestmark = pytest.mark.settings(openai_api_key=SERVER_KEY)


def keys(person: Person, **arguments: Any) -> dict[str, str]:
    """Return whose key is used for each provider of images and clips."""
    listed = data(person, "find", what="providers", limit=100, **arguments)["items"]
    return {each["provider"]: each["key"] for each in listed if each["role"] in ("image", "video")}


def test_providers_say_whose_key_would_be_used(ana, project):
    assert keys(ana) == {
        "dalle": "the server's",
        "demo": "none needed: free",
        "gemini": "missing: cannot be used",
        "runway": "missing: cannot be used",
    }

    ana.put("/api/provider-keys/gemini", json={"key": OWN_KEY})
    ana.put(f"{project}/provider-keys/runway", json={"key": PROJECT_KEY})

    assert keys(ana)["gemini"] == "the user's, kept in Vidworks"
    assert keys(ana)["runway"] == "missing: cannot be used"
    assert keys(ana, project=handle(project))["runway"] == "the project's, kept in Vidworks"


def test_providers_of_every_role_are_listed_without_a_limit(ana, project):
    shown = data(ana, "find", what="providers", work=handle(ana.new_work(project)))
    of_vendor = data(ana, "find", what="providers", provider="runway")["items"]

    assert {each["role"] for each in shown["items"]} == {*ROLES}
    assert "more" not in shown
    assert {each["provider"] for each in of_vendor} == {"runway"}


def test_one_provider_of_each_role_is_the_default(ana):
    listed = data(ana, "find", what="providers")["items"]

    roles = {each["role"] for each in listed}
    assert sorted(each["role"] for each in listed if each["default"]) == sorted(roles)


def test_works_jobs_and_providers_are_described_in_every_tool():
    for tool in TOOLS:
        for name, shown in tool.to_json()["inputSchema"]["properties"].items():
            if name in {"work", "job", "project", "provider"} or name.endswith("_provider"):
                assert shown.get("description"), (tool.name, name)
            if name.endswith("_provider"):
                role: Any = name.removesuffix("_provider")
                assert {*providers_for(role)} <= {*shown["description"].split("|")}, tool.name
