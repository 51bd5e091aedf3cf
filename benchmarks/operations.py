"""Measure the operations on a large timeline and print a table: `python benchmarks/operations.py`.

It is the processor time of each, with 199 clips, 199 texts and 1,999 captions.
"""

import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

# So that this file can be run as a script, and still import the packages.
sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from timeline.context import Context, Scene
from timeline.operations import apply

Json = dict[str, Any]

CLIPS, TEXTS, CAPTIONS = 199, 199, 1_999  # and one that is added
MOST_MS = 5.0  # of each operation
ROUNDS = 30
CONTEXT = Context("proj_1", "work_1", {"width": 1080, "height": 1920}, (Scene(0, 10), Scene(1)))
SHOWN = {"start": 10, "end": 12}
CHANGES = [
    {"kind": "clip", "id": "clip-100", "field": "length", "before": 2, "after": 4},
    {"kind": "caption", "id": "caption-5", "field": "text", "before": "old", "after": "5"},
]
OPERATIONS: tuple[Json, ...] = (
    {"op": "insert", "scene": 0, "new": "clip-new", "after": "clip-50", "seconds": 1},
    {"op": "move", "clip": "clip-150", "after": None},
    {"op": "trim", "clip": "clip-0", "seconds": 3},
    {"op": "gap", "clip": "clip-10", "seconds": 1},
    {"op": "split", "clip": "clip-20", "at": 2, "new": "clip-new"},
    {"op": "delete", "kind": "clip", "id": "clip-0"},
    {"op": "delete", "kind": "caption", "id": "caption-1998"},
    {"op": "transition", "clip": "clip-5", "transition": "fade"},
    {"op": "text", "id": "text-100", "text": "new", **SHOWN},
    {"op": "text", "new": "text-new", "text": "new", **SHOWN},
    {"op": "caption", "id": "caption-1998", "text": "new", **SHOWN},
    {"op": "caption", "new": "caption-new", "text": "new", **SHOWN},
    {"op": "music", "volume": 0.5},
    {"op": "place", "new": "music-new", **SHOWN},
    {"op": "layer", "kind": "text", "id": "text-100", "above": None},
    {"op": "format", "width": 1080, "height": 1080},
    {"op": "revert", "changes": CHANGES},
)


def large_state(*, with_ids: bool) -> Json:
    """Return a large timeline; a tenth of its texts and captions are anchored to clips."""
    clips = [
        {"id": f"clip-{n}", "start": n * 4, "end": n * 4 + 4, "sceneIndex": 0, "trimStart": 0.5}
        for n in range(CLIPS)
    ]
    texts = [{"id": f"text-{n}", "start": n * 4, "end": n * 4 + 2} for n in range(TEXTS)]
    captions: list[Json] = [
        {"start": n * 0.4, "end": n * 0.4 + 0.3, "text": str(n)} for n in range(CAPTIONS)
    ]
    for number, each in enumerate(captions):
        if with_ids:
            each["id"] = f"caption-{number}"
        if number % 10 == 0:
            each["anchor"] = f"clip-{number // 11}"
    for text in texts[::10]:
        text["anchor"] = str(text["id"]).replace("text", "clip")
    overlay = {"text": "T", "fontSize": 60, "fontColor": "#fff", "centerX": 0, "centerY": 0}
    tracks = {"videoTrack": clips, "textTrack": texts, "imageTrack": [], "audioTrack": []}
    return {
        "editorData": tracks,
        "textOverlays": {text["id"]: dict(overlay) for text in texts},
        "captions": captions,
        "exportSettings": {"width": 1080, "height": 1920, "fps": 30},
    }


def milliseconds(state: Mapping[str, Any], operation: Json) -> float:
    """Return the processor time of an operation: that of the round that was disturbed least."""
    times = []
    for _ in range(ROUNDS):
        started = time.process_time()
        apply(state, operation, CONTEXT)
        times.append((time.process_time() - started) * 1000)
    return min(times)


def main() -> None:
    """Print the times as a Markdown table."""
    named = large_state(with_ids=True)
    print(f"| Operation ({CLIPS} clips, {TEXTS} texts, {CAPTIONS:,} captions) | ms | Limit |")
    print("|---|--:|--:|")
    for operation in OPERATIONS:
        what = " ".join(filter(None, [operation["op"], operation.get("kind")]))
        what += " (added)" if "new" in operation and operation["op"] != "insert" else ""
        print(f"| {what} | {milliseconds(named, operation):.1f} | {MOST_MS:g} |")
    bare = large_state(with_ids=False)
    by_content = {"op": "trim", "clip": "clip-0", "seconds": 3}
    print(f"| trim, captions without ids | {milliseconds(bare, by_content):.1f} | {MOST_MS:g} |")


if __name__ == "__main__":
    main()
