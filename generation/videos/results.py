"""What a job that made a video returns."""

from collections.abc import Mapping
from typing import Any

from generation.videos.order import child_ref
from jobs.run import JobRun
from storage.clock import now_ms
from storage.errors import NotFoundError
from storage.paths import WorkRef


def work_page(job: Mapping[str, Any]) -> str:
    """Return the path of the page that shows the work of a video."""
    return f"/projects/{job['projectId']}/works/{job['workId']}"


def result_of(run: JobRun) -> dict[str, Any]:
    """Return the result of a job whose steps have all ended."""
    job = run.job
    export = None
    try:
        table = run.store.work_jobs(WorkRef.named_in(job))
        export = table.snapshot(child_ref(job, "export").id).values["result"]
    except NotFoundError:
        pass  # none was ordered
    return {
        "workUrl": work_page(job),
        "exportId": export and export["id"],
        "exportUrl": export and export["url"],
        "duration": export and export["duration"],
        "elapsed": round((now_ms() - job["createdAt"]) / 1000, 3),
    }
