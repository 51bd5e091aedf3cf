"""The alert rules and the dashboard of deploy/monitoring/."""

import json
import re
import subprocess

from tests.programs import needs
from tests.service import ROOT

FOLDER = ROOT / "deploy" / "monitoring"


@needs("promtool")
def test_alerts_are_raised_by_their_problems_and_by_nothing_else():
    done = subprocess.run(
        ["promtool", "test", "rules", "alerts.test.yml"],
        cwd=FOLDER,
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stdout + done.stderr


def test_queries_name_documented_metrics():
    panels = json.loads((FOLDER / "dashboard.json").read_text())["panels"]
    queries = [target["expr"] for panel in panels for target in panel["targets"]]
    queries.append((FOLDER / "alerts.yml").read_text())
    documented = set(re.findall(r"`(vidworks_\w+)`", (ROOT / "docs" / "metrics.md").read_text()))

    used = set(re.findall(r"\b(vidworks_\w+?)(?:_bucket)?\b", " ".join(queries)))

    assert len(used) >= 7
    assert used <= documented
