"""Fetch the files of others that the console uses: `python console/vendor/fetch.py`.

It needs npm. The versions are in package.json and its lock: change them there, run this, and look
at what changed. `SHA256SUMS` lists what was fetched; a test compares it with the files.
"""

import hashlib
import re
import shutil
import subprocess
import tempfile
from pathlib import Path

VENDOR = Path(__file__).parent
TESTS = VENDOR.parent.parent / "tests/console/vendor"
SUMS = VENDOR / "SHA256SUMS"

_FILES = {
    "preact.js": "preact/dist/preact.mjs",
    "preact-hooks.js": "preact/hooks/dist/hooks.mjs",
    "signals-core.js": "@preact/signals-core/dist/signals-core.mjs",
    "signals.js": "@preact/signals/dist/signals.mjs",
    "htm.js": "htm/dist/htm.mjs",
    "htm-preact.js": "htm/preact/index.mjs",
    "licenses/preact.txt": "preact/LICENSE",
    "licenses/signals.txt": "@preact/signals/LICENSE",
    "licenses/htm.txt": "htm/LICENSE",
    "licenses/lucide.txt": "lucide-static/LICENSE",
}
_TEST_FILES = {
    "axe.min.js": "axe-core/axe.min.js",
    "axe-license.txt": "axe-core/LICENSE",
}
_SOURCE_MAP = re.compile(r"\n?//# sourceMappingURL=.*\s*$")  # the maps are not served


def main() -> None:
    """Install what the lock lists into a temporary directory, and copy the files from there."""
    with tempfile.TemporaryDirectory() as name:
        directory = Path(name)
        for file in ("package.json", "package-lock.json", ".npmrc"):
            shutil.copy(VENDOR / file, directory)
        subprocess.run(["npm", "ci"], cwd=directory, check=True)  # noqa: S607 - npm as installed
        modules = directory / "node_modules"
        written = [_copy(modules / source, VENDOR / name) for name, source in _FILES.items()]
        written += [_copy(modules / source, TESTS / name) for name, source in _TEST_FILES.items()]
        written.append(_write(VENDOR / "icons.svg", _sprite(modules / "lucide-static/icons")))
    lines = [f"{sha256(path)}  {path.relative_to(VENDOR.parent.parent)}" for path in written]
    SUMS.write_text("\n".join(lines) + "\n", encoding="utf-8")


def sha256(path: Path) -> str:
    """Return the SHA-256 of a file in hexadecimal."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _copy(source: Path, target: Path) -> Path:
    return _write(target, _SOURCE_MAP.sub("\n", source.read_text(encoding="utf-8")))


def _write(target: Path, text: str) -> Path:
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(text, encoding="utf-8")
    return target


def _sprite(icons: Path) -> str:
    """Return one SVG with a symbol for each icon that icons.txt names."""
    symbols = []
    for name in (VENDOR / "icons.txt").read_text(encoding="utf-8").split():
        svg = (icons / f"{name}.svg").read_text(encoding="utf-8")
        shapes = " ".join(svg[svg.index(">", svg.index("<svg")) + 1 : svg.index("</svg>")].split())
        symbols.append(f'<symbol id="{name}" viewBox="0 0 24 24">{shapes}</symbol>')
    body = "\n".join(symbols)
    return f'<svg xmlns="http://www.w3.org/2000/svg">\n{body}\n</svg>\n'


if __name__ == "__main__":
    main()
