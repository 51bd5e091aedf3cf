"""`GET /metrics`, for Prometheus."""

import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from prometheus_client.parser import text_string_to_metric_families

from settings.config import Settings
from settings.version import VERSION
from tests.service import ROOT, Answer, CommandService, Service
from tests.simultaneous import at_once
from web import metrics

TOKEN = "a token for prometheus"

Samples = dict[tuple[str, frozenset[tuple[str, str]]], float]


@pytest.fixture(scope="module")
def counted(tmp_path_factory):
    """A service with metrics, and two workers."""
    data = tmp_path_factory.mktemp("counted") / "data"
    service = CommandService(data, METRICS_TOKEN=TOKEN, DEMO_PROVIDER="auto")
    service.start()
    assert directory_of(service).exists()
    yield service
    service.stop()
    assert not directory_of(service).exists()


def directory_of(service: Service) -> Path:
    return metrics._directory(Settings(port=service.port, data_dir=service.data_dir))


def scrape(service: Service) -> Samples:
    answer = service.request("GET", "/metrics", token=TOKEN)
    assert answer.status == 200
    families = text_string_to_metric_families(answer.body.decode())
    return {
        (sample.name, frozenset(sample.labels.items())): sample.value
        for family in families
        for sample in family.samples
    }


def requests(samples: Samples, **labels: str) -> float:
    return samples.get(("vidworks_requests_total", frozenset(labels.items())), 0)


def test_requests_of_all_workers_are_counted_by_route(counted):
    labels = {"method": "GET", "route": "/api/projects/<id:project_id>", "status": "401"}
    before = scrape(counted)

    def request() -> Answer:
        return counted.request("GET", "/api/projects/p_1")

    at_once([request] * 20)

    after = scrape(counted)
    assert requests(after, **labels) - requests(before, **labels) == 20
    durations = frozenset({"method": "GET", "route": labels["route"]}.items())
    assert after["vidworks_request_duration_seconds_count", durations] >= 20


def test_unknown_paths_and_methods_are_counted_together(counted):
    for method, path in (("GET", "/a"), ("GET", "/b"), ("BREW", "/c")):
        counted.request(method, path)

    routes = {dict(labels)["route"] for name, labels in scrape(counted) if "requests" in name}

    assert "none" in routes
    assert not routes & {"/a", "/b", "/c"}


@pytest.mark.parametrize("field", ["host", "data_dir"])
def test_other_service_with_the_same_port_counts_apart(tmp_path, monkeypatch, field):
    monkeypatch.setenv("PROMETHEUS_MULTIPROC_DIR", "")
    first = Settings(data_dir=tmp_path / "a", metrics_token=TOKEN)
    changes: dict[str, Any] = {"host": "127.0.0.2", "data_dir": tmp_path / "b"}
    other = replace(first, **{field: changes[field]})
    metrics.prepare(first)
    counts = Path(os.environ["PROMETHEUS_MULTIPROC_DIR"])

    metrics.prepare(other)
    metrics.remove(other)

    assert counts.exists()
    metrics.remove(first)
    assert not counts.exists()


def test_disk_is_measured_and_the_version_told(counted):
    samples = scrape(counted)

    assert samples["vidworks_build_info", frozenset({("version", VERSION)})] == 1
    disk = os.statvfs(counted.data_dir)
    assert samples["vidworks_disk_free_bytes", frozenset()] == pytest.approx(
        disk.f_bavail * disk.f_frsize, rel=0.1
    )
    assert samples["vidworks_disk_used_bytes", frozenset()] > 0


def test_runs_of_jobs_are_counted(counted):
    account = {"email": "ana@example.com", "password": "correct horse", "name": "Ana"}
    token = counted.request("POST", "/api/auth/register", account).json["accessToken"]
    project = counted.request("POST", "/api/projects", {}, token).json["id"]
    works = f"/api/projects/{project}/works"
    work = counted.request("POST", works, {"productName": "Lamp"}, token).json["id"]

    made = counted.request("POST", f"{works}/{work}/scenario", {}, token)

    assert made.status == 200
    samples = scrape(counted)
    labels = frozenset({"kind": "scenario", "result": "succeeded"}.items())
    assert samples["vidworks_job_runs_total", labels] == 1
    assert (
        samples["vidworks_job_run_duration_seconds_count", frozenset({("kind", "scenario")})] == 1
    )


@pytest.mark.parametrize("token", [None, "another token"])
def test_without_the_token_it_is_401(counted, token):
    assert counted.request("GET", "/metrics", token=token).status == 401


def test_without_the_setting_it_is_404(client):
    assert client.get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"}).status_code == 404


def test_without_the_setting_the_library_is_not_imported():
    script = "import sys, app; sys.exit('prometheus_client' in sys.modules)"

    assert subprocess.run([sys.executable, "-c", script], cwd=ROOT, check=False).returncode == 0
