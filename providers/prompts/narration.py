"""How much is said in a scene, for prompts that ask for a narration."""

from dataclasses import dataclass

from media.languages import language_code
from providers.prompts.common import single_line

PAUSE_SECONDS = 0.4  # of a scene without speech: before and after it

# Words that a speaker says in a second; those of long words say fewer.
_WORDS = {
    "ara": 1.9,
    "ces": 2.0,
    "deu": 2.1,
    "est": 1.7,
    "fin": 1.6,
    "fra": 2.5,
    "hun": 1.7,
    "ita": 2.4,
    "kor": 1.8,
    "pol": 1.9,
    "por": 2.4,
    "rus": 1.9,
    "spa": 2.5,
    "swe": 2.2,
    "tam": 1.6,
    "tur": 1.8,
    "ukr": 1.9,
    "vie": 3.2,
}
_USUAL_WORDS = 2.3
# Characters, in languages that do not separate words.
_CHARACTERS = {"jpn": 5.5, "khm": 9.0, "lao": 9.0, "mya": 9.0, "tha": 9.0, "zho": 4.0}


@dataclass(frozen=True, slots=True)
class Pace:
    """How much of a language is said in a second."""

    per_second: float
    unit: str  # words or characters

    def room(self, seconds: float) -> int:
        """Return how much can be said in a scene of this length; at least 1."""
        return max(1, int((seconds - PAUSE_SECONDS) * self.per_second))


def pace_of(language: str | None) -> Pace:
    """Return the pace of a language, which is given by its name or code."""
    code = language_code(language or "")
    if code in _CHARACTERS:
        return Pace(_CHARACTERS[code], "characters")
    return Pace(_WORDS.get(code, _USUAL_WORDS), "words")


def narration_rules(language: str | None) -> list[str]:
    """Return the rules for what is said in the scenes of a scenario."""
    name, pace = single_line(language), pace_of(language)
    spoken = f"is in this language: {name}" if name else "is in the language of the brief"
    rooms = ", ".join(f"{pace.room(seconds)} in {seconds} s" for seconds in (3, 4, 6, 8))
    return [
        f"Everything that viewers hear (narration) {spoken}",
        f"narration fits into duration_seconds: at most so many {pace.unit}: {rooms}",
        "The narrations of all scenes are one text, which adds to the pictures instead of"
        " describing them; null where the pictures need no words",
        "narration has numbers and signs as they are spoken, and no stage directions or markup",
    ]
