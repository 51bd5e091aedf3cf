"""What a voice can say outside of works: a check of lines, and samples.

Samples that vendors made themselves are free; others are jobs of kind `voice`.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, NamedTuple

from errors import FieldsError, MediaTypeError
from generation.audio import Made, make_audio
from generation.outputs import VOICE
from generation.voices import failure_of_provider, language_named, planned_speech
from jobs import paid_calls
from jobs.model import Call, JobSpec
from jobs.planning import JobPlanner
from jobs.run import JobRun
from media.languages import language_code, language_tag
from media.media_types import media_type_of
from outbound import fetch
from outbound.addresses import OutboundError
from providers.errors import ProviderError, UnspeakableError
from providers.registry import speech_model
from providers.sound_contract import SpeechRequest, Voice
from storage.media.media_files import IncomingFile
from works.slots import AUDIO_TYPES

_CALL = "speech"

_SAMPLES = {
    "ara": "مرحبًا، هذا هو صوتي.",
    "ces": "Dobrý den, takto zní můj hlas.",
    "deu": "Guten Tag, so klingt meine Stimme.",
    "ell": "Καλημέρα, αυτή είναι η φωνή μου.",
    "eng": "Hello, this is how I sound.",
    "fra": "Bonjour, voici ma voix.",
    "hin": "नमस्ते, मेरी आवाज़ ऐसी है।",
    "ind": "Halo, inilah suara saya.",
    "ita": "Buongiorno, questa è la mia voce.",
    "jpn": "こんにちは、これが私の声です。",
    "kor": "안녕하세요, 제 목소리입니다.",
    "nld": "Hallo, zo klinkt mijn stem.",
    "pol": "Dzień dobry, tak brzmi mój głos.",
    "por": "Olá, esta é a minha voz.",
    "rus": "Здравствуйте, вот мой голос.",
    "spa": "Hola, así suena mi voz.",
    "swe": "Hej, så här låter min röst.",
    "tur": "Merhaba, sesim böyle.",
    "ukr": "Добрий день, ось мій голос.",
    "vie": "Xin chào, đây là giọng của tôi.",
    "zho": "你好,这是我的声音。",
}
_NUMBERS = "1, 2, 3, 4, 5."  # each voice reads them in its language

_MAX_BYTES = 5 << 20
_SECONDS = 15.0
_HEAD_BYTES = 4096


def plan_sample(planner: JobPlanner, body: Mapping[str, Any]) -> JobSpec:
    """Return the spec of a job for a sample. Raises FieldsError for what cannot be spoken."""
    call = planned_speech(planner, body.get("provider"), body.get("model"))
    language = _language(planner, call, body)
    text = body.get("text") or _SAMPLES.get(language_code(language or "eng"), _NUMBERS)
    request = {"text": text, "voice": body["voice"], "language": language}
    spoken = {**request, "speed": body.get("speed") or 1.0}
    try:
        planner.speech_model(call).check(SpeechRequest(**spoken))
    except UnspeakableError as exc:
        raise FieldsError({exc.field: [exc.details]}) from exc
    spec = planner.job(VOICE, spoken, [call], body)
    return replace(spec, fields={"projectId": planner.project_id}) if planner.project_id else spec


def check_lines(planner: JobPlanner, body: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return `{index, reason}` of the lines that a voice cannot speak; nothing is paid for it."""
    call = planned_speech(planner, body.get("provider"), body.get("model"))
    language = language_tag(body.get("language") or "")  # as works read theirs
    model = planner.speech_model(call)
    problems = []
    for index, text in enumerate(body["texts"]):
        try:
            model.check(SpeechRequest(text, body["voice"], language))
        except UnspeakableError as exc:
            problems.append({"index": index, "reason": str(exc.details)})
    return problems


def make_sample(run: JobRun) -> dict[str, Any]:
    """Make the sample, and store it with the job."""
    if paid_calls.needs_work(run, _CALL):
        model = run.model(speech_model, _CALL)

        def store(incoming: IncomingFile, media_type: str, _: Made) -> None:
            run.files.finish(incoming)
            run.files.place(incoming, VOICE, media_type, AUDIO_TYPES)

        make_audio(
            run,
            _CALL,
            model,
            lambda: run.model(speech_model, _CALL).speak,
            lambda: SpeechRequest(**run.job["request"]),
            run.files,
            store,
        )
    return {"sampleUrl": f"{run.ref.url}/media"}


def _language(planner: JobPlanner, call: Call, body: Mapping[str, Any]) -> str:
    """Return the language of a sample: the one that is named, else the voice's first."""
    named = language_tag(body["language"]) if language_named(body.get("language")) else ""
    if named or body.get("text"):
        return named
    try:
        voices = {voice.id: voice for voice in planner.speech_model(call).voices()}
    except ProviderError as exc:
        raise failure_of_provider(exc) from exc
    known = voices.get(body["voice"])
    return next(iter(known.languages), "") if known else ""


class Sample(NamedTuple):
    """A recording of a voice."""

    data: bytes
    media_type: str


def fetch_sample(planner: JobPlanner, body: Mapping[str, Any]) -> Sample | None:
    """Return the vendor's own sample of a voice; None if there is none of what is wanted.

    Without a language, it is the voice's usual sample. Raises FieldsError, InvalidError.
    """
    if body.get("text") or body.get("speed") not in (None, 1.0):
        return None
    call = planned_speech(planner, body.get("provider"), body.get("model"))
    try:
        voices = planner.speech_model(call).voices()
    except ProviderError:
        return None  # and none of its voices can speak now
    voice = next((each for each in voices if each.id == body["voice"]), None)
    url = _url(voice, body.get("language")) if voice else None
    return _fetch(url) if url else None


def _url(voice: Voice, language: str | None) -> str | None:
    return voice.samples.get(language_code(language)) if language else voice.preview_url


def _fetch(url: str) -> Sample | None:
    try:
        fetched = fetch.get(url, max_bytes=_MAX_BYTES, seconds=_SECONDS)
        head = fetched.data[:_HEAD_BYTES]
        return Sample(fetched.data, media_type_of(fetched.content_type, head, AUDIO_TYPES))
    except (OutboundError, MediaTypeError):
        return None
