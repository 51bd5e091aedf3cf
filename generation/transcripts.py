"""What is spoken in recordings, and when: jobs of kind `transcript`, and the words of voices."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from errors import BusyError, FailedError
from generation.vision import REFERENCE
from generation.word_fitting import fit_words
from jobs import call_ends, paid_calls
from jobs.run import JobRun
from media.ffmpeg import FFmpegStartError
from media.limits import MediaBusyError
from media.measures import MediaReplacedError
from media.processes import go_on
from media.speech_audio import MEDIA_TYPE, write_speech
from projects.assets import service as assets
from providers.registry import transcription_model
from providers.sound_contract import Transcript, TranscriptRequest
from storage.errors import NotFoundError
from storage.media.media_files import StoredFile
from works.slots import VIDEO_TYPES
from works.voice_words import tidy_words

Json = dict[str, Any]


def write_transcript(run: JobRun) -> None:
    """Job kind `transcript`: of an asset, or of the work's reference video."""
    if not paid_calls.needs_work(run, "transcription"):
        return
    stored = _recording(run)
    stored.file.close()
    transcript = transcribe(run, "transcription", str(stored.file.name))
    result = {
        "text": transcript.text,
        "language": transcript.language or None,
        "words": tidy_words(transcript.words),
        "source": transcript.source,
    }
    with paid_calls.keeping(run, "transcription", transcript):
        call_ends.mark_done(run, "transcription", transcript.usage, result)


def transcribe(
    run: JobRun,
    call_id: str,
    path: str,
    text: str | None = None,
    language: str = "",
    confirm: Callable[[], object] = go_on,
) -> Transcript:
    """Return what is spoken in a recording; the caller stores it, then calls `mark_done`.

    It does so within `paid_calls.keeping`. `confirm` is called right before the request is sent,
    and prevents it by raising an exception. With a known `text`, only its times are missing; where
    the provider does not align it, the words that it heard are fitted to it. Raises
    CallFailedError; InvalidError and TooLargeError for a recording that cannot be written down,
    which nothing was paid for.
    """
    with _speech(run, path) as audio:

        def request() -> TranscriptRequest:
            confirm()
            return TranscriptRequest(audio, MEDIA_TYPE, language, text)

        found = paid_calls.submit(
            run, call_id, request, lambda: run.model(transcription_model, call_id).transcribe
        )
    if text is None or found.source == "alignment":
        return found
    fitted = fit_words(text, found.words)
    spoken = text if fitted.is_known else found.text
    return Transcript(spoken, found.language, tuple(fitted.words), found.source, found.usage)


@contextmanager
def _speech(run: JobRun, path: str) -> Iterator[Path]:
    """Yield the sound of a recording in a temporary file."""
    with run.files.receive() as incoming:
        try:
            write_speech(run.store, path, incoming.path, run.check_stop)
        except MediaBusyError as exc:
            raise BusyError(str(exc), "Try again, or resume the job.", 10) from None
        except FFmpegStartError as exc:
            raise FailedError("The recording cannot be read now", str(exc)) from exc
        except (MediaReplacedError, FileNotFoundError) as exc:
            raise NotFoundError(os.path.basename(path)) from exc
        yield Path(incoming.path)


def _recording(run: JobRun) -> StoredFile:
    """Open the file that is to be written down. Raises NotFoundError."""
    asset_id = run.job["request"]["assetId"]
    if asset_id is not None:
        return assets.open_file(run.store, run.work_ref.project_id, asset_id)
    return run.store.work_media(run.work_ref).open(REFERENCE, VIDEO_TYPES)
