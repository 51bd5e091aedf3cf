"""The n8n workflow: its connections, and what it sends. Trials with n8n itself are made by hand."""

import json
import re

from schemas.videos import NewVideoSchema
from tests.service import ROOT

WORKFLOW = json.loads((ROOT / "examples" / "n8n" / "make-video.json").read_text())
NODES = {node["name"]: node for node in WORKFLOW["nodes"]}
PAGE = (ROOT / "docs" / "how-to" / "n8n.md").read_text()


def test_connections_lead_from_the_form_to_every_node() -> None:
    connections = WORKFLOW["connections"]
    reached = ["Form"]
    for name in reached:
        outputs = connections.get(name, {"main": []})["main"]
        reached += [target["node"] for output in outputs for target in output]

    assert sorted(reached) == sorted(NODES)


def test_fields_of_the_order_exist() -> None:
    body = NODES["Order the video"]["parameters"]["jsonBody"]
    sent = re.findall(r"^  (\w+):", body, re.MULTILINE)

    assert {"prompt", "assets", "webhookUrl", "metadata"} <= {*sent} <= {*NewVideoSchema().fields}


def test_how_to_describes_every_node() -> None:
    assert re.findall(r"^\| \*(.+?)\* \|", PAGE, re.MULTILINE) == list(NODES)
