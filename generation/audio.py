"""Voices, music and sounds from providers: paid for, checked and stored."""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple, TypeVar

from errors import MediaTypeError, TooLargeError, UpstreamError
from generation.outputs import download_file
from jobs import call_ends, paid_calls
from jobs.run import JobRun
from media.media_types import media_type_of
from providers.contract import Usage
from providers.sound_contract import Audio, AudioModel, Word
from storage.media.media_files import IncomingFile, MediaFiles
from works.slots import AUDIO_TYPES

R = TypeVar("R")


class Made(NamedTuple):
    """What a provider says of a recording: its words, if it knows them, and what it took."""

    words: tuple[Word, ...]
    usage: Usage | None


Place = Callable[[IncomingFile, str, Made], object]  # stores a received file of a media type


def make_audio(
    run: JobRun,
    call_id: str,
    model: AudioModel[R],
    connect: paid_calls.Connect[R, Audio],
    build: Callable[[], R],
    files: MediaFiles,
    place: Place,
    describe: Callable[[], Mapping[str, Any]] = dict,
) -> None:
    """Make the paid call for a recording, and store it among `files` with `place`.

    `connect` returns the model's method that answers at once, as in `paid_calls.submit`; it is not
    used if the model runs tasks. `build` and `describe` are as in `paid_calls.submit_and_poll`.
    Raises CallFailedError.
    """
    try:
        if model.runs_tasks:
            _run_task(run, call_id, model, build, files, place, describe)
        else:
            _answer(run, call_id, connect, build, files, place, describe)
    except (MediaTypeError, TooLargeError) as exc:
        reason = f"The provider's output cannot be used: {exc.details}"
        raise call_ends.mark_call_failed(run, call_id, reason, UpstreamError) from exc


def _run_task(
    run: JobRun,
    call_id: str,
    model: AudioModel[R],
    build: Callable[[], R],
    files: MediaFiles,
    place: Place,
    describe: Callable[[], Mapping[str, Any]],
) -> None:
    finished = paid_calls.submit_and_poll(run, call_id, model, build, describe)
    _, task = finished

    def store(incoming: IncomingFile, media_type: str) -> None:
        place(incoming, media_type, Made((), task.usage))

    download_file(run, call_id, finished, files, store, AUDIO_TYPES)
    call_ends.mark_done(run, call_id, task.usage)


def _answer(
    run: JobRun,
    call_id: str,
    connect: paid_calls.Connect[R, Audio],
    build: Callable[[], R],
    files: MediaFiles,
    place: Place,
    describe: Callable[[], Mapping[str, Any]],
) -> None:
    audio = paid_calls.submit(run, call_id, build, connect)

    def store() -> None:
        with files.receive() as incoming:
            incoming.write(audio.data)
            made = Made(audio.words, audio.usage)
            run.retry_while_locked(lambda: place(incoming, media_type, made))

    with paid_calls.keeping(run, call_id, audio, **describe()):
        media_type = media_type_of(audio.media_type, audio.data, AUDIO_TYPES)
        run.retry_while_disk_full(store)
        call_ends.mark_done(run, call_id, audio.usage)
