"""The prompt for a language model that makes a spoken line shorter or longer."""

from typing import Any

from media.languages import language_code
from providers.contract import Question
from providers.prompts.answers import AnswerError, json_schema, load_answer
from providers.prompts.common import MATERIAL_RULE, join_paragraphs, material_block, single_line
from providers.prompts.lenient_fields import Spoken
from schemas.common import Base

_CHARACTERS = {"jpn": 2.0, "zho": 1.6}  # of a word, in languages that do not separate words

_WRITER = """
You rewrite a line that is spoken in a video, so that it takes another time to say. Keep its
language, its meaning, its tone, all names and figures, and what it promises; invent nothing. Write
as people speak: whole sentences, words that are easy to say, no headings, no stage directions, no
markup."""


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
    if characters := _CHARACTERS.get(language_code(language or "")):
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
