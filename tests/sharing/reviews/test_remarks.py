"""Comments are markers of the timeline that is handed over, at their very frames."""

from typing import Any

import opentimelineio as otio
import pytest

from tests.people import Person


@pytest.fixture
def film(ana, work, samples):
    """The work, with ten seconds of an image on its timeline."""
    assert ana.upload(f"{work}/media/scene/0/image", samples / "image.jpg").status_code == 200
    track = [{"id": "a", "sceneIndex": 0, "start": 0, "end": 10}]
    ana.save(work, {"editorState": {"editorData": {"videoTrack": track}}})
    return work


def markers_of(ana: Person, work: str, fps: float) -> list[Any]:
    """Return the markers of the timeline at a frame rate."""
    state = ana.show(work)["editorState"]
    settings = {"width": 64, "height": 36, "fps": fps}
    ana.save(work, {"editorState": {**state, "exportSettings": settings}})
    answer = ana.get(f"{work}/timeline.otio")
    assert answer.status_code == 200, answer.text
    timeline = otio.adapters.read_from_string(answer.text, "otio_json")
    return list(timeline.tracks.markers)


def span_of(marker: Any) -> tuple[float, float]:
    """Return the first frame of a marker, and how many it has."""
    marked = marker.marked_range
    assert marked.start_time.rate == marked.duration.rate
    return marked.start_time.value, marked.duration.value


@pytest.mark.parametrize("fps", [24, 25, 29.97, 30, 60])
def test_marker_is_at_the_frame_of_its_comment(ana, film, make_export, fps):
    whole = make_export(fps, duration=10)
    part = make_export(fps, duration=8, options={"from": 1.99, "to": 9.99})
    frames = [0, 1, 47, 100, round(fps * 7.9)]
    for export in (whole, part):
        for frame in frames:
            comment = {"exportId": export, "frame": frame, "text": "x"}
            assert ana.create(f"{film}/comments", comment)["frame"] == frame
    ana.create(f"{film}/comments", {"exportId": whole, "frame": 3, "endFrame": 9, "text": "x"})

    spans = [span_of(marker) for marker in markers_of(ana, film, fps)]

    offset = round(1.99 * {29.97: 30_000 / 1001}.get(fps, fps))
    ours = [(frame, 1) for frame in frames] + [(offset + frame, 1) for frame in frames]
    assert spans == [*ours, (3, 7)]


def test_marker_says_who_said_what_and_whether_it_is_resolved(ana, film, make_export):
    export = make_export()
    said = ana.create(f"{film}/comments", {"frame": 5, "text": "Too\ndark"})
    ana.create(f"{film}/comments", {"parentId": said["id"], "text": "Right"})
    gone = ana.create(f"{film}/comments", {"frame": 6, "text": "Never mind"})
    ana.delete(f"{film}/comments/{gone['id']}")

    [before] = markers_of(ana, film, 25)
    ana.patch(f"{film}/comments/{said['id']}", json={"resolved": True})
    [after] = markers_of(ana, film, 25)

    assert (before.name, before.color, after.color) == ("ana: Too dark", "RED", "GREEN")
    ours = dict(before.metadata["vidworks"])
    assert (ours["kind"], ours["id"], ours["exportId"]) == ("comment", said["id"], export)
    assert ours["text"] == "Too\ndark"
    assert dict(ours["replies"][0]) == {"text": "Right", "author": "ana"}
