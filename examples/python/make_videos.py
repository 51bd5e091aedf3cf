"""Makes a video of each row of a CSV file: python make_videos.py products.csv.

The file has the columns photo, sentence and output, separated by commas or semicolons:

    photo,sentence,output
    lamp.jpg,A lamp that follows the sun,lamp.mp4
    https://example.com/chair.jpg,A chair for small kitchens,chair.mp4

Needs the client (pip install ./clients/python), VIDWORKS_URL and VIDWORKS_TOKEN. If the program is
stopped, start it again: it continues with the same videos, and nothing is paid twice. A row that
fails, such as one whose photo is missing, is reported, and the others are made; the exit status is
then 1.
"""

import csv
import hashlib
import sys
from io import StringIO
from pathlib import Path
from typing import Any

from vidworks_client import APIError, JobError, Video, Vidworks, VidworksError

COLUMNS = ("photo", "sentence", "output")

# What all videos have in common: arguments of `videos.create`.
OPTIONS: dict[str, Any] = {"resolution": {"width": 1080, "height": 1920}, "sound": True}


def main(table: Path) -> int:
    """Order all videos, then wait for one after the other. Return the number of failures."""
    orders = []
    failures = 0
    rows = read_rows(table)
    with Vidworks() as vidworks:
        for number, row in enumerate(rows, 1):
            try:
                orders.append((row, order(vidworks, row)))
            except OSError as exc:  # the photo cannot be read
                failures += 1
                print(f"{table}: row {number}: {row['photo']}: {exc.strerror or exc}")
            except APIError as exc:  # such as a photo of a type that is not accepted
                failures += 1
                print(f"{table}: row {number}: {exc}")
        for row, video in orders:
            try:
                vidworks.download(vidworks.videos.wait(video), row["output"])
                print(f"{row['output']}: done")
            except (JobError, OSError) as exc:
                failures += 1
                print(f"{row['output']}: {exc}")
    return failures


def read_rows(table: Path) -> list[dict[str, str]]:
    """Return the rows of a CSV file, as a spreadsheet saves it. Stops the program at a bad one."""
    text = table.read_text(encoding="utf-8-sig")
    head = text.partition("\n")[0]
    rows = list(csv.DictReader(StringIO(text), delimiter=";" if ";" in head else ","))
    for number, row in enumerate(rows, 1):
        if missing := [name for name in COLUMNS if not row.get(name)]:
            sys.exit(f"{table}: row {number} has no {', '.join(missing)}")
    return rows


def order(vidworks: Vidworks, row: dict[str, str]) -> Video:
    """Order the video of a row, or return the job of an earlier run, which continues."""
    photo = row["photo"] if "://" in row["photo"] else Path(row["photo"])
    key = hashlib.sha256(repr((row, OPTIONS)).encode()).hexdigest()  # of the same order
    video = vidworks.videos.create(row["sentence"], assets=[photo], idempotency_key=key, **OPTIONS)
    if video.state in {"failed", "interrupted", "cancelled"}:
        return vidworks.videos.resume(video)
    return video


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(f"Usage: python {sys.argv[0]} TABLE.csv")
    try:
        sys.exit(1 if main(Path(sys.argv[1])) else 0)
    except (OSError, VidworksError) as exc:
        sys.exit(str(exc))
