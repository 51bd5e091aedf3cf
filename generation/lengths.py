"""How long a work's video is with the voices of its scenes, and which voices do not fit it."""

from collections.abc import Collection, Mapping
from typing import Any

from errors import InvalidError
from jobs.model import FINISHED
from jobs.run import JobRun
from schemas.new_jobs import MUSIC_SECONDS
from storage.store import Store
from timeline.scene_clips import clips_of_timeline
from timeline.sound_fit import QUIET_END, music_warnings
from timeline.voice_fit import overruns_of
from works.operations import context_around
from works.timeline import video_seconds

Json = dict[str, Any]
Work = Mapping[str, Any]

_DECISIVE = ("scenes", "narration")  # kinds of jobs on which the length of the video depends


def music_seconds(run: JobRun) -> float:
    """Return how long the music of the job's work has to be: as long as its video.

    Waits for jobs that were ordered before, and on which that depends.
    """
    while _has_decisive_jobs(run):
        run.sleep(run.settings.tuning.scene_pause)
    shortest, longest = MUSIC_SECONDS
    seconds = spoken_seconds(run.store, run.work)
    return min(max(seconds, shortest), longest)


def missing_seconds(run: JobRun, made: float | None) -> float:
    """Return by how many seconds music that was made is too short for the video; 0 if it is not."""
    if made is None:
        return 0.0
    try:
        missing = spoken_seconds(run.store, run.work) - made
    except InvalidError:  # the timeline was emptied meanwhile
        return 0.0
    return missing if missing > QUIET_END else 0.0


def _has_decisive_jobs(run: JobRun) -> bool:
    created = run.job["createdAt"]

    def matters(job: Json) -> bool:
        is_open = job["state"] not in FINISHED and job["kind"] in _DECISIVE
        return is_open and job["createdAt"] <= created

    index = run.store.recent_index(run.table, _summarize)
    return bool(index.current().select(("decisive", created), matters))


def _summarize(job: Mapping[str, Any]) -> Json:
    return {name: job[name] for name in ("kind", "state", "createdAt", "updatedAt")}


def spoken_seconds(store: Store, work: Work) -> float:
    """Return how long the video is: scenes that nobody arranged last as long as their voices.

    Without any media, it is the planned length. Raises InvalidError for a timeline that was
    emptied.
    """
    context = context_around(store, work, ())(work)
    end = clips_of_timeline(work["editorState"], context).end_seconds()
    return float(end) if end else video_seconds(work)


def fit_warnings(store: Store, work: Work, indexes: Collection[int]) -> list[str]:
    """Return which voices of these scenes do not fit the timeline, and what can be done.

    A voice that makes the video longer may also leave its end without music.
    """
    state, context = work["editorState"], context_around(store, work, ())(work)
    voices = [
        each.message(context)
        for each in overruns_of(state, context)
        if each.scene in indexes or each.following in indexes
    ]
    return [*voices, *music_warnings(state, context)]
