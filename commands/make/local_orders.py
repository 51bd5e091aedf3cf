"""Videos that `./vidworks make` orders: like `POST /api/videos`, in the data directory itself.

The same order is the same job: its id is derived from the photos' contents, the texts and the
options, so that a command that is repeated goes on with it. A service that runs on the directory
makes the video; without one, this process does.
"""

import hashlib
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from itertools import count
from typing import Any

import orjson

from accounts import users
from commands.make.local_choices import advice_on_key, choices_of_provider
from commands.make.local_photos import Photo, asset_of, check_photo, photo_fetcher, store_photo
from errors import DuplicateError, MissingError
from export import service as exports
from generation.videos.default_project import default_project
from generation.videos.order import plan_video
from jobs.model import FINISHED, JobRef
from jobs.planning import JobPlanner
from jobs.requests import job_ref, start_once
from jobs.service import JobService
from projects import service as projects
from schemas.loading import load
from schemas.videos import NewVideoSchema
from storage.media.media_files import StoredFile
from storage.paths import WorkRef, jobs_of_user, jobs_of_work

Job = Mapping[str, Any]
Json = dict[str, Any]

LOCAL_EMAIL, LOCAL_NAME = "local@localhost", "local"

_LOOK_SECONDS = 1.0  # between looks for a running service
_END_SECONDS = 5.0  # for what follows the end of a job


class LocalOrders:
    """Orders videos for an account of a data directory, and sees them made."""

    def __init__(self, jobs: JobService, email: str | None = None) -> None:
        """Choose an account, by default the oldest. Raises MissingError."""
        self._jobs = jobs
        self._store = jobs.store
        self._settings = jobs.settings
        self._user_id = self._account(email)

    @property
    def account(self) -> str:
        """The email address of the account."""
        return str(users.get(self._store, self._user_id)["email"])

    @property
    def has_password(self) -> bool:
        """Whether somebody can log in to the account."""
        return bool(self._store.users.snapshot(self._user_id).values["passwordHash"])

    def order(
        self,
        body: Json,
        photos: Sequence[Photo],
        *,
        provider: str | None = None,
        template: str | None = None,
        again: bool = False,
    ) -> JobRef:
        """Start the job that makes a video, unless the same order did; return its reference.

        With `again`, finished jobs of the same order don't count. Raises as the endpoint.
        """
        for photo in photos:
            check_photo(photo)
        body = self._with_files(body, photos, template)
        fields = load(NewVideoSchema(), body)
        choices = choices_of_provider(self._store, self._settings, self._user_id, provider)
        project_id = body.get("project") or default_project(self._store, self._user_id)
        fetcher = photo_fetcher(self._store, self._settings, self._user_id)
        for photo in photos:
            store_photo(fetcher, project_id, photo)
        planner = JobPlanner(self._store, self._settings, self._user_id, choices)
        ref = self._ref(body, provider, again=again)
        self._jobs.worker.takes_jobs = not self._jobs.worker.is_elsewhere()
        start_once(
            *(self._jobs, ref, self._user_id, fields, lambda: plan_video(planner, fields)),
            origin=self._settings.public_url or f"http://localhost:{self._settings.port}",
            is_waited_for=True,
        )
        return ref

    def cancel(
        self, body: Json, photos: Sequence[Photo], *, provider: str | None, template: str | None
    ) -> JobRef:
        """Cancel the job of an order, whoever runs it; return its reference.

        Raises MissingError if there is none, JobStateError if it is finished.
        """
        ref = self._ref(self._with_files(body, photos, template), provider)
        if self._jobs.find(ref) is None:
            told = f"{self.account} has no job of these photos, texts and options."
            raise MissingError("There is nothing to cancel", told)
        self._jobs.cancel(ref)
        return ref

    def _with_files(self, body: Json, photos: Sequence[Photo], template: str | None) -> Json:
        """Return an order with its template and its files. Raises MissingError."""
        body = {**body, **({} if template is None else self._template(template))}
        return {**body, "assets": list(map(asset_of, photos))} if photos else body

    def _ref(self, body: Json, provider: str | None, *, again: bool = False) -> JobRef:
        """Return the reference of the latest job of an order, or of a new one."""
        order = orjson.dumps([body, provider])
        refs = (self._numbered(order, number) for number in count())
        latest = next(refs)
        while (job := self._jobs.find(latest)) is not None and job["state"] == "succeeded":
            following = next(refs)
            if not again and self._jobs.find(following) is None:
                break
            latest = following
        return latest

    def _numbered(self, order: bytes, number: int) -> JobRef:
        key = hashlib.sha256(order + str(number).encode()).hexdigest()
        return job_ref(self._user_id, jobs_of_user(self._user_id), "make", key)

    def get(self, ref: JobRef) -> Job:
        """Return a job as it is now."""
        return self._jobs.get(ref)

    def resume(self, ref: JobRef) -> None:
        """Continue a job that failed, was interrupted or cancelled.

        Raises as `JobService.resume`.
        """
        if self._jobs.get(ref)["state"] in FINISHED - {"succeeded"}:
            self._jobs.resume(ref, self._user_id, {})

    def follow(self, ref: JobRef, report: Callable[[Job], None]) -> Job:
        """Return a job once it has ended; `report` gets it as it changes.

        While no service runs, this process makes it.
        """
        reader, worker, seen, looked = self._jobs.reader(ref), self._jobs.worker, -1, float("-inf")
        while True:
            job = reader.values()
            if job["updatedAt"] != seen:
                seen = job["updatedAt"]
                report(job)
            if job["state"] in FINISHED:
                self._wait_for_end(ref, job)
                return job
            if time.monotonic() - looked >= _LOOK_SECONDS:
                looked = time.monotonic()
                if not worker.is_elsewhere():
                    worker.run_child(ref, {})
            worker.wait_for_end(self._settings.tuning.job_step)

    @property
    def is_left_to_service(self) -> bool:
        """Whether a running service makes the videos."""
        return self._jobs.worker.is_elsewhere()

    def runs_here(self, ref: JobRef) -> bool:
        """Return whether this process makes a video, not a service."""
        return self._jobs.worker.has(ref)

    def stop(self) -> None:
        """Stop making the video; wait for the responses to paid requests. It can be continued."""
        self._jobs.worker.stop(self._settings.provider_timeout + 10)

    def open_video(self, job: Job) -> StoredFile:
        """Open the video that a job made. Raises NotFoundError."""
        return exports.open_file(self._store, WorkRef.named_in(job), job["result"]["exportId"])

    def advice_on_key(self, vendor: str) -> str:
        """Return how the account gets a key of a vendor."""
        return advice_on_key(self._settings, vendor, self.account)

    def _account(self, email: str | None) -> str:
        """Return the id of an account: by default the oldest; a new one if there is none.

        Nobody can log in to the new one before a password is set: it has none.
        """
        if email is not None:
            user_id = users.id_of(email)
            if user_id not in self._store.users.documents:
                told = "see `./vidworks users list`."
                raise MissingError(f"No account has the email {email}", told)
            return user_id
        if not users.exist(self._store):
            with suppress(DuplicateError):  # another command has created it meanwhile
                users.register(self._store, LOCAL_EMAIL, "", LOCAL_NAME)
        found = [self._store.users.snapshot(each).values for each in self._store.users.documents]
        return str(min(found, key=lambda user: user["createdAt"])["id"])

    def _template(self, wanted: str) -> Json:
        """Return the id and project of a template of the user, by its name or id.

        Raises MissingError.
        """
        names = []
        for project in projects.visible(self._store, self._user_id):
            table = self._store.templates(project.id)
            for template in (table.snapshot(each).values for each in table.documents):
                if wanted in (template["id"], template["name"]):
                    return {"template": template["id"], "project": project.id}
                names.append(template["name"])
        known = f"There are: {', '.join(names)}." if names else "There is none yet."
        raise MissingError(f'No template is called "{wanted}"', known)

    def _wait_for_end(self, ref: JobRef, job: Job) -> None:
        """Wait a while until an ended job and the jobs of its steps are out of the queue.

        Nothing is written to the data directory then, which root may write as its owner only.
        """
        of_work = jobs_of_work(WorkRef.named_in(job))
        steps = [JobRef(of_work, step["jobId"]) for step in job["steps"] if step["jobId"]]
        deadline = time.monotonic() + _END_SECONDS
        while any(self._store.queue.has(*each) for each in (ref, *steps)):
            if time.monotonic() > deadline:
                return
            time.sleep(0.02)
