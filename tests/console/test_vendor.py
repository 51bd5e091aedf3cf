"""The files of others are those that were fetched."""

from console.vendor.fetch import SUMS, sha256

ROOT = SUMS.parent.parent.parent


def test_vendored_files_are_unchanged():
    listed = dict(line.split("  ")[::-1] for line in SUMS.read_text("utf-8").splitlines())

    assert {name: sha256(ROOT / name) for name in listed} == listed


def test_every_vendored_file_is_listed():
    listed = {line.split("  ")[1] for line in SUMS.read_text("utf-8").splitlines()}
    folders = ("console/vendor", "tests/console/vendor")
    files = {
        path.relative_to(ROOT).as_posix()
        for folder in folders
        for path in (ROOT / folder).rglob("*")
        if path.suffix in {".js", ".svg", ".txt"}
        and path.name != "icons.txt"
        and "node_modules" not in path.parts
    }

    assert files == listed
