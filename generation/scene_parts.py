"""A part of a scene that a job makes: claimed first, kept with the job if it came too late."""

from typing import Any

from errors import ServiceError, in_words
from generation import claims
from jobs import call_ends, kept_answers
from jobs.job_states import end_call
from jobs.model import COMPLETE, CallFailedError, Job
from jobs.run import JobRun
from providers.contract import Usage
from storage.media.contents import when_known
from storage.media.media_files import IncomingFile
from works.origins import Origin, generated_by

REPLACED = "another {} was put there while it was made"  # why something is kept with the job

_SKIPPED = "It was put there {}, and stays."
_UNPAID = " Nothing was paid for this call."


class ScenePart:
    """A part of a scene of a job's work; the last of the scene's calls completes it."""

    def __init__(self, run: JobRun, index: int) -> None:
        self.run = run
        self.index = index
        self.work_ref = run.work_ref
        self.last_call = claims.last_call(run.job, index)

    def style_guide(self) -> dict[str, Any] | None:
        """Return the style guide of the work's project. Raises NotFoundError."""
        project = self.run.store.projects.snapshot(self.work_ref.project_id).values
        style_guide: dict[str, Any] | None = project["styleGuide"]
        return style_guide

    def check_wanted(self) -> None:
        """Raise an exception if the part is not to be made any more; under the lock of the work."""
        raise NotImplementedError

    def make(self) -> None:
        """Make the part, unless that is done. Raises CallFailedError, ServiceError."""
        raise NotImplementedError

    def try_to_make(self) -> None:
        """Make the part; a failure is noted in the job instead of raised."""
        try:
            self.make()
        except CallFailedError:
            pass  # noted in its call
        except ServiceError as exc:
            error, kind = in_words(exc), type(exc)
            call_ends.mark_call_failed(self.run, self.last_call, error, kind, by_provider=False)

    def claim(self) -> None:
        """Claim the part, after waiting for another job that makes it. Raises as `check_wanted`."""
        while (other := self._try_to_claim()) is not None:
            claims.note_waiting(self.run, self.index, other)
            self.run.sleep(self.run.settings.tuning.scene_pause)

    def confirm(self) -> None:
        """Raise as `check_wanted`, with the lock of the work: right before the part is paid."""
        works = self.run.store.works(self.work_ref.project_id)

        def check() -> None:
            with works.lock(self.work_ref.work_id):
                self.check_wanted()

        when_known(check)

    def origin(self, call_id: str, prompt: str | None, usage: Usage | None) -> Origin:
        """Return where the output of a call comes from."""
        origin = generated_by(self.run.ref.id, self.run.call(call_id))
        return {**origin, "prompt": prompt, "usage": usage}

    def keep(self, call_id: str, incoming: IncomingFile, media_type: str, reason: str) -> None:
        """Keep with the job what was paid for, if it cannot be put into the scene."""
        self.run.files.place(incoming, call_id, media_type, (media_type,))
        fields = {
            "url": f"{self.run.ref.url}/media/{call_id}",
            "note": f"It was not put into the scene: {reason}.",
        }
        self.run.retry_while_disk_full(lambda: self.run.update_call(call_id, **fields))

    def skip(self, *call_ids: str) -> None:
        """Note that calls are not needed, if they are open: nothing is paid for them."""
        other = self.run.call(self.last_call).get("madeBy")
        note = _SKIPPED.format(
            f"while job {other} made the scene" if other else "after this job was ordered"
        )

        def mutate(job: Job) -> None:
            for call in job["calls"]:
                if call["id"] in call_ids and call["state"] not in COMPLETE:
                    end_call(call, "skipped")
                    # One that was sent before, and interrupted, may have been paid.
                    call["note"] = note if call["attempts"] else note + _UNPAID
            if other:
                claims.end_waiting(job, self.index, other)

        self.run.change(mutate, step=True)
        for call_id in call_ids:
            kept_answers.remove(self.run, call_id)

    def _try_to_claim(self) -> str | None:
        """Return None, or the id of the job that makes the part."""
        other = claims.find_maker(self.run, self.index)  # reads other jobs, so before the lock
        works = self.run.store.works(self.work_ref.project_id)

        def claim() -> str | None:
            with works.lock(self.work_ref.work_id):
                self.check_wanted()
                return other or claims.claim(self.run, self.index)

        try:
            return when_known(claim)
        except claims.MaybePaidError as exc:
            raise claims.interrupt(self.run, self.index, exc.job_id) from exc
