"""What cannot be spoken, found before anything is paid: texts, languages and speeds."""

import re

from media.languages import language_code, language_name
from providers.errors import UnspeakableError
from providers.models import Model
from providers.sound_contract import SpeechRequest
from providers.spoken_text import spoken_text

_TAGS = "audio|break|emphasis|lang|mark|p|phoneme|prosody|s|say-as|speak|sub|voice|[a-z]+:[a-z-]+"
_SSML = re.compile(rf"</?\s*(?:{_TAGS})\b[^<>]*>", re.IGNORECASE)
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
_SHOWN_CHARACTERS = 60


def check_text(request: SpeechRequest, max_characters: int) -> None:
    """Raise UnspeakableError if no voice of a model can speak the text of a request."""
    text = request.text
    if not text.strip():
        raise UnspeakableError("The text is empty")
    if not any(map(str.isalnum, spoken_text(text))):
        raise UnspeakableError(
            "There is nothing to read in the text: only marks, emoji or addresses. Write words."
        )
    if len(text) > max_characters:
        raise UnspeakableError(
            f"The text has {len(text)} characters; the model speaks at most {max_characters}."
            " Divide it between scenes."
        )
    if found := _CONTROL.search(text):
        raise UnspeakableError(
            f"The text has the control character U+{ord(found[0]):04X} at position"
            f" {found.start() + 1}: remove it."
        )
    if tag := _SSML.search(text):
        shown = tag[0][:_SHOWN_CHARACTERS]
        raise UnspeakableError(f"SSML is not supported: remove {shown} from the text.")


def check_model(request: SpeechRequest, model: Model) -> None:
    """Raise UnspeakableError for a language or a speed that a model does not offer.

    A model without a list of languages finds the language out from the text, but is not asked for
    one that there is not.
    """
    language = request.language
    if language and not model.languages and not language_code(language):
        raise UnspeakableError(
            f"{language} is no known language. Give its English name, or a tag such as de-AT.",
            "language",
        )
    if model.languages and language and language_code(language) not in model.languages:
        raise UnspeakableError(
            f"{model.name} does not speak {language_name(language)}. Choose another model"
            " or provider.",
            "language",
        )
    if model.speeds and not min(model.speeds) <= request.speed <= max(model.speeds):
        offered = " to ".join(f"{speed:g}" for speed in dict.fromkeys(model.speeds))
        raise UnspeakableError(
            f"{model.name} speaks at a speed of {offered}, not {request.speed:g}.", "speed"
        )
