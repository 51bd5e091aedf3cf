"""What an exported file says of itself: its title, its date, and the language of its streams."""

from pathlib import Path

import av
import pytest

from export.plan.cues import Cue
from export.plan.timeline import Clip, Output, Tags
from media.languages import language_code
from tests.export.renders import render
from tests.export.sources import sine
from tests.export.test_copied import is_copied, numbered, remuxed

TITLE = 'Tea = "warm"; 100 % \\ 茶 \U0001f375'
TAGS = Tags(f"{TITLE}\0\n", "Deutsch", 1_764_371_040_123)


def file_tags(path: Path) -> dict[str, str]:
    """Return the tags of a file."""
    with av.open(str(path)) as container:
        return container.metadata


def languages(path: Path) -> list[str]:
    """Return the languages of the streams of a file."""
    with av.open(str(path)) as container:
        return [stream.metadata.get("language", "") for stream in container.streams]


def test_file_has_title_date_and_languages(sources, tmp_path):
    clip = sources.solid(sound=sine(440))
    cues = [Cue("Hallo", 0.2, 0.8)]
    output = Output(96, 160, captions="track")

    video = render(tmp_path, [Clip(0, 0, 1)], [clip], output=output, cues=cues, tags=TAGS)

    found = file_tags(video.path)
    assert found["title"] == TITLE
    assert found["date"] == "2025-11-28"
    assert found["creation_time"] == "2025-11-28T23:04:00.000000Z"
    assert languages(video.path) == ["und", "deu", "deu"]


def test_joined_clips_have_the_tags_of_the_work_alone(sources, tmp_path):
    (tmp_path / "files").mkdir()
    private = "-metadata title=Private -metadata location=+41.0+029.0/ -metadata:s:a language=fra"
    clip = remuxed(numbered(sources, 0), tmp_path / "files", f"{private} -map_metadata -1")

    video = render(tmp_path, [Clip(0)], [clip], tags=Tags("Tea", "", 0))

    assert is_copied(video)
    found = file_tags(video.path)
    assert found["title"] == "Tea"
    assert {"location", "date", "creation_time"}.isdisjoint(found)
    assert languages(video.path) == ["und", "und"]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("de", "deu"),
        (" pt-BR", "por"),
        ("zh_Hans_CN", "zho"),
        ("fil", "fil"),
        ("Türkçe", "tur"),
        ("Brazilian Portuguese", "por"),
        ("English (US)", "eng"),
        ("Cantonese", "yue"),
        ("Swiss German", "gsw"),
        ("texto en español", "spa"),
        ("हिन्दी", "hin"),
        ("中文\uff08简体\uff09", "zho"),
        ("no text", ""),
        ("Klingon", ""),
        ("xx", ""),
        ("", ""),
    ],
)
def test_language_is_found_by_what_people_write(text, code):
    assert language_code(text) == code
