"""What a crash leaves is removed at the next start, by whoever is alone on the directory."""

import subprocess
import sys
from pathlib import Path

from storage.store import Store

ROOT = Path(__file__).parent.parent.parent

LEFTOVERS = (
    "projects/.new-0001/project.json",
    "projects/.deleted-0002/works/w1/work.json",
    "projects/p1/.tmp-0003",
    "projects/p1/works/w1/.tmp-0004",
    "projects/p1/works/w1/media/.tmp-0005",
    ".tmp-0006",
)
KEPT = ("projects/p1/project.json", "projects/p1/works/w1/media/reference.mp4", "projects/.changes")


def plant(root: Path) -> None:
    for name in (*LEFTOVERS, *KEPT):
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text("{}")


def present(root: Path) -> set[str]:
    return {name for name in (*LEFTOVERS, *KEPT) if (root / name).exists()}


def open_in_another_process(root: Path) -> None:
    code = f"from pathlib import Path; from storage.store import Store; Store(Path({str(root)!r}))"
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True)


def test_leftovers_go_and_nothing_else(tmp_path: Path) -> None:
    plant(tmp_path)

    open_in_another_process(tmp_path)

    assert present(tmp_path) == set(KEPT)


def test_nothing_is_swept_while_another_process_uses_the_directory(tmp_path: Path) -> None:
    _store = Store(tmp_path, fsync=False)
    plant(tmp_path)

    open_in_another_process(tmp_path)

    assert present(tmp_path) == {*LEFTOVERS, *KEPT}
