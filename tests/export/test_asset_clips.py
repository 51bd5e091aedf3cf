"""Clips that show assets of the project instead of a scene's media."""

from pathlib import Path
from typing import Any

from tests.export.measure import frames, is_color
from tests.export.running import SIZE
from tests.export.sound import read, rms
from tests.media import video_files
from tests.people import Person

Json = dict[str, Any]


def asset(person: Person, project: str, file: Path, options: str) -> str:
    video_files.make(file, f"{options} -y")
    answer = person.upload(f"{project}/assets", file)
    assert answer.status_code == 201, answer.text
    return str(answer.json["id"])


def state_of(clips: list[Json]) -> Json:
    return {"editorData": {"videoTrack": clips}, "exportSettings": SIZE}


def test_video_and_image_assets_are_clips(ana, project, tmp_path):
    work = ana.new_work(project)
    red = asset(
        ana,
        project,
        tmp_path / "red.mp4",
        "-f lavfi -i color=red:s=96x160:r=30:d=1 -f lavfi -i sine=d=1 -pix_fmt yuv420p",
    )
    green = asset(
        ana, project, tmp_path / "green.png", "-f lavfi -i color=lime:s=96x160 -vframes 1"
    )
    clips: list[Json] = [
        {"id": "a", "start": 0, "end": 0.4, "assetId": green},
        {"id": "b", "start": 0.4, "end": 0.8, "assetId": red, "trimStart": 0.2},
    ]
    ana.save(work, {"editorState": state_of(clips)})

    exported = ana.post(f"{work}/export", json={})
    handed = ana.get(f"{work}/timeline.otio").json["tracks"]["children"]

    assert exported.status_code == 200, exported.text
    video = tmp_path / "exported.mp4"
    video.write_bytes(exported.data)
    pictures = list(frames(video))
    assert len(pictures) == 24
    assert is_color(pictures[5], (0, 255, 0), 6)
    assert is_color(pictures[18], (255, 0, 0), 6)
    heard = read(video)
    assert rms(heard.between(0.1, 0.35)) < -60 < rms(heard.between(0.5, 0.75))
    pictured, sounding = (track["children"] for track in handed[:2])
    assert [clip["metadata"]["vidworks"] for clip in pictured] == [
        {"assetId": green},
        {"assetId": red},
    ]
    assert sounding[1]["media_reference"]["target_url"].endswith(f"{project}/assets/{red}")

    ana.delete(f"{project}/assets/{red}")

    missing = ana.post(f"{work}/export", json={})
    assert missing.status_code == 404
    assert missing.json["error"] == "'red.mp4' was deleted"
    assert missing.json["details"] == {"assetId": red, "name": "red.mp4", "at": 0.4}


def test_asset_of_another_type_is_no_clip(ana, project, tmp_path):
    work = ana.new_work(project)
    sound = asset(ana, project, tmp_path / "sound.wav", "-f lavfi -i sine=d=0.1")
    clip = {"id": "a", "start": 0, "end": 0.4, "assetId": sound}
    ana.save(work, {"editorState": state_of([clip])})

    answer = ana.post(f"{work}/export", json={})

    assert (answer.status_code, answer.json["details"]) == (400, f"{sound} is no video or image.")


def test_empty_name_of_an_asset_is_refused(ana, project):
    clip = {"id": "a", "start": 0, "end": 0.4, "assetId": ""}

    answer = ana.patch(ana.new_work(project), json={"editorState": state_of([clip])})

    assert answer.status_code == 400
    assert answer.json["details"] == {
        "editorState.editorData.videoTrack.0.assetId": "Must have 1 to 500 characters."
    }
