"""The n8n workflow: its connections, and what it sends. Trials with n8n itself are made by hand."""

import json
import re
import subprocess
from typing import Any

import pytest

from schemas.videos import NewVideoSchema
from tests.programs import needs
from tests.service import ROOT

WORKFLOW = json.loads((ROOT / "examples" / "n8n" / "make-video.json").read_text())
NODES = {node["name"]: node for node in WORKFLOW["nodes"]}
PAGE = (ROOT / "docs" / "how-to" / "n8n.md").read_text()


def test_connections_lead_from_the_form_to_every_node():
    connections = WORKFLOW["connections"]
    reached = ["Form"]
    for name in reached:
        outputs = connections.get(name, {"main": []})["main"]
        targets = [target["node"] for output in outputs for target in output]
        reached += [target for target in targets if target not in reached]

    assert sorted(reached) == sorted(NODES)


def test_fields_of_the_order_exist():
    body = NODES["Order the video"]["parameters"]["jsonBody"]
    sent = re.findall(r"^  (\w+):", body, re.MULTILINE)

    assert {"prompt", "assets", "webhookUrl", "metadata"} <= {*sent} <= {*NewVideoSchema().fields}


def test_how_to_describes_every_node():
    assert re.findall(r"^\| \*(.+?)\* \|", PAGE, re.MULTILINE) == list(NODES)


@needs("npm")  # which comes with node
@pytest.mark.parametrize(
    ("status", "run", "next_node"),
    [
        (202, 0, "Wait for its webhook"),
        (200, 4, "Wait for its webhook"),
        *((status, 0, "Report the refusal") for status in (400, 401, 403, 404, 409, 413)),
        *((status, 0, "Wait some seconds") for status in (429, 502, 503)),
        (503, 4, "Report the refusal"),
    ],
)
def test_refused_order_is_not_sent_again(status, run, next_node):
    answer = {"statusCode": status, "body": {"error": "No", "details": {"prompt": "Missing."}}}
    response = NODES["Order the video"]["parameters"]["options"]["response"]["response"]
    assert response["neverError"], "otherwise n8n repeats whatever is refused"
    assert response["fullResponse"]

    node = "Was it accepted?"
    while NODES[node]["type"].endswith(".if"):
        [condition] = NODES[node]["parameters"]["conditions"]["conditions"]
        holds = evaluate(condition["leftValue"], answer, run)
        [target] = WORKFLOW["connections"][node]["main"][0 if holds else 1]
        node = target["node"]

    assert node == next_node


@needs("npm")
def test_refusal_is_reported_with_its_details():
    message = NODES["Report the refusal"]["parameters"]["errorMessage"]
    answer = {"statusCode": 400, "body": {"error": "Invalid", "details": {"prompt": "Missing."}}}

    assert evaluate(message, answer, 0) == 'The order was refused: Invalid {"prompt":"Missing."}'
    assert evaluate(message, {"statusCode": 502}, 0) == "The order was refused: status 502"


def evaluate(expression: str, item: Any, run: int) -> Any:
    """Return the value of an expression of n8n, which has JavaScript between braces."""
    text = expression.removeprefix("=")
    parts = [part.strip() for part in re.findall(r"\{\{(.*?)\}\}", text)]
    program = f"const $json = {json.dumps(item)}, $runIndex = {run};"
    program += f"console.log(JSON.stringify([{', '.join(parts)}]))"
    done = subprocess.run(["node", "-e", program], check=True, capture_output=True, text=True)
    values = json.loads(done.stdout)
    if text == "{{ " + parts[0] + " }}":
        return values[0]
    return re.sub(r"\{\{.*?\}\}", lambda _: str(values.pop(0)), text)
