"""The ids of what a video's job makes: derived from its own, so that nothing is made twice.

They are those of the same order only: once a job is deleted (JOB_DAYS), its Idempotency-Key may
come with another order, which then has the same id.
"""

from collections.abc import Mapping
from typing import Any

from jobs.children import child_id
from jobs.model import JobRef
from storage.ids import WorkRef
from storage.paths import jobs_of_work

Job = Mapping[str, Any]


def work_id_of(job: Job) -> str:
    """Return the id of the work of a video."""
    return child_id(_order(job), "work", "work")


def asset_id_of(job: Job, number: int) -> str:
    """Return the id of the asset that is made of one of the files of a video."""
    return child_id(_order(job), f"asset-{number}", "asset")


def child_ref(job: Job, name: str) -> JobRef:
    """Return the reference of the job that does a step."""
    return JobRef(jobs_of_work(WorkRef.named_in(job)), child_id(_order(job), name))


def _order(job: Job) -> str:
    return f"{job['id']}/{job['requestHash']}"
