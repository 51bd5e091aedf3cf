"""The prompt for music, if nobody has written one."""

from collections.abc import Mapping
from typing import Any

from providers.prompts.common import join_paragraphs, labelled_lines, single_line


def default_prompt(work: Mapping[str, Any], style_guide: Mapping[str, Any] | None) -> str:
    """Return the prompt for the music of a work's video, by its style and its subject."""
    guide = style_guide or {}
    return join_paragraphs(
        "Background music for a short video: it stays in the background, under a voice.",
        labelled_lines(
            {
                "Subject": single_line(work["productName"]),
                "Mood": single_line(guide.get("tone"), 200),
                "Tempo": single_line(guide.get("tempo")),
            }
        ),
    )
