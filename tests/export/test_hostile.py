"""Hostile requests and media: texts are only drawn, no other file is read, no path is shown."""

import struct
from pathlib import Path
from typing import Any

import pytest

from errors import InvalidError
from export.plan.frame_size import Frame
from export.plan.timeline import Output, Text, Timeline
from export.render.drawn_overlays import Overlays
from settings.config import Settings
from tests.export.crafted import PLAYLISTS, SecretServer, playlist, sdp
from tests.export.running import (
    SIZE,
    arrange,
    body_of,
    clip,
    export,
    in_a_row,
    jobs_of,
    new_work,
    put_clip,
)

pytestmark = pytest.mark.measured_anew

MARK = "Zq9x"  # in no path
TEXTS = (
    f"{MARK}' : \" ; [out] \\' =",
    f"movie='/etc/passwd'[{MARK}]",
    f"%{{pts}} %{{expr:1}} {MARK} %",
    f"{{\\an8}}{{\\p1}}{MARK}{{\\fs200}}\\N",
    f"{MARK}\nsecond line\r\n\u2028third",
    f"../../../etc/{MARK} file:///etc/passwd",
    f"$(touch {MARK}) `id` && ;",
    f"-i {MARK} -f lavfi",
)
FASTSTART = "-c:v libx264 -crf 23 -pix_fmt yuv420p -movflags +faststart"
NO_COLORS = (
    *("red'", "#fff:x=1", "black@0.5", "movie=/etc/passwd", "%{pts}", "url(file:///etc/passwd)"),
    *("#12", "\n", "{\\c}", "#0000000000"),
)
NO_AUDIO = (
    *("/etc/passwd", "file:///etc/passwd", "http://[x", "http://127.0.0.1/x.mp3", "concat:a|b"),
    *("../../assets/a", "/api/projects/other/assets/asset_1", "%2e%2e/x", "\n", "'"),
)


@pytest.fixture
def work(ana, sources):
    """The path of a work with a clip of a second."""
    return new_work(ana, [sources.numbered()])


@pytest.fixture
def media(settings, work):
    """The file of the clip of scene 0."""
    return settings.data_dir / work.removeprefix("/api/") / "media" / "scene-0-video.mp4"


def text(content: str, **fields: Any) -> dict[str, Any]:
    return {"text": content, "position": 0, "end": 1, "fontSize": 8, **fields}


def damage_parameters(media: Path) -> None:
    """Damage the sequence parameter set of an MP4, without which no frame can be decoded."""
    content = bytearray(media.read_bytes())
    start = content.index(b"avcC") + 16
    content[start : start + 20] = bytes(20)
    media.write_bytes(content)


def assert_no_path(settings: Settings, *answers: Any) -> None:
    """Assert that nothing that a client gets names a path of the server."""
    for answer in answers:
        for part in (str(settings.data_dir.parent), "cache/working", "/tmp", "file:"):
            assert part not in str(answer)


@pytest.mark.thorough  # the same texts of a work are exported below
def test_hostile_texts_are_drawn_and_never_part_of_a_command(ana, work, ffmpeg):
    response = export(ana, body_of(work, texts=[text(each) for each in TEXTS]))

    assert response.status_code == 200, response.text
    assert ffmpeg.rendered()
    assert not [call for call in ffmpeg.calls() if MARK in call]


def test_hostile_texts_of_a_work_are_drawn_and_never_part_of_a_command(ana, work, ffmpeg):
    state = ana.show(work)["editorState"]
    look = {"fontSize": 8, "fontColor": "#fff", "centerX": 0, "centerY": 0}
    overlays = {f"t{number}": {"text": each, **look} for number, each in enumerate(TEXTS)}
    state["textOverlays"] = overlays
    state["editorData"]["textTrack"] = [{"id": each, "start": 0, "end": 1} for each in overlays]
    state["captions"] = [{"start": 0, "end": 1, "text": TEXTS[3]}]
    ana.put(work, json={"name": f'{MARK}"; \u00e9 /../x', "editorState": state})
    arrange(ana, work, [clip(0, 0, 1)])

    response = ana.post(f"{work}/export", json={"options": {"captions": "track"}})

    assert response.status_code == 200, response.text
    assert not [call for call in ffmpeg.calls() if MARK in call]
    disposition = response.headers["Content-Disposition"]
    assert disposition.startswith(f'attachment; filename="{MARK} ; _ .. x.mp4"; ')


def test_unknown_transition_is_a_fade_and_never_part_of_a_command(ana, work, ffmpeg):
    name = f"fade:expr='{MARK}'"
    clips = [clip(0, 0, 0.5, transition=name, transitionDuration=0.2), clip(0, 0.5, 1)]

    assert export(ana, body_of(work, *clips)).status_code == 200

    assert ffmpeg.calls("xfade=transition=fade:")
    assert not ffmpeg.calls(MARK)


def test_value_that_is_no_color_returns_400(ana):
    work = new_work(ana, [])
    for color in NO_COLORS:
        response = export(ana, body_of(work, texts=[text("x", fontColor=color)]))
        assert (response.status_code, [*response.json["details"]]) == (
            400,
            ["texts.0.fontColor"],
        ), color
    assert jobs_of(ana, work) == []


@pytest.mark.parametrize("side", ["width", "height"])
def test_frame_of_the_editor_without_bounds_returns_400_also_if_the_output_is_small(
    ana, work, side
):
    state = ana.show(work)["editorState"]
    state["captions"] = [{"start": 0, "end": 1, "text": MARK}]
    ana.put(work, json={"editorState": {**state, "exportSettings": SIZE | {side: 200_000_000}}})

    response = ana.post(f"{work}/export", json={"options": {**SIZE, "captions": "burn"}})

    assert response.status_code == 400
    assert [*response.json["details"]] == [f"editorState.exportSettings.{side}"]
    assert jobs_of(ana, work) == []


def test_overlay_without_bounds_is_an_error_that_names_it(tmp_path):
    texts = [Text("fine", 0, 1), Text(MARK, 0, 1, center_x=2e6)]
    timeline = Timeline(Output(64, 64), [], texts)
    overlays = Overlays(timeline, Frame(64, 64, 1.0), {}, tmp_path, {})

    with pytest.raises(InvalidError, match=f"The text '{MARK}' cannot be drawn") as error:
        overlays.draw([0, 1])

    assert error.value.details == "center_x must be a number of at most 1,000,000"


def test_address_that_is_no_audio_of_the_project_returns_400(ana):
    work = new_work(ana, [])
    for url in NO_AUDIO:
        response = export(ana, body_of(work, audio={"audioUrl": url}))
        assert (response.status_code, [*response.json["details"]]) == (400, ["audio.audioUrl"]), url
    assert jobs_of(ana, work) == []


@pytest.mark.parametrize("value", ["../x", "a/b", "'", "a\n", "%2e%2e", "", "x" * 65])
def test_invalid_id_returns_400_naming_the_field(ana, value):
    work = new_work(ana, [])
    image = {"assetId": value, "position": 0, "end": 1, "width": 8, "height": 8}
    bodies = {
        "projectId": body_of(work) | {"projectId": value},
        "workId": body_of(work) | {"workId": value},
        "images.0.assetId": body_of(work, images=[image]),
        "texts.0.fontAssetId": body_of(work, texts=[text("x", fontAssetId=value)]),
    }
    for name, body in bodies.items():
        response = export(ana, body)
        assert (response.status_code, [*response.json["details"]]) == (400, [name])


@pytest.mark.parametrize("kind", [*PLAYLISTS, "sdp"])
def test_playlist_instead_of_a_clip_opens_neither_a_file_nor_a_connection(
    ana, work, media, sources, settings, tmp_path, kind
):
    secret = tmp_path / "secret.mp4"
    secret.write_bytes(sources.solid().read_bytes())
    arrange(ana, work, [clip(0, 0, 1)])
    with SecretServer.running(secret) as server:
        for target in (f"file:{secret}", server.url):
            if kind == "sdp":
                sdp(media, server.server_port)
            else:
                playlist(media, kind, target)
            upload = ana.upload(f"{work}/media/scene/0/video", media)
            response = export(ana, body_of(work))
            of_work = ana.post(f"{work}/export")

            assert upload.status_code == 415
            for answer in (response, of_work):
                assert answer.status_code == 400
                assert answer.json["error"] == "The media of scene 1 cannot be read"
                assert_no_path(settings, answer.text)
        assert server.requests == 0
    assert_no_path(settings, *[job["reason"] for job in jobs_of(ana, work)])


@pytest.mark.parametrize("size", [0, pytest.param(40, marks=pytest.mark.thorough), 1000])
def test_cut_clip_without_its_index_returns_400_naming_the_scene(ana, work, media, settings, size):
    media.write_bytes(media.read_bytes()[:size])

    response = export(ana, body_of(work))

    assert response.status_code == 400
    assert response.json["error"] == "The media of scene 1 cannot be read"
    [job] = jobs_of(ana, work)
    assert job["state"] == "failed"
    assert_no_path(settings, response.text, job)


def test_clip_that_ends_early_is_exported_or_named(ana, work, media, sources, settings):
    put_clip(ana, work, 0, sources.numbered(options=FASTSTART))
    media.write_bytes(media.read_bytes()[: media.stat().st_size * 2 // 3])

    response = export(ana, body_of(work))

    assert response.status_code in (200, 400)
    [job] = jobs_of(ana, work)
    assert job["state"] == "succeeded" or "scene 1" in job["reason"]
    assert_no_path(settings, job)


def test_damaged_packets_end_in_a_video_or_in_a_clear_failure(ana, work, media, settings):
    content = bytearray(media.read_bytes())
    start = content.index(b"mdat") + 40
    content[start : start + 1500] = bytes(range(250)) * 6
    media.write_bytes(content)

    response = export(ana, body_of(work))

    assert response.status_code in (200, 400, 500), response.text
    assert "Unexpected error" not in response.text
    assert_no_path(
        settings, jobs_of(ana, work), [] if response.status_code == 200 else response.text
    )


def test_clip_that_cannot_be_decoded_returns_400_naming_the_scene(ana, sources, settings):
    work = new_work(ana, [sources.numbered(), sources.numbered(100)])
    damage_parameters(settings.data_dir / work.removeprefix("/api/") / "media/scene-1-video.mp4")

    response = export(ana, body_of(work, *in_a_row(2)))

    assert response.status_code == 400, response.text
    assert response.json["error"] == "The clip of scene 2 cannot be rendered"
    assert response.json["details"]
    assert "0x" not in response.text
    assert_no_path(settings, response.text, jobs_of(ana, work))


def test_transition_to_a_clip_that_cannot_be_decoded_names_the_scenes(ana, sources, settings):
    work = new_work(ana, [sources.numbered(), sources.numbered(100)])
    damage_parameters(settings.data_dir / work.removeprefix("/api/") / "media/scene-1-video.mp4")
    clips = [clip(0, 0, 1, transition="fade", transitionDuration=0.4), clip(1, 1, 1.4)]

    response = export(ana, body_of(work, *clips, options={**SIZE, "from": 0.7, "to": 0.9}))

    assert response.status_code == 400, response.text
    assert response.json["error"] == "The clips of scenes 1 and 2 cannot be rendered"


def test_clip_that_claims_ten_hours_is_bounded_by_its_place_or_refused(ana, work, media, settings):
    """Its thirty frames are shown for twenty minutes each."""
    content = bytearray(media.read_bytes())
    table = content.index(b"stts")
    count, frames, _ = struct.unpack_from(">III", content, table + 8)
    scale = struct.unpack_from(">I", content, content.index(b"mdhd") + 16)[0]
    assert (count, frames) == (1, 30)
    struct.pack_into(">I", content, table + 16, 20 * 60 * scale)
    media.write_bytes(content)

    placed = export(ana, body_of(work))
    whole = ana.post(f"{work}/export", json={"options": SIZE})

    assert placed.status_code == 200, placed.text
    assert whole.status_code == 413
    assert "minutes long; at most 30 are accepted" in whole.json["details"]
    assert_no_path(settings, jobs_of(ana, work))


def test_broken_clip_among_others_is_named(ana, sources, settings):
    work = new_work(ana, [sources.numbered(), sources.numbered(100), sources.numbered(200)])
    media = settings.data_dir / work.removeprefix("/api/") / "media" / "scene-1-video.mp4"
    media.write_bytes(media.read_bytes()[:500])

    response = export(ana, body_of(work, *in_a_row(3)))

    assert response.json["error"] == "The media of scene 2 cannot be read"
