"""A work's timeline as OpenTimelineIO, read by its own library, alone and in a bundle."""

import io
import json
import os
import shutil
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any, NamedTuple

import opentimelineio as otio
import pytest
from opentimelineio import opentime, schema

from media import measures
from media.ffmpeg import FFmpegLimitError, Result
from settings.config import Settings
from settings.tuning import Tuning
from storage.files.trees import remove_tree
from tests.applications import create_app
from tests.export.sources import sine
from tests.people import Person

FPS = 30


def frames(time: opentime.RationalTime) -> float:
    return float(time.to_seconds()) * FPS


def span(time_range: opentime.TimeRange) -> tuple[float, float]:
    """Return the first frame of a range and the number of its frames."""
    return round(frames(time_range.start_time), 6), round(frames(time_range.duration), 6)


def kinds(track: schema.Track) -> list[str]:
    return [type(child).__name__ for child in track]


def ours(element: Any) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(json.dumps(dict(element.metadata["vidworks"]), default=dict))
    return found


class Stored(NamedTuple):
    """A data directory with a user's work."""

    root: Path
    ana: Person
    work: str


@pytest.fixture(scope="module")
def stored(tmp_path_factory, sources):
    """Two clips of a second with sound, the second silent, and a still image: uploaded once."""
    root = tmp_path_factory.mktemp("stored") / "data"
    app = create_app(Settings(data_dir=root, fsync=False, log_level="ERROR"))
    ana = Person.register(app.test_client(), "ana@example.com")
    work = ana.new_work(ana.new_project())
    clip = sources.solid(sound=sine(440))
    silent = sources.solid("0x0000ff")
    for scene, file in enumerate((clip, silent)):
        assert ana.upload(f"{work}/media/scene/{scene}/video", file).status_code == 200
    assert ana.upload(f"{work}/media/scene/2/image", sources.quadrants()).status_code == 200
    return Stored(root, ana, work)


@pytest.fixture
def app(settings, stored):
    """The application, on a copy of that directory."""
    shutil.copytree(stored.root, settings.data_dir, copy_function=copy_or_link)
    return create_app(settings)


def copy_or_link(source: str, target: str) -> None:
    """Copy a file, or link one of the media, which stays the version that was measured."""
    if Path(source).parent.name == "media":
        os.link(source, target)
    else:
        shutil.copy2(source, target)


@pytest.fixture
def ana(app, stored):
    return Person(app.test_client(), stored.ana.token, stored.ana.user)


@pytest.fixture
def film(stored):
    """The path of that work."""
    return stored.work


@pytest.fixture
def project(film):
    """The path of its project."""
    return film.partition("/works/")[0]


def edit(ana: Person, work: str, *actions: dict[str, Any], **state: Any) -> None:
    """Arrange clips: each gets an id."""
    track = [{"id": str(number), **action} for number, action in enumerate(actions)]
    data = {"videoTrack": track, **state.pop("tracks", {})}
    ana.save(work, {"editorState": {"editorData": data, **state}})


def clip(scene: int, start: float, end: float, **more: Any) -> dict[str, Any]:
    return {"sceneIndex": scene, "start": start, "end": end, **more}


def load(ana: Person, work: str, query: str = "") -> schema.Timeline:
    answer = ana.get(f"{work}/timeline.otio{query}")
    assert answer.status_code == 200, answer.text
    timeline: schema.Timeline = otio.adapters.read_from_string(answer.text, "otio_json")
    assert_valid(timeline)
    return timeline


def assert_valid(timeline: schema.Timeline) -> None:
    """Check the rules of OpenTimelineIO for transitions, and that all lengths are positive."""
    for track in timeline.tracks:
        for before, child, after in neighbours(track):
            if isinstance(child, schema.Transition):
                assert not isinstance(before, schema.Transition | None)
                assert not isinstance(after, schema.Transition | None)
                assert child.in_offset <= before.duration()
                assert child.out_offset <= after.duration()
            else:
                assert child.duration().value > 0


def neighbours(track: schema.Track) -> Iterator[tuple[Any, Any, Any]]:
    children = [None, *track, None]
    yield from zip(children, children[1:], children[2:], strict=False)


def media_of(track: schema.Track) -> list[Any]:
    return [child.media_reference for child in track if isinstance(child, schema.Clip)]


def test_work_without_editor_is_its_scenes_in_order(ana, film):
    ana.put(
        film,
        json={
            "scenes": [
                {"scene_index": 0, "transition": "fade", "text_overlay": "Hello"},
                {"scene_index": 2, "duration_seconds": 2.5},
            ]
        },
    )

    timeline = load(ana, film)

    [video, sound] = timeline.tracks
    assert kinds(video) == ["Clip", "Transition", "Clip"]
    assert (video.kind, sound.kind) == ("Video", "Audio")
    assert [span(child.trimmed_range_in_parent()) for child in video[::2]] == [(0, 30), (30, 75)]
    assert frames(timeline.duration()) == 105
    assert frames(timeline.tracks.available_range().duration) == 105
    [marker] = timeline.tracks.markers
    assert (marker.name, span(marker.marked_range)) == ("Hello", (0, 30))
    assert ours(marker) == {"kind": "caption", "text": "Hello"}
    assert ours(timeline) == {"width": 1080, "height": 1920, "fps": 30.0}


def test_caption_of_a_split_scene_is_a_marker_for_each_time_that_it_is_visible(ana, film):
    ana.put(film, json={"scenes": [{"scene_index": 0, "text_overlay": "Hello"}]})
    edit(ana, film, clip(0, 0, 0.5), clip(0, 0.5, 1), clip(1, 1, 2), clip(0, 2, 3))

    timeline = load(ana, film)

    assert [span(marker.marked_range) for marker in timeline.tracks.markers] == [(0, 30), (60, 30)]


def test_clips_are_at_the_times_of_the_editor_with_gaps_between(ana, film):
    edit(ana, film, clip(1, 0.5, 1.0, trimStart=0.25), clip(0, 2.0, 2.7))

    [video, sound] = load(ana, film).tracks

    assert kinds(video) == ["Gap", "Clip", "Gap", "Clip"]
    assert [span(each.trimmed_range_in_parent()) for each in video] == [
        (0, 15),
        (15, 15),
        (30, 30),
        (60, 21),
    ]
    assert [span(video[1].source_range), span(video[3].source_range)] == [(8, 15), (0, 21)]
    assert span(video[1].available_range()) == (0, 30)
    assert kinds(sound) == ["Gap", "Gap", "Gap", "Clip"]  # the first clip is silent
    assert span(sound[3].trimmed_range_in_parent()) == (60, 21)
    assert [ours(video[1]), video[1].name] == [{"sceneIndex": 1}, "Scene 2"]


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        pytest.param("fade", "SMPTE_Dissolve", marks=pytest.mark.thorough),
        pytest.param("dissolve", "SMPTE_Dissolve", marks=pytest.mark.thorough),
        ("unheard of", "SMPTE_Dissolve"),
        pytest.param("wipeleft", "Custom_Transition", marks=pytest.mark.thorough),
        ("slideup", "Custom_Transition"),
    ],
)
def test_transition_lies_before_its_cut_and_changes_no_length(ana, film, name, kind):
    fade = {"transitionType": name, "transitionDuration": 0.2}
    edit(ana, film, clip(0, 0, 0.6, **fade), clip(1, 0.6, 1.2))

    timeline = load(ana, film)

    video, sound = timeline.tracks
    first, transition, second = video
    assert (transition.transition_type, transition.name) == (kind, name)
    assert (frames(transition.in_offset), frames(transition.out_offset)) == (6, 0)
    assert span(first.source_range) == (0, 18)
    # The second clip begins with the transition, so that it is 6 frames in when its place begins.
    assert span(second.source_range) == (6, 18)
    assert span(video.range_of_child(transition)) == (12, 6)
    assert frames(timeline.duration()) == 36
    assert kinds(sound) == ["Clip", "Transition", "Gap"]
    assert sound[1].transition_type == "SMPTE_Dissolve"


def test_clip_that_runs_out_keeps_its_length_and_says_for_how_long_it_is_held(ana, film):
    edit(ana, film, clip(1, 0, 1.5), clip(2, 1.5, 2.5))

    [video] = load(ana, film).tracks

    assert span(video[0].source_range) == (0, 45)
    assert span(video[0].available_range()) == (0, 30)
    assert ours(video[0]) == {"sceneIndex": 1, "heldFrames": 15}
    assert ours(video[1]) == {"sceneIndex": 2}  # an image


def test_speeds_are_effects_and_volumes_and_fades_are_told(ana, film):
    fast = clip(0, 0, 0.5, speed=2, volume=0.5, fadeOut=0.25)
    edit(ana, film, fast, clip(0, 0.5, 1, trimStart=0.3, speed=0), clip(0, 1, 2, volume=0))

    video, sound = load(ana, film).tracks

    [warp], [freeze] = video[0].effects, video[1].effects
    assert (type(warp), warp.time_scalar) == (schema.LinearTimeWarp, 2)
    assert (type(freeze), freeze.time_scalar) == (schema.FreezeFrame, 0)
    assert [span(each.source_range) for each in video] == [(0, 15), (9, 15), (0, 30)]
    assert ours(video[0]) == {"sceneIndex": 0, "volume": 0.5, "fadeOut": 0.25}
    assert kinds(sound) == ["Clip", "Gap", "Gap"]
    assert sound[0].effects[0].time_scalar == 2


def test_crops_and_motions_are_told(ana, film):
    half = {"x": 0, "y": 0.25, "width": 0.5, "height": 0.5}
    edit(ana, film, clip(0, 0, 1, crop=half), clip(0, 1, 2, motion={"from": half, "to": half}))

    video, *_ = load(ana, film).tracks

    assert ours(video[0]) == {"sceneIndex": 0, "crop": half}
    assert ours(video[1]) == {"sceneIndex": 0, "motion": {"from": half, "to": half}}


def test_frame_rate_of_ntsc_is_exact(ana, film):
    settings = {"width": 720, "height": 1280, "fps": 29.97}
    edit(ana, film, clip(0, 0, 1), exportSettings=settings)

    timeline = load(ana, film)

    shown = timeline.tracks[0][0].source_range
    assert (shown.duration.rate, shown.duration.value) == (float(Fraction(30000, 1001)), 30)
    assert timeline.tracks[0][0].available_range().duration == opentime.RationalTime(30, 30)


def overlays(asset: str) -> dict[str, Any]:
    place = {"centerX": 10, "centerY": -20}
    picture = {"assetId": asset, "width": 50, "height": 40, "opacity": 0.5, "rotation": 15, **place}
    return {
        "textOverlays": {
            "t": {"text": "Say \"hi\"\n'../ñ' 🎬", "fontSize": 32, "fontColor": "#ff0000", **place}
        },
        "imageOverlays": {"a": picture, "b": picture, "c": picture},
        "tracks": {
            "textTrack": [{"id": "t", "start": 0.5, "end": 9}],
            "imageTrack": [
                {"id": "a", "start": 0, "end": 0.5},
                {"id": "b", "start": 0.4, "end": 0.9},
                {"id": "c", "start": 0.6, "end": 0.7},
            ],
        },
    }


def test_texts_are_markers_and_overlapping_pictures_are_tracks_above_each_other(
    ana, project, film, samples
):
    asset = ana.upload(f"{project}/assets", samples / "image.png").json
    edit(ana, film, clip(0, 0, 1), **overlays(asset["id"]))

    timeline = load(ana, film)

    _, first, second, third, _ = timeline.tracks
    assert [track.name for track in (first, second, third)] == [
        "Pictures",
        "Pictures 2",
        "Pictures 3",
    ]
    assert [span(track[-1].trimmed_range_in_parent()) for track in (first, second, third)] == [
        (0, 15),
        (12, 15),
        (18, 3),
    ]
    shown = ours(first[0])
    assert (shown["kind"], shown["opacity"], shown["rotation"]) == ("picture", 0.5, 15)
    assert (shown["centerX"], shown["width"], shown["keepAspect"]) == (10, 50, True)
    [marker] = timeline.tracks.markers
    assert span(marker.marked_range) == (15, 15)  # up to the end of the video
    text = ours(marker)
    assert (text["text"], text["fontSize"]) == ("Say \"hi\"\n'../ñ' 🎬", 32)
    assert (text["color"], text["centerY"]) == ("#ff0000", -20)


def test_music_is_a_track_until_its_file_ends(ana, film, sources):
    ana.upload(f"{film}/media/audio", sources.sound(sine(200), 0.5), "audio")
    edit(
        ana,
        film,
        clip(1, 0, 2),
        audioUrl=f"{film}/media/audio",
        audioVolume=0.25,
        tracks={"audioTrack": [{"id": "m", "start": 0.5, "end": 2, "trimStart": 0.1}]},
    )

    music = load(ana, film).tracks[1]

    assert (music.name, music.kind, kinds(music)) == ("Music", "Audio", ["Gap", "Clip"])
    assert span(music[1].trimmed_range_in_parent()) == (15, 12)
    assert span(music[1].source_range) == (3, 12)
    assert span(music[1].available_range()) == (0, 15)
    assert ours(music[1])["volume"] == 0.25


def test_music_is_handed_over_as_loud_and_as_often_as_it_is_heard(ana, film, sources):
    music = {"audioUrl": f"{film}/media/audio", "audioLevel": -24, "audioLoop": True}
    ana.upload(f"{film}/media/audio", sources.sound(sine(660, -14), 1.5, "loud.wav"), "audio")
    line = sources.sound(sine(440, -16), 0.5, "line.wav")
    assert ana.upload(f"{film}/media/scene/0/voice", line).status_code == 200
    ana.save(film, {"editorState": music})

    timeline = load(ana, film)
    tracks = [track for track in timeline.tracks if track.name.startswith("Music")]
    turns = [ours(each) for track in tracks for each in track if isinstance(each, schema.Clip)]

    # A tone of -14 dB on both channels has some -11.7 LUFS.
    assert [each["volume"] for each in turns] == [pytest.approx(0.24, abs=0.01)] * 5
    assert [each.get("fadeIn", 0) for each in turns] == [0, *[0.05] * 4]


def test_voices_and_sounds_are_tracks_of_their_own(ana, project, film, sources):
    voice = sources.sound(sine(200), 0.5)
    assert ana.upload(f"{film}/media/scene/1/voice", voice).status_code == 200
    asset = ana.upload(f"{project}/assets", voice).json["id"]
    effect = {"id": "s", "assetId": asset, "start": 1, "end": 3, "trimStart": 0.1, "volume": 0.5}
    edit(ana, film, clip(0, 0, 1), clip(1, 1, 2), tracks={"soundTrack": [effect]})

    sounds, voices = load(ana, film).tracks[2:]

    assert (sounds.name, kinds(sounds)) == ("Sounds", ["Gap", "Clip"])
    assert span(sounds[1].trimmed_range_in_parent()) == (30, 12)
    assert (ours(sounds[1])["kind"], ours(sounds[1])["volume"]) == ("sound", 0.5)
    assert (voices.name, kinds(voices)) == ("Voices", ["Gap", "Clip"])
    assert span(voices[1].trimmed_range_in_parent()) == (36, 15)
    assert voices[1].media_reference.target_url.endswith("/media/scene/1/voice")
    assert ours(voices[1])["sceneIndex"] == 1


@pytest.mark.parametrize("clips", ["keep", "duck"])
def test_timeline_says_how_music_and_clips_are_ducked(ana, film, sources, clips):
    ana.upload(f"{film}/media/scene/1/voice", sources.sound(sine(200), 0.5))
    ana.save(film, {"sound": {"clips": clips, "duck": -20}})
    edit(ana, film, clip(0, 0, 1), clip(1, 1, 2))

    said = ana.get(f"{film}/timeline.otio").json["metadata"]["vidworks"]

    assert (said["duck"], said["musicGains"][1]) == (-20, pytest.approx([1.2, 0.1], abs=0.05))
    assert said.get("clipGains") == (said["musicGains"] if clips == "duck" else None)


def test_addresses_are_absolute_and_serve_the_media(ana, project, film, samples):
    asset = ana.upload(f"{project}/assets", samples / "image.png").json
    ana.upload(f"{film}/media/audio", samples / "audio.mp3", "audio")
    state = overlays(asset["id"]) | {"audioUrl": f"{film}/media/audio"}
    edit(ana, film, clip(0, 0, 0.5), clip(2, 0.5, 1), **state)

    timeline = load(ana, film)

    urls = {media.target_url for track in timeline.tracks for media in media_of(track)}
    assert urls == {
        f"http://localhost{path}"
        for path in (
            f"{film}/media/scene/0/video",
            f"{film}/media/scene/2/image",
            f"{film}/media/audio",
            asset["url"],
        )
    }
    for url in urls:
        assert ana.get(url.removeprefix("http://localhost")).status_code == 200


@pytest.mark.parametrize(
    ("proxies", "origin"), [(0, "http://localhost"), (1, "https://video.example")]
)
def test_host_of_a_proxy_is_used_if_it_is_trusted(ana, film, settings, proxies, origin):
    app = create_app(replace(settings, trusted_proxies=proxies))
    client = Person(app.test_client(), ana.token, ana.user)
    forwarded = {"X-Forwarded-Proto": "https", "X-Forwarded-Host": "video.example"}

    answer = client.get(f"{film}/timeline.otio", headers=forwarded)

    timeline: Any = otio.adapters.read_from_string(answer.text, "otio_json")
    assert timeline.tracks[0][0].media_reference.target_url == f"{origin}{film}/media/scene/0/video"


def test_missing_media_are_missing_references(ana, film):
    state = overlays("asset_0")
    edit(ana, film, clip(7, 0, 1), clip(0, 1, 2), audioUrl=f"{film}/media/audio", **state)

    timeline = load(ana, film)

    video, *_, music = timeline.tracks
    assert [type(media).__name__ for media in media_of(video)] == [
        "MissingReference",
        "ExternalReference",
    ]
    assert type(media_of(music)[0]).__name__ == "MissingReference"
    assert frames(timeline.duration()) == 60


def test_media_that_cannot_be_read_are_handed_over_without_their_length(ana, film, app):
    root = app.extensions["services"].store.root
    path = root / film.removeprefix("/api/") / "media" / "scene-0-video.mp4"
    path.unlink()
    path.write_bytes(b"\0\0\0\x18ftypisom" + bytes(100))
    edit(ana, film, clip(0, 0, 1))

    [video] = load(ana, film).tracks

    assert media_of(video)[0].target_url.endswith("/scene/0/video")
    assert media_of(video)[0].available_range is None


def test_work_without_scenes_is_a_400(ana, work):
    answer = ana.get(f"{work}/timeline.otio")

    assert (answer.status_code, answer.json["error"]) == (400, "Nothing to export")


def test_invalid_times_and_queries_are_a_400_that_names_the_field(ana, film):
    edit(ana, film, clip(0, 1, 1))

    assert "videoTrack.0.end" in ana.get(f"{film}/timeline.otio").text
    assert "bundle" in ana.get(f"{film}/timeline.otio?bundle=yes").json["details"]


def test_too_many_clips_are_a_413(ana, film):
    edit(ana, film, *(clip(0, number, number + 1) for number in range(201)))

    assert ana.get(f"{film}/timeline.otio").status_code == 413


def test_media_are_measured_once(ana, film, monkeypatch):
    edit(ana, film, clip(0, 0, 1), clip(1, 1, 2))
    first = load(ana, film)
    monkeypatch.setattr(measures, "read_streams", None)

    assert load(ana, film).is_equivalent_to(first)


def test_media_that_took_too_long_to_measure_are_measured_again(settings, ana, film, monkeypatch):
    remove_tree(settings.data_dir / "cache/measures")

    def exceed_the_limit(*_: Any) -> None:
        raise FFmpegLimitError(Result(b"", ""))

    edit(ana, film, clip(0, 0, 1))
    with monkeypatch.context() as patch:
        patch.setattr(measures, "read_streams", exceed_the_limit)
        unmeasured = load(ana, film)

    assert media_of(unmeasured.tracks[0])[0].available_range is None
    assert span(media_of(load(ana, film).tracks[0])[0].available_range) == (0, 30)


def test_measuring_that_takes_long_is_a_503_and_goes_on_later(settings, ana, film):
    remove_tree(settings.data_dir / "cache/measures")
    edit(ana, film, clip(0, 0, 1), clip(1, 1, 2))
    hurried = create_app(replace(settings, tuning=Tuning(measuring=-1.0))).test_client()

    answer = Person(hurried, ana.token, ana.user).get(f"{film}/timeline.otio")

    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "1")
    assert ana.get(f"{film}/timeline.otio").status_code == 200


def test_token_in_the_query_is_accepted_and_not_passed_on(ana, film):
    project = film.split("/")[3]
    token = ana.post("/api/media-tokens", json={"projectId": project}).json["token"]

    answer = ana.client.get(f"{film}/timeline.otio?token={token}")

    assert answer.status_code == 200
    assert token not in answer.text


@pytest.mark.parametrize(
    ("name", "plain"),
    [
        ('My "film": ../part/1', "My film .. part 1"),
        ("Ñandú 🎬\r\nX-Evil: 1", "_and_ _ X-Evil 1"),
        ("..", "video"),
    ],
)
def test_file_is_named_after_the_work(ana, film, name, plain):
    ana.put(film, json={"name": name})

    for query, extension in (("", "otio"), ("?bundle=1", "zip")):
        header = ana.get(f"{film}/timeline.otio{query}").headers["Content-Disposition"]
        assert header.startswith(f"attachment; filename=\"{plain}.{extension}\"; filename*=UTF-8''")
    assert load(ana, film).name == name


def bundle(ana: Person, work: str, directory: Path) -> Path:
    """Unpack a work's bundle into a directory."""
    answer = ana.get(f"{work}/timeline.otio?bundle=1")
    assert (answer.status_code, answer.content_type) == (200, "application/zip")
    with zipfile.ZipFile(io.BytesIO(answer.data)) as archive:
        assert archive.testzip() is None
        assert len(set(archive.namelist())) == len(archive.namelist())
        assert {info.compress_type for info in archive.infolist()} == {zipfile.ZIP_STORED}
        archive.extractall(directory)
    return directory


def test_bundle_contains_the_timeline_and_the_media_that_it_refers_to(
    ana, project, film, samples, sources, tmp_path
):
    names = ['../../etc/it\'s "logo".png', "LOGO.png", "logo.png", "標識.png"]
    ids = []
    for name in names:
        asset = ana.upload(f"{project}/assets", samples / "image.png").json
        ana.put(f"{project}/assets/{asset['id']}", json={"name": name})
        ids.append(asset["id"])
    state = overlays(ids[0])
    for key, asset_id in zip("abc", ids[1:], strict=True):
        state["imageOverlays"][key] = state["imageOverlays"][key] | {"assetId": asset_id}
    state["imageOverlays"]["d"] = state["imageOverlays"]["a"] | {"assetId": ids[0]}
    state["tracks"]["imageTrack"].append({"id": "d", "start": 0.9, "end": 1})
    edit(ana, film, clip(0, 0, 0.5), clip(0, 0.5, 1), clip(5, 1, 2), **state)

    unpacked = bundle(ana, film, tmp_path / "bundle")

    files = {str(path.relative_to(unpacked)) for path in unpacked.rglob("*") if path.is_file()}
    assert files == {
        "timeline.otio",
        "media/Scene-1.mp4",
        "media/etc-it-s-logo.png",
        "media/LOGO.png",
        "media/logo-2.png",
        "media/media.png",
    }
    timeline = otio.adapters.read_from_file(str(unpacked / "timeline.otio"))
    assert_valid(timeline)
    media = [each for track in timeline.tracks for each in media_of(track)]
    urls = {each.target_url for each in media if not each.is_missing_reference}
    assert urls == files - {"timeline.otio"}
    assert {child.name for child in timeline.tracks[1] if isinstance(child, schema.Clip)} >= {
        "LOGO.png"
    }
    stored = sources.solid(sound=sine(440)).read_bytes()
    assert (unpacked / "media" / "Scene-1.mp4").read_bytes() == stored


def test_head_of_a_bundle_has_no_body(ana, film):
    answer = ana.request("HEAD", f"{film}/timeline.otio?bundle=1")

    assert (answer.status_code, answer.data) == (200, b"")
