"""What prompts say of spoken lines: how much is said in a scene, shorter and longer lines."""

from dataclasses import dataclass
from typing import Any

from media.languages import language_code
from providers.contract import Question
from providers.prompts.answers import AnswerError, json_schema, load_answer
from providers.prompts.common import MATERIAL_RULE, join_paragraphs, material_block, single_line
from providers.prompts.lenient_fields import Spoken
from schemas.common import Base

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

_OF_A_WORD = {"jpn": 2.0, "zho": 1.6}  # of a word, in languages that do not separate words

_WRITER = """
You rewrite a line that is spoken in a video, so that it takes another time to say. Keep its
language, its meaning, its tone, all names and figures, and what it promises; invent nothing. Write
as people speak: whole sentences, words that are easy to say, no headings, no stage directions, no
markup."""


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


class RewriteAnswerSchema(Base):
    """A line that was rewritten."""

    line = Spoken(
        required=True, allow_none=False, metadata={"description": "The line alone, as it is spoken"}
    )


def question(text: str, words: int, language: str | None) -> Question:
    """Return the question for a line with a number of words; `load_rewrite` parses the answer.

    In Chinese and Japanese, it asks for as many characters as these words have.
    """
    name, length = single_line(language), f"{words} words"
    if characters := _OF_A_WORD.get(language_code(language or "")):
        length = f"{max(1, round(words * characters))} characters"
    user = join_paragraphs(
        f"Rewrite the line in at most {length}, and not many fewer.",
        f"The line is in this language: {name}" if name else "",
        material_block("line", text),
    )
    system = join_paragraphs(_WRITER, MATERIAL_RULE)
    return Question(system, user, json_schema(RewriteAnswerSchema()))


def load_rewrite(value: Any) -> dict[str, str]:
    """Return the line as `{text}`. Raises AnswerError."""
    line: dict[str, str] | None = load_answer(RewriteAnswerSchema(), value)["line"]
    if line is None:
        raise AnswerError("line: Must not be empty.")
    return line
