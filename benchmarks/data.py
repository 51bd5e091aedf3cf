"""Test data: works as a web editor saves them, and videos of any size."""

from __future__ import annotations

import os
import random
import subprocess
from pathlib import Path
from typing import Any

import imageio_ffmpeg

SCENES = 20
NAME = "@NAME@"  # placeholder that wrk's scripts replace with a new name
BLOCK = 1 << 20
_H264 = ("-pix_fmt", "yuv420p", "-movflags", "+faststart")

# Words of prompts, some of them not ASCII.
_PROMPTS = """
slow push-in over the kitchen counter at dawn, steam curling up from a ceramic cup, warm light
through linen curtains, shallow depth of field, hands kneading dough, flour in the air, café
interior, 35 mm lens, soft rim light from the left, muted greens and amber, a cyclist crossing
the bridge, rain on cobblestones, reflections of neon, handheld but steady, natural skin tones,
Zürich skyline behind glass, overhead view of the workbench, wood shavings — fine grain
"""
_WORDS = _PROMPTS.split()


def creation() -> dict[str, Any]:
    """Return the body that creates a work, as a web editor sends it."""
    return {
        "name": NAME,
        "mode": "content_remix",
        "productName": "Morning Roast",
        "productDescription": "Single-origin coffee, roasted the day it ships.",
        "targetAudience": "People who make their first cup an occasion",
        "language": "en",
        "videoDuration": 100,
        "sceneCount": SCENES,
        "resolution": {"width": 1080, "height": 1920},
    }


def edited(characters: int) -> dict[str, Any]:
    """Return the fields of a finished work; its prompts have about `characters` characters."""
    source = random.Random(20)
    return {
        "currentStep": 4,
        "analysis": _analysis(source),
        "scenes": [_scene(source, index, characters) for index in range(SCENES)],
        "generatedScenes": [{"sceneIndex": index, "status": "done"} for index in range(SCENES)],
        "editorState": _editor_state(source),
    }


def _text(source: random.Random, characters: int) -> str:
    words: list[str] = []
    while characters > 0:
        words.append(source.choice(_WORDS))
        characters -= len(words[-1]) + 1
    return " ".join(words)


def _scene(source: random.Random, index: int, characters: int) -> dict[str, Any]:
    return {
        "scene_index": index,
        "duration_seconds": 5,
        "image_prompt": _text(source, characters),
        "negative_prompt": _text(source, characters // 5),
        "video_prompt": _text(source, characters),
        "text_overlay": _text(source, 30) if index % 2 else None,
        "transition": source.choice(["cut", "fade", "dissolve"]),
    }


def _analysis(source: random.Random) -> dict[str, Any]:
    scenes = [
        {
            "index": index + 1,
            "duration_seconds": 5,
            "description": _text(source, 120),
            "transition": "cut",
            "text_overlay": None,
            "camera_movement": source.choice(["static", "dolly in", "pan left"]),
        }
        for index in range(SCENES)
    ]
    return {
        "scene_count": SCENES,
        "overall_tone": "warm and unhurried",
        "color_palette": ["#2b2118", "#c98f4e", "#f3e9dc", "#5d7052"],
        "tempo": "slow",
        "has_text_overlay": True,
        "scenes": scenes,
    }


def _editor_state(source: random.Random) -> dict[str, Any]:
    video = [
        {
            "id": f"video-{index}",
            "start": index * 5,
            "end": index * 5 + 5,
            "sceneIndex": index,
            "trimStart": 0.25,
            "trimEnd": 0,
            "transitionType": "fade",
            "transitionDuration": 0.5,
        }
        for index in range(SCENES)
    ]
    text = [
        {"id": f"text-{index}", "start": index * 5 + 0.5, "end": index * 5 + 4.5}
        for index in range(SCENES)
    ]
    overlays = {f"text-{index}": _overlay(source, index) for index in range(SCENES)}
    return {
        "editorData": {"videoTrack": video, "textTrack": text, "imageTrack": [], "audioTrack": []},
        "textOverlays": overlays,
        "imageOverlays": {},
        "audioVolume": 0.8,
        "exportSettings": {"width": 1080, "height": 1920, "fps": 30},
    }


def _overlay(source: random.Random, index: int) -> dict[str, Any]:
    return {
        "text": _text(source, 40),
        "fontSize": 64,
        "fontColor": "#f3e9dc",
        "centerX": -120 + index,
        "centerY": 640.5,
    }


def video(path: Path, size: int) -> Path:
    """Write a valid MP4 of exactly `size` bytes to `path` and return it.

    One second of a test picture from FFmpeg, then a `free` box (ISO/IEC 14496-12, 8.1.2), which
    players skip. It is filled with random bytes, which no layer can compress.
    """
    picture = "testsrc=duration=1:size=320x180:rate=10"
    run_ffmpeg(["-f", "lavfi", "-i", picture, *_H264, str(path)])
    remaining = size - path.stat().st_size
    with path.open("ab") as file:
        file.write(remaining.to_bytes(4, "big") + b"free")
        remaining -= 8
        while remaining > 0:
            file.write(os.urandom(min(remaining, BLOCK)))
            remaining -= BLOCK
    return path


def clip(path: Path) -> Path:
    """Write a clip of two seconds with sound to `path` and return it."""
    sound = ["-f", "lavfi", "-i", "sine=duration=2"]
    picture = "testsrc2=duration=2:size=360x640:rate=30"
    run_ffmpeg(["-f", "lavfi", "-i", picture, *sound, *_H264, str(path)])
    return path


def run_ffmpeg(arguments: list[str]) -> None:
    """Run FFmpeg, which replaces files. Raises CalledProcessError."""
    command = [imageio_ffmpeg.get_ffmpeg_exe(), "-v", "error", "-nostdin", "-y", *arguments]
    subprocess.run(command, check=True)
