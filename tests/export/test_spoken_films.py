"""A demo work becomes a film in which someone speaks each line, in the work's language."""

from typing import Any

import numpy as np
import pytest

from tests.export import sound
from tests.export.running import SIZE
from tests.export.sources import Sources
from tests.jobs.helpers import run_job
from tests.people import Person
from tests.walk import DEMO

SECONDS = 4  # of a scene
VOICE_START = 0.2  # of a scene, in which its voice begins
TOLERANCE = 0.05
LANGUAGES = ("English", "German", "Spanish", "Turkish", "Hindi", "Mandarin")
HEARD, SILENT = -38, -30  # dB below the loudest sample: from where on, and until where


def new_film(person: Person, project: str, language: str, scenes: int, sources: Sources) -> str:
    """Return a work of stills whose lines the demo has written."""
    fields = {"language": language, "sceneCount": scenes, "videoDuration": scenes * SECONDS}
    work = person.new_work(project, productName="Kite", **fields)
    run_job(person, work, "scenario", headers=DEMO, narration=True)
    for index in range(scenes):
        image = person.upload(f"{work}/media/scene/{index}/image", sources.quadrants())
        assert image.status_code == 200, image.text
    person.save(work, {"editorState": {"exportSettings": SIZE}})
    return work


def spoken_words(person: Person, work: str) -> list[dict[str, Any]]:
    """Return the words of all voices, at their times in the film."""
    return [
        {**word, "start": word["start"] + at, "end": word["end"] + at}
        for scene in person.show(f"{work}/narration")["scenes"]
        for at in [SECONDS * scene["sceneIndex"] + VOICE_START]
        for word in scene["words"]
    ]


FILMS = [("Hindi", 2), *(pytest.param(each, 4, marks=pytest.mark.thorough) for each in LANGUAGES)]


@pytest.mark.parametrize(("language", "scenes"), FILMS)
def test_words_are_heard_when_the_timeline_says(ana, project, language, scenes, sources, tmp_path):
    work = new_film(ana, project, language, scenes, sources)

    assert run_job(ana, work, "narration", headers=DEMO)["state"] == "succeeded"

    film = ana.post(f"{work}/export")
    assert film.status_code == 200, film.text
    (tmp_path / "film.mp4").write_bytes(film.data)
    heard = sound.read(tmp_path / "film.mp4")
    assert heard.duration == pytest.approx(scenes * SECONDS, abs=0.1)
    words = spoken_words(ana, work)
    assert len({int(word["start"] // SECONDS) for word in words}) == scenes
    ends = [0.0, *(word["end"] for word in words)]
    for end, word in zip(ends, words, strict=False):
        assert level(heard, word["start"], word["start"] + TOLERANCE) > HEARD, word
        assert level(heard, word["end"] - TOLERANCE, word["end"]) > HEARD, word
        assert level(heard, end + TOLERANCE, word["start"] - TOLERANCE) < SILENT, word
    assert level(heard, ends[-1] + TOLERANCE, heard.duration) < SILENT


def level(heard: sound.Sound, start: float, end: float) -> float:
    """Return the highest level between two times, in dB below the film's; -180 for no time."""
    part = heard.samples[round(start * heard.rate) : max(0, round(end * heard.rate))]
    highest = np.abs(part).max() if len(part) else 0.0
    return float(20 * np.log10(highest / np.abs(heard.samples).max() + 1e-9))


def test_language_that_the_demo_cannot_read_is_refused_by_name(ana, project):
    scenes = [{"scene_index": 0, "narration": {"text": "今日は良い天気です。"}}]
    work = ana.new_work(project, language="Japanese")
    ana.save(work, {"scenes": scenes})

    refused = ana.post(f"{work}/jobs", json={"kind": "narration"}, headers=DEMO)

    assert refused.status_code == 400
    assert "cannot speak Japanese" in str(refused.json["details"])
    assert "another provider, or record or upload" in str(refused.json["details"])
    assert ana.show(f"{work}/jobs") == []
