"""What is spoken in recordings, and when: jobs of kind `transcript`, and the words of voices.

Words that a model heard are fitted to the known text: its spelling, with their times.
"""

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from difflib import SequenceMatcher
from pathlib import Path
from typing import Any, NamedTuple

from errors import BusyError, FailedError, FieldsError, InvalidError
from generation.vision import REFERENCE
from jobs import call_ends, paid_calls
from jobs.model import JobSpec
from jobs.planning import JobPlanner
from jobs.run import JobRun
from media.ffmpeg import FFmpegStartError
from media.limits import MediaBusyError
from media.measures import MediaReplacedError
from media.processes import go_on
from media.speech_spans import MEDIA_TYPE, write_speech
from projects.assets import service as assets
from providers.registry import transcription_model
from providers.sound_contract import Transcript, TranscriptRequest, Word
from providers.timed_words import spread, spread_words, word_spans
from storage.errors import NotFoundError
from storage.media.media_files import StoredFile
from works.slots import VIDEO_TYPES
from works.voice_words import tidy_words

_ALIKE = 0.5  # the share of words that are heard, from which on the text is what was spoken

Json = dict[str, Any]
Work = Mapping[str, Any]


def plan_transcript(planner: JobPlanner, work: Work, body: Mapping[str, Any]) -> JobSpec:
    """Return the spec of a job that writes down what is spoken in an asset or the reference video.

    Raises InvalidError if there is no such recording, or no provider that could do it.
    """
    asset_id = body.get("assetId")
    if asset_id is not None:
        _check_recording(planner, work, asset_id)
    elif not work["hasReferenceVideo"]:
        raise InvalidError(
            "There is nothing to transcribe",
            "The work has no reference video: upload one, or name an asset (`assetId`).",
        )
    call = planner.call("transcription")
    request = {"kind": body["kind"], "assetId": asset_id}
    return planner.job(body["kind"], request, [call], body)


def _check_recording(planner: JobPlanner, work: Work, asset_id: str) -> None:
    """Raise FieldsError unless an asset may have sound."""
    try:
        asset = assets.document(planner.store, work["projectId"], asset_id)
    except NotFoundError:
        raise FieldsError({"assetId": ["No such asset in the project."]}) from None
    if asset["type"] not in ("audio", "video"):
        found = f"Must be audio or video; this asset is of type {asset['type']}."
        raise FieldsError({"assetId": [found]})


class Fitted(NamedTuple):
    """Words with times, and whether they are those of the known text."""

    words: list[Word]
    is_known: bool


def fit_words(text: str, heard: Sequence[Word]) -> Fitted:
    """Return the words of a text with the times at which they were heard.

    Words that were not heard as they are written share the time between those that were. If too
    few were heard, something else was spoken, and the words are those that were heard.
    """
    written = [text[start:end] for start, end in word_spans(text)]
    spoken = [part for word in heard for part in _parts(word)]
    matcher = SequenceMatcher(None, _keys(written), _keys([word.text for word in spoken]), False)
    blocks = matcher.get_matching_blocks()
    found = sum(block.size for block in blocks)
    if found < _ALIKE * max(len(written), len(spoken)):
        return Fitted(list(heard), is_known=False)
    words: list[Word] = []
    next_written = next_spoken = 0
    for block in blocks:  # the last one has no words, and is at the end of both
        between = written[next_written : block.a]
        words += _spread(between, spoken, next_spoken, block.b, words)
        next_written, next_spoken = block.a + block.size, block.b + block.size
        matched = zip(written[block.a : next_written], spoken[block.b : next_spoken], strict=True)
        words += [Word(text, word.start, word.end) for text, word in matched]
    return Fitted(words, is_known=True)


def _parts(word: Word) -> list[Word]:
    """Return the words that a heard word consists of, where several are heard as one."""
    return list(spread_words(word.text, [(word.start, word.end)])) or [word]


def _keys(words: Sequence[str]) -> list[str]:
    """Return what words are compared by: letters and digits, whatever their case."""
    return ["".join(filter(str.isalnum, word)).casefold() or word for word in words]


def _spread(
    written: Sequence[str], spoken: Sequence[Word], start: int, end: int, before: Sequence[Word]
) -> list[Word]:
    """Return words that were not heard as they are written, over the time of others or of a gap."""
    if not written:
        return []
    first = before[-1].end if before else (spoken[start].start if start < end else 0.0)
    last = spoken[end].start if end < len(spoken) else (spoken[-1].end if start < end else first)
    first, last = (spoken[start].start, spoken[end - 1].end) if start < end else (first, last)
    return list(spread(written, [(first, last)])) or [Word(text, first, first) for text in written]


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
