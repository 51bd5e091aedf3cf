"""The voices that providers offer to a user."""

from collections.abc import Iterator, Mapping
from typing import Any

from errors import FieldsError, InvalidError, ServiceError
from jobs.failures import kind_of
from jobs.model import Call
from jobs.planning import JobPlanner
from media.languages import language_code, language_name
from providers.errors import ProviderChoiceError, ProviderError
from providers.offers import offered
from providers.registry import ProviderChoices
from providers.sound_contract import Voice

Json = dict[str, Any]


def list_voices(planner: JobPlanner, query: Mapping[str, Any]) -> Json:
    """Return `{voices, warnings?}` for `GET /api/voices`.

    Without a provider in the query, those that the user has no key for are left out, and one that
    fails is named in the warnings. Raises FieldsError, InvalidError, and the error of a provider
    that the query names.
    """
    language = language_named(query.get("language"))
    wanted = (query.get("q") or "").casefold()
    voices: list[Json] = []
    warnings = []
    for asking, call in _calls(planner, query.get("provider")):
        try:
            found = asking.speech_model(call).voices()
        except ProviderError as exc:
            if query.get("provider"):
                raise failure_of_provider(exc) from exc
            warnings.append(str(exc))
            continue
        public = (_public(voice, call["provider"]) for voice in found)
        voices += (each for each in public if _matches(each, language, wanted))
    return {"voices": voices, **({"warnings": warnings} if warnings else {})}


def planned_speech(planner: JobPlanner, provider: str | None, model: str | None) -> Call:
    """Return a call of a speech model, if it may be made. Raises FieldsError, InvalidError."""
    try:
        call = planner.choosing("speech", provider, model).call("speech")
    except ProviderChoiceError as exc:
        raise FieldsError({"provider": [f"{exc.reason}."]}) from exc
    planner.keys([call])
    return call


def _calls(planner: JobPlanner, provider: str | None) -> Iterator[tuple[JobPlanner, Call]]:
    """Yield calls of the provider that is named, or of all with a key, the usual one first.

    Each with the planner that asks it: a key of the request goes to one provider only.
    """
    if provider:
        yield planner, planned_speech(planner, provider, None)
        return
    usual = planner.call("speech")["provider"]
    others = planner.with_choices(ProviderChoices())
    listed = offered("speech", planner.settings, planner.caller)
    for each in sorted(listed, key=lambda name: name != usual):
        asking = planner if each == usual else others
        try:
            call = planned_speech(asking, each, None)
        except InvalidError:
            continue  # no key
        yield asking, call


def failure_of_provider(exc: ProviderError) -> ServiceError:
    """Return the error for a provider that does not list its voices."""
    return kind_of(exc)("The provider failed", str(exc))


def language_named(text: str | None) -> str:
    """Return the code of a language of a request; "" if it names none. Raises FieldsError."""
    if not text:
        return ""
    if code := language_code(text):
        return code
    raise FieldsError({"language": ["Unknown: give its English name, or a code such as de."]})


def _public(voice: Voice, provider: str) -> Json:
    optional = {"gender": voice.gender, "style": voice.style, "previewUrl": voice.preview_url}
    return {
        "id": voice.id,
        "name": voice.name,
        "provider": provider,
        "languages": list(voice.languages),
        **{name: value for name, value in optional.items() if value},
    }


def _matches(voice: Json, language: str, wanted: str) -> bool:
    languages = voice["languages"]
    if language and languages and language not in languages:
        return False
    texts = (voice["name"], voice.get("style") or "", *map(language_name, languages))
    return not wanted or any(wanted in text.casefold() for text in texts)
